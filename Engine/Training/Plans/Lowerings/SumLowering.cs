using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels.Elementwise;
using MlPipeline.Engine.Plans;
using MlPipeline.Engine.Plans.Steps;

namespace MlPipeline.Engine.Training.Plans.Lowerings;

/// <summary>Sums and products of two values of one shape; a sum with the ReLU after it.</summary>
internal static class SumLowering
{
    public static Action? TryLower(Node node, TrainingBuilder builder)
    {
        if (node.OpType is not ("Add" or "Sum" or "Mul") || node.Inputs.Count != 2 || !builder.IsMap(node.Inputs[1]))
            return null;
        var shape = builder.ShapeOf(node.FirstOutput);
        if (node.Inputs.Any(i => !builder.ShapeOf(i).AsSpan().SequenceEqual(shape) || builder.ConstantOf(i) is not null))
            return null;
        Place a = builder.Get(node.Inputs[0]), b = builder.Get(node.Inputs[1]);
        if (node.OpType == "Mul")
        {
            AddStep(builder, node.Name, ElementwiseKind.Multiply, a, b, builder.Output(node.FirstOutput));
            return () =>
            {
                var dz = builder.GradientOf(node.FirstOutput);
                AddFactor(builder, node, 0, dz, b);
                AddFactor(builder, node, 1, dz, a);
            };
        }

        (var output, var hasRelu) = builder.WithRelu(node);
        var y = builder.Output(output);
        AddStep(builder, node.Name, ElementwiseKind.Add, a, b, y, hasRelu ? 0 : float.NegativeInfinity);
        return () =>
        {
            var dy = builder.GradientBefore(output, hasRelu, y);
            foreach (var input in node.Inputs.Where(builder.Wants))
                builder.AddGradient(input, dy);
        };
    }

    private static void AddFactor(TrainingBuilder builder, Node node, int input, Place dz, Place other)
    {
        if (!builder.Wants(node.Inputs[input]))
            return;
        var place = builder.New(other.Dimensions, other.Layout);
        AddStep(builder, $"{node.Name} gradient", ElementwiseKind.Multiply, dz, other, place);
        builder.AddGradient(node.Inputs[input], place);
    }

    private static void AddStep(
        TrainingBuilder builder, string name, ElementwiseKind kind, Place a, Place b, Place y,
        float low = float.NegativeInfinity) =>
        builder.Add(new ElementwiseStep(name, builder.Threads, builder.Kernels, kind, ActivationLowering.Flat(a),
            new Operand(ActivationLowering.Flat(b), null), null, ActivationLowering.Flat(y), low));
}
