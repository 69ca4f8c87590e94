namespace MlPipeline.Core;

/// <summary>
/// Reads lines of separated fields into columns. Loading is lazy: each cursor opens the sources anew and parses only the fields
/// of its active columns. Blank lines and those that begin with // or #@ are passed over; a field that a line does not have is
/// empty; an empty field is empty text, 0 or NaN, false, or the missing key. A field that cannot be read as its column's type
/// throws a <see cref="FormatException"/> that names file, line, field and column.
/// </summary>
public sealed partial class TextLoader : IDataLoader<IMultiStreamSource>
{
    internal const string Signature = "TextLoader";

    private readonly Options _options;
    private readonly TextColumn[] _columns;
    private readonly DataViewSchema _schema;

    internal TextLoader(Options? options, IMultiStreamSource? dataSample)
    {
        options ??= new Options();
        options.Check();
        _options = options.Clone();
        Column[] columns = options.Columns
            ?? [new Column("Label", DataKind.Single, 0), new Column("Features", DataKind.Single, [new Range(1, null)])];
        string[]? header = ReadHeader(dataSample);
        int? fieldCount = options.InputSize ?? CountFields(dataSample) ?? header?.Length;
        _columns = TextColumn.Resolve(columns, fieldCount, header);
        _schema = DataViewSchema.FromDetached([.. _columns.Select(column => column.ToColumn())]);
    }

    private TextLoader(Options options, TextColumn[] columns)
    {
        _options = options;
        _columns = columns;
        _schema = DataViewSchema.FromDetached([.. columns.Select(column => column.ToColumn())]);
    }

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema() => _schema;

    /// <summary>The rows of the sources.</summary>
    public IDataView Load(IMultiStreamSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new TextView(source, _options, _columns, _schema);
    }

    /// <summary>What the header calls the fields, or null when there is none.</summary>
    internal static string[]? ReadHeader(Options options, IMultiStreamSource? sample)
    {
        if (options.HeaderFile is not null)
            sample = new MultiFileSource(options.HeaderFile);
        else if (!options.HasHeader)
            return null;
        return sample is { Count: > 0 } ? ReadFields(options, sample, givesHeader: true) : null;
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.SetSignature(Signature, version: 2);
        BinaryWriter writer = ctx.Writer;
        writer.Write(_options.AllowQuoting);
        writer.Write(_options.AllowSparse);
        writer.Write(_options.EscapeChar);
        writer.Write(_options.ReadMultilines);
        writer.Write(new string(_options.Separators));
        writer.Write(_options.DecimalMarker);
        writer.Write(_options.TrimWhitespace);
        writer.Write(_options.MaxRows ?? -1);
        writer.Write(_options.HasHeader);
        writer.Write(_options.MissingRealsAsNaNs);
        writer.Write(_columns.Length);
        foreach (TextColumn column in _columns)
        {
            writer.Write(column.Name);
            TypeIO.Write(writer, column.ItemType);
            writer.Write(column.IsVector);
            writer.Write(column.Segments.Length);
            foreach ((int min, int max) in column.Segments)
            {
                writer.Write(min);
                writer.Write(max);
            }

            writer.Write(column.SlotNames?.Length ?? 0);
            foreach (string name in column.SlotNames ?? [])
                writer.Write(name);
        }
    }

    internal static TextLoader LoadSaved(ModelLoadContext ctx)
    {
        BinaryReader reader = ctx.Reader;
        var options = new Options
        {
            AllowQuoting = reader.ReadBoolean(),
            AllowSparse = reader.ReadBoolean(),
            EscapeChar = reader.ReadChar(),
            ReadMultilines = reader.ReadBoolean(),
            Separators = reader.ReadString().ToCharArray(),
            DecimalMarker = reader.ReadChar(),
            TrimWhitespace = reader.ReadBoolean(),
        };
        long maxRows = reader.ReadInt64();
        options.MaxRows = maxRows < 0 ? null : maxRows;
        options.HasHeader = reader.ReadBoolean();
        options.MissingRealsAsNaNs = reader.ReadBoolean();
        try
        {
            options.Check();
        }
        catch (ArgumentException e)
        {
            throw ctx.Corrupt(e.Message);
        }

        var columns = new TextColumn[ctx.ReadCount()];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = LoadColumn(ctx);
        return new TextLoader(options, columns);
    }

    private static TextColumn LoadColumn(ModelLoadContext ctx)
    {
        string name = ctx.ReadName();
        PrimitiveDataViewType type = ctx.Version == 1 ? TypeIO.ReadItemKind(ctx) : TypeIO.ReadItemType(ctx);
        bool isVector = ctx.Reader.ReadBoolean();
        var segments = new (int Min, int Max)[ctx.ReadCount(2 * sizeof(int))];
        for (int i = 0; i < segments.Length; i++)
        {
            int min = ctx.ReadInt32InRange(0, int.MaxValue - 1, "field");
            int max = ctx.ReadInt32InRange(-1, int.MaxValue - 1, "field");
            ctx.Check(max < 0 || (max >= min && max - min < int.MaxValue / 2), $"fields {min} to {max}");
            segments[i] = (min, max);
        }

        ctx.Check(segments.Length > 0 && (isVector || segments.Length == 1), $"the fields of column '{name}'");
        var names = new string[ctx.ReadCount()];
        for (int i = 0; i < names.Length; i++)
            names[i] = ctx.Reader.ReadString();
        var column = new TextColumn(name, type, segments, isVector, names.Length > 0 ? names : null);
        ctx.Check(names.Length == 0 || names.Length == column.Size, $"the slot names of column '{name}'");
        return column;
    }

    private static string[]? ReadFields(Options options, IMultiStreamSource source, bool givesHeader)
    {
        Options first = options.Clone();
        first.HasHeader |= givesHeader;
        using var rows = new TextRows(source, first) { GivesHeader = givesHeader };
        return rows.MoveNext() ? [.. rows.Fields.Select(field => field.ToString().Trim())] : null;
    }

    private string[]? ReadHeader(IMultiStreamSource? sample) => ReadHeader(_options, sample);

    private int? CountFields(IMultiStreamSource? sample) =>
        sample is { Count: > 0 } ? ReadFields(_options, sample, givesHeader: false)?.Length : null;
}
