using System.Runtime.InteropServices;
using System.Text;

namespace MlPipeline.Engine.Runtimes;

/// <summary>
/// The part of ONNX Runtime's C API that is used here. The API is a table of function pointers that only ever grows at its end,
/// so the positions below hold for every version since 1.4 (table version 11 is asked for, from ONNX Runtime 1.11).
/// </summary>
internal sealed unsafe class NativeApi
{
    private const uint TableVersion = 11;
    private static readonly System.Version ByNameSince = new(1, 12);
    private static readonly Lock s_gate = new();
    private static readonly Dictionary<string, NativeApi> s_loaded = new(StringComparer.Ordinal);

    private readonly void** _table;
    private readonly nint _library;

    private NativeApi(nint library, void** table, string version)
    {
        _library = library;
        _table = table;
        Version = version;
        fixed (byte* name = "mlpipeline"u8)
        {
            nint environment;
            Check(((delegate* unmanaged<int, byte*, nint*, nint>)_table[Position.CreateEnv])(LogFatal, name, &environment));
            Environment = environment;
        }

        nint memory;
        Check(((delegate* unmanaged<int, int, nint*, nint>)_table[Position.CreateCpuMemoryInfo])(ArenaAllocator, DefaultMemory, &memory));
        CpuMemory = memory;
        nint allocator;
        Check(((delegate* unmanaged<nint*, nint>)_table[Position.GetAllocatorWithDefaultOptions])(&allocator));
        Allocator = allocator;
    }

    private const int LogFatal = 4;
    private const int ArenaAllocator = 1;
    private const int DefaultMemory = 0;

    /// <summary>The library's version, such as "1.30.0".</summary>
    public string Version { get; }

    /// <summary>The process-wide environment that every session needs; it lives as long as the process.</summary>
    public nint Environment { get; }

    /// <summary>Describes ordinary memory.</summary>
    public nint CpuMemory { get; }

    /// <summary>The allocator that strings are returned from.</summary>
    public nint Allocator { get; }

    public void* this[int position] => _table[position];

    /// <summary>Loads the library once for each path.</summary>
    public static NativeApi Load(string? path)
    {
        var asked = path ?? System.Environment.GetEnvironmentVariable(OnnxRuntimeOptions.PathVariable);
        var key = string.IsNullOrWhiteSpace(asked) ? "" : asked;
        lock (s_gate)
        {
            if (!s_loaded.TryGetValue(key, out var api))
                s_loaded[key] = api = LoadFrom(key);

            return api;
        }
    }

    public void Check(nint status)
    {
        if (status == 0)
            return;

        var message = ((delegate* unmanaged<nint, byte*>)_table[Position.GetErrorMessage])(status);
        var text = Marshal.PtrToStringUTF8((nint)message) ?? "an error without a message";
        ((delegate* unmanaged<nint, void>)_table[Position.ReleaseStatus])(status);
        throw new OnnxRuntimeException($"ONNX Runtime: {text}");
    }

    public void Release(int position, nint handle)
    {
        if (handle != 0)
            ((delegate* unmanaged<nint, void>)_table[position])(handle);
    }

    /// <summary>The execution providers that this build of the library has, as it names them ("CPUExecutionProvider",
    /// ...).</summary>
    public IReadOnlyList<string> Providers()
    {
        byte** names;
        int count;
        Check(((delegate* unmanaged<byte***, int*, nint>)_table[Position.GetAvailableProviders])(&names, &count));
        var providers = new string[count];
        for (var i = 0; i < count; i++)
            providers[i] = Marshal.PtrToStringUTF8((nint)names[i]) ?? "";

        Check(((delegate* unmanaged<byte**, int, nint>)_table[Position.ReleaseAvailableProviders])(names, count));
        return providers;
    }

    /// <summary>Adds an execution provider to session options through the function that the library exports for it.</summary>
    public void AppendProvider(nint options, string provider, int device)
    {
        // "CUDA", or "CUDAExecutionProvider" as the library itself has it.
        const string Ending = "ExecutionProvider";
        string Short(string name) => name.EndsWith(Ending, StringComparison.OrdinalIgnoreCase) ? name[..^Ending.Length] : name;
        var wanted = Short(provider);
        if (string.Equals(wanted, "CPU", StringComparison.OrdinalIgnoreCase))
            return;

        string[] there = [.. Providers().Select(Short)];
        if (there.FirstOrDefault(p => string.Equals(p, wanted, StringComparison.OrdinalIgnoreCase)) is not { } found)
        {
            throw new OnnxRuntimeException(
                $"This build of ONNX Runtime ({Version}) has no execution provider '{provider}'; it has {string.Join(", ", there)}.");
        }

        try
        {
            if (NativeLibrary.TryGetExport(_library, $"OrtSessionOptionsAppendExecutionProvider_{found}", out var append))
                Check(((delegate* unmanaged<nint, int, nint>)append)(options, device));
            else
                AppendByName(options, [found + Ending, wanted, found.ToUpperInvariant()]);
        }
        catch (OnnxRuntimeException error)
        {
            throw new OnnxRuntimeException(
                $"The execution provider '{found}' of this ONNX Runtime ({Version}) does not start; it may lack libraries of its own. {error.Message}",
                error);
        }
    }

    // Providers without a function of their own. Newer versions know the names that they list, older ones spell them otherwise.
    private void AppendByName(nint options, string[] spellings)
    {
        if (!System.Version.TryParse(Version, out var version) || version < ByNameSince)
            throw new OnnxRuntimeException($"It can be set by name only since version {ByNameSince}.");

        OnnxRuntimeException? first = null;
        foreach (var spelling in spellings)
        {
            try
            {
                fixed (byte* name = Encoding.UTF8.GetBytes(spelling + "\0"))
                {
                    Check(((delegate* unmanaged<nint, byte*, byte**, byte**, nuint, nint>)_table[Position.AppendExecutionProvider])(
                        options, name, null, null, 0));
                }

                return;
            }
            catch (OnnxRuntimeException error)
            {
                first ??= error;
            }
        }

        throw first!;
    }

    private static NativeApi LoadFrom(string path)
    {
        nint library = 0;
        if (path.Length > 0)
        {
            if (!File.Exists(path))
                throw new OnnxRuntimeException($"There is no ONNX Runtime library at '{path}'.");

            if (!NativeLibrary.TryLoad(Path.GetFullPath(path), out library))
                throw new OnnxRuntimeException($"'{path}' cannot be loaded as a native library of this system.");
        }
        else if (!NativeLibrary.TryLoad("onnxruntime", out library) && !NativeLibrary.TryLoad("libonnxruntime.so.1", out library))
        {
            throw new OnnxRuntimeException($"No native ONNX Runtime was found. Give its path with --onnxruntime or in {OnnxRuntimeOptions.PathVariable}.");
        }

        if (!NativeLibrary.TryGetExport(library, "OrtGetApiBase", out var getBase))
            throw new OnnxRuntimeException($"'{path}' is not ONNX Runtime: it has no OrtGetApiBase.");

        var apiBase = ((delegate* unmanaged<nint*>)getBase)();
        var version = Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<byte*>)apiBase[1])()) ?? "unknown";
        var table = ((delegate* unmanaged<uint, void**>)apiBase[0])(TableVersion);
        return table != null
            ? new NativeApi(library, table, version)
            : throw new OnnxRuntimeException($"ONNX Runtime {version} is too old: 1.11 or newer is needed.");
    }

    /// <summary>Positions in the table.</summary>
    internal static class Position
    {
        public const int GetErrorMessage = 2;
        public const int CreateEnv = 3;
        public const int CreateSession = 7;
        public const int CreateSessionFromArray = 8;
        public const int Run = 9;
        public const int CreateSessionOptions = 10;
        public const int SetSessionGraphOptimizationLevel = 23;
        public const int SetIntraOpNumThreads = 24;
        public const int SetInterOpNumThreads = 25;
        public const int SessionGetInputCount = 30;
        public const int SessionGetOutputCount = 31;
        public const int SessionGetInputTypeInfo = 33;
        public const int SessionGetOutputTypeInfo = 34;
        public const int SessionGetInputName = 36;
        public const int SessionGetOutputName = 37;
        public const int CreateTensorWithDataAsOrtValue = 49;
        public const int CastTypeInfoToTensorInfo = 55;
        public const int GetTensorMutableData = 51;
        public const int GetTensorElementType = 60;
        public const int GetDimensionsCount = 61;
        public const int GetDimensions = 62;
        public const int GetTensorTypeAndShape = 65;
        public const int CreateCpuMemoryInfo = 69;
        public const int AllocatorFree = 76;
        public const int GetAllocatorWithDefaultOptions = 78;
        public const int ReleaseStatus = 93;
        public const int ReleaseSession = 95;
        public const int ReleaseValue = 96;
        public const int ReleaseTypeInfo = 98;
        public const int ReleaseTensorTypeAndShapeInfo = 99;
        public const int ReleaseSessionOptions = 100;
        public const int GetAvailableProviders = 125;
        public const int ReleaseAvailableProviders = 126;
        public const int AppendExecutionProvider = 216;
        public const int AddSessionConfigEntry = 130;
    }
}
