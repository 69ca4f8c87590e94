namespace MlPipeline.Engine.Ops;

/// <summary>The index of the largest element along a dimension.</summary>
internal sealed class ArgMaxOp() : ExtremeIndexOp("ArgMax", isLargest: true);
