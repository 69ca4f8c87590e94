namespace MlPipeline.Engine.Rewrites;

/// <summary>A change of a graph into an equal one.</summary>
internal interface IRewrite
{
    /// <summary>Makes the change wherever it applies; says whether it did anywhere.</summary>
    bool Apply(GraphEditor editor);
}
