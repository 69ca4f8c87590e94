using MlPipeline.Engine.Architectures;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;
using MlPipeline.Engine.Tests.Plans;
using MlPipeline.Engine.Training;
using MlPipeline.Engine.Training.Optimizers;

namespace MlPipeline.Engine.Tests.Training;

public class TrainingPlanTests
{
    private const int Classes = 4;
    private const float Tolerance = 3e-4f;

    private static readonly Dictionary<string, Func<SmallNetwork, string>> s_networks = new()
    {
        ["residual"] = n =>
        {
            var stem = n.Pool(n.Add("Relu", [n.BatchNorm(n.Conv("x", 3, 16, 3), 16)]), "MaxPool", 3, 2, 1);
            var a = n.BatchNorm(n.Conv(n.Add("Relu", [n.BatchNorm(n.Conv(stem, 16, 16, 3), 16)]), 16, 16, 3), 16);
            var b = n.Add("Relu", [n.Add("Add", [a, stem])]);
            var c = n.Conv(b, 16, 24, 3, stride: 2);
            return n.Add("Relu", [n.Add("Sum", [c, n.Conv(b, 16, 24, 1, stride: 2)])]);
        },
        ["joined"] = n =>
        {
            var a = n.Add("Relu", [n.Conv("x", 3, 20, 3)]);
            var b = n.Add("Concat", [n.Conv(a, 20, 16, 1), n.Conv(a, 20, 17, 5), n.Pool(a, "AveragePool", 3, 1, 1)], ("axis", 1));
            var c = n.Add("Concat", [b, a], ("axis", 1));
            var d = n.Add("LRN", [n.Conv(c, 73, 12, 3)], ("size", 5), ("alpha", 0.3f), ("beta", 0.75f));
            return n.Pool(d, "MaxPool", 2, 2, 0);
        },
        ["mobile"] = n =>
        {
            var a = n.Conv(n.Add("HardSwish", [n.Conv("x", 3, 12, 3, stride: 2)]), 12, 12, 3, group: 12);
            a = n.Add("Clip", [a, n.Constant(Tensor.Of([-0.3f])), n.Constant(Tensor.Of([0.4f]))]);
            var b = n.Conv(a, 12, 20, 3, group: 4);
            var c = n.Conv(b, 20, 20, 5, stride: 2, group: 20);
            return n.Add("Mul", [c, n.Add("Sigmoid", [n.Conv(c, 20, 20, 1)])]);
        },
        ["plain"] = n =>
        {
            var a = n.Add("PRelu", [n.Conv("x", 3, 8, 3, dilation: 2), n.Constant(0.3f, 8, 1, 1)]);
            var b = n.Add("Sub", [n.Add("Transpose", [a], ("perm", new long[] { 0, 1, 3, 2 })), n.Constant(1, 8, 1, 1)]);
            return n.Add("Mul", [b, n.Add("GlobalAveragePool", [b])]);
        },
    };

    public static TheoryData<string> Networks => [.. s_networks.Keys];

    [Theory]
    [MemberData(nameof(Networks))]
    public void GradientsAreThoseOfThePlainDefinitions(string name)
    {
        (var graph, var logits) = Build(name);
        var input = SmallNetwork.Input(3, 3, 3, 13, 13);
        int[] labels = [1, 3, 0];
        float[] weights = [1, 0.5f, 2];
        using var plan = new TrainingPlan(
            graph, new TrainingPlanOptions { FreezeNormalization = true, LabelSmoothing = 0.1, Threads = 2 });
        for (var run = 0; run < 2; run++)
        {
            var loss = plan.ComputeGradients(input, labels, weights);
            Assert.InRange(loss.Loss, 0.1, 20);
            var expected = PlainTraining.Gradients(graph, input, logits, y => CrossEntropy(y, labels, weights, 0.1));
            foreach (var parameter in plan.Parameters)
                Close(expected[parameter.Name], parameter.Gradient, parameter.Name);
        }
    }

    [Fact]
    public void ConvolutionsOfAllFormsHaveTheirGradients()
    {
        var random = new Random(5);
        int Any(params int[] values) => values[random.Next(values.Length)];
        for (var draw = 0; draw < 60; draw++)
        {
            var n = new SmallNetwork(draw, Any(3, 8, 16, 20, 32), random.Next(7, 15), random.Next(7, 15));
            var channels = n.Build("x").Inputs[0].Dimensions![1];
            var kind = random.Next(3);
            var groups = kind == 0 ? 1 : kind == 1 ? channels : channels % 4 == 0 ? 4 : 1;
            var outputs = kind == 1 && random.Next(2) == 0 ? channels : groups * Any(1, 5, 16);
            int[] kernel = [random.Next(1, 6), random.Next(1, 6)];
            if (random.Next(2) == 0)
                kernel = [3, 3];
            var text = $"draw {draw}: {channels} to {outputs}, {groups} groups, kernel {kernel[0]}x{kernel[1]}";
            var weights = n.Constant(0.4f, outputs, channels / groups, kernel[0], kernel[1]);
            long[] pads = [.. Enumerable.Range(0, 4).Select(i => (long)random.Next(kernel[i % 2]))];
            var y = n.Add("Conv", ["x", weights, n.Constant(1, outputs)],
                ("group", groups), ("strides", new long[] { Any(1, 1, 2, 3), Any(1, 1, 2) }),
                ("dilations", new long[] { 1, random.Next(4) == 0 ? 2 : 1 }),
                ("pads", pads));
            Graph graph;
            try
            {
                graph = n.Build(y);
            }
            catch (OnnxException)
            {
                continue;
            }

            var dimensions = graph.Inputs[0].Dimensions!;
            CheckMap(n, y, SmallNetwork.Input(draw, 2, channels, dimensions[2], dimensions[3]), (draw % 2) + 1, text);
        }
    }

    [Theory]
    [InlineData(16, 32, 13, 14, 1, 5)]
    [InlineData(48, 16, 18, 9, 0, 5)]
    [InlineData(32, 80, 12, 12, 2, 5)]
    [InlineData(32, 48, 2, 2, 1, 300)]
    [InlineData(16, 32, 2, 10, 1, 7)]
    [InlineData(144, 80, 4, 5, 1, 11)]
    public void ConvolutionsByMinimalFilteringHaveTheirGradients(
        int inputs, int outputs, int height, int width, int pad, int batch)
    {
        var n = new SmallNetwork(1, inputs, height, width);
        var y = n.Conv("x", inputs, outputs, 3, pad: pad);
        CheckMap(n, y, SmallNetwork.Input(2, batch, inputs, height, width), 2, $"{inputs} to {outputs}");
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    public void ASumAfterANormalizationIsDifferentiatedWhateverIsTrained(int right, int left)
    {
        var n = new SmallNetwork(4, 3, 9, 9);
        string[] kernels = [n.Constant(0.4f, 8, 3, 3, 3), n.Constant(0.4f, 8, 3, 3, 3), n.Constant(1, 8)];
        var other = n.Add("Conv", ["x", kernels[0]]);
        var normalized = n.Add("BatchNormalization", [n.Add("Conv", ["x", kernels[1]]), kernels[2], n.Constant(1, 8),
            n.Constant(0.1f, 8), n.Constant(Tensor.Of([1, 2, 3, 4, 5, 6, 7, 8f], 8))]);
        var logits = n.Add("Flatten", [n.Add("GlobalAveragePool", [n.Add("Relu", [n.Add("Add", [normalized, other])])])]);
        var graph = n.Build(logits);
        var input = SmallNetwork.Input(3, 3, 3, 9, 9);
        int[] labels = [1, 3, 0];
        using var plan = new TrainingPlan(graph, new TrainingPlanOptions
        {
            FreezeNormalization = true,
            Parameters = [.. kernels[..right], .. kernels[1..(1 + left)]],
        });
        plan.ComputeGradients(input, labels);
        var expected = PlainTraining.Gradients(graph, input, logits, y => CrossEntropy(y, labels, [1, 1, 1], 0));
        Assert.Equal(right + left, plan.Parameters.Count);
        foreach (var parameter in plan.Parameters)
            Close(expected[parameter.Name], parameter.Gradient, parameter.Name);
    }

    [Fact]
    public void BatchStatisticsAreDifferentiatedToo()
    {
        // Without bends, which differences would run into.
        var n = new SmallNetwork(7, 3, 9, 9);
        var a = n.Add("Tanh", [n.BatchNorm(n.Conv("x", 3, 8, 3, stride: 2), 8)]);
        var b = n.Add("Add", [a, n.BatchNorm(n.Conv(n.Add("Sigmoid", [n.BatchNorm(a, 8)]), 8, 8, 3), 8)]);
        var graph = n.Build(n.Add("Gemm", [n.Add("Flatten", [n.Add("GlobalAveragePool", [b])]), n.Constant(1, Classes, 8)],
            ("transB", 1)));
        var input = SmallNetwork.Input(3, 5, 3, 9, 9);
        int[] labels = [1, 3, 0, 2, 2];
        using var plan = new TrainingPlan(graph, new TrainingPlanOptions { NormalizationMomentum = 0 });
        plan.ComputeGradients(input, labels);
        var slopes = plan.Parameters.ToDictionary(p => p.Name, p => p.Gradient.Floats.ToArray());
        var random = new Random(1);
        foreach (var parameter in plan.Parameters)
        {
            // Along a drawn direction, so that many elements take part.
            float[] direction = [.. slopes[parameter.Name].Select(_ => (random.NextSingle() * 2) - 1)];
            var expected = direction.Zip(slopes[parameter.Name], (a, b) => (double)a * b).Sum();
            double Loss(float step)
            {
                Move(parameter, direction, step);
                var loss = plan.ComputeGradients(input, labels).Loss;
                Move(parameter, direction, -step);
                return loss;
            }

            const float Step = 5e-3f;
            var measured = (Loss(Step) - Loss(-Step)) / (2 * Step);
            Assert.True(Math.Abs(measured - expected) < 0.02 * (0.05 + Math.Abs(expected)),
                $"{parameter.Name}: {measured}, not {expected}");
        }
    }

    [Theory]
    [InlineData("lenet5", 32)]
    [InlineData("alexnet", 80)]
    [InlineData("googlenet", 64)]
    [InlineData("resnet18-v2", 32)]
    [InlineData("densenet121", 32)]
    [InlineData("mobilenetv2", 32, true)]
    public void WholeNetworksGoDownhillByTheSlopeTheySay(string name, int size, bool frozen = false)
    {
        var graph = ArchitectureCatalog.ByName(name).Build(new ArchitectureOptions { Classes = 5, InputSize = size });
        var images = SmallNetwork.Input(1, 4, name == "lenet5" ? 1 : 3, size, size);
        int[] labels = [0, 3, 1, 4];
        using var plan = new TrainingPlan(graph, new TrainingPlanOptions
        {
            UseDropout = false,
            NormalizationMomentum = 0,
            FreezeNormalization = frozen,
        });
        plan.ComputeGradients(images, labels);
        TrainedParameter[] weights = [.. plan.Parameters.Where(p => p.Kind == ParameterKind.Weight)];
        TrainedParameter[] tried = [weights[0], weights[weights.Length / 2], weights[^1]];
        float[][] slopes = [.. tried.Select(p => p.Gradient.Floats.ToArray())];
        for (var i = 0; i < tried.Length; i++)
        {
            // So short a step that the loss is all but straight; where the slope has all but vanished, there is none such.
            var squares = slopes[i].Sum(v => (double)v * v);
            if (squares < 0.1 && i < tried.Length - 1)
                continue;
            var step = (float)(1e-3 / squares);
            double Loss(float along)
            {
                var before = tried[i].Value.Floats.ToArray();
                Move(tried[i], slopes[i], along);
                var moved = plan.ComputeGradients(images, labels).Loss;
                before.CopyTo(tried[i].Value.Floats);
                return moved;
            }

            var measured = (Loss(step) - Loss(-step)) / (2 * step);
            Assert.True(Math.Abs(measured - squares) < 0.06 * squares, $"{tried[i].Name}: {measured}, not {squares}");
        }
    }

    [Fact]
    public void AWholeNetworkHasTheGradientsOfThePlainDefinitions()
    {
        var graph = ArchitectureCatalog.ByName("squeezenet1.1").Build(new ArchitectureOptions { Classes = 5, InputSize = 40 });
        var images = SmallNetwork.Input(1, 2, 3, 40, 40);
        using var plan = new TrainingPlan(graph, new TrainingPlanOptions { UseDropout = false });
        plan.ComputeGradients(images, [4, 1]);
        var expected = PlainTraining.Gradients(graph, images, "logits", y => CrossEntropy(y, [4, 1], [1, 1], 0));
        foreach (var parameter in plan.Parameters)
            Close(expected[parameter.Name], parameter.Gradient, parameter.Name);
    }

    [Fact]
    public void GivesTheSameBitsForAnyNumberOfThreads()
    {
        foreach (var name in s_networks.Keys)
        {
            byte[]? first = null;
            foreach (var threads in new[] { 1, 2, 3 })
            {
                (var graph, _) = Build(name);
                using var plan = new TrainingPlan(graph, new TrainingPlanOptions { Threads = threads });
                var optimizer = new SgdOptimizer(Optimizer.DecayWeights(plan.Parameters, 1e-3));
                for (var step = 0; step < 3; step++)
                {
                    plan.ComputeGradients(SmallNetwork.Input(step, 6, 3, 13, 13), [0, 1, 2, 3, 0, 1]);
                    optimizer.Step(0.05);
                }

                using var stream = new MemoryStream();
                plan.Save(stream);
                first ??= stream.ToArray();
                Assert.True(first.AsSpan().SequenceEqual(stream.ToArray()), $"{name} with {threads} threads");
            }
        }
    }

    [Fact]
    public void ACancelledStepLeavesNoTraceAndStatesAreRestored()
    {
        (var graph, _) = Build("residual");
        var input = SmallNetwork.Input(3, 4, 3, 13, 13);
        int[] labels = [0, 1, 2, 3];
        using var plan = new TrainingPlan(graph);
        var optimizer = new AdamWOptimizer(Optimizer.DecayWeights(plan.Parameters, 0.01));
        plan.ComputeGradients(input, labels);
        optimizer.Step(0.01);
        using MemoryStream before = new(), state = new(), after = new(), again = new();
        plan.Save(before);
        optimizer.Save(state);
        Assert.Throws<OperationCanceledException>(() =>
            plan.ComputeGradients(input, labels, cancellation: new CancellationToken(true)));
        plan.Save(after);
        Assert.Equal(before.ToArray(), after.ToArray());

        plan.ComputeGradients(input, labels);
        optimizer.Step(0.01);
        var wanted = plan.Parameters.Select(p => p.Value.Floats.ToArray()).ToArray();

        using var other = new TrainingPlan(graph, new TrainingPlanOptions { Threads = 1 });
        var resumed = new AdamWOptimizer(Optimizer.DecayWeights(other.Parameters, 0.01));
        before.Position = state.Position = 0;
        other.Restore(before);
        resumed.Restore(state);
        other.ComputeGradients(input, labels);
        resumed.Step(0.01);
        Assert.Equal(wanted, other.Parameters.Select(p => p.Value.Floats.ToArray()));
        before.SetLength(before.Length - 5);
        before.Position = 0;
        Assert.Throws<InvalidDataException>(() => other.Restore(before));
    }

    [Fact]
    public void OnlyWhatIsTrainedIsDifferentiated()
    {
        var graph = ArchitectureCatalog.ByName("resnet18").Build(new ArchitectureOptions { Classes = 3, InputSize = 64 });
        var stage = ParameterSelection.From(graph, "stage4.block1.conv1");
        Assert.Contains("stage4.block1.shortcut.weight", stage);
        Assert.Contains("logits.bias", stage);
        Assert.DoesNotContain("stage3.block2.conv2.weight", stage);
        Assert.True(ParameterSelection.All(graph).Count > stage.Count);
        var images = SmallNetwork.Input(1, 4, 3, 64, 64);
        using var all = new TrainingPlan(graph);
        using var last = new TrainingPlan(graph, new TrainingPlanOptions { Parameters = stage });
        all.ComputeGradients(images, [0, 1, 2, 0]);
        last.ComputeGradients(images, [0, 1, 2, 0]);
        Assert.True(last.Bytes < 0.75 * all.Bytes, $"{last.Bytes} of {all.Bytes} bytes");
        var trained = last.ToGraph();
        Assert.Equal(graph.Constants["stem.norm.mean"].Floats.ToArray(), trained.Constants["stem.norm.mean"].Floats.ToArray());
        const string Late = "stage4.block2.norm2.mean";
        Assert.NotEqual(graph.Constants[Late].Floats.ToArray(), trained.Constants[Late].Floats.ToArray());
        Assert.Throws<ArgumentException>(() => ParameterSelection.From(graph, "stage9"));
    }

    [Fact]
    public void WhatLiesBehindAValueTrainsAsInTheWholeNetwork()
    {
        var graph = ArchitectureCatalog.ByName("resnet18").Build(new ArchitectureOptions { Classes = 3, InputSize = 64 });
        const string Cut = "stage3.block2.relu";
        var images = SmallNetwork.Input(1, 4, 3, 64, 64);
        var stage = ParameterSelection.From(graph, "stage4.block1.conv1");
        using var whole = new TrainingPlan(graph, new TrainingPlanOptions { Parameters = stage });
        var expected = whole.ComputeGradients(images, [0, 1, 2, 0]);
        using var before = new ManagedRuntime().CreateSession(graph.WithOutputs(Cut));
        var map = before.Run(new Dictionary<string, Tensor> { ["input"] = images })[Cut];
        using var behind = new TrainingPlan(graph.WithInput(Cut));
        Assert.Equal(stage, behind.Parameters.Select(p => p.Name));
        Assert.Equal(expected.Loss, behind.ComputeGradients(map, [0, 1, 2, 0]).Loss, 1e-4);
        Assert.Throws<ArgumentException>(() => graph.WithInput("stage3.block2.relu1"));
    }

    [Fact]
    public void WrongBatchesAreRefused()
    {
        (var graph, _) = Build("residual");
        using var plan = new TrainingPlan(graph);
        var input = SmallNetwork.Input(3, 2, 3, 13, 13);
        Assert.Contains("class 4", Assert.Throws<ArgumentException>(() => plan.ComputeGradients(input, [0, 4])).Message);
        Assert.Throws<ArgumentException>(() => plan.ComputeGradients(input, [0]));
        Assert.Throws<ArgumentException>(() => plan.ComputeGradients(input, [0, 1], [0, 0]));
        Assert.Throws<ArgumentException>(() => plan.ComputeGradients(input, Tensor.Of(new float[6], 2, 3)));
        Assert.Throws<ArgumentException>(() => new TrainingPlan(graph, new TrainingPlanOptions { Parameters = ["nothing"] }));
    }

    [Fact]
    public void DropoutDropsTheSameInBothPasses()
    {
        var n = new SmallNetwork(1, 3, 6, 6);
        var x = n.Conv("x", 3, 8, 3);
        var logits = n.Add("Flatten", [n.Add("Dropout", [x, n.Constant(Tensor.Of([0.4f]))])]);
        var graph = n.Build(logits);
        var images = SmallNetwork.Input(1, 3, 3, 6, 6);
        using var plan = new TrainingPlan(graph);
        using var same = new TrainingPlan(graph, new TrainingPlanOptions { Threads = 1 });
        var first = plan.ComputeGradients(images, [0, 1, 2]);
        var bias = plan.Parameters.Single(p => p.Kind == ParameterKind.Bias);
        var slope = bias.Gradient.Floats.ToArray();
        Assert.Equal(first, same.ComputeGradients(images, [0, 1, 2]));

        // The next step drops others.
        Assert.NotEqual(first.Loss, plan.ComputeGradients(images, [0, 1, 2]).Loss);
        double Loss(float step)
        {
            using var moved = new TrainingPlan(graph);
            moved.Parameters.Single(p => p.Kind == ParameterKind.Bias).Value.Floats[3] += step;
            return moved.ComputeGradients(images, [0, 1, 2]).Loss;
        }

        Assert.Equal(slope[3], (Loss(0.01f) - Loss(-0.01f)) / 0.02, 1e-3);
    }

    private static (Graph Graph, string Logits) Build(string name)
    {
        var n = new SmallNetwork(7, 3, 13, 13);
        var map = s_networks[name](n);
        var shape = n.Build(map).ShapesFor(new Dictionary<string, int[]> { ["x"] = [1, 3, 13, 13] }).Of(map);
        var size = shape[1] * shape[2] * shape[3];
        var hidden = n.Add("Tanh", [n.Add("Gemm", [n.Add("Flatten", [map]), n.Constant(2f / size, 9, size), n.Constant(0.1f, 9)],
            ("transB", 1))]);
        var logits = n.Add("Add", [n.Add("MatMul", [hidden, n.Constant(1, 9, Classes)]), n.Constant(0.1f, Classes)]);
        return (n.Build(n.Add("Softmax", [logits])), logits);
    }

    [Fact]
    public void WeightsThatAreMadeOfConstantsAreTrained()
    {
        // As where weights are stored in half precision, and read through a Cast.
        SmallNetwork n = new(3, 3, 6, 6);
        var weights = n.Add("Mul", [n.Constant(1, 4, 3, 3, 3), n.Constant(Tensor.Of([0.5f]))]);
        var logits = n.Add("Flatten", [n.Add("GlobalAveragePool", [n.Add("Conv", ["x", weights])])]);
        var graph = n.Build(logits);
        Assert.Equal([weights], ParameterSelection.All(graph));
        using var plan = new TrainingPlan(graph, new TrainingPlanOptions { Threads = 1 });
        plan.ComputeGradients(SmallNetwork.Input(1, 2, 3, 6, 6), [0, 3]);
        var gradient = Assert.Single(plan.Parameters).Gradient.Floats.ToArray();
        Assert.Contains(gradient, g => g != 0);
        new SgdOptimizer(Optimizer.DecayWeights(plan.Parameters, 0)).Step(0.5);
        var before = graph.Constants.Count;
        var trained = plan.ToGraph().Constants[weights].Floats.ToArray();
        Assert.Equal(plan.Parameters[0].Value.Floats.ToArray(), trained);
        Assert.Equal(before, graph.Constants.Count);
    }

    /// <summary>Compares the gradients by everything of a loss of all elements of a map.</summary>
    private static void CheckMap(SmallNetwork n, string map, Tensor input, int threads, string text)
    {
        var shape = n.Build(map).ShapesFor(new Dictionary<string, int[]> { ["x"] = input.Shape }).Of(map);
        var logits = n.Add("Flatten", [n.Add("Add", [map, n.Add("Mul", [map, n.Constant(1, 1, 1, 1, 1)])])]);
        var graph = n.Build(logits);
        int[] labels = [.. Enumerable.Range(0, shape[0]).Select(i => i * 7 % (shape[1] * shape[2] * shape[3]))];
        float[] weights = [.. labels.Select(_ => 1f)];
        using var plan = new TrainingPlan(graph, new TrainingPlanOptions { Threads = threads });
        plan.ComputeGradients(input, labels);
        var expected = PlainTraining.Gradients(graph, input, logits, l => CrossEntropy(l, labels, weights, 0));
        foreach (var parameter in plan.Parameters)
            Close(expected[parameter.Name], parameter.Gradient, $"{text}, {parameter.Name}");
        using var inputs = new GradientPlan(graph, logits, ["x"], threads: 1);
        Close(expected["x"], inputs.Run(input, l => CrossEntropy(l, labels, weights, 0)).Gradients["x"], text);
    }

    private static void Move(TrainedParameter parameter, float[] direction, float step)
    {
        for (var i = 0; i < direction.Length; i++)
            parameter.Value.Floats[i] += step * direction[i];
    }

    /// <summary>The gradient of the weighted mean cross-entropy.</summary>
    private static Tensor CrossEntropy(Tensor logits, int[] labels, float[] weights, double smoothing)
    {
        var classes = logits.Dimensions[1];
        var gradient = new float[logits.Length];
        for (var row = 0; row < labels.Length; row++)
        {
            var x = logits.Floats.Slice(row * classes, classes).ToArray();
            var largest = x.Max();
            var sum = x.Sum(v => Math.Exp((double)v - largest));
            for (var c = 0; c < classes; c++)
            {
                var target = (smoothing / classes) + (c == labels[row] ? 1 - smoothing : 0);
                gradient[(row * classes) + c] =
                    (float)(weights[row] / weights.Sum() * ((Math.Exp((double)x[c] - largest) / sum) - target));
            }
        }

        return Tensor.Of(gradient, logits.Dimensions.ToArray());
    }

    /// <summary>Within a tolerance of the largest element.</summary>
    private static void Close(Tensor expected, Tensor actual, string name)
    {
        Assert.Equal(expected.Dimensions.ToArray(), actual.Dimensions.ToArray());
        var largest = expected.Floats.ToArray().Max(Math.Abs);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected.Floats[i] - actual.Floats[i]) <= Tolerance * (largest + 1e-3),
                $"{name}: element {i} is {actual.Floats[i]}, where {expected.Floats[i]} is expected");
        }
    }
}
