using MlPipeline.Engine.Kernels.Memory;

namespace MlPipeline.Engine.Kernels.Convolution;

/// <summary>
/// max(input * scale + shift, low), channel by channel, done as a convolution reads its input: a normalisation before it.
/// </summary>
internal sealed unsafe class InputScaling : IDisposable
{
    private readonly AlignedBuffer _values;
    private readonly int _stride;

    /// <param name="scale">One factor per input channel.</param>
    /// <param name="shift">One term per input channel.</param>
    /// <param name="low">Least value; negative infinity: none.</param>
    public InputScaling(ReadOnlySpan<float> scale, ReadOnlySpan<float> shift, float low)
    {
        _stride = (scale.Length + 15) / 16 * 16;
        _values = new AlignedBuffer(2L * _stride);
        scale.CopyTo(_values.Span(0, scale.Length));
        shift.CopyTo(_values.Span(_stride, shift.Length));
        Low = low;
    }

    public float* Scale => _values.Pointer;

    public float* Shift => _values.Pointer + _stride;

    public float Low { get; }

    public void Dispose() => _values.Dispose();
}
