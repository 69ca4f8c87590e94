using MlPipeline.Imaging;

namespace MlPipeline.Pipeline;

/// <summary>Decodes images of a known size into vectors of their pixels.</summary>
public sealed class ImagePixelExtractingTransformer : ImageColumnTransformer
{
    internal const string ArchiveKind = "images.pixels";

    internal ImagePixelExtractingTransformer(string output, string input, PixelExtraction extraction)
        : base(output, input)
    {
        Extraction = extraction;
    }

    /// <inheritdoc/>
    public override string Kind => ArchiveKind;

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
        if (!state.Extraction.IsSound)
        {
            throw reader.Error(
                "its pixel extraction names channels that there are not, or has not one offset and scale for each");
        }

        return new ImagePixelExtractingTransformer(state.Output, state.Input, state.Extraction);
    }

    internal VectorDataViewType TypeAfter(ImageDataViewType image) => image.IsKnownSize
        ? Extraction.TypeFor(image)
        : throw new ArgumentOutOfRangeException(
            Input, $"The images of column '{Input}' have no known size; resize them (ResizeImages) before extracting pixels.");

    private protected override DataViewType TypeAfter(DataViewType input) => TypeAfter((ImageDataViewType)input);

    private protected override Delegate CreateGetter(DataViewRow row, int inputColumn, DataViewType type)
    {
        var image = PixelReader.ImageGetter(row, inputColumn);
        var size = ((VectorDataViewType)type).Size;
        return Extraction.AsBytes
            ? Getter<byte>(image, row, size, Extraction.Write)
            : Getter<float>(image, row, size, Extraction.Write);
    }

    private ValueGetter<VBuffer<T>> Getter<T>(Func<PipelineImage> image, DataViewRow row, int size, Writer<T> write) =>
        (ref VBuffer<T> value) =>
        {
            var current = image();
            try
            {
                using var raster = current.Decode();
                if (raster.Width * raster.Height * Extraction.Channels.Length != size)
                {
                    throw new ImageOperationException(
                        $"the picture is {raster.Width} x {raster.Height}, not of the column's size");
                }

                var editor = VBufferEditor.Create(ref value, size);
                write(raster, editor.Values);
                value = editor.Commit();
            }
            catch (Exception e) when (BadImageException.IsBadImage(e))
            {
                throw new BadImageException(current.Name, row.Position, e);
            }
        };

    internal sealed record State(string Output, string Input, PixelExtraction Extraction);

    private delegate void Writer<T>(Raster raster, Span<T> values);
}
