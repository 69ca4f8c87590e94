namespace MlPipeline.Core;

/// <summary>A column of a text loader with its fields worked out.</summary>
/// <param name="Name">The name.</param>
/// <param name="ItemType">The type of the items.</param>
/// <param name="Segments">First and last field of each range; -1 as last: as many as the line has.</param>
/// <param name="IsVector">Whether it is a vector, even of one slot.</param>
/// <param name="SlotNames">What the header calls the fields, for a vector of known size; or null.</param>
internal sealed record TextColumn(
    string Name, PrimitiveDataViewType ItemType, (int Min, int Max)[] Segments, bool IsVector, string[]? SlotNames)
{
    public bool IsVariable => Segments.Any(segment => segment.Max < 0);

    public int Size => IsVariable ? 0 : Segments.Sum(segment => segment.Max - segment.Min + 1);

    public DataViewSchema.DetachedColumn ToColumn()
    {
        if (!IsVector)
            return new DataViewSchema.DetachedColumn(Name, ItemType);
        var annotations = new DataViewSchema.Annotations.Builder();
        if (SlotNames is not null)
            annotations.AddSlotNames(SlotNames);
        return new DataViewSchema.DetachedColumn(Name, new VectorDataViewType(ItemType, Size), annotations.ToAnnotations());
    }

    /// <summary>The columns that options describe, over lines of some number of fields whose names may be known.</summary>
    public static TextColumn[] Resolve(TextLoader.Column[] columns, int? fieldCount, string[]? header)
    {
        if (columns.Length == 0)
            throw new ArgumentException("At least one column is needed.", nameof(columns));
        foreach (TextLoader.Column column in columns)
        {
            if (string.IsNullOrEmpty(column.Name))
                throw new ArgumentException("A column's name cannot be empty.", nameof(columns));
            if (column.Source is not { Length: > 0 })
                throw new ArgumentException($"Column '{column.Name}' names no fields to be read from.", nameof(columns));
            if (column.Source.Any(range => range.Min < 0 || range.Max < range.Min))
                throw new ArgumentException($"Column '{column.Name}' names fields in a range that is none.", nameof(columns));
        }

        HashSet<int> named = [.. columns.SelectMany(column => column.Source).Where(range => !range.AllOther && !range.VariableEnd)
            .SelectMany(range => Enumerable.Range(range.Min, Last(range, fieldCount) - range.Min + 1))];
        return Array.ConvertAll(columns, column => Resolve(column, fieldCount, header, named));
    }

    private static TextColumn Resolve(TextLoader.Column column, int? fieldCount, string[]? header, HashSet<int> named)
    {
        List<(int Min, int Max)> segments = [];
        foreach (TextLoader.Range range in column.Source)
        {
            if (range.AllOther)
            {
                int end = Last(range, fieldCount);
                segments.AddRange(Enumerable.Range(range.Min, Math.Max(0, end - range.Min + 1))
                    .Where(field => !named.Contains(field)).Select(field => (field, field)));
            }
            else
            {
                segments.Add((range.Min, range.VariableEnd ? -1 : Last(range, fieldCount)));
            }
        }

        if (segments.Count == 0)
            throw new ArgumentException($"No fields are left for column '{column.Name}'.", nameof(column));
        bool isVector = segments.Count > 1 || segments[0].Min != segments[0].Max
            || column.Source.Any(range => range.ForceVector || range.AutoEnd || range.AllOther || range.VariableEnd);
        PrimitiveDataViewType item = DataViewTypeExtensions.FromKind(column.DataKind);
        if (column.KeyCount is not null)
        {
            if (!KeyDataViewType.IsValidDataType(item.RawType))
                throw new ArgumentException(
                    $"Column '{column.Name}' of keys must be Byte, UInt16, UInt32 or UInt64, not {column.DataKind}.",
                    nameof(column));
            item = new KeyDataViewType(item.RawType, column.KeyCount.Count ?? Most(item.RawType));
        }

        var resolved = new TextColumn(column.Name, item, [.. segments], isVector, null);
        if (header is null || !isVector || resolved.IsVariable)
            return resolved;
        return resolved with
        {
            SlotNames = [.. segments.SelectMany(segment => Enumerable.Range(segment.Min, segment.Max - segment.Min + 1))
                .Select(field => field < header.Length ? header[field] : "")],
        };
    }

    private static int Last(TextLoader.Range range, int? fieldCount)
    {
        if (!range.AutoEnd && !range.AllOther)
            return range.Max ?? range.Min;
        if (fieldCount is not { } count)
            throw new ArgumentException(
                "How many fields a line has must be known for a range without an end: give a data sample or InputSize.",
                nameof(range));
        if (!range.AllOther && range.Min >= count)
            throw new ArgumentException($"A range begins at field {range.Min}, but lines have {count} fields.", nameof(range));
        return count - 1;
    }

    private static ulong Most(Type type) =>
        type == typeof(byte) ? byte.MaxValue
        : type == typeof(ushort) ? ushort.MaxValue
        : type == typeof(uint) ? uint.MaxValue
        : ulong.MaxValue;
}
