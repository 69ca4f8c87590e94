using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>y = the largest whole number not above x.</summary>
internal sealed class FloorOp() : UnaryOp("Floor")
{
    public override Func<float, float> Function(Node node) => x => MathF.Floor(x);
}
