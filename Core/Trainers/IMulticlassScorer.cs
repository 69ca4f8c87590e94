namespace MlPipeline.Core;

/// <summary>A model that gives each class a score.</summary>
internal interface IMulticlassScorer : ICanSaveModel
{
    int ClassCount { get; }

    int FeatureCount { get; }

    void Score(ReadOnlySpan<float> features, Span<float> scores);
}
