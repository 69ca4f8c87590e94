namespace MlPipeline.Pipeline.Images;

/// <summary>Reads the picture of a row from whatever column holds it: paths (text), encoded bytes, or ML.NET's images.</summary>
public static class PictureReader
{
    /// <summary>The words for such a column in messages.</summary>
    internal const string Expected = "paths (text), encoded bytes (vector of bytes) or images";

    internal static bool IsPicture(DataViewType type) =>
        type is TextDataViewType or ImageDataViewType or PictureDataViewType || IsBytes(type);

    internal static bool IsPicture(SchemaShape.Column column) => !column.IsKey
        && (column.Kind == SchemaShape.Column.VectorKind.Scalar
        ? column.ItemType is TextDataViewType or ImageDataViewType or PictureDataViewType
        : column.ItemType.Equals(NumberDataViewType.Byte));

    /// <summary>A picture, or the error of a row that has none.</summary>
    internal static Picture Required(Picture? picture) => picture ?? throw new InvalidDataException("the row has no picture");

    /// <summary>Reads the current row's picture; null where it has none. Images are copied at once: whoever made one may dispose
    /// it when the row moves on.</summary>
    /// <param name="row">The row of a cursor.</param>
    /// <param name="column">The column's number in its schema; of a type that holds pictures.</param>
    public static Func<Picture?> Getter(DataViewRow row, int column)
    {
        var type = row.Schema[column].Type;
        if (type is TextDataViewType)
            return Of(row, column, (in ReadOnlyMemory<char> path) => path.IsEmpty ? null : Picture.FromFile(path.ToString()));
        if (IsBytes(type))
        {
            return Of(row, column, (in VBuffer<byte> bytes) => bytes.Length == 0
                ? null : Picture.FromBytes(bytes.DenseValues().ToArray()));
        }

        return type is ImageDataViewType
            ? Of(row, column, (in MLImage? image) => image is null ? null : Picture.FromImage(image))
            : Of(row, column, (in Picture? picture) => picture);
    }

    private static Func<Picture?> Of<T>(DataViewRow row, int column, Conversion<T> convert)
    {
        var getter = row.GetGetter<T>(row.Schema[column]);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return convert(in value);
        };
    }

    private static bool IsBytes(DataViewType type) => type is VectorDataViewType vector
        && vector.ItemType.Equals(NumberDataViewType.Byte);

    private delegate Picture? Conversion<T>(in T value);
}
