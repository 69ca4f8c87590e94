using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Depthwise;
using MlPipeline.Engine.Kernels.Gradients;
using MlPipeline.Engine.Kernels.Winograd;
using MlPipeline.Engine.Ops.Activations;
using MlPipeline.Engine.Ops.Convolution;
using MlPipeline.Engine.Plans;
using MlPipeline.Engine.Plans.Lowering;
using MlPipeline.Engine.Plans.Steps;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Training.Plans.Lowerings;

/// <summary>2-D convolutions with constant weights, trained or not.</summary>
internal static unsafe class ConvolutionLowering
{
    public static Action? TryLower(Node node, TrainingBuilder builder)
    {
        if (node.OpType != "Conv" || builder.ShapeOf(node.Inputs[0]).Length != 4 || Activation.IsFused(node)
            || node.HasInput(ConvOp.ScaleInput) || builder.ConstantOf(node.Inputs[1]) is not { } weights
            || (node.HasInput(ConvOp.BiasInput) && builder.ConstantOf(node.Inputs[ConvOp.BiasInput]) is null))
        {
            return null;
        }

        var g = GeometryOf(node, builder);
        var bias = node.HasInput(ConvOp.BiasInput) ? builder.ConstantOf(node.Inputs[ConvOp.BiasInput]) : null;
        (var output, var hasRelu) = builder.WithRelu(node);
        var x = builder.Get(node.Inputs[0]);
        var y = builder.Output(output);
        var varies = builder.ParameterOf(node.Inputs[1]) is not null
            || (node.HasInput(ConvOp.BiasInput) && builder.ParameterOf(node.Inputs[ConvOp.BiasInput]) is not null);
        var kernel = Forward(node.Name, builder, g, (float[])weights.Storage, bias, varies,
            hasRelu ? ConvolutionEpilogue.Relu : ConvolutionEpilogue.None);
        builder.Add(new ConvolutionStep(node.Name, kernel, x, y, null));
        return () =>
        {
            var dy = builder.GradientBefore(output, hasRelu, y);
            if (node.HasInput(ConvOp.BiasInput) && builder.ParameterOf(node.Inputs[ConvOp.BiasInput]) is { } trainedBias)
                AddBiasGradient(node.Name, builder, dy, trainedBias);
            if (builder.ParameterOf(node.Inputs[1]) is { } trained)
                AddWeightGradient(node.Name, builder, g, x, dy, trained);
            if (builder.Wants(node.Inputs[0]))
                AddInputGradient(node, builder, g, (float[])weights.Storage, varies, dy);
        };
    }

    /// <summary>The sums over pixels, chunk by chunk of rows, the chunks' sums in order.</summary>
    public static void AddBiasGradient(string name, TrainingBuilder builder, Place dy, TrainedParameter bias)
    {
        const int Chunk = 512;
        int channels = dy.Channels, rows = dy.Pixels, chunks = (rows + Chunk - 1) / Chunk;
        var step = ((channels + 15) / 16 * 16) + 16;
        var sums = new PlanBuffer((long)chunks * step);
        var adds = builder.Continues(bias);
        builder.Add(new TrainingStep($"{name} bias gradient", [dy], [chunks, 1], (workspace, phase, task, _) =>
        {
            var parts = workspace.Address(sums);
            if (phase == 0)
            {
                var first = task * Chunk;
                builder.Kernels.SumRows(workspace.Address(dy) + ((nint)first * channels), Math.Min(Chunk, rows - first), channels,
                    parts + ((nint)task * step));
                return;
            }

            var target = bias.Gradient.Floats;
            for (var c = 0; c < channels; c++)
            {
                double sum = adds ? target[c] : 0;
                for (var chunk = 0; chunk < chunks; chunk++)
                    sum += parts[((nint)chunk * step) + c];
                target[c] = (float)sum;
            }
        })
        { Shared = sums });
    }

    /// <summary>The gradient of weights that are stored output channel by output channel, or as the strides say.</summary>
    public static void AddWeightGradient(
        string name, TrainingBuilder builder, ConvolutionGeometry g, Place x, Place dy, TrainedParameter weights,
        long rowStride = 0, long columnStride = 0)
    {
        var adds = builder.Continues(weights);
        var target = (float[])weights.Gradient.Storage;
        if (g.Groups > 1 && DepthwiseConvolution.CanDo(g))
        {
            var depthwise = new DepthwiseGradient(builder.Kernels, g);
            var parts = new PlanBuffer(g.Batch * depthwise.PartFloats);
            builder.Add(new TrainingStep($"{name} weight gradient", [x, dy], [depthwise.Tasks, 1], (workspace, phase, task, _) =>
            {
                if (phase == 0)
                {
                    depthwise.ToWeights(workspace.Address(x), workspace.Address(dy),
                        workspace.Address(parts) + (task * (nint)depthwise.PartFloats), task);
                }
                else
                {
                    depthwise.Finish(workspace.Address(parts), target, adds);
                }
            })
            { Shared = parts });
            return;
        }

        if (WinogradWeightGradient.CanDo(g))
        {
            var winograd = builder.Own(new WinogradWeightGradient(builder.Kernels, g));
            var memory = new PlanBuffer(winograd.SharedFloats);
            int[] counts = [.. Enumerable.Range(0, winograd.Phases).Select(winograd.Tasks)];
            builder.Add(new TrainingStep($"{name} weight gradient", [x, dy], counts, (workspace, phase, task, worker) =>
            {
                fixed (float* to = target)
                {
                    winograd.Execute(workspace.Address(x), workspace.Address(dy), to, workspace.Address(memory),
                        workspace.Scratch(worker), phase, task, adds);
                }
            })
            { Shared = memory, Scratch = winograd.ScratchFloats });
            return;
        }

        var kernel = new WeightGradient(builder.Kernels, g, builder.Threads);
        var shared = new PlanBuffer(kernel.SharedFloats);
        int taps = g.KernelHeight * g.KernelWidth, outputs = kernel.Tasks(2), tasks = builder.Cut(target.Length, outputs);
        rowStride = rowStride == 0 ? (long)g.GroupInputs * taps : rowStride;
        columnStride = columnStride == 0 ? taps : columnStride;
        builder.Add(new TrainingStep($"{name} weight gradient", [x, dy], [kernel.Tasks(0), kernel.Tasks(1), tasks],
            (workspace, phase, task, worker) =>
            {
                int first = task, end = task + 1;
                if (phase == 2)
                    (first, end) = (outputs * task / tasks, outputs * (task + 1) / tasks);
                fixed (float* to = target)
                {
                    for (var i = first; i < end; i++)
                    {
                        kernel.Execute(workspace.Address(x), workspace.Address(dy), to, workspace.Address(shared),
                            workspace.Scratch(worker), phase, i, rowStride, columnStride, adds);
                    }
                }
            })
        { Shared = shared, Scratch = kernel.ScratchFloats });
    }

    /// <summary>Packs weights: once if they are the same in every run, else in a step of its own.</summary>
    public static void AddPacking(
        string name, TrainingBuilder builder, ConvolutionWeights weights, Tensor? bias, bool varies)
    {
        builder.Own(weights);
        if (!varies)
        {
            builder.FillOnce(weights);
            return;
        }

        var packing = weights.Packing;
        builder.Add(new TrainingStep($"{name} packing", [], [packing.Tasks], (_, _, task, worker) =>
            packing.Execute(packing, 0, task, worker))
        {
            Before = _ =>
            {
                if (bias is not null)
                    weights.SetBias(bias.Floats);
            },
        });
    }

    private static ConvolutionKernel Forward(
        string name, TrainingBuilder builder, ConvolutionGeometry g, float[] weights, Tensor? bias, bool varies,
        ConvolutionEpilogue epilogue)
    {
        ReadOnlySpan<float> shifts = bias is null ? [] : bias.Floats;
        if (g.Groups > 1 && DepthwiseConvolution.CanDo(g))
        {
            var depthwise = builder.Own(new DepthwiseWeights(g.InputChannels, g.KernelHeight * g.KernelWidth, weights, shifts));
            if (varies)
            {
                builder.Add(new TrainingStep($"{name} packing", [], [0], (_, _, _, _) => { })
                {
                    Before = _ => depthwise.Fill(g.InputChannels, weights, bias is null ? [] : bias.Floats),
                });
            }

            return new DepthwiseConvolution(builder.Kernels, g, depthwise, epilogue, builder.Threads);
        }

        return Dense(name, builder, g, weights, bias, varies, epilogue);
    }

    private static ConvolutionKernel Dense(
        string name, TrainingBuilder builder, ConvolutionGeometry g, float[] weights, Tensor? bias, bool varies,
        ConvolutionEpilogue epilogue, bool isTurned = false)
    {
        ReadOnlySpan<float> shifts = bias is null ? [] : bias.Floats;
        var memory = varies ? builder.PackedMemory : null;
        var form = varies ? ConvolutionChoice.OfTrained(g) : ConvolutionChoice.Winograd(g);
        var packed = form is null
            ? ConvolutionWeights.Pack(builder.Kernels, g, weights, shifts, [], memory, isTurned)
            : WinogradWeights.Pack(builder.Kernels, form, g, weights, shifts, [], memory, isTurned);
        AddPacking(name, builder, packed, bias, varies);
        return form is null
            ? new ImplicitGemm(builder.Kernels, g, packed, epilogue, builder.Threads)
            : new WinogradConvolution(builder.Kernels, form, g, packed, epilogue, builder.Threads);
    }

    private static void AddInputGradient(
        Node node, TrainingBuilder builder, ConvolutionGeometry g, float[] weights, bool varies, Place dy)
    {
        var name = $"{node.Name} input gradient";
        var dx = builder.NewGradient(node.Inputs[0], out var addend);
        var isDepthwise = g.Groups > 1 && DepthwiseConvolution.CanDo(g);
        if (isDepthwise)
        {
            var gradient = new DepthwiseGradient(builder.Kernels, g);
            var depthwise = builder.Own(new DepthwiseWeights(g.InputChannels, g.KernelHeight * g.KernelWidth, weights, []));
            builder.Add(new TrainingStep(name, [dy, dx, addend], [gradient.Tasks], (workspace, _, task, _) =>
                gradient.ToInput(depthwise, workspace.Address(dy), AddressOf(workspace, addend), workspace.Address(dx), task))
            {
                Before = _ => depthwise.Fill(g.InputChannels, weights, []),
            });
            return;
        }

        int padTop = (g.DilationY * (g.KernelHeight - 1)) - g.PadTop, padLeft = (g.DilationX * (g.KernelWidth - 1)) - g.PadLeft;
        if (g is { StrideX: 1, StrideY: 1, Groups: 1 } && padTop >= 0 && padLeft >= 0)
        {
            // The convolution of the output's gradient with the filters turned round, inputs and outputs exchanged.
            var turned = g with
            {
                InputChannels = g.OutputChannels,
                InputHeight = g.OutputHeight,
                InputWidth = g.OutputWidth,
                OutputChannels = g.InputChannels,
                OutputHeight = g.InputHeight,
                OutputWidth = g.InputWidth,
                PadTop = padTop,
                PadLeft = padLeft,
                ResidualPixelStride = addend is null ? 0 : g.InputChannels,
            };
            var kernel = Dense(name, builder, turned, weights, null, varies, ConvolutionEpilogue.None, isTurned: true);
            builder.Add(new ConvolutionStep(name, kernel, dy, dx, addend));
            return;
        }

        var reordered = varies ? builder.Reordered : new float[weights.Length];
        var general = new InputGradient(builder.Kernels, g);
        AddReordering(name, builder, varies, weights, g.OutputChannels, (from, to) =>
            InputGradient.Reorder(g, weights, reordered, from, to));
        var packed = general.Pack(reordered, varies ? builder.PackedMemory : null);
        AddPacking(name, builder, packed, null, varies);
        builder.Add(new TrainingStep(name, [dy, dx, addend], [general.Tasks], (workspace, _, task, worker) =>
            general.Execute(packed, workspace.Address(dy), AddressOf(workspace, addend), workspace.Address(dx),
                workspace.Scratch(worker), task))
        { Scratch = general.ScratchFloats });
    }

    private static float* AddressOf(Workspace workspace, Place? place) => place is null ? null : workspace.Address(place);

    private static void AddReordering(
        string name, TrainingBuilder builder, bool varies, float[] weights, int rows, Action<int, int> reorder)
    {
        if (!varies)
        {
            reorder(0, rows);
            return;
        }

        var tasks = builder.Cut(weights.Length, rows);
        builder.Add(new TrainingStep($"{name} reordering", [], [tasks], (_, _, task, _) =>
            reorder(rows * task / tasks, rows * (task + 1) / tasks)));
    }

    private static ConvolutionGeometry GeometryOf(Node node, TrainingBuilder builder) =>
        NodeGeometry.Convolution(node, builder.ShapeOf(node.Inputs[0]), builder.ShapeOf(node.Inputs[1]));
}
