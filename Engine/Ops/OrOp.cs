namespace MlPipeline.Engine.Ops;

/// <summary>Whether a or b or both are true, with broadcasting.</summary>
internal sealed class OrOp() : LogicalOp("Or")
{
    public override bool Of(bool a, bool b) => a || b;
}
