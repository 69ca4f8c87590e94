using MlPipeline.Optimizers;

namespace MlPipeline.Core;

/// <summary>Weights and biases of a linear multiclass model.</summary>
public abstract class LinearMulticlassModelParametersBase : ICanSaveModel, IMulticlassScorer
{
    private protected LinearMulticlassModelParametersBase(LinearModel model) => Linear = model;

    int IMulticlassScorer.ClassCount => Linear.ClassCount;

    int IMulticlassScorer.FeatureCount => Linear.FeatureCount;

    internal LinearModel Linear { get; }

    /// <summary>The biases, one for each class.</summary>
    public IEnumerable<float> GetBiases() => Linear.Biases.ToArray();

    /// <summary>Copies the weights, a vector for each class.</summary>
    /// <param name="weights">Re-used where its arrays suffice.</param>
    /// <param name="numClasses">The number of classes.</param>
    public void GetWeights(ref VBuffer<float>[] weights, out int numClasses)
    {
        numClasses = Linear.ClassCount;
        int features = Linear.FeatureCount;
        if (weights == null || weights.Length < numClasses)
            Array.Resize(ref weights, numClasses);
        for (int c = 0; c < numClasses; c++)
        {
            VBufferEditor<float> editor = VBufferEditor.Create(ref weights[c], features);
            Linear.Weights.Slice(c * features, features).CopyTo(editor.Values);
            weights[c] = editor.Commit();
        }
    }

    void IMulticlassScorer.Score(ReadOnlySpan<float> features, Span<float> scores)
    {
        Linear.Scores(features, scores);
        FromMargins(scores);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.SetSignature(Signature, 1);
        ctx.Writer.WriteArray(Linear.Biases);
        ctx.Writer.WriteArray(Linear.Weights);
    }

    /// <summary>Turns linear scores into what the model gives.</summary>
    private protected abstract void FromMargins(Span<float> scores);

    private protected abstract string Signature { get; }

    internal static LinearModel LoadLinear(ModelLoadContext ctx)
    {
        float[] biases = ctx.ReadArray<float>();
        float[] weights = ctx.ReadArray<float>();
        ctx.Check(biases.Length > 0 && weights.Length > 0 && weights.Length % biases.Length == 0,
            $"{weights.Length} weights for {biases.Length} classes");
        return new LinearModel(weights, biases);
    }
}
