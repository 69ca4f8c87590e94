using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>
/// An operator that folds any number of inputs into one, with broadcasting (before operator set 8: of one shape).
/// </summary>
internal abstract class VariadicOp(string type, bool onWholeNumbers) : Op(type, 1, int.MaxValue, "consumed_inputs")
{
    public abstract float Fold(float a, float b);

    public virtual long Fold(long a, long b) => throw new NotSupportedException();

    public virtual float Finish(float folded, int count) => folded;

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        if (onWholeNumbers && node.Opset >= 12)
            Require(node, inputs, 0, ElementType.Float32, ElementType.Int64, ElementType.Int32);
        else
            Require(node, inputs, 0, ElementType.Float32);

        for (var i = 1; i < inputs.Count; i++)
            Require(node, inputs, i, inputs[0]!.Value);

        return [inputs[0]!.Value];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var shape = inputs.Shape(0);
        for (var i = 1; i < inputs.Count; i++)
        {
            if (node.Opset < 8 && !shape.AsSpan().SequenceEqual(inputs.Shape(i)))
                throw node.Error($"inputs of {ShapeText.Of(shape)} and {ShapeText.Of(inputs.Shape(i))} differ in shape");

            shape = Broadcast.Shape(node, shape, inputs.Shape(i));
        }

        return [shape];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var y = outputs[0];
        Strided.Gather(inputs.Value(0), y, Strided.BroadcastOffsets(inputs.Shape(0), y.Shape));
        for (var n = 1; n < inputs.Count; n++)
        {
            var x = inputs.Value(n);
            var at = Strided.BroadcastOffsets(x.Shape, y.Shape);
            for (var i = 0; i < at.Length; i++)
            {
                if (y.Type == ElementType.Float32)
                    y.Floats[i] = Fold(y.Floats[i], x.Floats[at[i]]);
                else if (y.Type == ElementType.Int64)
                    y.Int64s[i] = Fold(y.Int64s[i], x.Int64s[at[i]]);
                else
                    y.Int32s[i] = (int)Fold((long)y.Int32s[i], x.Int32s[at[i]]);
            }
        }

        if (y.Type == ElementType.Float32)
        {
            foreach (ref var value in y.Floats)
                value = Finish(value, inputs.Count);
        }
    }
}
