namespace MlPipeline.Engine.Ops;

/// <summary>The logarithm of <see cref="SoftmaxOp"/>.</summary>
internal sealed class LogSoftmaxOp() : SoftmaxOp("LogSoftmax", isLogarithm: true);
