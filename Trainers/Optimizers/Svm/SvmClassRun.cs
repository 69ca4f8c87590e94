namespace MlPipeline.Optimizers;

/// <summary>The dual coordinate descent of one class against the others.</summary>
internal sealed class SvmClassRun(TrainingSamples samples, SvmOptions options, int positive, float[] squaredNorms,
    CancellationToken cancellation)
{
    private readonly double[] _alphas = new double[samples.Count];
    private readonly float[] _weights = new float[samples.FeatureCount];
    private readonly int[] _active = [.. Enumerable.Range(0, samples.Count)];
    private readonly Random _random = new(options.Seed);
    private float _bias;

    public ReadOnlySpan<float> Weights => _weights;

    public float Bias => _bias;

    /// <summary>Runs to the tolerance; returns the passes made.</summary>
    public int Minimize()
    {
        int activeCount = _active.Length;
        double upperBound = double.PositiveInfinity, lowerBound = double.NegativeInfinity;
        int iteration = 0;
        while (iteration < options.MaximumIterations)
        {
            cancellation.ThrowIfCancellationRequested();
            _random.Shuffle(_active.AsSpan(0, activeCount));
            double highest = double.NegativeInfinity, lowest = double.PositiveInfinity;
            for (int s = 0; s < activeCount; s++)
            {
                int i = _active[s];
                double gradient = Gradient(i, out double upper);
                double projected = gradient;
                if (_alphas[i] <= 0)
                {
                    if (options.Shrinking && gradient > upperBound)
                    {
                        (_active[s], _active[activeCount - 1]) = (_active[activeCount - 1], i);
                        activeCount--;
                        s--;
                        continue;
                    }

                    projected = Math.Min(0, gradient);
                }
                else if (_alphas[i] >= upper)
                {
                    if (options.Shrinking && gradient < lowerBound)
                    {
                        (_active[s], _active[activeCount - 1]) = (_active[activeCount - 1], i);
                        activeCount--;
                        s--;
                        continue;
                    }

                    projected = Math.Max(0, gradient);
                }

                highest = Math.Max(highest, projected);
                lowest = Math.Min(lowest, projected);
                if (Math.Abs(projected) > 1e-12)
                    Update(i, gradient, upper);
            }

            iteration++;
            if (activeCount == 0 || highest - lowest <= options.Tolerance)
            {
                if (activeCount == _active.Length)
                    return iteration - 1;

                // What was shrunk is looked at again before the end.
                activeCount = _active.Length;
                upperBound = double.PositiveInfinity;
                lowerBound = double.NegativeInfinity;
                continue;
            }

            upperBound = highest <= 0 ? double.PositiveInfinity : highest;
            lowerBound = lowest >= 0 ? double.NegativeInfinity : lowest;
        }

        return iteration;
    }

    /// <summary>The primal objective of the class.</summary>
    public double Objective()
    {
        double losses = 0;
        for (int i = 0; i < samples.Count; i++)
        {
            double slack = Math.Max(0, 1 - Sign(i) * ((double)LinearKernels.Dot(samples.Features(i), _weights) + _bias));
            losses += samples.WeightOf(i) * (options.Loss == SvmLoss.Hinge ? slack : slack * slack);
        }

        double norm = (double)LinearKernels.Dot(_weights, _weights) + (double)_bias * _bias;
        return 0.5 * norm + options.C * losses;
    }

    private double Sign(int i) => samples.LabelArray[i] == positive ? 1 : -1;

    private double Diagonal(int i) => options.Loss == SvmLoss.Hinge ? 0 : 0.5 / (options.C * samples.WeightOf(i));

    private double Gradient(int i, out double upper)
    {
        float weight = samples.WeightOf(i);
        if (weight == 0f)
        {
            upper = 0;
            return 0;
        }

        upper = options.Loss == SvmLoss.Hinge ? options.C * weight : double.PositiveInfinity;
        double score = LinearKernels.Dot(samples.Features(i), _weights) + _bias;
        return Sign(i) * score - 1 + Diagonal(i) * _alphas[i];
    }

    private void Update(int i, double gradient, double upper)
    {
        double before = _alphas[i];
        _alphas[i] = Math.Clamp(before - gradient / (squaredNorms[i] + Diagonal(i)), 0, upper);
        float step = (float)((_alphas[i] - before) * Sign(i));
        LinearKernels.AddScaled(step, samples.Features(i), _weights);
        _bias += step;
    }
}
