using System.Diagnostics;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Benchmarks.Inference;

/// <summary>A network in this process, with the same seeded input whoever runs it.</summary>
internal sealed class Contender(ISession session) : IContender
{
    private readonly Dictionary<int, Dictionary<string, Tensor>> _inputs = [];

    public double Run(int batch)
    {
        var input = Input(batch);
        var start = Stopwatch.GetTimestamp();
        session.Run(input);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    public float[] Output(int batch) => session.Run(Input(batch)).Values.Single().Floats.ToArray();

    public void Dispose() => session.Dispose();

    private Dictionary<string, Tensor> Input(int batch)
    {
        if (_inputs.TryGetValue(batch, out var input))
            return input;

        var info = session.Inputs[0];
        int[] shape = [batch, .. info.Dimensions!.Skip(1)];
        var values = new float[shape.Aggregate(1, (a, b) => a * b)];
        var random = new Random(7);
        for (var i = 0; i < values.Length; i++)
            values[i] = random.NextSingle() * 2 - 1;

        return _inputs[batch] = new Dictionary<string, Tensor> { [info.Name] = Tensor.Of(values, shape) };
    }
}
