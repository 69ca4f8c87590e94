namespace MlPipeline.Pipeline;

/// <summary>Adds a deferred step (resize, crop, grayscale) to the images of a column.</summary>
public sealed class ImageOperationTransformer : RowTransformer
{
    internal const string ArchiveKind = "images.operation";

    internal ImageOperationTransformer(string output, string input, ImageOperation operation)
    {
        (Output, Input, Operation) = (output, input, operation);
    }

    /// <inheritdoc/>
    public override string Kind => ArchiveKind;

    /// <summary>The step.</summary>
    public ImageOperation Operation { get; }

    internal string Output { get; }

    internal string Input { get; }

    /// <inheritdoc/>
    public override void Write(ArchiveWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteJson("state", new State(Output, Input, Operation));
    }

    internal static ImageOperationTransformer Read(ArchiveReader reader)
    {
        var state = reader.ReadJson<State>("state");
        return new ImageOperationTransformer(state.Output, state.Input, state.Operation);
    }

    /// <summary>The type of the images after the step.</summary>
    internal ImageDataViewType TypeAfter(ImageDataViewType before) => Operation switch
    {
        ResizeOperation resize => new ImageDataViewType(resize.Height, resize.Width),
        CropOperation crop => new ImageDataViewType(crop.Height, crop.Width),
        _ => before,
    };

    /// <inheritdoc/>
    protected internal override RowMapping Bind(DataViewSchema inputSchema)
    {
        var column = ColumnCheck.Require(inputSchema, Input, t => t is ImageDataViewType, "image");
        return new Mapping(this, inputSchema, column.Index, TypeAfter((ImageDataViewType)column.Type));
    }

    internal sealed record State(string Output, string Input, ImageOperation Operation);

    private sealed class Mapping(ImageOperationTransformer owner, DataViewSchema schema, int column, ImageDataViewType type)
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
            return [(ValueGetter<PipelineImage>)((ref PipelineImage value) => value = image().With(owner.Operation))];
        }
    }
}
