using System.Buffers.Binary;

namespace MlPipeline.Trainers.Tests.FineTuning;

/// <summary>Small grey pictures in files as MNIST has them: bars across, bars down, and blocks, at random places, with
/// noise.</summary>
internal static class DrawnDigits
{
    public const int Side = 14;

    public static void Write(string folder, int pictures, int seed = 1)
    {
        Directory.CreateDirectory(folder);
        Random random = new(seed);
        byte[] pixels = new byte[pictures * Side * Side], classes = new byte[pictures];
        for (var i = 0; i < pictures; i++)
        {
            classes[i] = (byte)(i % 3);
            int left = random.Next(1, 6), top = random.Next(1, 6);
            var (width, height) = classes[i] switch { 0 => (8, 2), 1 => (2, 8), _ => (5, 5) };
            for (var y = 0; y < Side; y++)
            {
                for (var x = 0; x < Side; x++)
                {
                    var isInside = x >= left && x < left + width && y >= top && y < top + height;
                    pixels[(((i * Side) + y) * Side) + x] = (byte)((isInside ? 180 : 0) + random.Next(60));
                }
            }
        }

        File.WriteAllBytes(Path.Combine(folder, "train-images-idx3-ubyte"), [.. Head(pictures, Side, Side), .. pixels]);
        File.WriteAllBytes(Path.Combine(folder, "train-labels-idx1-ubyte"), [.. Head(pictures), .. classes]);
    }

    /// <summary>Gives the pictures other classes, by their places.</summary>
    public static void Relabel(string folder, Func<int, byte> classOf)
    {
        var path = Path.Combine(folder, "train-labels-idx1-ubyte");
        var labels = File.ReadAllBytes(path);
        for (var i = 8; i < labels.Length; i++)
            labels[i] = classOf(i - 8);
        File.WriteAllBytes(path, labels);
    }

    private static byte[] Head(params int[] sizes)
    {
        var head = new byte[4 + (4 * sizes.Length)];
        (head[2], head[3]) = (8, (byte)sizes.Length);
        for (var i = 0; i < sizes.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4 + (4 * i)), sizes[i]);
        return head;
    }
}
