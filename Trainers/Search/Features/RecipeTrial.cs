using MlPipeline.Data.Splits;
using MlPipeline.Engine.Tensors;
using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Evaluation;
using MlPipeline.Trainers.Solvers.Kernels;

namespace MlPipeline.Trainers.Search;

/// <summary>What a network made of some pictures under one recipe.</summary>
internal sealed class RecipeTrial(string name, Preprocessing recipe)
{
    /// <summary>Features that differ by less, relative to their size, are equal.</summary>
    private const double SameFeatures = 1e-3;

    private static readonly double[] s_path = [1000, 300, 100, 30, 10, 3, 1, 0.3];

    private readonly List<float[]> _logits = [];
    private readonly List<float[]> _mirrored = [];

    /// <summary>The recipe, and those of which the network makes the same.</summary>
    public List<string> Names { get; } = [name];

    public Preprocessing Recipe => recipe;

    public List<float[]> Features { get; } = [];

    /// <summary>The log-loss of each picture when it was held out; null without labels.</summary>
    public double[]? Losses { get; private set; }

    /// <summary>The distance from the statistics of the first batch normalisation.</summary>
    public double? Distance { get; set; }

    /// <summary>What stands against the recipe, in standard errors of the log-loss.</summary>
    public double Penalty { get; set; }

    public double? LogLoss => Losses?.Average();

    public bool IsFinite => Features.Concat(_logits).All(row => row.All(float.IsFinite)) && Distance is not double.NaN;

    /// <summary>What the answer to a picture says about its mirror image's: the entropy of the mean answer less the mean cross
    /// entropy of the two; answers that are sure of nothing, all alike, or sure without reason say little.</summary>
    public double? Information
    {
        get
        {
            if (_logits.Count < 2 || _logits[0].Length < 2 || !IsFinite)
                return null;
            var mean = new float[_logits[0].Length];
            var cross = 0.0;
            for (var i = 0; i < _logits.Count; i++)
            {
                float[] answer = [.. _logits[i]], mirrored = [.. _mirrored[i]];
                Softmax.Apply(answer);
                Softmax.Apply(mirrored);
                for (var c = 0; c < mean.Length; c++)
                {
                    mean[c] += (answer[c] + mirrored[c]) / (2 * _logits.Count);
                    cross -= (answer[c] * Math.Max(-50, Math.Log(mirrored[c])) + mirrored[c] * Math.Max(-50, Math.Log(answer[c])))
                        / (2 * _logits.Count);
                }
            }

            return Entropy(mean) - cross;
        }
    }

    public void AddFeatures(Tensor batch, int count) => Features.AddRange(Rows(batch, count));

    public void AddLogits(Tensor batch, int count) => _logits.AddRange(Rows(batch, count));

    public void AddMirrored(Tensor batch, int count) => _mirrored.AddRange(Rows(batch, count));

    public bool IsEqualTo(RecipeTrial other)
    {
        var (mine, others) = (Features.Count > 0 ? Features : _logits, other.Features.Count > 0 ? other.Features : other._logits);
        double difference = 0, size = 0;
        foreach (var (a, b) in mine.Zip(others))
        {
            for (var i = 0; i < a.Length; i++)
            {
                difference += Math.Pow(a[i] - b[i], 2);
                size += Math.Pow(a[i], 2);
            }
        }

        return mine.Count > 0 && difference <= SameFeatures * SameFeatures * size;
    }

    /// <summary>Fits heads on all folds but one in turn, with the regularisation that does best; the losses are the means over
    /// several divisions into folds.</summary>
    public void Judge(int[] labels, DataSplit[][] divisions, int threads, CancellationToken cancellation)
    {
        var names = Enumerable.Range(0, labels.Max() + 1).Select(c => $"{c}").ToArray();
        var all = new FeatureMatrix([.. Features.SelectMany(f => f)], Features[0].Length, labels, names);
        var options = new LinearHeadOptions { Threads = 1, Tolerance = 1e-5, Cancellation = cancellation };
        Losses = new double[labels.Length];
        foreach (var splits in divisions)
        {
            Fold Prepared(DataSplit split) =>
                Fold.Prepare(all.Subset(split.Train), all.Subset(split.Test), split.Test, options);
            var folds = CrossValidation.Run(splits.Length, threads, f => Prepared(splits[f]), cancellation);
            var validation = new CrossValidation(folds, threads);
            var losses = s_path.Select(l2 => validation.Score(options, l2)).MinBy(s => s.LogLoss())!.Losses();
            foreach (var (row, loss) in folds.SelectMany(f => f.Rows).Zip(losses))
                Losses[row] += loss / divisions.Length;
        }
    }

    /// <summary>How far the log-loss is above another's, in standard errors of the difference on the same pictures.</summary>
    public double ErrorsAbove(RecipeTrial best)
    {
        double[] excess = [.. Losses!.Zip(best.Losses!, (mine, its) => mine - its)];
        var mean = excess.Average();
        var variance = excess.Sum(e => (e - mean) * (e - mean)) / Math.Max(1, excess.Length - 1);
        return mean <= 0 ? 0 : mean / Math.Max(1e-9, Math.Sqrt(variance / excess.Length));
    }

    public PreprocessingCandidate ToCandidate() => new([.. Names], LogLoss, Distance, Information);

    private static IEnumerable<float[]> Rows(Tensor batch, int count)
    {
        var length = batch.Length / count;
        return Enumerable.Range(0, count).Select(i => batch.Floats.Slice(i * length, length).ToArray()).ToArray();
    }

    private static double Entropy(float[] shares) => -shares.Where(p => p > 0).Sum(p => p * Math.Log(p));
}
