using System.Text.Json;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;
using MlPipeline.Engine.Training;
using MlPipeline.Engine.Training.Optimizers;
using MlPipeline.Tests.Support;

namespace MlPipeline.Engine.Tests.Training;

/// <summary>
/// Twenty steps give the losses that PyTorch gives from the same weights: Cases/loss-curves.json, by generate.py beside it.
/// </summary>
public class LossCurveTests
{
    private const int Batches = 4;
    private const double Tolerance = 1e-4;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void OfAResidualNetworkWithNesterovsMomentum(int threads) => Check("small_sgd", Small(), [8, 3, 16, 16], 5,
        s => new SgdOptimizer(s, 0.9, nesterov: true), 0.05, 1e-3, new TrainingPlanOptions { Threads = threads });

    [Fact]
    public void OfAResidualNetworkWithAdamWOnMixedAndSmoothedTargets() => Check("small_adamw", Small(), [8, 3, 16, 16], 5,
        s => new AdamWOptimizer(s), 2e-3, 0.05, new TrainingPlanOptions { LabelSmoothing = 0.1 }, mixed: true);

    [Fact]
    public void OfAResidualNetworkWithFrozenNormalizations() => Check("small_frozen", Small(), [8, 3, 16, 16], 5,
        s => new SgdOptimizer(s), 0.02, 1e-3, new TrainingPlanOptions { FreezeNormalization = true });

    [Fact]
    public void OfLeNet5WithClippedGradients() => Check("lenet5", LeNet5(), [16, 1, 32, 32], 10,
        s => new SgdOptimizer(s), 0.05, 5e-4, new TrainingPlanOptions(), clip: 1);

    private static void Check(
        string name, Graph graph, int[] shape, int classes, Func<IEnumerable<ParameterSettings>, Optimizer> make, double rate,
        double decay, TrainingPlanOptions options, bool mixed = false, double clip = double.PositiveInfinity)
    {
        var path = Path.Combine(SharedData.RepositoryRoot, "Tests", "Engine", "Training", "Cases", "loss-curves.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var expected = document.RootElement.GetProperty(name);
        double[] losses = [.. expected.GetProperty("losses").EnumerateArray().Select(l => l.GetDouble())];
        using var plan = new TrainingPlan(graph, options);
        var optimizer = make(Optimizer.DecayWeights(plan.Parameters, decay));
        for (var step = 0; step < losses.Length; step++)
        {
            var batch = step % Batches;
            var images = Values(1000 + batch, shape, 2);
            int[] labels = [.. Hashed(2000 + batch, shape[0]).Select(h => (int)(h % (uint)classes))];
            var found = mixed ? plan.ComputeGradients(images, Mixed(labels, classes)) : plan.ComputeGradients(images, labels);
            Assert.True(Math.Abs(found.Loss - losses[step]) < Tolerance, $"step {step}: {found.Loss}, not {losses[step]}");
            GradientClipping.ByGlobalNorm(plan.Parameters, clip);
            optimizer.Step(rate);
        }

        var trained = plan.ToGraph();
        float[] last = [.. expected.GetProperty("last").EnumerateArray().Select(l => l.GetSingle())];
        Assert.All(plan.Parameters[^1].Value.Floats.ToArray().Zip(last), p => Assert.Equal(p.Second, p.First, 1e-3f));
        foreach (var statistics in expected.GetProperty("statistics").EnumerateObject())
        {
            string[] kinds = [".mean", ".variance"];
            for (var i = 0; i < kinds.Length; i++)
            {
                var wanted = statistics.Value[i].EnumerateArray().Select(l => l.GetSingle());

                // AdamW moves a bias before a normalisation, whose gradient is but rounding errors, by its whole rate.
                Assert.All(trained.Constants[statistics.Name + kinds[i]].Floats.ToArray().Zip(wanted),
                    p => Assert.Equal(p.Second, p.First, mixed ? 0.03f : 2e-3f));
            }
        }
    }

    private static Tensor Mixed(int[] labels, int classes)
    {
        var targets = new float[labels.Length * classes];
        for (var row = 0; row < labels.Length; row++)
        {
            targets[(row * classes) + labels[row]] += 0.7f;
            targets[(row * classes) + labels[^(row + 1)]] += 0.3f;
        }

        return Tensor.Of(targets, labels.Length, classes);
    }

    private static uint[] Hashed(int seed, int count)
    {
        var hashes = new uint[count];
        for (var i = 0; i < count; i++)
        {
            var x = unchecked(((uint)i * 2654435761) + ((uint)seed * 97) + 1);
            x = unchecked((x ^ (x >> 16)) * 0x45D9F3B);
            hashes[i] = x ^ (x >> 16);
        }

        return hashes;
    }

    private static Tensor Values(int seed, int[] shape, double scale)
    {
        var hashes = Hashed(seed, shape.Aggregate(1, (a, b) => a * b));
        return Tensor.Of([.. hashes.Select(h => (float)(((2 * (h / 4294967296.0)) - 1) * scale))], shape);
    }

    private static Graph Small()
    {
        var n = new Layers(3, 16);
        var x = n.Pool("MaxPool", n.Add("Relu", n.Norm("n1", n.Conv("c1", "x", 3, 8, 3, pad: 1), 8)), 3, 2, 1);
        var y = n.Add("Relu", n.Norm("n2", n.Conv("c2", x, 8, 8, 3, pad: 1), 8));
        x = n.Add("Relu", n.Add("Add", n.Norm("n3", n.Conv("c3", y, 8, 8, 3, pad: 1), 8), x));
        x = n.Add("Clip", n.Norm("n4", n.Conv("c4", x, 8, 8, 3, 2, 1, 8, bias: true), 8), n.Fixed("zero", 0), n.Fixed("six", 6));
        x = n.Add("Relu", n.Norm("n5", n.Conv("c5", x, 8, 16, 3, pad: 1, groups: 4), 16));
        return n.Build(n.Linear("fc", n.Add("Flatten", n.Add("GlobalAveragePool", x)), 16, 5));
    }

    private static Graph LeNet5()
    {
        var n = new Layers(1, 32);
        var x = n.Pool("AveragePool", n.Add("Tanh", n.Conv("c1", "x", 1, 6, 5, bias: true)), 2, 2, 0);
        x = n.Pool("AveragePool", n.Add("Tanh", n.Conv("c3", x, 6, 16, 5, bias: true)), 2, 2, 0);
        x = n.Add("Tanh", n.Linear("c5", n.Add("Flatten", x), 400, 120));
        return n.Build(n.Linear("out", n.Add("Tanh", n.Linear("f6", x, 120, 84)), 84, 10));
    }

    /// <summary>Layers whose weights follow from how many parameters came before.</summary>
    private sealed class Layers(int channels, int size)
    {
        private readonly List<Node> _nodes = [];
        private readonly Dictionary<string, Tensor> _constants = [];
        private int _parameters;

        public string Conv(
            string name, string x, int inputs, int outputs, int kernel, int stride = 1, int pad = 0, int groups = 1,
            bool bias = false)
        {
            var scale = Math.Sqrt(3.0 / (inputs / groups * kernel * kernel));
            List<string> all = [x, Parameter(name + ".weight", scale, outputs, inputs / groups, kernel, kernel)];
            if (bias)
                all.Add(Parameter(name + ".bias", 0.1, outputs));
            return Add("Conv", all, ("strides", new long[] { stride, stride }), ("pads", new long[] { pad, pad, pad, pad }),
                ("group", groups));
        }

        public string Norm(string name, string x, int width) => Add("BatchNormalization",
            [x, Filled(name + ".scale", width, 1), Filled(name + ".shift", width, 0), Filled(name + ".mean", width, 0, false),
                Filled(name + ".variance", width, 1, false)]);

        public string Linear(string name, string x, int inputs, int outputs) => Add("Gemm",
            [x, Parameter(name + ".weight", Math.Sqrt(3.0 / inputs), outputs, inputs), Parameter(name + ".bias", 0.1, outputs)],
            ("transB", 1L));

        public string Pool(string op, string x, int kernel, int stride, int pad) => Add(op, [x],
            ("kernel_shape", new long[] { kernel, kernel }), ("strides", new long[] { stride, stride }),
            ("pads", new long[] { pad, pad, pad, pad }));

        public string Add(string op, params string[] inputs) => Add(op, inputs.AsEnumerable());

        public string Fixed(string name, float value)
        {
            _constants.Add(name, Tensor.Of([value]));
            return name;
        }

        public Graph Build(string output) =>
            new("net", [new ValueInfo("x", ElementType.Float32, [-1, channels, size, size])], _nodes, _constants, [output]);

        private string Add(string op, IEnumerable<string> inputs, params (string Name, object Value)[] attributes)
        {
            var output = $"v{_nodes.Count}";
            _nodes.Add(new Node(op, inputs, [output], NodeAttributes.Of(attributes)));
            return output;
        }

        private string Parameter(string name, double scale, params int[] shape)
        {
            _constants.Add(name, Values(_parameters++, shape, scale));
            return name;
        }

        private string Filled(string name, int width, float value, bool counts = true)
        {
            _constants.Add(name, Tensor.Of([.. Enumerable.Repeat(value, width)], width));
            _parameters += counts ? 1 : 0;
            return name;
        }
    }
}
