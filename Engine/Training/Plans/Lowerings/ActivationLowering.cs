using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels.Elementwise;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Ops.Elementwise;
using MlPipeline.Engine.Plans;
using MlPipeline.Engine.Plans.Lowering;
using MlPipeline.Engine.Plans.Steps;

namespace MlPipeline.Engine.Training.Plans.Lowerings;

/// <summary>Functions of one number, and dropout.</summary>
internal static unsafe class ActivationLowering
{
    private const int Block = 4096;

    public static Action? TryLower(Node node, TrainingBuilder builder)
    {
        if (node.OpType is "Relu" or "Clip")
            return Clamp(node, builder);
        if (node.OpType is "Dropout")
            return Dropout(node, builder);
        return OpRegistry.Of(node) is UnaryOp op && op.NeededByBackward(node) is not null ? Function(node, op, builder) : null;
    }

    /// <summary>The gradient through bounds: where y lies between them.</summary>
    public static void AddClamp(
        TrainingBuilder builder, string name, Place y, Place dy, Place? addend, Place dx, float low, float high) =>
        AddFlat(builder, $"{name} gradient", [y, dy, addend, dx], y.Length, (workspace, start, count) =>
            builder.Kernels.ClampGradient(workspace.Address(y) + start, workspace.Address(dy) + start,
                addend is null ? null : workspace.Address(addend) + start, workspace.Address(dx) + start, count, low, high));

    private static Action? Clamp(Node node, TrainingBuilder builder)
    {
        (var low, var high) = (0f, float.PositiveInfinity);
        if (node.OpType == "Clip")
        {
            var bounds = ClipOp.ConstantBounds(node, builder.Graph.Constants);
            if (bounds is null || node.Inputs.Skip(1).Any(builder.Wants))
                return null;
            (low, high) = bounds.Value;
        }

        var x = builder.Get(node.Inputs[0]);
        var y = builder.Output(node.FirstOutput);
        builder.Add(new ElementwiseStep(node.Name, builder.Threads, builder.Kernels, ElementwiseKind.Copy, Flat(x), null, null,
            Flat(y), low, high));
        return () =>
        {
            var dy = builder.GradientOf(node.FirstOutput);
            var dx = builder.NewGradient(node.Inputs[0], out var addend);
            AddClamp(builder, node.Name, y, dy, addend, dx, low, high);
        };
    }

    private static Action Function(Node node, UnaryOp op, TrainingBuilder builder)
    {
        var x = builder.Get(node.Inputs[0]);
        var y = builder.Output(node.FirstOutput);
        builder.Add(new FunctionStep(node.Name, builder.Threads, builder.Kernels, MapFunction.Of(node), op.Function(node),
            Flat(x), Flat(y)));
        return () =>
        {
            var dy = builder.GradientOf(node.FirstOutput);
            var dx = builder.NewGradient(node.Inputs[0], out var addend);
            var slope = op.Slope(node);
            (float A, float B, float C)? quadratic = node.OpType switch
            {
                "Tanh" => (1, 0, -1),
                "Sigmoid" => (0, 1, -1),
                _ => null,
            };
            Place?[] places = quadratic is null ? [x, y, dy, addend, dx] : [y, dy, addend, dx];
            AddFlat(builder, $"{node.Name} gradient", places, y.Length, (workspace, start, count) =>
            {
                var given = addend is null ? null : workspace.Address(addend) + start;
                float* values = workspace.Address(y) + start, gradients = workspace.Address(dy) + start;
                var target = workspace.Address(dx) + start;
                if (quadratic is { } q)
                {
                    builder.Kernels.QuadraticGradient(values, gradients, given, target, count, q.A, q.B, q.C);
                    return;
                }

                var source = workspace.Address(x) + start;
                for (nint i = 0; i < count; i++)
                    target[i] = (slope(source[i], values[i]) * gradients[i]) + (given == null ? 0 : given[i]);
            });
        };
    }

    /// <summary>
    /// Drops elements at random and scales those that stay (Srivastava et al. 2014). Which ones follows from the seed, the step,
    /// the node and the element's number, so that the backward pass finds the same ones again.
    /// </summary>
    private static Action? Dropout(Node node, TrainingBuilder builder)
    {
        if (node.Outputs.Skip(1).Any(o => o.Length > 0) || DropoutOp.Ratio(node, builder.FixedOf) is not { } ratio)
            return null;
        var x = builder.Get(node.Inputs[0]);
        if (!builder.State.Drops || ratio <= 0)
        {
            builder.Define(node.FirstOutput, x);
            return () => builder.AddGradient(node.Inputs[0], builder.GradientOf(node.FirstOutput));
        }

        var number = (ulong)builder.Graph.Nodes.TakeWhile(n => n != node).Count();
        var y = builder.Output(node.FirstOutput);
        Add(x, null, y);
        return () =>
        {
            var dy = builder.GradientOf(node.FirstOutput);
            var dx = builder.NewGradient(node.Inputs[0], out var addend);
            Add(dy, addend, dx);
        };

        void Add(Place from, Place? addend, Place to) =>
            AddFlat(builder, node.Name, [from, addend, to], from.Length, (workspace, start, count) =>
            {
                var state = builder.State;
                var key = Mixed(state.Seed + (0x9E3779B97F4A7C15UL * ((ulong)state.Step + 1))) ^ (number << 40);
                float* source = workspace.Address(from) + start, target = workspace.Address(to) + start;
                var given = addend is null ? null : workspace.Address(addend) + start;
                var factor = ratio < 1 ? 1 / (1 - ratio) : 0;
                for (nint i = 0; i < count; i++)
                {
                    var unit = (Mixed(key + (ulong)(start + i)) >> 40) * (1f / (1 << 24));
                    target[i] = (unit < ratio ? 0 : source[i] * factor) + (given == null ? 0 : given[i]);
                }
            });
    }

    // The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
    private static ulong Mixed(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>A step over blocks of elements, wherever they belong: all places have the same layout.</summary>
    private static void AddFlat(
        TrainingBuilder builder, string name, Place?[] places, long length, Action<Workspace, nint, nint> body)
    {
        var blocks = (length + Block - 1) / Block;
        var tasks = builder.Cut(length, blocks);
        builder.Add(new TrainingStep(name, places, [tasks], (workspace, _, task, _) =>
        {
            long start = blocks * task / tasks * Block, end = Math.Min(length, blocks * (task + 1) / tasks * Block);
            body(workspace, (nint)start, (nint)(end - start));
        }));
    }

    /// <summary>All elements as the channels of one pixel.</summary>
    public static Place Flat(Place place) =>
        Place.ChannelsLast(place.Buffer!, [1, (int)place.Length], place.Start, (int)place.Length);
}
