namespace MlPipeline.Pipeline;

/// <summary>Turns a text column of paths into deferred images, or into the files' bytes.</summary>
public sealed class ImageLoadingTransformer : RowTransformer
{
    internal const string ArchiveKind = "images.load";

    private readonly string _output;
    private readonly string _input;
    private readonly string _folder;
    private readonly bool _asBytes;

    internal ImageLoadingTransformer(string output, string input, string folder, bool asBytes)
    {
        (_output, _input, _folder, _asBytes) = (output, input, folder, asBytes);
    }

    /// <inheritdoc/>
    public override string Kind => ArchiveKind;

    internal string Output => _output;

    internal string Input => _input;

    internal DataViewType OutputType => _asBytes ? new VectorDataViewType(NumberDataViewType.Byte) : new ImageDataViewType();

    /// <inheritdoc/>
    public override void Write(ArchiveWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);

        // An absolute folder is of this machine only, so it is not kept: paths are then taken as they come.
        writer.WriteJson("state", new State(_output, _input, Path.IsPathRooted(_folder) ? "" : _folder, _asBytes));
    }

    /// <inheritdoc/>
    protected internal override RowMapping Bind(DataViewSchema inputSchema)
    {
        var column = ColumnCheck.Require(inputSchema, _input, t => t is TextDataViewType, "text");
        return new Mapping(this, inputSchema, column.Index);
    }

    internal static ImageLoadingTransformer Read(ArchiveReader reader)
    {
        var state = reader.ReadJson<State>("state");
        return new ImageLoadingTransformer(state.Output, state.Input, state.Folder, state.AsBytes);
    }

    internal sealed record State(string Output, string Input, string Folder, bool AsBytes);

    private sealed class Mapping(ImageLoadingTransformer owner, DataViewSchema schema, int column)
        : RowMapping(schema, [new DataViewSchema.DetachedColumn(owner._output, owner.OutputType)])
    {
        protected override IEnumerable<int> DependenciesOf(int addedColumn) => [column];

        protected override Delegate?[] CreateGetters(DataViewRow input, Func<int, bool> isActive)
        {
            if (!isActive(0))
            {
                return [null];
            }

            var text = input.GetGetter<ReadOnlyMemory<char>>(input.Schema[column]);
            ReadOnlyMemory<char> path = default;
            string CurrentPath()
            {
                text(ref path);
                return path.IsEmpty
                    ? throw new BadImageException($"(empty path in column '{owner._input}')", input.Position, new IOException("the path is empty"))
                    : Path.Combine(owner._folder, path.ToString());
            }

            if (!owner._asBytes)
            {
                return [(ValueGetter<PipelineImage>)((ref PipelineImage value) => value = PipelineImage.FromFile(CurrentPath()))];
            }

            return [(ValueGetter<VBuffer<byte>>)((ref VBuffer<byte> value) => ReadBytes(CurrentPath(), input.Position, ref value))];
        }

        private static void ReadBytes(string path, long row, ref VBuffer<byte> value)
        {
            try
            {
                using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
                var editor = VBufferEditor.Create(ref value, checked((int)stream.Length));
                stream.ReadExactly(editor.Values);
                value = editor.Commit();
            }
            catch (Exception e) when (BadImageException.IsBadImage(e))
            {
                throw new BadImageException(path, row, e);
            }
        }
    }
}
