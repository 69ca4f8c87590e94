namespace MlPipeline.Pipeline;

/// <summary>Adds a deferred step (resize, crop, grayscale) to the images of a column.</summary>
public sealed class ImageOperationTransformer : ImageColumnTransformer
{
    internal const string ArchiveKind = "images.operation";

    internal ImageOperationTransformer(string output, string input, ImageOperation operation)
        : base(output, input)
    {
        Operation = operation;
    }

    /// <inheritdoc/>
    public override string Kind => ArchiveKind;

    /// <summary>The step.</summary>
    public ImageOperation Operation { get; }

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

    private protected override DataViewType TypeAfter(DataViewType input) => TypeAfter((ImageDataViewType)input);

    private protected override Delegate CreateGetter(DataViewRow row, int inputColumn, DataViewType type)
    {
        var image = PixelReader.ImageGetter(row, inputColumn);
        return (ValueGetter<PipelineImage>)((ref PipelineImage value) => value = image().With(Operation));
    }

    internal sealed record State(string Output, string Input, ImageOperation Operation);
}
