using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>
/// The older form of <see cref="ResizeOp"/>, up to operator set 9: scales only, coordinates simply divided by them.
/// </summary>
internal sealed class UpsampleOp() : ResizeOp("Upsample", 1, 2)
{
    protected override void Validate(Node node)
    {
        if (node.Opset < 7)
            throw node.Error($"is not supported in operator set {node.Opset}");

        base.Validate(node);
    }
}
