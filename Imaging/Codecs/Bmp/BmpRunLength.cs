namespace MlPipeline.Imaging;

/// <summary>Run-length coded bitmaps of 4 and 8 bits: runs, literal stretches, jumps. What is not drawn has colour 0.</summary>
internal static class BmpRunLength
{
    private const byte EndOfLine = 0, EndOfBitmap = 1, Delta = 2;

    /// <summary>Fills <paramref name="indices"/>, row by row in file order. Pixels beyond a row's end are dropped.</summary>
    public static void Decode(ReadOnlySpan<byte> data, Span<byte> indices, int width, int height, bool nibbles)
    {
        indices.Clear();
        int at = 0, x = 0, y = 0;
        while (y < height)
        {
            if (at + 2 > data.Length)
            {
                if (y == height - 1 && x >= width)
                    return;

                throw Fault.Truncated($"the run-length coded pixels end in row {y} of {height}");
            }

            int count = data[at], value = data[at + 1];
            at += 2;
            if (count > 0)
            {
                var run = Stretch(indices, width, x, y, count);
                for (var i = 0; i < run.Length; i++)
                    run[i] = (byte)(nibbles ? (i & 1) == 0 ? value >> 4 : value & 15 : value);

                x = Math.Min(x + count, width);
            }
            else if (value == EndOfLine)
            {
                x = 0;
                y++;
            }
            else if (value == EndOfBitmap)
            {
                return;
            }
            else if (value == Delta)
            {
                if (at + 2 > data.Length)
                    throw Fault.Truncated($"the run-length coded pixels end in row {y} of {height}");

                x = Math.Min(x + data[at], width);
                y += data[at + 1];
                at += 2;
            }
            else
            {
                var bytes = nibbles ? (value + 1) / 2 : value;
                if (at + bytes > data.Length)
                    throw Fault.Truncated($"the run-length coded pixels end in row {y} of {height}");

                var literal = data.Slice(at, bytes);
                var target = Stretch(indices, width, x, y, value);
                for (var i = 0; i < target.Length; i++)
                    target[i] = nibbles ? (byte)((i & 1) == 0 ? literal[i / 2] >> 4 : literal[i / 2] & 15) : literal[i];

                x = Math.Min(x + value, width);
                at += (bytes + 1) & ~1;
            }
        }
    }

    private static Span<byte> Stretch(Span<byte> indices, int width, int x, int y, int count) =>
        indices.Slice(y * width + x, Math.Min(count, width - x));
}
