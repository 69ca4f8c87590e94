using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline.Pipeline.Transformers;

/// <summary>
/// Builds promised schemas. ML.NET lets nobody outside construct a column of a <see cref="SchemaShape"/>; a custom mapping with a
/// schema definition made at run time promises exactly the wanted columns, and its promise is public.
/// </summary>
internal static class OutputShape
{
    private const string SlotNames = "SlotNames";
    private static readonly MLContext s_context = new();

    /// <summary>The shape with a column added or replaced.</summary>
    public static SchemaShape With(
        SchemaShape input, string name, DataViewType type, IReadOnlyList<string>? slotNames = null,
        FeatureMapOrigin? origin = null) => type switch
        {
            ImageDataViewType => Promise<ImageCell>(input, name, type, slotNames, origin),
            TextDataViewType => Promise<TextCell>(input, name, type, slotNames, origin),
            VectorDataViewType vector when vector.ItemType.Equals(NumberDataViewType.Byte) =>
                Promise<BytesCell>(input, name, type, slotNames, origin),
            VectorDataViewType vector when vector.ItemType.Equals(NumberDataViewType.Single) =>
                Promise<FloatsCell>(input, name, type, slotNames, origin),
            _ => throw new NotSupportedException($"No output column of type {type} is promised by this project."),
        };

    /// <summary>Annotations with the slots' names and where a feature map comes from; null when there is neither.</summary>
    public static DataViewSchema.Annotations? Annotations(IReadOnlyList<string>? slotNames, FeatureMapOrigin? origin)
    {
        if (slotNames is null && origin is null)
            return null;
        var builder = new DataViewSchema.Annotations.Builder();
        if (slotNames is not null)
        {
            var names = Texts(slotNames);
            builder.Add(SlotNames, new VectorDataViewType(TextDataViewType.Instance, slotNames.Count),
                (ref VBuffer<ReadOnlyMemory<char>> value) => names.CopyTo(ref value));
        }

        if (origin is not null)
            builder.AddPrimitiveValue(FeatureMapOrigin.AnnotationKind, TextDataViewType.Instance, origin.ToJson().AsMemory());
        return builder.ToAnnotations();
    }

    private static VBuffer<ReadOnlyMemory<char>> Texts(IReadOnlyList<string> texts) =>
        new(texts.Count, [.. texts.Select(t => t.AsMemory())]);

    private static SchemaShape Promise<TCell>(
        SchemaShape input, string name, DataViewType type, IReadOnlyList<string>? slotNames, FeatureMapOrigin? origin)
        where TCell : class, new()
    {
        var definition = SchemaDefinition.Create(typeof(TCell));
        var column = definition["Value"];
        column.ColumnName = name;
        column.ColumnType = type;
        if (slotNames is not null)
            column.AddAnnotation(SlotNames, Texts(slotNames), new VectorDataViewType(TextDataViewType.Instance, slotNames.Count));
        if (origin is not null)
            column.AddAnnotation(FeatureMapOrigin.AnnotationKind, origin.ToJson().AsMemory(), TextDataViewType.Instance);
        return s_context.Transforms
            .CustomMapping<NoCell, TCell>(static (_, _) => { }, contractName: null!, outputSchemaDefinition: definition)
            .GetOutputSchema(input);
    }

    private sealed class NoCell
    {
    }

    private sealed class ImageCell
    {
        // Its type is given above; the attribute only names one that a class may declare.
        [ImageType(1, 1)]
        public MLImage? Value { get; set; }
    }

    private sealed class TextCell
    {
        public string? Value { get; set; }
    }

    private sealed class BytesCell
    {
        public VBuffer<byte> Value { get; set; }
    }

    private sealed class FloatsCell
    {
        public VBuffer<float> Value { get; set; }
    }
}
