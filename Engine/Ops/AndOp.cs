namespace MlPipeline.Engine.Ops;

/// <summary>Whether a and b are both true, with broadcasting.</summary>
internal sealed class AndOp() : LogicalOp("And")
{
    public override bool Of(bool a, bool b) => a && b;
}
