using MlPipeline.Data.Splits;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;
using MlPipeline.Engine.Training;
using MlPipeline.Engine.Training.Optimizers;
using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Solvers.Samples;

namespace MlPipeline.Trainers.Recipe.Network;

/// <summary>A softmax head on features, linear or with one hidden layer of ReLU, as a graph of its own. Features are standardised
/// by the training samples.</summary>
internal sealed class HeadModel : RecipeModel
{
    private const string Input = "features";

    private readonly FeatureMatrix _rows;
    private readonly Graph _graph;

    public HeadModel(FeatureMatrix data, RecipeOptions options)
        : base(data.Labels.ToArray(), data.Groups.ToArray(), data.ClassNames, options)
    {
        var scaling = FeatureScaling.Measure(data.Subset(Split.Train));
        _rows = data.Subset([.. Enumerable.Range(0, data.Count)]);
        scaling.ApplyInPlace(_rows);
        ConstantFeatures = scaling.Scale.Count(0f);
        _graph = Head(data.FeatureCount);
    }

    public override string Subject => "the head";

    public override int FeatureCount => _rows.FeatureCount;

    public override int ConstantFeatures { get; }

    public override RecipeEffort Effort { get; } = new(1, [1e-2, 1e-1, 1e-3], 300, 100, [1e-3, 1e-2], 4, 6, int.MaxValue);

    public override bool RunsSideBySide => true;

    public override string Logits => "logits";

    public override (TrainingPlan Plan, Optimizer Optimizer) Open(double weightDecay, int threads)
    {
        var plan = new TrainingPlan(_graph, new TrainingPlanOptions { Logits = Logits, Threads = threads });
        return (plan, new SgdOptimizer(Optimizer.DecayWeights(plan.Parameters, weightDecay), Options.Momentum));
    }

    public override Tensor Inputs(IReadOnlyList<int> samples)
    {
        var values = new float[samples.Count * FeatureCount];
        for (var i = 0; i < samples.Count; i++)
            _rows.Row(samples[i]).CopyTo(values.AsSpan(i * FeatureCount));
        return Tensor.Of(values, samples.Count, FeatureCount);
    }

    private Graph Head(int features)
    {
        var random = new SeededRandom(Options.Seed);
        List<Node> nodes = [];
        Dictionary<string, Tensor> constants = new(StringComparer.Ordinal);
        void Add(string name, string input, string output, int inputs, int outputs, double deviation)
        {
            constants[$"{name}/weights"] = Tensor.Of(Normal(inputs * outputs, deviation, random), outputs, inputs);
            constants[$"{name}/biases"] = Tensor.Of(new float[outputs], outputs);
            nodes.Add(new Node("Gemm", [input, $"{name}/weights", $"{name}/biases"], [output],
                NodeAttributes.Of(("transB", 1L)), name));
        }

        var (last, width) = (Input, features);
        if (Options.HiddenUnits > 0)
        {
            Add("hidden", Input, "hidden/sums", features, Options.HiddenUnits,
                Options.InitialDeviation ?? Math.Sqrt(2.0 / features));
            nodes.Add(new Node("Relu", ["hidden/sums"], ["hidden/units"], name: "hidden/relu"));
            (last, width) = ("hidden/units", Options.HiddenUnits);
        }

        Add("head", last, Logits, width, ClassCount, HeadDeviation(width));
        return new Graph("head", [new ValueInfo(Input, ElementType.Float32, [-1, features])], nodes, constants, [Logits]);
    }
}
