using MlPipeline.Trainers.Solvers.Kernels;

namespace MlPipeline.Trainers.Tests;

public unsafe class LinearKernelsTests
{
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 1, 1 }, { 3, 7, 2 }, { 16, 8, 5 }, { 17, 24, 6 }, { 33, 40, 9 }, { 5, 512, 10 }, { 40, 130, 13 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Tiles_agree_with_plain_loops(int rows, int features, int classes)
    {
        var random = new Random(rows);
        int width = Padding.RoundUp(features), stride = width + Padding.Lanes, padded = Padding.RoundUp(classes);
        float[] x = Rows(random, rows, features, stride), w = Rows(random, classes, features, stride);
        var bias = Rows(random, 1, classes, classes);
        float[] expected = new float[rows * padded], actual = new float[rows * padded];
        float[] expectedGradient = Rows(random, classes, features, stride), actualGradient = [.. expectedGradient];

        ScalarKernels.Scores(x, rows, stride, width, w, stride, bias, classes, expected, padded);
        ScalarKernels.AddOuter(x, rows, stride, width, expected, padded, classes, expectedGradient, stride);
        fixed (float* px = x, pw = w, pb = bias, ps = actual, pe = expected, pg = actualGradient)
        {
            LinearKernels.Scores(px, rows, stride, width, pw, stride, pb, classes, ps, padded);
            LinearKernels.AddOuter(px, rows, stride, width, pe, padded, classes, pg, stride);
        }

        Problems.AssertClose(expected, actual, 1e-4);
        Problems.AssertClose(expectedGradient, actualGradient, 1e-2 * rows / 16 + 1e-3);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(11)]
    public void Residuals_agree_with_plain_softmax(int classes)
    {
        var random = new Random(classes);
        var padded = Padding.RoundUp(classes);
        for (var label = 0; label < classes; label++)
        {
            float[] scores = Rows(random, 1, classes, padded), expected = scores[..classes];
            var loss = ScalarKernels.Residual(expected, label, 1.5f);
            double actual;
            fixed (float* p = scores)
            {
                actual = Softmax.Residual(p, classes, padded, label, 1.5f);
            }

            Assert.Equal(loss, actual, 5);
            Problems.AssertClose(expected, scores.AsSpan(0, classes), 1e-6);
        }
    }

    [Fact]
    public void Losses_below_single_precision_keep_their_digits()
    {
        float[] scores = [40f, 0f, 0, 0, 0, 0, 0, 0];
        fixed (float* p = scores)
        {
            Assert.Equal(Math.Exp(-40), Softmax.Residual(p, 2, 8, 0, 1f), Math.Exp(-40) * 1e-5);
        }

        Assert.Equal(-Math.Exp(-40), scores[0], Math.Exp(-40) * 1e-5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(45)]
    public void Dot_and_scaled_addition_handle_every_length(int length)
    {
        var random = new Random(length);
        float[] a = Rows(random, 1, length, length), b = Rows(random, 1, length, length);
        Assert.Equal(a.Zip(b, (u, v) => (double)u * v).Sum(), LinearKernels.Dot(a, b), 1e-4);
        float[] expected = [.. b.Select((v, i) => v + 0.5f * a[i])];
        LinearKernels.AddScaled(0.5f, a, b);
        Problems.AssertClose(expected, b, 1e-6);
    }

    private static float[] Rows(Random random, int rows, int columns, int stride)
    {
        var values = new float[rows * stride];
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
                values[r * stride + c] = (float)Problems.Gaussian(random);
        }

        return values;
    }
}
