namespace MlPipeline.Pipeline;

/// <summary>Makes images of one size from vectors of their pixels, such as rows of a text file.</summary>
public sealed class VectorToImageConvertingTransformer : ImageColumnTransformer
{
    internal const string ArchiveKind = "images.vector";
    internal const string Expected = "a vector of known size of Single, Double or Byte";

    internal VectorToImageConvertingTransformer(string output, string input, PixelComposition composition)
        : base(output, input)
    {
        Composition = composition;
    }

    /// <inheritdoc/>
    public override string Kind => ArchiveKind;

    internal PixelComposition Composition { get; }

    internal ImageDataViewType OutputType => new(Composition.Height, Composition.Width);

    /// <inheritdoc/>
    public override void Write(ArchiveWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteJson("state", new State(Output, Input, Composition));
    }

    internal static VectorToImageConvertingTransformer Read(ArchiveReader reader)
    {
        var state = reader.ReadJson<State>("state");
        if (!state.Composition.IsSound)
            throw reader.Error("its images have no pixels, or channels that there are not");

        return new VectorToImageConvertingTransformer(state.Output, state.Input, state.Composition);
    }

    private protected override DataViewSchema.Column RequireInput(DataViewSchema schema)
    {
        ColumnCheck.Require(
            schema, Input, t => t is VectorDataViewType { IsKnownSize: true } v && PixelComposition.Takes(v.ItemType), Expected);
        return ColumnCheck.Require(
            schema, Input, t => ((VectorDataViewType)t).Size == Composition.Length,
            $"{Composition.Length} items ({Composition.Width} x {Composition.Height} x {Composition.Channels.Length})");
    }

    private protected override DataViewType TypeAfter(DataViewType input) => OutputType;

    private protected override Delegate CreateGetter(DataViewRow row, int inputColumn, DataViewType type) =>
        ((VectorDataViewType)row.Schema[inputColumn].Type).ItemType.RawType switch
        {
            var item when item == typeof(float) => Getter<float>(row, inputColumn, v => v),
            var item when item == typeof(double) => Getter<double>(row, inputColumn, v => (float)v),
            _ => Getter<byte>(row, inputColumn, v => v),
        };

    private ValueGetter<PipelineImage> Getter<T>(DataViewRow row, int inputColumn, Func<T, float> convert)
    {
        var vectors = row.GetGetter<VBuffer<T>>(row.Schema[inputColumn]);
        VBuffer<T> vector = default;
        var values = new float[Composition.Length];
        return (ref PipelineImage value) =>
        {
            vectors(ref vector);
            if (vector.Length != values.Length)
            {
                throw new InvalidOperationException(
                    $"Row {row.Position} has {vector.Length} values in column '{Input}', not {values.Length}.");
            }

            foreach (var (slot, item) in vector.Items(all: true))
            {
                values[slot] = convert(item);
            }

            value = PipelineImage.FromRaster(Composition.Compose(values), $"(vector in column '{Input}', row {row.Position})");
        };
    }

    internal sealed record State(string Output, string Input, PixelComposition Composition);
}
