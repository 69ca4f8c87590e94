using MlPipeline.Engine.Kernels.Memory;

namespace MlPipeline.Engine.Kernels.Depthwise;

/// <summary>Weights of a depthwise convolution, tap by tap with the channels together, and its bias.</summary>
internal sealed unsafe class DepthwiseWeights : IDisposable
{
    private readonly AlignedBuffer _values;
    private readonly int _taps;

    /// <param name="channels">Channels.</param>
    /// <param name="taps">Kernel rows times columns.</param>
    /// <param name="weights">Channel, tap.</param>
    /// <param name="bias">One value per channel; empty: zeros.</param>
    /// <param name="scale">One factor per channel; empty: ones.</param>
    public DepthwiseWeights(
        int channels, int taps, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, ReadOnlySpan<float> scale = default)
    {
        _taps = taps;
        TapStride = (channels + 15) / 16 * 16;
        _values = new AlignedBuffer((taps + 1L) * TapStride);
        Fill(channels, weights, bias, scale);
    }

    /// <summary>Takes other weights of the same sizes.</summary>
    public void Fill(
        int channels, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, ReadOnlySpan<float> scale = default)
    {
        var taps = _taps;
        for (var t = 0; t < taps; t++)
        {
            var row = _values.Span((long)t * TapStride, channels);
            for (var c = 0; c < channels; c++)
                row[c] = weights[(c * taps) + t] * (scale.IsEmpty ? 1 : scale[c]);
        }

        bias.CopyTo(_values.Span((long)taps * TapStride, bias.Length));
    }

    /// <summary>Floats from one tap's weights to the next's.</summary>
    public int TapStride { get; }

    public float* Taps => _values.Pointer;

    public float* Bias => _values.Pointer + ((nint)_taps * TapStride);

    public void Dispose() => _values.Dispose();
}
