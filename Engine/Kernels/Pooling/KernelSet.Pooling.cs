namespace MlPipeline.Engine.Kernels;

/// <content>Pooling.</content>
internal abstract unsafe partial class KernelSet
{
    /// <summary>The largest of some pixels, channel by channel.</summary>
    public abstract void PoolMaximum(float** pixels, int count, int channels, float* target);

    /// <summary>The sum of some pixels divided by <paramref name="divisor"/>, channel by channel.</summary>
    public abstract void PoolMean(float** pixels, int count, int channels, float divisor, float* target);

    /// <summary>The mean (or maximum) of a whole map, for some channels.</summary>
    public abstract void PoolMap(float* pixels, int count, nint stride, int channels, bool maximum, float* target);
}
