using System.Numerics;

namespace MlPipeline.Imaging;

/// <summary>The five row filters of PNG, undone and applied.</summary>
internal static class PngFilters
{
    public const byte None = 0, Sub = 1, Up = 2, Average = 3, Paeth = 4;

    /// <summary>Undoes a filter in place. <paramref name="above"/> is the row above, undone (zeros above the first).</summary>
    /// <returns>False for an unknown filter.</returns>
    public static bool Undo(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        above = above[..row.Length];
        switch (filter)
        {
            case None:
                return true;
            case Sub:
                for (var i = distance; i < row.Length; i++)
                    row[i] += row[i - distance];

                return true;
            case Up:
                UndoUp(row, above);
                return true;
            case Average:
                for (var i = 0; i < Math.Min(distance, row.Length); i++)
                    row[i] += (byte)(above[i] >> 1);

                for (var i = distance; i < row.Length; i++)
                    row[i] += (byte)((row[i - distance] + above[i]) >> 1);

                return true;
            case Paeth:
                for (var i = 0; i < Math.Min(distance, row.Length); i++)
                    row[i] += above[i];

                for (var i = distance; i < row.Length; i++)
                    row[i] += Predict(row[i - distance], above[i], above[i - distance]);

                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes the filtered <paramref name="row"/>, as long as it, to <paramref name="result"/>.</summary>
    public static void Apply(byte filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int distance, Span<byte> result)
    {
        above = above[..row.Length];
        result = result[..row.Length];
        var first = Math.Min(distance, row.Length);
        switch (filter)
        {
            case None:
                row.CopyTo(result);
                break;
            case Sub:
                row[..first].CopyTo(result);
                Subtract(row[first..], row, result[first..]);
                break;
            case Up:
                Subtract(row, above, result);
                break;
            case Average:
                for (var i = 0; i < first; i++)
                    result[i] = (byte)(row[i] - (above[i] >> 1));

                for (var i = first; i < row.Length; i++)
                    result[i] = (byte)(row[i] - ((row[i - distance] + above[i]) >> 1));

                break;
            default:
                for (var i = 0; i < first; i++)
                    result[i] = (byte)(row[i] - above[i]);

                for (var i = first; i < row.Length; i++)
                    result[i] = (byte)(row[i] - Predict(row[i - distance], above[i], above[i - distance]));

                break;
        }
    }

    /// <summary>The sum of the bytes' distances from zero, as signed values: what a filter's choice goes by.</summary>
    public static long SumOfMagnitudes(ReadOnlySpan<byte> bytes)
    {
        var sums = Vector<uint>.Zero;
        var i = 0;
        for (; i <= bytes.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector<byte> values = new(bytes[i..]);
            Vector.Widen(Vector.Min(values, Vector<byte>.Zero - values), out var low, out var high);
            Vector.Widen(low + high, out var first, out var second);
            sums += first + second;
        }

        long sum = Vector.Sum(sums);
        for (; i < bytes.Length; i++)
            sum += Math.Abs((int)(sbyte)bytes[i]);

        return sum;
    }

    private static void Subtract(ReadOnlySpan<byte> from, ReadOnlySpan<byte> what, Span<byte> result)
    {
        var i = 0;
        for (; i <= from.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            (new Vector<byte>(from[i..]) - new Vector<byte>(what[i..])).CopyTo(result[i..]);

        for (; i < from.Length; i++)
            result[i] = (byte)(from[i] - what[i]);
    }

    private static void UndoUp(Span<byte> row, ReadOnlySpan<byte> above)
    {
        var i = 0;
        for (; i <= row.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            (new Vector<byte>(row[i..]) + new Vector<byte>(above[i..])).CopyTo(row[i..]);

        for (; i < row.Length; i++)
            row[i] += above[i];
    }

    /// <summary>Of left, above and above-left, the one nearest to left + above - above-left; the earlier wins a tie.</summary>
    private static byte Predict(int left, int above, int corner)
    {
        var toLeft = Math.Abs(above - corner);
        var toAbove = Math.Abs(left - corner);
        var toCorner = Math.Abs(left + above - 2 * corner);
        if (toLeft <= toAbove && toLeft <= toCorner)
            return (byte)left;

        return (byte)(toAbove <= toCorner ? above : corner);
    }
}
