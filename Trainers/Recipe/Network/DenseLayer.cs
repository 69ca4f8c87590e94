using MlPipeline.Trainers.Solvers.Kernels;


namespace MlPipeline.Trainers.Recipe.Network;

/// <summary>A dense layer that is trained by gradient descent with momentum.</summary>
internal sealed class DenseLayer
{
    private readonly float[] _weights;
    private readonly float[] _biases;
    private readonly float[] _gradient;
    private readonly float[] _biasGradient;
    private readonly float[] _velocity;
    private readonly float[] _biasVelocity;

    /// <summary>Weights are normal with the deviation given; biases are zero.</summary>
    public DenseLayer(int inputs, int outputs, double deviation, Random random)
    {
        Inputs = inputs;
        Outputs = outputs;
        _weights = new float[checked(inputs * outputs)];
        for (var i = 0; i < _weights.Length; i++)
            _weights[i] = (float)(deviation * Normal(random));
        _gradient = new float[_weights.Length];
        _velocity = new float[_weights.Length];
        _biases = new float[outputs];
        _biasGradient = new float[outputs];
        _biasVelocity = new float[outputs];
    }

    public int Inputs { get; }

    public int Outputs { get; }

    public double SquaredWeights => _weights.Sum(w => (double)w * w);

    /// <summary>Root of the sum of squared gradients of the weights (not biases).</summary>
    public double GradientNorm => Math.Sqrt(_gradient.Sum(g => (double)g * g));

    public void Forward(ReadOnlySpan<float> input, Span<float> output)
    {
        for (var o = 0; o < Outputs; o++)
            output[o] = LinearKernels.Dot(input, Row(_weights, o)) + _biases[o];
    }

    public void ClearGradient()
    {
        Array.Clear(_gradient);
        Array.Clear(_biasGradient);
    }

    public void AddGradient(ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient)
    {
        for (var o = 0; o < Outputs; o++)
        {
            LinearKernels.AddScaled(outputGradient[o], input, Row(_gradient, o));
            _biasGradient[o] += outputGradient[o];
        }
    }

    public void Backward(ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        inputGradient.Clear();
        for (var o = 0; o < Outputs; o++)
            LinearKernels.AddScaled(outputGradient[o], Row(_weights, o), inputGradient);
    }

    public void Move(float rate, float momentum, float decay)
    {
        for (var i = 0; i < _weights.Length; i++)
        {
            _velocity[i] = momentum * _velocity[i] - rate * (_gradient[i] + decay * _weights[i]);
            _weights[i] += _velocity[i];
        }

        for (var i = 0; i < _biases.Length; i++)
        {
            _biasVelocity[i] = momentum * _biasVelocity[i] - rate * _biasGradient[i];
            _biases[i] += _biasVelocity[i];
        }
    }

    private Span<float> Row(float[] values, int output) => values.AsSpan(output * Inputs, Inputs);

    // Box and Muller, 1958.
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
