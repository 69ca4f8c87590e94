namespace MlPipeline.Engine.Ops;

/// <summary>The index of the smallest element along a dimension.</summary>
internal sealed class ArgMinOp() : ExtremeIndexOp("ArgMin", isLargest: false);
