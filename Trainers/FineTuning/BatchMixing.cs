using MlPipeline.Data.Splits;
using MlPipeline.Engine.Tensors;
using MlPipeline.Imaging;

namespace MlPipeline.Trainers.FineTuning;

/// <summary>
/// Pictures of a step mixed in pairs, their targets by the same share: whole pictures (Zhang et al. 2018), or a rectangle of one
/// in the other (Yun et al. 2019). One share and one rectangle for a step, as in both papers' programs.
/// </summary>
internal static class BatchMixing
{
    /// <summary>Mixes a step.</summary>
    /// <param name="pixels">The pictures, one after the other; they are changed.</param>
    /// <param name="preprocessing">Says how a picture lies in them.</param>
    /// <param name="targets">The target of each (rows x classes).</param>
    /// <param name="weights">What each counts; empty when all count alike.</param>
    /// <param name="options">Says how the share is drawn.</param>
    /// <param name="random">Draws.</param>
    /// <returns>The mixed targets, and what each row counts.</returns>
    public static (Tensor Targets, float[] Weights) Mix(float[] pixels, Preprocessing preprocessing, Tensor targets,
        ReadOnlySpan<float> weights, FineTuningOptions options, SeededRandom random)
    {
        var cuts = options.Mixup == 0 || (options.Cutmix > 0 && random.Next(2) == 1);
        var share = Beta(cuts ? options.Cutmix : options.Mixup, random);
        var partners = new int[targets.Dimensions[0]];
        for (var i = 0; i < partners.Length; i++)
            partners[i] = i;
        random.Shuffle(partners.AsSpan());
        var box = new PixelBox(0, 0, preprocessing.Width, preprocessing.Height);
        if (cuts)
        {
            box = Rectangle(1 - share, box, random);
            share = 1 - ((double)box.Width * box.Height / (preprocessing.Width * preprocessing.Height));
        }

        Blend(pixels, preprocessing, partners, box, cuts ? 0 : (float)share);
        var classes = targets.Dimensions[1];
        var mixed = Tensor.Zeros(ElementType.Float32, partners.Length, classes);
        var counts = weights.IsEmpty ? [] : new float[partners.Length];
        for (var row = 0; row < partners.Length; row++)
        {
            var own = share * (weights.IsEmpty ? 1 : weights[row]);
            var other = (1 - share) * (weights.IsEmpty ? 1 : weights[partners[row]]);
            var sum = own + other;
            var part = sum > 0 ? own / sum : share;
            for (var c = 0; c < classes; c++)
            {
                mixed.Floats[(row * classes) + c] = ((float)part * targets.Floats[(row * classes) + c])
                    + ((float)(1 - part) * targets.Floats[(partners[row] * classes) + c]);
            }

            if (counts.Length > 0)
                counts[row] = (float)sum;
        }

        return (mixed, counts);
    }

    /// <summary>A draw from Beta(alpha, alpha).</summary>
    internal static double Beta(double alpha, SeededRandom random)
    {
        // The logarithms, for small alphas give numbers below the smallest double.
        double one = LogGamma(alpha, random), two = LogGamma(alpha, random);
        return 1 / (1 + Math.Exp(two - one));
    }

    // The logarithm of a draw from Gamma(alpha, 1) (Marsaglia and Tsang 2000; section 6 for alpha below 1).
    private static double LogGamma(double alpha, SeededRandom random)
    {
        if (alpha < 1)
            return LogGamma(alpha + 1, random) + (Math.Log(1 - random.NextDouble()) / alpha);
        var d = alpha - (1.0 / 3);
        while (true)
        {
            var normal = random.NextNormal();
            var v = 1 + (normal / Math.Sqrt(9 * d));
            v = v * v * v;
            if (v > 0 && Math.Log(1 - random.NextDouble()) < (0.5 * normal * normal) + d - (d * v) + (d * Math.Log(v)))
                return Math.Log(d * v);
        }
    }

    // As the paper draws it: the middle evenly over the picture, and what lies outside cut off.
    private static PixelBox Rectangle(double share, PixelBox picture, SeededRandom random)
    {
        int middleX = random.Next(picture.Width), middleY = random.Next(picture.Height);
        double width = picture.Width * Math.Sqrt(share), height = picture.Height * Math.Sqrt(share);
        int left = Math.Max(0, (int)(middleX - (width / 2))), top = Math.Max(0, (int)(middleY - (height / 2)));
        return new PixelBox(left, top, Math.Min(picture.Width, (int)(middleX + (width / 2))) - left,
            Math.Min(picture.Height, (int)(middleY + (height / 2))) - top);
    }

    /// <summary>Within the box each picture keeps a share of itself, and takes the rest from its partner.</summary>
    private static void Blend(float[] pixels, Preprocessing preprocessing, int[] partners, PixelBox box, float kept)
    {
        var original = pixels.AsSpan().ToArray();
        var channels = preprocessing.Length / (preprocessing.Width * preprocessing.Height);
        var (planes, pixel) = preprocessing.Layout == PixelLayout.Nchw ? (channels, 1) : (1, channels);
        for (var row = 0; row < partners.Length; row++)
        {
            for (var plane = 0; plane < planes; plane++)
            {
                for (var y = box.Top; y < box.Top + box.Height; y++)
                {
                    var line = ((((plane * preprocessing.Height) + y) * preprocessing.Width) + box.Left) * pixel;
                    var own = pixels.AsSpan((row * preprocessing.Length) + line, box.Width * pixel);
                    var other = original.AsSpan((partners[row] * preprocessing.Length) + line, box.Width * pixel);
                    for (var i = 0; i < own.Length; i++)
                        own[i] = (own[i] * kept) + (other[i] * (1 - kept));
                }
            }
        }
    }
}
