using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels;
using MlPipeline.Engine.Kernels.Gemm;
using MlPipeline.Engine.Kernels.Memory;
using MlPipeline.Engine.Kernels.Winograd;
using MlPipeline.Engine.Rewrites;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Runtimes;

/// <summary>
/// Has what every network needs compiled on a thread of its own, once per process, while the first network is still being read
/// and planned: in a fresh process compilation is a good part of the time to the first answer.
/// </summary>
internal static class Warmup
{
    private const int MostPixels = 144;

    private static readonly Lazy<Thread?> s_thread = new(Start);

    /// <summary>Starts it, if that has not been done; returns at once.</summary>
    public static void Begin() => _ = s_thread.Value;

    /// <summary>Returns when it is over: for tests that count threads and memory.</summary>
    public static void Await() => s_thread.Value?.Join();

    // On a single core it would only be in the way.
    private static Thread? Start()
    {
        if (Environment.ProcessorCount == 1)
            return null;
        var thread = new Thread(Run) { IsBackground = true, Name = "Engine warm-up" };
        thread.Start();
        return thread;
    }

    private static void Run()
    {
        try
        {
            var graph = SmallResidualNetwork();
            using var session = new ManagedSession(GraphOptimizer.Optimize(graph), threads: 1);
            session.Run(new Dictionary<string, Tensor> { ["x"] = Tensor.Zeros(ElementType.Float32, 1, 3, 56, 56) });
            RunRemainingKernels(KernelSet.Best);
        }
        catch (OutOfMemoryException)
        {
            // Only a head start was at stake; whoever needs the same will say what is wrong.
        }
    }

    /// <summary>Kernels that most networks need and the small one does not.</summary>
    private static unsafe void RunRemainingKernels(KernelSet kernels)
    {
        const int Part = 4096;
        using var memory = new AlignedBuffer(3 * Part);
        float* input = memory.Pointer, output = input + Part, other = output + Part;
        TileEpilogue epilogue = default;
        epilogue.Bias = other;
        foreach ((var rows, var vectors) in ((int, int)[])[(11, 2), (12, 1), (11, 1)])
        {
            epilogue.Columns = vectors * kernels.VectorWidth;
            kernels.Tile(Math.Min(rows, kernels.TileRows), vectors)(
                input, 0, 1, other, 1, output, kernels.PanelWidth, &epilogue);
        }

        var pixels = stackalloc float*[MostPixels];
        new Span<nint>(pixels, MostPixels).Fill((nint)input);
        WinogradOutput tile = new() { Target = output, Bias = other, Rows = 1, Columns = 1, Channels = kernels.VectorWidth };
        foreach (var form in (WinogradForm[])[WinogradForm.Strided4Of3, WinogradForm.Strided2Of3])
        {
            var transforms = kernels.Winograd(form.Y, form.X);
            transforms.Filter(input, output);
            transforms.Input(pixels, kernels.VectorWidth, output, 0, 0);
            transforms.Output(input, tile);
        }
    }

    /// <summary>A stem, residual blocks at 14x14 and 7x7 and a classifier: the kernels and remainders that classifiers
    /// have.</summary>
    private static Graph SmallResidualNetwork()
    {
        const int Channels = 32;
        Dictionary<string, Tensor> constants = new(StringComparer.Ordinal)
        {
            ["ones"] = Tensor.Of([.. Enumerable.Repeat(1f, Channels)], Channels),
            ["matrix"] = Tensor.Zeros(ElementType.Float32, Channels, Channels),
        };
        List<Node> nodes = [];
        string Conv(string input, string name, int inputs, int kernel, int stride = 1)
        {
            constants[$"{name}.w"] = Tensor.Zeros(ElementType.Float32, Channels, inputs, kernel, kernel);
            var pad = kernel / 2;
            nodes.Add(new Node("Conv", [input, $"{name}.w"], [$"{name}.c"],
                NodeAttributes.Of(("pads", new[] { pad, pad, pad, pad }), ("strides", new[] { stride, stride }))));
            nodes.Add(new Node("BatchNormalization", [$"{name}.c", "ones", "ones", "ones", "ones"], [name]));
            return name;
        }

        string Add(string op, string name, params string[] inputs)
        {
            nodes.Add(new Node(op, inputs, [name]));
            return name;
        }

        var stem = Add("Relu", "stem.r", Conv("x", "stem", 3, 7, stride: 2));
        nodes.Add(new Node("MaxPool", [stem], ["pool"], NodeAttributes.Of(
            ("kernel_shape", new[] { 3, 3 }), ("pads", new[] { 1, 1, 1, 1 }), ("strides", new[] { 2, 2 }))));
        var first = Add("Relu", "a.r", Conv("pool", "a", Channels, 1));
        var second = Add("Relu", "b.r", Conv(first, "b", Channels, 3));
        var sum = Add("Relu", "s.r", Add("Add", "s", Conv(second, "c", Channels, 1), "pool"));
        var third = Add("Relu", "d.r", Conv(sum, "d", Channels, 3, stride: 2));
        var fourth = Add("Relu", "e.r", Conv(Conv(third, "e", Channels, 3), "f", Channels, 1));
        var flat = Add("Flatten", "flat", Add("GlobalAveragePool", "mean", fourth));
        nodes.Add(new Node("Gemm", [flat, "matrix", "ones"], ["y"], NodeAttributes.Of(("transB", 1))));
        return new Graph("warm-up", [new ValueInfo("x", ElementType.Float32, [-1, 3, 56, 56])], nodes, constants, ["y"]);
    }
}
