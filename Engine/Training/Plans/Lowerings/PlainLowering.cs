using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Plans;
using MlPipeline.Engine.Plans.Steps;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Training.Plans.Lowerings;

/// <summary>Operators without kernels, by their plain definitions on tensors.</summary>
internal static class PlainLowering
{
    public static Action Lower(Node node, TrainingBuilder builder)
    {
        Place?[] inputs = [.. node.Inputs.Select(i => i.Length == 0 ? null : builder.Get(i, Layout.Object))];
        var outputs = new Place?[node.Outputs.Count];
        for (var i = 0; i < outputs.Length; i++)
        {
            if (node.Outputs[i].Length > 0)
            {
                outputs[i] = builder.NewTensor(builder.Shapes.Find(node.Outputs[i]) ?? []);
                builder.Define(node.Outputs[i], outputs[i]!);
            }
        }

        builder.Add(new OperatorStep(node, inputs, outputs));
        return () =>
        {
            if (node.Inputs.Any(builder.Wants) && node.Outputs.Any(builder.HasGradient))
                LowerBackward(node, builder);
        };
    }

    private static void LowerBackward(Node node, TrainingBuilder builder)
    {
        var op = OpRegistry.Of(node);
        var needed = op.NeededByBackward(node)!.Value;
        Place?[] Places(IReadOnlyList<string> values, bool areNeeded) =>
            [.. values.Select(v => v.Length > 0 && (areNeeded || builder.FixedOf(v) is not null)
                ? builder.Get(v, Layout.Object) : null)];

        var inputs = Places(node.Inputs, needed.HasFlag(ForwardValues.Inputs));
        var outputs = Places(node.Outputs, needed.HasFlag(ForwardValues.Outputs));
        Place?[] given = [.. node.Outputs.Select(o => o.Length == 0 ? null : builder.GradientOf(o, Layout.Object))];
        int[]?[] shapes = [.. node.Inputs.Select(i => i.Length == 0 ? null : builder.ShapeOf(i))];
        Fact?[] facts = [.. node.Inputs.Select((input, i) => input.Length == 0
            ? null : new Fact(builder.Shapes.TypeOf(input), shapes[i]))];
        var parameters = new TrainedParameter?[node.Inputs.Count];
        var continues = new bool[node.Inputs.Count];
        var made = new Place?[node.Inputs.Count];
        for (var i = 0; i < made.Length; i++)
        {
            if (!builder.Wants(node.Inputs[i]))
                continue;
            made[i] = builder.NewTensor(shapes[i]!);
            parameters[i] = builder.ParameterOf(node.Inputs[i]);
            continues[i] = parameters[i] is { } parameter && builder.Continues(parameter);
        }

        builder.Add(new TrainingStep(node.Name, [], [0], (_, _, _, _) => { })
        {
            Before = workspace =>
            {
                Fact?[] known = [.. facts.Select((fact, i) => fact is null || inputs[i] is not { } place
                    ? fact : fact with { Value = workspace.TensorOf(place) })];
                Tensor?[] results = [.. made.Select((place, i) => place is null
                    ? null : Tensor.Zeros(ElementType.Float32, shapes[i]!))];
                Tensor? Of(Place? place) => place is null ? null : workspace.TensorOf(place);
                op.Backward(node, new OpInputs(node, known),
                    new OpGradients([.. outputs.Select(Of)], [.. given.Select(Of)], results));
                for (var i = 0; i < made.Length; i++)
                {
                    if (made[i] is not { } place)
                        continue;
                    workspace.SetTensor(place, results[i]!);
                    if (parameters[i] is { } parameter)
                        Store(results[i]!.Floats, parameter.Gradient.Floats, continues[i]);
                }
            },
        });
        for (var i = 0; i < made.Length; i++)
        {
            if (made[i] is { } place && parameters[i] is null)
                builder.AddGradient(node.Inputs[i], place);
        }
    }

    private static void Store(ReadOnlySpan<float> result, Span<float> target, bool adds)
    {
        for (var i = 0; i < target.Length; i++)
            target[i] = adds ? target[i] + result[i] : result[i];
    }
}
