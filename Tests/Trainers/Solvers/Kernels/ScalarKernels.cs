using MlPipeline.Trainers.Solvers.Kernels;

namespace MlPipeline.Trainers.Tests;

/// <summary>The plain loops that <see cref="LinearKernels"/> and <see cref="Softmax"/> must agree with.</summary>
internal static class ScalarKernels
{
    public static void Scores(ReadOnlySpan<float> x, int rows, int xStride, int width, ReadOnlySpan<float> w, int wStride,
        ReadOnlySpan<float> bias, int classes, Span<float> scores, int scoreStride)
    {
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < classes; c++)
            {
                double sum = bias[c];
                for (var k = 0; k < width; k++)
                    sum += (double)x[r * xStride + k] * w[c * wStride + k];

                scores[r * scoreStride + c] = (float)sum;
            }
        }
    }

    public static void AddOuter(ReadOnlySpan<float> x, int rows, int xStride, int width, ReadOnlySpan<float> residuals,
        int residualStride, int classes, Span<float> gradient, int gradientStride)
    {
        for (var c = 0; c < classes; c++)
        {
            for (var k = 0; k < width; k++)
            {
                double sum = gradient[c * gradientStride + k];
                for (var r = 0; r < rows; r++)
                    sum += (double)residuals[r * residualStride + c] * x[r * xStride + k];

                gradient[c * gradientStride + k] = (float)sum;
            }
        }
    }

    /// <summary>Replaces the scores of one row by weight * (softmax - one-hot label) and returns weight * -ln p(label).</summary>
    public static double Residual(Span<float> scores, int label, float weight)
    {
        var largest = double.NegativeInfinity;
        foreach (var score in scores)
            largest = Math.Max(largest, score);

        double sum = 0;
        foreach (var score in scores)
            sum += Math.Exp(score - largest);

        var loss = weight * (Math.Log(sum) + largest - scores[label]);
        for (var c = 0; c < scores.Length; c++)
            scores[c] = (float)(weight * (Math.Exp(scores[c] - largest) / sum - (c == label ? 1 : 0)));

        return loss;
    }
}
