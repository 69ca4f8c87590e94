using Microsoft.ML.OnnxRuntime;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;
using NativeException = Microsoft.ML.OnnxRuntime.OnnxRuntimeException;
using NativeType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace MlPipeline.Engine.Runtimes;

/// <summary>One graph, loaded into ONNX Runtime. Running is safe from many threads.</summary>
internal sealed class OnnxRuntimeSession : ISession
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private volatile bool _disposed;

    public OnnxRuntimeSession(InferenceSession session, IReadOnlyList<ValueInfo> inputs, IReadOnlyList<ValueInfo> outputs)
    {
        _session = session;
        Inputs = inputs;
        Outputs = outputs;
        _inputNames = [.. inputs.Select(i => i.Name)];
        _outputNames = [.. outputs.Select(o => o.Name)];
    }

    public IReadOnlyList<ValueInfo> Inputs { get; }

    public IReadOnlyList<ValueInfo> Outputs { get; }

    public IReadOnlyDictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        SessionInputs.Check(Inputs, inputs);
        var given = new List<OrtValue>(_inputNames.Length);
        try
        {
            foreach (var name in _inputNames)
                given.Add(Wrap(inputs[name]));
            using var made = _session.Run(_run, _inputNames, given, _outputNames);
            Dictionary<string, Tensor> outputs = new(StringComparer.Ordinal);
            for (var i = 0; i < _outputNames.Length; i++)
                outputs[_outputNames[i]] = Unwrap(made[i], _outputNames[i]);
            return outputs;
        }
        catch (NativeException error)
        {
            throw new OnnxRuntimeException($"ONNX Runtime: {error.Message}", error);
        }
        finally
        {
            foreach (var value in given)
                value.Dispose();
            GC.KeepAlive(this);
        }
    }

    public void Dispose()
    {
        _disposed = true;
        _session.Dispose();
        _run.Dispose();
    }

    /// <summary>What ONNX Runtime says of the inputs or outputs of a session.</summary>
    internal static ValueInfo[] Describe(IEnumerable<string> names, IReadOnlyDictionary<string, NodeMetadata> metadata) =>
        [.. names.Select(n => new ValueInfo(n, TypeOf(metadata[n].ElementDataType, n), metadata[n].Dimensions))];

    private static ElementType TypeOf(NativeType type, string value) => type switch
    {
        NativeType.Float => ElementType.Float32,
        NativeType.Int64 => ElementType.Int64,
        NativeType.Int32 => ElementType.Int32,
        NativeType.Bool => ElementType.Bool,
        _ => throw new OnnxRuntimeException($"'{value}' has an element type ({type}) that tensors do not hold."),
    };

    // The native value reads the tensor's own memory, which stays pinned until it is disposed of.
    private static OrtValue Wrap(Tensor tensor)
    {
        var shape = Array.ConvertAll(tensor.Shape, d => (long)d);
        return tensor.Storage switch
        {
            float[] floats => OrtValue.CreateTensorValueFromMemory(floats, shape),
            long[] longs => OrtValue.CreateTensorValueFromMemory(longs, shape),
            int[] ints => OrtValue.CreateTensorValueFromMemory(ints, shape),
            bool[] bools => OrtValue.CreateTensorValueFromMemory(bools, shape),
            _ => throw new InvalidOperationException($"{tensor} has no counterpart in ONNX Runtime."),
        };
    }

    private static Tensor Unwrap(OrtValue value, string name)
    {
        var about = value.GetTensorTypeAndShape();
        var sizes = Array.ConvertAll(about.Shape, d => checked((int)d));
        return TypeOf(about.ElementDataType, name) switch
        {
            ElementType.Float32 => Tensor.Of(value.GetTensorDataAsSpan<float>().ToArray(), sizes),
            ElementType.Int64 => Tensor.Of(value.GetTensorDataAsSpan<long>().ToArray(), sizes),
            ElementType.Int32 => Tensor.Of(value.GetTensorDataAsSpan<int>().ToArray(), sizes),
            _ => Tensor.Of(value.GetTensorDataAsSpan<bool>().ToArray(), sizes),
        };
    }
}
