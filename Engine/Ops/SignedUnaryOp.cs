using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>An operator that maps each element by itself, on reals and whole numbers.</summary>
internal abstract class SignedUnaryOp(string type) : UnaryOp(type)
{
    public abstract long Apply(long x);

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 0, ElementType.Float32, ElementType.Int64, ElementType.Int32);
        return [inputs[0]!.Value];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var x = inputs.Value(0);
        switch (x.Type)
        {
            case ElementType.Float32:
                base.Forward(node, inputs, outputs);
                break;
            case ElementType.Int64:
                for (var i = 0; i < x.Length; i++)
                    outputs[0].Int64s[i] = Apply(x.Int64s[i]);

                break;
            default:
                for (var i = 0; i < x.Length; i++)
                    outputs[0].Int32s[i] = (int)Apply(x.Int32s[i]);

                break;
        }
    }
}
