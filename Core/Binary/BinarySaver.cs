using System.Security.Cryptography;
using System.Text;

namespace MlPipeline.Core;

/// <summary>
/// Writes rows in blocks, each column of a block by itself. The file: <see cref="Magic"/>; the schema (<see cref="SchemaIO"/>);
/// for each block its number of rows and then the columns; 0 in the place of a block; the number of all rows. Schema and columns
/// are each preceded by their length and followed by the first bytes of their SHA-256. Numbers are little-endian.
/// </summary>
internal static class BinarySaver
{
    public const int DigestLength = 8;

    public const int MostRowsInBlock = 4096;

    private const int EnoughBytesInBlock = 4 << 20;

    public static ReadOnlySpan<byte> Magic => "MLPROWS1"u8;

    public static void Save(Host host, IDataView data, Stream stream, bool keepHidden)
    {
        DataViewSchema.Column[] wanted = data.Schema.Where(column => keepHidden || !column.IsHidden).ToArray();
        DataViewSchema.Column[] columns = Array.FindAll(wanted, column => TypeIO.CanWrite(column.Type));
        foreach (DataViewSchema.Column column in wanted.Except(columns))
            host.Warning("SaveAsBinary", $"Column '{column.Name}' of type {column.Type} cannot be written and is left out.");

        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(Magic);
        WritePart(writer, SchemaIO.ToBytes(host, DataViewSchema.FromDetached(
            Array.ConvertAll(columns, column => new DataViewSchema.DetachedColumn(column)))));

        using DataViewRowCursor cursor = data.GetRowCursor(columns);
        MemoryStream[] parts = Array.ConvertAll(columns, _ => new MemoryStream());
        BinaryWriter[] partWriters = Array.ConvertAll(parts, part => new BinaryWriter(part, Encoding.UTF8));
        Action<BinaryWriter>[] appends =
            Array.ConvertAll(columns, column => BinaryColumn.Create(column.Type).WriterOver(cursor, column));
        long total = 0;
        int rows = 0;
        while (cursor.MoveNext())
        {
            for (int i = 0; i < columns.Length; i++)
                appends[i](partWriters[i]);
            total++;
            if (++rows == MostRowsInBlock || parts.Sum(part => part.Length) >= EnoughBytesInBlock)
                WriteBlock();
        }

        if (rows > 0)
            WriteBlock();
        writer.Write(0);
        writer.Write(total);

        void WriteBlock()
        {
            writer.Write(rows);
            foreach (MemoryStream part in parts)
            {
                WritePart(writer, part.GetBuffer().AsSpan(0, (int)part.Length));
                part.SetLength(0);
            }

            rows = 0;
        }
    }

    private static void WritePart(BinaryWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.Write(bytes.Length);
        writer.Write(bytes);
        writer.Write(SHA256.HashData(bytes).AsSpan(0, DigestLength));
    }
}
