namespace MlPipeline.Core;

/// <summary>
/// What multiclass metrics are computed from, gathered one row at a time. Rows are not weighted. Equal scores rank by class
/// index.
/// </summary>
internal sealed class MulticlassCounters
{
    // As a float, so that log-losses agree with ML.NET's.
    private const float SmallestProbability = 1e-15f;

    private readonly int _classes;
    private readonly double[][] _confusion;
    private readonly double[] _rowsOfClass;
    private readonly double[] _lossOfClass;
    private readonly long[] _rowsAtRank;
    private double _loss;
    private long _rows;

    public MulticlassCounters(int classes)
    {
        _classes = classes;
        _confusion = new double[classes][];
        for (int i = 0; i < classes; i++)
            _confusion[i] = new double[classes];
        _rowsOfClass = new double[classes];
        _lossOfClass = new double[classes];
        _rowsAtRank = new long[classes];
    }

    /// <summary>Adds a row; a label that is no class of the scores counts as wrong and costs the most.</summary>
    public void Add(int label, ReadOnlySpan<float> scores)
    {
        _rows++;
        if ((uint)label >= (uint)_classes)
        {
            _loss -= Math.Log(SmallestProbability);
            return;
        }

        float own = scores[label];
        double loss = -Math.Log(Math.Min(1f, Math.Max(SmallestProbability, own)));
        int best = 0;
        int rank = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            if (scores[i] > scores[best])
                best = i;
            if (scores[i] > own || (scores[i] == own && i < label))
                rank++;
        }

        _loss += loss;
        _lossOfClass[label] += loss;
        _rowsOfClass[label]++;
        _rowsAtRank[rank]++;
        _confusion[label][best]++;
    }

    public MulticlassClassificationMetrics ToMetrics(int topK, IReadOnlyList<string> classNames)
    {
        double logLoss = _rows > 0 ? _loss / _rows : 0;
        double entropy = 0;
        double recalls = 0;
        int present = 0;
        double[] perClassLoss = new double[_classes];
        for (int i = 0; i < _classes; i++)
        {
            if (_rowsOfClass[i] == 0)
                continue;
            present++;
            double share = _rowsOfClass[i] / _rows;
            entropy -= share * Math.Log(share);
            recalls += _confusion[i][i] / _rowsOfClass[i];
            perClassLoss[i] = _lossOfClass[i] / _rowsOfClass[i];
        }

        double[]? topKAccuracies = null;
        if (topK > 0)
        {
            topKAccuracies = new double[Math.Min(topK, _classes)];
            long within = 0;
            for (int k = 0; k < topKAccuracies.Length; k++)
            {
                within += _rowsAtRank[k];
                topKAccuracies[k] = _rows > 0 ? (double)within / _rows : 0;
            }
        }

        return new MulticlassClassificationMetrics(
            logLoss,
            logLossReduction: (entropy - logLoss) / entropy,
            macroAccuracy: present > 0 ? recalls / present : 0,
            microAccuracy: _rows > 0 ? (double)_rowsAtRank[0] / _rows : 0,
            topK,
            topKAccuracies,
            perClassLoss,
            new ConfusionMatrix(_confusion, classNames));
    }
}
