using System.Runtime.InteropServices;
using System.Text;

namespace MlPipeline.Engine.Training.Optimizers;

/// <summary>How an optimizer treats one parameter.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="RateFactor">What the learning rate is multiplied by: less than 1 for pretrained layers, say.</param>
/// <param name="WeightDecay">Decay towards zero; mostly 0 for biases and normalisations.</param>
public sealed record ParameterSettings(TrainedParameter Parameter, double RateFactor = 1, double WeightDecay = 0);

/// <summary>Changes parameters by their gradients. Holds state from step to step, which can be saved and restored.</summary>
public abstract class Optimizer
{
    private readonly ParameterSettings[] _settings;
    private readonly float[][][] _state;
    private readonly ParameterBlocks _blocks;
    private readonly int _threads = 1;

    private protected Optimizer(IEnumerable<ParameterSettings> settings, int stateVectors)
    {
        _settings = [.. settings];
        foreach (var each in _settings)
        {
            if (!(each.RateFactor >= 0) || !(each.WeightDecay >= 0))
                throw new ArgumentException($"Rate factor and weight decay of '{each.Parameter.Name}' must be at least 0.");
        }

        if (_settings.Select(s => s.Parameter).Distinct().Count() != _settings.Length)
            throw new ArgumentException("A parameter is named twice.");
        float[][] Vectors(int length) => [.. Enumerable.Range(0, stateVectors).Select(_ => new float[length])];
        _state = [.. _settings.Select(s => Vectors(s.Parameter.Value.Length))];
        _blocks = new ParameterBlocks(_settings.Select(s => s.Parameter.Value.Length));
    }

    /// <summary>Steps so far.</summary>
    public long Steps { get; private set; }

    /// <summary>Threads that take part in a step; 0 for one for each core. Default 1. The result does not depend on it.</summary>
    public int Threads
    {
        get => _threads;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _threads = value;
        }
    }

    /// <summary>Settings that leave biases and normalisations without weight decay.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="weightDecay">The weights' decay.</param>
    /// <param name="rateFactor">The factor of each parameter's learning rate; null: 1.</param>
    public static IReadOnlyList<ParameterSettings> DecayWeights(
        IEnumerable<TrainedParameter> parameters, double weightDecay, Func<TrainedParameter, double>? rateFactor = null) =>
        [.. parameters.Select(p => new ParameterSettings(
            p, rateFactor?.Invoke(p) ?? 1, p.Kind == ParameterKind.Weight ? weightDecay : 0))];

    /// <summary>Changes all parameters by their present gradients.</summary>
    /// <param name="learningRate">The learning rate of this step.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or no number.</exception>
    public void Step(double learningRate)
    {
        if (!(learningRate >= 0) || double.IsInfinity(learningRate))
            throw new ArgumentOutOfRangeException(nameof(learningRate), learningRate, "The learning rate must be at least 0.");
        Steps++;
        _blocks.ForEach(Threads, (_, array, range) =>
        {
            (var parameter, var factor, var decay) = _settings[array];
            Update(parameter.Value.Floats[range], parameter.Gradient.Floats[range], _state[array], range,
                learningRate * factor, decay);
        });
    }

    /// <summary>Writes the state, bit by bit; parameters are the plan's to save.</summary>
    public void Save(Stream stream)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(GetType().Name);
        writer.Write(Steps);
        foreach (var vector in _state.SelectMany(v => v))
        {
            writer.Write(vector.Length);
            writer.Write(MemoryMarshal.AsBytes(vector.AsSpan()));
        }
    }

    /// <summary>Goes back to what <see cref="Save"/> wrote of an optimizer of the same kind for the same parameters.</summary>
    /// <exception cref="InvalidDataException">It was written by another optimizer, or is not whole.</exception>
    public void Restore(Stream stream)
    {
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        try
        {
            var kind = reader.ReadString();
            if (kind != GetType().Name)
                throw new InvalidDataException($"This is the state of {kind}, not of {GetType().Name}.");
            var steps = reader.ReadInt64();
            foreach (var vector in _state.SelectMany(v => v))
            {
                if (reader.ReadInt32() != vector.Length)
                    throw new InvalidDataException("This is the state of an optimizer for other parameters.");
                reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(vector.AsSpan()));
            }

            Steps = steps;
        }
        catch (EndOfStreamException error)
        {
            throw new InvalidDataException("The state of the optimizer is cut off.", error);
        }
    }

    /// <summary>Changes a part of a parameter.</summary>
    /// <param name="values">The part.</param>
    /// <param name="gradients">Its gradient.</param>
    /// <param name="state">The state of the whole parameter.</param>
    /// <param name="range">Where the part lies in it.</param>
    /// <param name="learningRate">The parameter's learning rate in this step.</param>
    /// <param name="weightDecay">The parameter's decay.</param>
    private protected abstract void Update(Span<float> values, ReadOnlySpan<float> gradients, float[][] state, Range range,
        double learningRate, double weightDecay);
}
