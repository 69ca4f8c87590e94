namespace MlPipeline.Pipeline;

/// <summary>
/// Builds promised schemas. ML.NET lets nobody outside construct a column of a <see cref="SchemaShape"/>; a custom mapping with a
/// schema definition made at run time promises exactly the wanted columns, and its promise is public.
/// </summary>
internal static class OutputShape
{
    private const string SlotNames = "SlotNames";
    private static readonly MLContext s_context = new();

    /// <summary>The shape with a column added or replaced.</summary>
    public static SchemaShape With(SchemaShape input, string name, DataViewType type, IReadOnlyList<string>? slotNames = null) => type switch
    {
        ImageDataViewType => Promise<ImageCell>(input, name, type, slotNames),
        TextDataViewType => Promise<TextCell>(input, name, type, slotNames),
        VectorDataViewType vector when vector.ItemType.Equals(NumberDataViewType.Byte) => Promise<BytesCell>(input, name, type, slotNames),
        VectorDataViewType vector when vector.ItemType.Equals(NumberDataViewType.Single) => Promise<FloatsCell>(input, name, type, slotNames),
        _ => throw new NotSupportedException($"No output column of type {type} is promised by this project."),
    };

    /// <summary>Annotations with the slots' names; none when there are no names.</summary>
    public static DataViewSchema.Annotations? SlotNameAnnotations(IReadOnlyList<string>? names)
    {
        if (names is null)
            return null;

        var builder = new DataViewSchema.Annotations.Builder();
        var text = names.Select(n => n.AsMemory()).ToArray();
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter = (ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            var editor = VBufferEditor.Create(ref value, text.Length);
            text.CopyTo(editor.Values);
            value = editor.Commit();
        };
        builder.Add(SlotNames, new VectorDataViewType(TextDataViewType.Instance, names.Count), getter);
        return builder.ToAnnotations();
    }

    private static SchemaShape Promise<TCell>(SchemaShape input, string name, DataViewType type, IReadOnlyList<string>? slotNames)
        where TCell : class, new()
    {
        var definition = SchemaDefinition.Create(typeof(TCell));
        var column = definition["Value"];
        column.ColumnName = name;
        column.ColumnType = type;
        if (slotNames is not null)
        {
            var names = new VBuffer<ReadOnlyMemory<char>>(slotNames.Count, [.. slotNames.Select(n => n.AsMemory())]);
            column.AddAnnotation(SlotNames, names, new VectorDataViewType(TextDataViewType.Instance, slotNames.Count));
        }

        return s_context.Transforms
            .CustomMapping<NoCell, TCell>(static (_, _) => { }, contractName: null!, outputSchemaDefinition: definition)
            .GetOutputSchema(input);
    }

    private sealed class NoCell
    {
    }

    private sealed class ImageCell
    {
        [ImageType]
        public PipelineImage? Value { get; set; }
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
