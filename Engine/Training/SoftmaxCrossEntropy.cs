namespace MlPipeline.Engine.Training;

/// <summary>The cross-entropy of softmax(logits) against target distributions, and its gradient by the logits.</summary>
internal sealed class SoftmaxCrossEntropy(double labelSmoothing)
{
    private readonly List<float> _targets = [];
    private readonly List<float> _weights = [];
    private int _classes;

    /// <summary>The loss of the last batch.</summary>
    public BatchLoss Last { get; private set; }

    /// <summary>Takes the targets of the next batch.</summary>
    /// <param name="targets">A distribution over the classes for each row.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="weights">One for each row; empty: all 1.</param>
    public void Set(ReadOnlySpan<float> targets, int classes, ReadOnlySpan<float> weights)
    {
        _classes = classes;
        _targets.Clear();
        _targets.AddRange(targets);
        _weights.Clear();
        for (var row = 0; row < targets.Length / classes; row++)
            _weights.Add(weights.IsEmpty ? 1 : weights[row]);
    }

    /// <summary>L = sum over rows of w (-sum over classes of q ln p) over the sum of w; by the logits w (p - q) over the sum of
    /// w.</summary>
    public unsafe void Run(float* logits, float* gradient)
    {
        double total = 0, loss = 0;
        foreach (var weight in _weights)
            total += weight;
        var correct = 0;
        for (var row = 0; row < _weights.Count; row++)
        {
            float* x = logits + ((nint)row * _classes), dx = gradient + ((nint)row * _classes);
            int best = 0, wanted = 0;
            double mass = 0, sum = 0;
            for (var c = 0; c < _classes; c++)
            {
                best = x[c] > x[best] ? c : best;
                wanted = Target(row, c) > Target(row, wanted) ? c : wanted;
                mass += Target(row, c);
            }

            for (var c = 0; c < _classes; c++)
                sum += Math.Exp((double)x[c] - x[best]);
            var factor = _weights[row] / total;
            double shift = x[best] + Math.Log(sum), rowLoss = 0;
            for (var c = 0; c < _classes; c++)
            {
                var target = ((1 - labelSmoothing) * Target(row, c)) + (labelSmoothing * mass / _classes);
                rowLoss -= target == 0 ? 0 : target * (x[c] - shift);
                dx[c] = (float)(factor * ((mass * Math.Exp(x[c] - shift)) - target));
            }

            loss += factor * rowLoss;
            correct += best == wanted ? 1 : 0;
        }

        Last = new BatchLoss(loss, correct);
    }

    private float Target(int row, int c) => _targets[(row * _classes) + c];
}
