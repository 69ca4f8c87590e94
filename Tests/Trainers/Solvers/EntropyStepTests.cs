using System.Runtime.Intrinsics;

namespace MlPipeline.Optimizers.Tests;

public unsafe class EntropyStepTests
{
    [Fact]
    public void Lambert_solves_its_equation()
    {
        for (float v = -60; v < 5000; v += Math.Max(0.37f, Math.Abs(v) * 0.05f))
        {
            var w = EntropyStep.LambertOfExp(Vector256.Create(v)).ToScalar();
            Assert.Equal(v, w + Math.Log(w), 2e-5 * Math.Max(1, Math.Abs(v)));
        }
    }

    [Theory]
    [InlineData(2, 0.01f)]
    [InlineData(5, 3f)]
    [InlineData(10, 4000f)]
    [InlineData(23, 100f)]
    public void Step_is_the_maximum_over_the_simplex(int classes, float q)
    {
        var random = new Random(classes);
        var padded = Padding.RoundUp(classes);
        for (var trial = 0; trial < 50; trial++)
        {
            var z = new float[padded];
            var previous = new float[padded];
            for (var c = 0; c < classes; c++)
            {
                z[c] = (float)(5 * Problems.Gaussian(random));
                previous[c] = trial % 3 == 0 ? (c == trial % classes ? 1 : 0) : (float)Math.Exp(4 * Problems.Gaussian(random));
            }

            var sum = previous.Sum();
            previous = [.. previous.Select(p => p / sum)];
            float[] a = [.. previous], scratch = [.. z];
            fixed (float* pz = scratch, pa = a)
            {
                EntropyStep.Solve(pz, pa, classes, padded, q);
            }

            Assert.Equal(1, a.Sum(), 1e-5);
            Assert.All(a, value => Assert.True(value >= 0));

            // At the maximum ln a_c + q a_c - z_c - q previous_c is the same for every class with a say.
            double[] slopes = [.. Enumerable.Range(0, classes).Where(c => a[c] > 1e-4)
                .Select(c => Math.Log(a[c]) + q * ((double)a[c] - previous[c]) - z[c])];
            Assert.True(slopes.Max() - slopes.Min() < 2e-3 + 2e-6 * q, $"{slopes.Max() - slopes.Min()}");
        }
    }

    [Fact]
    public void Divergence_is_zero_only_at_the_softmax()
    {
        float[] z = [1, 2, 3, 0, 0, 0, 0, 0], p = [1, 2, 3];
        LinearModel.Softmax(p);
        fixed (float* pz = z, pp = p)
        {
            Assert.Equal(0, EntropyStep.Divergence(pz, pp, 3, out _), 6);
        }

        float[] other = [1f, 0, 0];
        fixed (float* pz = z, po = other)
        {
            Assert.Equal(-Math.Log(p[0]), EntropyStep.Divergence(pz, po, 3, out _), 5);
        }
    }
}
