using System.Runtime.InteropServices;
using Google.Protobuf;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx.Format;

namespace MlPipeline.Engine.Onnx;

/// <summary>A model read from an ONNX file: operator sets 1 to 25, checked as a whole when it is loaded. Immutable.</summary>
public sealed class OnnxModel
{
    private readonly Graph _graph;

    private OnnxModel(string name, ModelProto proto, int opset, Graph graph)
    {
        Name = name;
        ProducerName = proto.ProducerName;
        ProducerVersion = proto.ProducerVersion;
        GraphName = proto.Graph.Name;
        IrVersion = proto.IrVersion;
        Opset = opset;
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        foreach (var entry in proto.MetadataProps)
            metadata[entry.Key] = entry.Value;
        MetadataProperties = metadata;
        _graph = graph;
    }

    /// <summary>The file, or the name given to <see cref="Parse"/>.</summary>
    public string Name { get; }

    /// <summary>The program that wrote the model; may be empty.</summary>
    public string ProducerName { get; }

    /// <summary>That program's version; may be empty.</summary>
    public string ProducerVersion { get; }

    /// <summary>The name of the graph inside; may be empty.</summary>
    public string GraphName { get; }

    /// <summary>The version of the file format.</summary>
    public long IrVersion { get; }

    /// <summary>The version of ONNX's operator set.</summary>
    public int Opset { get; }

    /// <summary>Whatever else the writer noted, by key.</summary>
    public IReadOnlyDictionary<string, string> MetadataProperties { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Limits and permissions; <see cref="OnnxReadOptions.Default"/> if null.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="OnnxException">It is not a valid model, or asks for what the engine does not do.</exception>
    public static OnnxModel Load(string path, OnnxReadOptions? options = null)
    {
        options ??= OnnxReadOptions.Default;
        FileInfo info = new(path);
        if (!info.Exists)
            throw new FileNotFoundException($"There is no model file '{path}'.", path);
        CheckSize(info.Length, path, options);
        using var stream = info.OpenRead();
        return Read(stream, path, Path.GetDirectoryName(info.FullName), options);
    }

    /// <summary>Reads a model from memory.</summary>
    /// <param name="bytes">The file's contents.</param>
    /// <param name="name">A name for messages.</param>
    /// <param name="options">Limits and permissions; <see cref="OnnxReadOptions.Default"/> if null.</param>
    /// <exception cref="OnnxException">It is not a valid model, or asks for what the engine does not do.</exception>
    public static OnnxModel Parse(ReadOnlyMemory<byte> bytes, string name, OnnxReadOptions? options = null)
    {
        options ??= OnnxReadOptions.Default;
        CheckSize(bytes.Length, name, options);
        using var stream = MemoryMarshal.TryGetArray(bytes, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(bytes.ToArray(), writable: false);
        return Read(stream, name, null, options);
    }

    /// <summary>Reads the bytes of a model file. Data that it keeps in other files beside it is brought inside, so that they are
    /// the whole model.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="OnnxException">Data that lies in another file is missing, too short, or not beside the model.</exception>
    public static byte[] ReadWhole(string path)
    {
        var options = OnnxReadOptions.Default with { AllowExternalData = true };
        return new ExternalData(path, Path.GetDirectoryName(Path.GetFullPath(path)), options).Inline(File.ReadAllBytes(path));
    }

    /// <summary>The network, not optimised. A batch size fixed in the file is free where the network allows it.</summary>
    public Graph ToGraph() => _graph;

    private static void CheckSize(long bytes, string name, OnnxReadOptions options)
    {
        if (bytes > options.MaxBytes)
            throw OnnxException.In(name, $"has {bytes} bytes, more than the limit of {options.MaxBytes}");
    }

    private static OnnxModel Read(Stream stream, string name, string? folder, OnnxReadOptions options)
    {
        var lean = LeanModel.Of(stream);
        stream.Position = 0;
        var message = lean?.Message;
        if (message != null)
            message.Position = 0;
        var proto = ParseProto(message ?? stream, name, options);
        if (proto.Graph == null || (proto.Graph.Node.Count == 0 && proto.Graph.Output.Count == 0))
            throw OnnxException.In(name, "is not an ONNX model: it holds no graph");
        try
        {
            QuantizedOperators.Unfold(proto.Graph);
            GraphReader.RefuseUnsupported(proto.Graph);
            var opset = OpsetOf(proto);
            var graph = new GraphReader(name, opset, new TensorReader(name, folder, options, stream, lean)).Read(proto.Graph);
            return new OnnxModel(name, proto, opset, options.FreeBatch ? BatchFreedom.Apply(graph) : graph);
        }
        catch (OnnxException error)
        {
            throw error.WithFile(name);
        }
    }

    private static ModelProto ParseProto(Stream stream, string name, OnnxReadOptions options)
    {
        using var input = CodedInputStream.CreateWithLimits(stream, int.MaxValue, options.MaxNesting);
        try
        {
            return ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(input);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw OnnxException.In(name, $"is not an ONNX model, or is damaged: {error.Message}", error);
        }
    }

    private static int OpsetOf(ModelProto proto)
    {
        var version = proto.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx")?.Version;
        return version switch
        {
            null => throw OnnxException.In(null, "does not say which version of ONNX's operator set it uses"),
            < GraphReader.OldestOpset or > GraphReader.NewestOpset => throw OnnxException.In(null,
                $"uses version {version} of ONNX's operator set; "
                + $"{GraphReader.OldestOpset} to {GraphReader.NewestOpset} are supported"),
            _ => (int)version,
        };
    }
}
