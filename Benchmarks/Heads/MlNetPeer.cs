using System.Diagnostics;
using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Solvers;

namespace MlPipeline.Benchmarks.Heads;

/// <summary>ML.NET's own maximum entropy trainers on one problem, over rows that lie in memory.</summary>
internal sealed class MlNetPeer
{
    private readonly MLContext _context = new(seed: 1);
    private readonly FeatureMatrix _samples;
    private readonly IDataView _rows;

    public MlNetPeer(FeatureMatrix samples)
    {
        _samples = samples;
        var definition = SchemaDefinition.Create(typeof(Row));
        definition[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, samples.FeatureCount);
        definition[nameof(Row.Label)].ColumnType = new KeyDataViewType(typeof(uint), samples.ClassCount);
        _rows = _context.Data.LoadFromEnumerable(
            Enumerable.Range(0, samples.Count)
                .Select(i => new Row { Features = samples.Row(i).ToArray(), Label = (uint)samples.Labels[i] })
                .ToArray(), definition);
    }

    /// <summary>By L-BFGS.</summary>
    public FitCurve Lbfgs(double l2, double tolerance) => Time(l2, _context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(
        new LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            L1Regularization = 0,
            L2Regularization = (float)l2,
            OptimizationTolerance = (float)tolerance,
        }));

    /// <summary>By dual coordinate ascent, which regularises the biases too.</summary>
    public FitCurve Sdca(double l2) => Time(l2, _context.MulticlassClassification.Trainers.SdcaMaximumEntropy(
        new SdcaMaximumEntropyMulticlassTrainer.Options
        {
            L1Regularization = 0,
            L2Regularization = (float)(l2 / _samples.Count),
        }));

    private FitCurve Time(double l2, IEstimator<MulticlassPredictionTransformer<MaximumEntropyModelParameters>> trainer)
    {
        ResidentMemory.ForgetPeak();
        var clock = Stopwatch.StartNew();
        var parameters = trainer.Fit(_rows).Model;
        var seconds = clock.Elapsed.TotalSeconds;
        VBuffer<float>[]? weights = null;
        parameters.GetWeights(ref weights, out _);
        var model = new LinearModel([.. weights!.SelectMany(row => row.DenseValues())], [.. parameters.GetBiases()]);
        return new FitCurve(seconds, OurSolvers.EntropyObjective(_samples, model, l2), ResidentMemory.PeakMb(), []);
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        // From 0: the data view makes keys from 1 of them.
        public uint Label { get; set; }
    }
}
