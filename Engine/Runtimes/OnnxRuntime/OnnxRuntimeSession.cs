using System.Runtime.InteropServices;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Tensors;
using static MlPipeline.Engine.Runtimes.NativeApi;

namespace MlPipeline.Engine.Runtimes;

/// <summary>One graph, loaded into the native ONNX Runtime. Running is safe from many threads.</summary>
internal sealed unsafe class OnnxRuntimeSession : ISession
{
    private readonly NativeApi _api;
    private readonly nint[] _inputNames;
    private readonly nint[] _outputNames;
    private nint _session;

    public OnnxRuntimeSession(NativeApi api, Graph graph, int threads, OnnxRuntimeOptions options)
    {
        _api = api;
        var model = OnnxWriter.ToBytes(graph);
        _session = Open(threads, options, settings =>
        {
            nint session;
            fixed (byte* bytes = model)
            {
                api.Check(((delegate* unmanaged<nint, void*, nuint, nint, nint*, nint>)api[Position.CreateSessionFromArray])(
                    api.Environment, bytes, (nuint)model.Length, settings, &session));
            }

            return session;
        });
        Inputs = graph.Inputs;
        Outputs = [.. graph.Outputs.Select(graph.Describe)];
        _inputNames = Native(Inputs);
        _outputNames = Native(Outputs);
    }

    public OnnxRuntimeSession(NativeApi api, string path, int threads, OnnxRuntimeOptions options)
    {
        _api = api;
        var name = OperatingSystem.IsWindows() ? Marshal.StringToCoTaskMemUni(path) : Marshal.StringToCoTaskMemUTF8(path);
        _session = Open(threads, options, settings =>
        {
            nint session;
            try
            {
                api.Check(((delegate* unmanaged<nint, nint, nint, nint*, nint>)api[Position.CreateSession])(api.Environment, name, settings, &session));
            }
            finally
            {
                Marshal.FreeCoTaskMem(name);
            }

            return session;
        });
        Inputs = Describe(Position.SessionGetInputCount, Position.SessionGetInputName, Position.SessionGetInputTypeInfo);
        Outputs = Describe(Position.SessionGetOutputCount, Position.SessionGetOutputName, Position.SessionGetOutputTypeInfo);
        _inputNames = Native(Inputs);
        _outputNames = Native(Outputs);
    }

    ~OnnxRuntimeSession() => Free();

    public IReadOnlyList<ValueInfo> Inputs { get; }

    public IReadOnlyList<ValueInfo> Outputs { get; }

    public IReadOnlyDictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs)
    {
        ObjectDisposedException.ThrowIf(_session == 0, this);
        SessionInputs.Check(Inputs, inputs);
        var given = new nint[Inputs.Count];
        var made = new nint[Outputs.Count];
        var pins = new GCHandle[Inputs.Count];
        try
        {
            for (var i = 0; i < given.Length; i++)
                given[i] = Wrap(inputs[Inputs[i].Name], out pins[i]);

            fixed (nint* inputNames = _inputNames, outputNames = _outputNames, values = given, results = made)
            {
                _api.Check(((delegate* unmanaged<nint, nint, nint*, nint*, nuint, nint*, nuint, nint*, nint>)_api[Position.Run])(
                    _session, 0, inputNames, values, (nuint)given.Length, outputNames, (nuint)made.Length, results));
            }

            Dictionary<string, Tensor> outputs = new(StringComparer.Ordinal);
            for (var i = 0; i < made.Length; i++)
                outputs[Outputs[i].Name] = Unwrap(made[i], Outputs[i]);

            return outputs;
        }
        finally
        {
            foreach (var value in given.Concat(made))
                _api.Release(Position.ReleaseValue, value);

            foreach (var pin in pins)
            {
                if (pin.IsAllocated)
                    pin.Free();
            }

            GC.KeepAlive(this);
        }
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private nint Open(int threads, OnnxRuntimeOptions options, Func<nint, nint> create)
    {
        nint settings;
        _api.Check(((delegate* unmanaged<nint*, nint>)_api[Position.CreateSessionOptions])(&settings));
        try
        {
            var count = threads == 0 ? Environment.ProcessorCount : threads;
            _api.Check(((delegate* unmanaged<nint, int, nint>)_api[Position.SetIntraOpNumThreads])(settings, count));
            _api.Check(((delegate* unmanaged<nint, int, nint>)_api[Position.SetInterOpNumThreads])(settings, 1));
            _api.Check(((delegate* unmanaged<nint, int, nint>)_api[Position.SetSessionGraphOptimizationLevel])(settings, (int)options.Optimization));
            if (!options.Spin)
                Configure(settings, "session.intra_op.allow_spinning"u8, "0"u8);

            _api.AppendProvider(settings, options.Provider, options.Device);
            return create(settings);
        }
        finally
        {
            _api.Release(Position.ReleaseSessionOptions, settings);
        }
    }

    private static nint[] Native(IReadOnlyList<ValueInfo> values) => [.. values.Select(v => Marshal.StringToCoTaskMemUTF8(v.Name))];

    // What the library says of the inputs or outputs of the session.
    private ValueInfo[] Describe(int countPosition, int namePosition, int typePosition)
    {
        nuint count;
        _api.Check(((delegate* unmanaged<nint, nuint*, nint>)_api[countPosition])(_session, &count));
        var values = new ValueInfo[(int)count];
        for (var i = 0; i < values.Length; i++)
        {
            nint name, type, tensor;
            _api.Check(((delegate* unmanaged<nint, nuint, nint, nint*, nint>)_api[namePosition])(_session, (nuint)i, _api.Allocator, &name));
            var text = Marshal.PtrToStringUTF8(name)!;
            _api.Check(((delegate* unmanaged<nint, nint, nint>)_api[Position.AllocatorFree])(_api.Allocator, name));
            _api.Check(((delegate* unmanaged<nint, nuint, nint*, nint>)_api[typePosition])(_session, (nuint)i, &type));
            try
            {
                _api.Check(((delegate* unmanaged<nint, nint*, nint>)_api[Position.CastTypeInfoToTensorInfo])(type, &tensor));
                (var element, var sizes) = TypeAndSizes(tensor);
                values[i] = new ValueInfo(text, TypeOf(element, text), Array.ConvertAll(sizes, s => s < 0 ? -1 : s));
            }
            finally
            {
                _api.Release(Position.ReleaseTypeInfo, type);
            }
        }

        return values;
    }

    private static ElementType TypeOf(int element, string value) => element switch
    {
        OnnxFloat => ElementType.Float32,
        OnnxInt64 => ElementType.Int64,
        OnnxInt32 => ElementType.Int32,
        OnnxBool => ElementType.Bool,
        _ => throw new OnnxRuntimeException($"'{value}' has an element type ({element}) that is not handled here."),
    };

    private (int Type, int[] Sizes) TypeAndSizes(nint info)
    {
        int type;
        nuint rank;
        _api.Check(((delegate* unmanaged<nint, int*, nint>)_api[Position.GetTensorElementType])(info, &type));
        _api.Check(((delegate* unmanaged<nint, nuint*, nint>)_api[Position.GetDimensionsCount])(info, &rank));
        var shape = new long[(int)rank];
        fixed (long* dimensions = shape)
        {
            _api.Check(((delegate* unmanaged<nint, long*, nuint, nint>)_api[Position.GetDimensions])(info, dimensions, rank));
        }

        return (type, Array.ConvertAll(shape, d => checked((int)d)));
    }

    private void Free()
    {
        var session = Interlocked.Exchange(ref _session, 0);
        if (session == 0)
            return;

        _api.Release(Position.ReleaseSession, session);
        foreach (var name in _inputNames.Concat(_outputNames))
            Marshal.FreeCoTaskMem(name);
    }

    private void Configure(nint settings, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        fixed (byte* name = key, setting = value)
        {
            _api.Check(((delegate* unmanaged<nint, byte*, byte*, nint>)_api[Position.AddSessionConfigEntry])(settings, name, setting));
        }
    }

    // The native value reads the tensor's own memory, which stays pinned until the run is over.
    private nint Wrap(Tensor tensor, out GCHandle pin)
    {
        (var size, var type) = tensor.Type switch
        {
            ElementType.Float32 => (sizeof(float), OnnxFloat),
            ElementType.Int64 => (sizeof(long), OnnxInt64),
            ElementType.Int32 => (sizeof(int), OnnxInt32),
            ElementType.Bool => (sizeof(bool), OnnxBool),
            _ => throw new OnnxRuntimeException($"A tensor of {tensor.Type} cannot be given to ONNX Runtime here."),
        };
        pin = GCHandle.Alloc(tensor.Elements, GCHandleType.Pinned);
        long[] shape = [.. tensor.Dimensions.ToArray().Select(d => (long)d)];
        nint value;
        fixed (long* dimensions = shape)
        {
            _api.Check(((delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)_api[Position.CreateTensorWithDataAsOrtValue])(
                _api.CpuMemory, (void*)pin.AddrOfPinnedObject(), (nuint)((long)tensor.Length * size), dimensions, (nuint)shape.Length, type, &value));
        }

        return value;
    }

    private Tensor Unwrap(nint value, ValueInfo output)
    {
        nint info;
        _api.Check(((delegate* unmanaged<nint, nint*, nint>)_api[Position.GetTensorTypeAndShape])(value, &info));
        try
        {
            (var type, var sizes) = TypeAndSizes(info);
            void* data;
            _api.Check(((delegate* unmanaged<nint, void**, nint>)_api[Position.GetTensorMutableData])(value, &data));
            var length = sizes.Aggregate(1, (a, b) => a * b);
            return type switch
            {
                OnnxFloat => Tensor.Of(new ReadOnlySpan<float>(data, length).ToArray(), sizes),
                OnnxInt64 => Tensor.Of(new ReadOnlySpan<long>(data, length).ToArray(), sizes),
                _ => throw new OnnxRuntimeException($"Output '{output.Name}' has an element type ({type}) that is not handled here."),
            };
        }
        finally
        {
            _api.Release(Position.ReleaseTensorTypeAndShapeInfo, info);
        }
    }

    private const int OnnxFloat = 1;
    private const int OnnxInt32 = 6;
    private const int OnnxInt64 = 7;
    private const int OnnxBool = 9;
}
