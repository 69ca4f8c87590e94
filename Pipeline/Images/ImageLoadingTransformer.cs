using MlPipeline.Imaging;

namespace MlPipeline.Pipeline;

/// <summary>Turns a text column of paths into deferred images, or into the files' bytes.</summary>
public sealed class ImageLoadingTransformer : ImageColumnTransformer
{
    internal const string ArchiveKind = "images.load";

    private readonly string _folder;
    private readonly bool _asBytes;

    internal ImageLoadingTransformer(string output, string input, string folder, bool asBytes)
        : base(output, input)
    {
        (_folder, _asBytes) = (folder, asBytes);
    }

    /// <inheritdoc/>
    public override string Kind => ArchiveKind;

    internal DataViewType OutputType => _asBytes ? new VectorDataViewType(NumberDataViewType.Byte) : new ImageDataViewType();

    /// <inheritdoc/>
    public override void Write(ArchiveWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);

        // An absolute folder is of this machine only, so it is not kept: paths are then taken as they come.
        writer.WriteJson("state", new State(Output, Input, Path.IsPathRooted(_folder) ? "" : _folder, _asBytes));
    }

    internal static ImageLoadingTransformer Read(ArchiveReader reader)
    {
        var state = reader.ReadJson<State>("state");
        return new ImageLoadingTransformer(state.Output, state.Input, state.Folder, state.AsBytes);
    }

    private protected override DataViewSchema.Column RequireInput(DataViewSchema schema) =>
        ColumnCheck.Require(schema, Input, t => t is TextDataViewType, "text");

    private protected override DataViewType TypeAfter(DataViewType input) => OutputType;

    private protected override Delegate CreateGetter(DataViewRow row, int inputColumn, DataViewType type)
    {
        var text = row.GetGetter<ReadOnlyMemory<char>>(row.Schema[inputColumn]);
        ReadOnlyMemory<char> path = default;
        string CurrentPath()
        {
            text(ref path);
            return path.IsEmpty
                ? throw new BadImageException(
                    $"(empty path in column '{Input}')", row.Position, new IOException("the path is empty"))
                : Path.Combine(_folder, path.ToString());
        }

        if (!_asBytes)
            return (ValueGetter<PipelineImage>)((ref PipelineImage value) => value = PipelineImage.FromFile(CurrentPath()));

        return (ValueGetter<VBuffer<byte>>)((ref VBuffer<byte> value) => ReadBytes(CurrentPath(), row.Position, ref value));
    }

    private static void ReadBytes(string path, long row, ref VBuffer<byte> value)
    {
        try
        {
            using var stream = ImageDecoder.OpenFile(path);

            // Nobody could decode more than the limit, so that no more is read.
            var limit = DecodeOptions.Default.MaxBytes;
            if (stream.Length > limit)
            {
                throw new ImageDecodeException(
                    ImageErrorKind.TooLarge, $"{stream.Length} bytes are more than the limit of {limit}", path);
            }

            var editor = VBufferEditor.Create(ref value, (int)stream.Length);
            stream.ReadExactly(editor.Values);
            value = editor.Commit();
        }
        catch (Exception e) when (BadImageException.IsBadImage(e))
        {
            throw new BadImageException(path, row, e);
        }
    }

    internal sealed record State(string Output, string Input, string Folder, bool AsBytes);
}
