using MlPipeline.Optimizers;

namespace MlPipeline.Core;

/// <summary>A maximum entropy model: the softmax of linear scores.</summary>
public sealed class MaximumEntropyModelParameters : LinearMulticlassModelParametersBase
{
    internal const string LoaderSignature = "MaximumEntropyModel";

    internal MaximumEntropyModelParameters(LinearModel model)
        : base(model)
    {
    }

    private protected override string Signature => LoaderSignature;

    private protected override void FromMargins(Span<float> scores) => LinearModel.Softmax(scores);

    internal static MaximumEntropyModelParameters Load(ModelLoadContext ctx) => new(LoadLinear(ctx));
}
