using System.Runtime.CompilerServices;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels.Pooling;
using MlPipeline.Engine.Plans;
using MlPipeline.Engine.Plans.Lowering;
using MlPipeline.Engine.Plans.Steps;

namespace MlPipeline.Engine.Training.Plans.Lowerings;

/// <summary>Maximum and mean over windows of maps, and the mean of whole maps.</summary>
internal static unsafe class PoolingLowering
{
    // Channels that a task takes at a time: so there are tasks enough where the batch is small.
    private const int BlockChannels = 64;

    public static Action? TryLower(Node node, TrainingBuilder builder)
    {
        var shape = builder.ShapeOf(node.Inputs[0]);
        if (shape.Length != 4)
            return null;
        if (node.OpType == "GlobalAveragePool")
            return Global(node, builder);
        if (node.OpType is not ("MaxPool" or "AveragePool"))
            return null;
        Place x = builder.Get(node.Inputs[0]), y = builder.Output(node.FirstOutput);
        var g = NodeGeometry.Pooling(node, x, y);
        builder.Add(new PoolingStep(node.Name, builder.Threads, new Pooling(builder.Kernels, g), x, y));
        return () =>
        {
            var dy = builder.GradientOf(node.FirstOutput);
            var dx = builder.NewGradient(node.Inputs[0], out var addend);
            var blocks = (g.Channels + BlockChannels - 1) / BlockChannels;
            Place?[] places = g.Maximum ? [x, y, dy, dx, addend] : [dy, dx, addend];
            builder.Add(new TrainingStep($"{node.Name} gradient", places, [g.Batch * blocks], (workspace, _, task, _) =>
            {
                int image = task / blocks, channel = task % blocks * BlockChannels;
                var inputs = ((nint)image * g.InputHeight * g.InputWidth * g.Channels) + channel;
                var outputs = ((nint)image * g.OutputHeight * g.OutputWidth * g.Channels) + channel;
                var count = Math.Min(BlockChannels, g.Channels - channel);
                var target = workspace.Address(dx) + inputs;
                Begin(target, addend is null ? null : workspace.Address(addend) + inputs, g, count);
                var maximum = g.Maximum ? workspace.Address(y) + outputs : null;
                var values = g.Maximum ? workspace.Address(x) + inputs : target;
                Spread(builder, g, values, maximum, workspace.Address(dy) + outputs, target, count);
            }));
        };
    }

    private static void Begin(float* target, float* addend, PoolingGeometry g, int count)
    {
        for (var pixel = 0; pixel < g.InputHeight * g.InputWidth; pixel++)
        {
            var to = new Span<float>(target + ((nint)pixel * g.Channels), count);
            if (addend == null)
                to.Clear();
            else
                new ReadOnlySpan<float>(addend + ((nint)pixel * g.Channels), count).CopyTo(to);
        }
    }

    [SkipLocalsInit]
    private static void Spread(
        TrainingBuilder builder, PoolingGeometry g, float* x, float* y, float* dy, float* target, int count)
    {
        var size = g.KernelHeight * g.KernelWidth;
        var many = size > 128 ? new nint[2 * size] : null;
        var few = stackalloc nint[256];
        fixed (nint* all = many)
        {
            var pixels = (float**)(many is null ? few : all);
            var targets = pixels + size;
            for (var output = 0; output < g.OutputHeight * g.OutputWidth; output++)
            {
                var top = (output / g.OutputWidth * g.StrideY) - g.PadTop;
                var left = (output % g.OutputWidth * g.StrideX) - g.PadLeft;
                int taps = 0, padded = 0;
                for (var tap = 0; tap < size; tap++)
                {
                    int row = top + (tap / g.KernelWidth * g.DilationY), column = left + (tap % g.KernelWidth * g.DilationX);
                    padded += row < g.InputHeight + g.PadBottom && column < g.InputWidth + g.PadRight ? 1 : 0;
                    if ((uint)row >= (uint)g.InputHeight || (uint)column >= (uint)g.InputWidth)
                        continue;
                    var pixel = (((nint)row * g.InputWidth) + column) * g.Channels;
                    pixels[taps] = x + pixel;
                    targets[taps++] = target + pixel;
                }

                if (g.Maximum)
                {
                    builder.Kernels.SpreadMaximum(pixels, targets, taps, y, dy, count);
                    y += g.Channels;
                }

                for (var tap = 0; tap < taps && !g.Maximum; tap++)
                    builder.Kernels.AddScaled(dy, 1f / (g.CountPadding ? padded : taps), targets[tap], count);
                dy += g.Channels;
            }
        }
    }

    private static Action Global(Node node, TrainingBuilder builder)
    {
        Place x = builder.Get(node.Inputs[0]), y = builder.Output(node.FirstOutput);
        builder.Add(new GlobalPoolingStep(node.Name, builder.Threads, builder.Kernels, x, y, maximum: false));
        return () =>
        {
            var dy = builder.GradientOf(node.FirstOutput);
            var dx = builder.NewGradient(node.Inputs[0], out var addend);
            int pixels = x.Height * x.Width, channels = x.Channels;
            builder.Add(new TrainingStep($"{node.Name} gradient", [dy, dx, addend], [x.Batch], (workspace, _, task, _) =>
            {
                var gradient = workspace.Address(dy) + ((nint)task * channels);
                for (var pixel = 0; pixel < pixels; pixel++)
                {
                    var offset = (((nint)task * pixels) + pixel) * channels;
                    var target = workspace.Address(dx) + offset;
                    var given = new Span<float>(target, channels);
                    if (addend is null)
                        given.Clear();
                    else
                        new ReadOnlySpan<float>(workspace.Address(addend) + offset, channels).CopyTo(given);
                    builder.Kernels.AddScaled(gradient, 1f / pixels, target, channels);
                }
            }));
        };
    }
}
