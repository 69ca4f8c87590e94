namespace MlPipeline.Pipeline;

/// <summary>Decodes images of a known size into vectors of their pixels.</summary>
public sealed class ImagePixelExtractingTransformer : RowTransformer
{
    internal const string ArchiveKind = "images.pixels";

    internal ImagePixelExtractingTransformer(string output, string input, PixelExtraction extraction)
    {
        (Output, Input, Extraction) = (output, input, extraction);
    }

    /// <inheritdoc/>
    public override string Kind => ArchiveKind;

    internal string Output { get; }

    internal string Input { get; }

    internal PixelExtraction Extraction { get; }

    /// <inheritdoc/>
    public override void Write(ArchiveWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteJson("state", new State(Output, Input, Extraction));
    }

    internal static ImagePixelExtractingTransformer Read(ArchiveReader reader)
    {
        var state = reader.ReadJson<State>("state");
        return new ImagePixelExtractingTransformer(state.Output, state.Input, state.Extraction);
    }

    internal VectorDataViewType TypeFor(ImageDataViewType image) => image.IsKnownSize
        ? Extraction.TypeFor(image)
        : throw new ArgumentOutOfRangeException(
            Input, $"The images of column '{Input}' have no known size; resize them (ResizeImages) before extracting pixels.");

    /// <inheritdoc/>
    protected internal override RowMapping Bind(DataViewSchema inputSchema)
    {
        var column = ColumnCheck.Require(inputSchema, Input, t => t is ImageDataViewType, "image");
        return new Mapping(this, inputSchema, column.Index, TypeFor((ImageDataViewType)column.Type));
    }

    internal sealed record State(string Output, string Input, PixelExtraction Extraction);

    private sealed class Mapping(ImagePixelExtractingTransformer owner, DataViewSchema schema, int column, VectorDataViewType type)
        : RowMapping(schema, [new DataViewSchema.DetachedColumn(owner.Output, type)])
    {
        protected override IEnumerable<int> DependenciesOf(int addedColumn) => [column];

        protected override Delegate?[] CreateGetters(DataViewRow input, Func<int, bool> isActive)
        {
            if (!isActive(0))
            {
                return [null];
            }

            var image = PixelReader.ImageGetter(input, column);
            if (owner.Extraction.AsBytes)
            {
                return [Getter<byte>(image, input, owner.Extraction.Write)];
            }

            return [Getter<float>(image, input, owner.Extraction.Write)];
        }

        private delegate void Writer<T>(Imaging.Raster raster, Span<T> values);

        private ValueGetter<VBuffer<T>> Getter<T>(Func<PipelineImage> image, DataViewRow input, Writer<T> write) =>
            (ref VBuffer<T> value) =>
            {
                var current = image();
                try
                {
                    using var raster = current.Decode();
                    var editor = VBufferEditor.Create(ref value, type.Size);
                    if (raster.Width * raster.Height * owner.Extraction.Channels.Length != type.Size)
                    {
                        throw new ImageOperationException($"the picture is {raster.Width} x {raster.Height}, not of the column's size");
                    }

                    write(raster, editor.Values);
                    value = editor.Commit();
                }
                catch (Exception e) when (BadImageException.IsBadImage(e))
                {
                    throw new BadImageException(current.Name, input.Position, e);
                }
            };
    }
}
