namespace MlPipeline.Core;

/// <summary>
/// Applies a model to one example at a time. Not for use on several threads at once: make one for each, they are cheap, or
/// transform many rows as a data view.
/// </summary>
public sealed class PredictionEngine<TSrc, TDst> : PredictionEngineBase<TSrc, TDst>
    where TSrc : class
    where TDst : class, new()
{
    internal PredictionEngine(ITransformer transformer, PredictionEngineOptions options)
        : base(transformer, options)
    {
    }

    /// <inheritdoc/>
    public override void Predict(TSrc example, ref TDst prediction)
    {
        Move(example);
        prediction ??= new TDst();
        Fill(prediction);
    }
}
