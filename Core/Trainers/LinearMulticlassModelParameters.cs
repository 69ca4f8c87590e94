using MlPipeline.Optimizers;

namespace MlPipeline.Core;

/// <summary>A linear multiclass model whose scores are margins, not probabilities.</summary>
public sealed class LinearMulticlassModelParameters : LinearMulticlassModelParametersBase
{
    internal const string LoaderSignature = "LinearMulticlassModel";

    internal LinearMulticlassModelParameters(LinearModel model)
        : base(model)
    {
    }

    private protected override string Signature => LoaderSignature;

    private protected override void FromMargins(Span<float> scores)
    {
    }

    internal static LinearMulticlassModelParameters Load(ModelLoadContext ctx) => new(LoadLinear(ctx));
}
