using MlPipeline.Trainers.Solvers.Kernels;


namespace MlPipeline.Trainers.Recipe.Network;

/// <summary>A softmax head: linear, or with one hidden layer of ReLU.</summary>
internal sealed class RecipeNetwork
{
    private readonly DenseLayer? _hidden;
    private readonly DenseLayer _output;
    private readonly float[] _units;
    private readonly float[] _unitGradient;
    private readonly float[] _scores;

    public RecipeNetwork(int features, int classes, RecipeOptions options)
    {
        var random = new Random(options.Seed);
        if (options.HiddenUnits > 0)
        {
            _hidden = new DenseLayer(features, options.HiddenUnits, options.InitialDeviation
                ?? Math.Sqrt(2.0 / features), random);
        }

        var inputs = _hidden?.Outputs ?? features;
        _output = new DenseLayer(inputs, classes, options.InitialDeviation ?? 0.1 / Math.Sqrt(inputs), random);
        _units = new float[inputs];
        _unitGradient = new float[inputs];
        _scores = new float[classes];
    }

    /// <summary>Sum of squared weights of all layers.</summary>
    public double SquaredWeights => _output.SquaredWeights + (_hidden?.SquaredWeights ?? 0);

    /// <summary>Norm of the weights' gradient that <see cref="AddGradient"/> gathered.</summary>
    public double GradientNorm => Math.Sqrt(Math.Pow(_output.GradientNorm, 2) + Math.Pow(_hidden?.GradientNorm ?? 0, 2));

    /// <summary>The loss of one row, -ln p(label), and whether the largest score is the label's.</summary>
    public (double Loss, bool Right) Measure(ReadOnlySpan<float> row, int label)
    {
        Forward(row);
        return Residual(label, 0);
    }

    public void ClearGradient()
    {
        _hidden?.ClearGradient();
        _output.ClearGradient();
    }

    /// <summary>Adds a row's gradient times <paramref name="weight"/>; returns its loss.</summary>
    public double AddGradient(ReadOnlySpan<float> row, int label, float weight)
    {
        var input = Forward(row);
        var loss = Residual(label, weight).Loss;
        _output.AddGradient(input, _scores);
        if (_hidden is null)
            return loss;
        _output.Backward(_scores, _unitGradient);
        for (var i = 0; i < _units.Length; i++)
        {
            if (_units[i] <= 0)
                _unitGradient[i] = 0;
        }

        _hidden.AddGradient(row, _unitGradient);
        return loss;
    }

    public void Move(double rate, double momentum, double decay)
    {
        _hidden?.Move((float)rate, (float)momentum, (float)decay);
        _output.Move((float)rate, (float)momentum, (float)decay);
    }

    private ReadOnlySpan<float> Forward(ReadOnlySpan<float> row)
    {
        var input = row;
        if (_hidden is not null)
        {
            _hidden.Forward(row, _units);
            for (var i = 0; i < _units.Length; i++)
                _units[i] = Math.Max(0, _units[i]);
            input = _units;
        }

        _output.Forward(input, _scores);
        return input;
    }

    // Scores become weight * (p - 1[label]).
    private (double Loss, bool Right) Residual(int label, float weight)
    {
        if (!Array.TrueForAll(_scores, float.IsFinite))
            return (double.NaN, false);
        var loss = Softmax.LogLoss(_scores, label);
        var right = Softmax.Largest(_scores) == label;
        if (weight == 0)
            return (loss, right);
        Softmax.Apply(_scores);
        for (var c = 0; c < _scores.Length; c++)
            _scores[c] = weight * (_scores[c] - (c == label ? 1 : 0));
        return (loss, right);
    }
}
