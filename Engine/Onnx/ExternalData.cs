using Google.Protobuf;
using MlPipeline.Engine.Onnx.Format;
using DataLocation = MlPipeline.Engine.Onnx.Format.TensorProto.Types.DataLocation;

namespace MlPipeline.Engine.Onnx;

/// <summary>
/// Reads the tensors that a model keeps in other files (ONNX's external data): from beside the model and nowhere else, since it
/// is the model that names them.
/// </summary>
internal sealed class ExternalData(string file, string? folder, OnnxReadOptions options)
{
    private long _bytes;

    /// <summary>The model with all its data inside; the same bytes where nothing lies elsewhere.</summary>
    /// <param name="model">The bytes of the model's own file.</param>
    public byte[] Inline(byte[] model)
    {
        var whole = Parse(model);
        var tensors = whole is null ? [] : Tensors(whole.Graph).ToList();
        if (tensors.Count == 0)
            return model;
        foreach (var (tensor, what) in tensors)
        {
            var bytes = Read(tensor, what);
            CheckSize(tensor, what, bytes.Length);
            tensor.RawData = UnsafeByteOperations.UnsafeWrap(bytes);
            tensor.ExternalData.Clear();
            tensor.DataLocation = DataLocation.Default;
        }

        return whole!.ToByteArray();
    }

    /// <summary>The data of a tensor that lies in another file.</summary>
    /// <param name="tensor">The tensor as stored.</param>
    /// <param name="what">What it is, for messages: <c>initialiser 'w'</c>.</param>
    public byte[] Read(TensorProto tensor, string what)
    {
        Dictionary<string, string> entries = [];
        foreach (var entry in tensor.ExternalData)
            entries[entry.Key] = entry.Value;
        var location = entries.GetValueOrDefault("location", "");
        if (folder == null || !options.AllowExternalData)
            throw Error(what, $"lies in another file ('{location}'), which is read only with a model that is opened by its path");
        try
        {
            using var stream = File.OpenRead(PathOf(location, what));
            var offset = Number(entries, "offset", 0, what);
            var count = Number(entries, "length", stream.Length - offset, what);
            if (offset < 0 || count < 0 || offset > stream.Length || count > stream.Length - offset)
            {
                throw Error(what, $"is said to be {count} bytes at {offset} of '{location}', which has {stream.Length} bytes: "
                    + "it is cut short, or belongs to another model");
            }

            _bytes += count;
            if (_bytes > options.MaxBytes || count > Array.MaxLength)
                throw Error(what, $"makes the model larger than the limit of {options.MaxBytes} bytes");
            var bytes = new byte[count];
            stream.Position = offset;
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw OnnxException.In(file, $"{what} lies in '{location}', which cannot be read: {error.Message}", error);
        }
    }

    private ModelProto? Parse(byte[] model)
    {
        // Most models have all their data inside: that is seen without holding it twice.
        using var stream = new MemoryStream(model, writable: false);
        try
        {
            var lean = LeanModel.Of(stream);
            if (lean is not null)
            {
                lean.Message.Position = 0;
                if (ModelProto.Parser.ParseFrom(lean.Message).Graph is not { } graph || !Tensors(graph).Any())
                    return null;
            }

            var whole = ModelProto.Parser.ParseFrom(model);
            return whole.Graph is null ? null : whole;
        }
        catch (InvalidProtocolBufferException)
        {
            // Whoever reads the model finds the words for it.
            return null;
        }
    }

    private static IEnumerable<(TensorProto Tensor, string What)> Tensors(GraphProto graph) =>
        graph.Initializer.Select(i => (i, $"initialiser '{i.Name}'"))
            .Concat(graph.Node.SelectMany(n => n.Attribute.Where(a => a.T is not null)
                .Select(a => (a.T, $"attribute '{a.Name}' of node '{GraphReader.NameOf(n)}' ({n.OpType})"))))
            .Where(t => t.Item1.DataLocation == DataLocation.External);

    private void CheckSize(TensorProto tensor, string what, int bytes)
    {
        if (OnnxTypes.Find(tensor.DataType) is not { } type || tensor.Dims.Any(d => d < 0))
            return;
        var needed = tensor.Dims.Aggregate((decimal)TensorReader.BytesOf(type), (size, d) => size * d);
        if (needed != bytes)
        {
            throw Error(what, $"has {bytes} bytes of '{tensor.ExternalData.First(e => e.Key == "location").Value}', where its "
                + $"shape and type need {needed}");
        }
    }

    private string PathOf(string location, string what)
    {
        var root = Path.GetFullPath(folder!);
        var path = location.Length == 0 ? root : Path.GetFullPath(Path.Combine(root, location));
        if (location.Length == 0 || Path.IsPathRooted(location) || !IsInside(root, path))
            throw Error(what, $"lies in '{location}', which is not inside the model's folder");
        if (!File.Exists(path))
        {
            throw Error(what, $"lies in '{location}', and there is no such file beside the model: it belongs to the model and "
                + "must be copied with it");
        }

        if (!IsInside(Resolved(root), Resolved(path)))
            throw Error(what, $"lies in '{location}', which is a link to a file outside the model's folder");
        return path;
    }

    private static bool IsInside(string root, string path) =>
        path.StartsWith(Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar,
            StringComparison.Ordinal);

    /// <summary>The path without links in any of its parts.</summary>
    private static string Resolved(string path)
    {
        if (Path.GetDirectoryName(path) is not { } parent)
            return path;
        path = Path.Combine(Resolved(parent), Path.GetFileName(path));
        var target = new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName;
        return target is null ? path : Resolved(target);
    }

    private long Number(Dictionary<string, string> entries, string key, long ifAbsent, string what) =>
        !entries.TryGetValue(key, out var text) ? ifAbsent
        : long.TryParse(text, out var value) ? value
        : throw Error(what, $"has external data with {key} '{text}', which is no number");

    private OnnxException Error(string what, string reason) => OnnxException.In(file, $"{what} {reason}");
}
