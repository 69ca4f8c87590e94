using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Depthwise;
using MlPipeline.Engine.Kernels.Elementwise;

namespace MlPipeline.Engine.Kernels.Gradients;

/// <summary>Gradients of a convolution with one filter for each channel, image by image; vectors run over channels.</summary>
/// <param name="kernels">Vector width.</param>
/// <param name="geometry">Sizes; maps are dense.</param>
internal sealed unsafe class DepthwiseGradient(KernelSet kernels, ConvolutionGeometry geometry)
{
    private const float Least = float.NegativeInfinity;
    private const float Most = float.PositiveInfinity;

    private readonly int _taps = geometry.KernelHeight * geometry.KernelWidth;

    /// <summary>Images.</summary>
    public int Tasks => geometry.Batch;

    /// <summary>Floats from one image's weight gradients to the next's: a row of channels for each tap.</summary>
    public long PartFloats => ((long)_taps * geometry.InputChannels) + 64;

    /// <summary>The input's gradient of one image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ToInput(DepthwiseWeights weights, float* gradient, float* addend, float* target, int image)
    {
        var g = geometry;
        var floats = (nint)g.InputHeight * g.InputWidth * g.InputChannels;
        target += image * floats;
        if (addend == null)
            new Span<float>(target, (int)floats).Clear();
        else
            new ReadOnlySpan<float>(addend + (image * floats), (int)floats).CopyTo(new Span<float>(target, (int)floats));
        Walk(null, target, gradient, weights, null, image);
    }

    /// <summary>The weights' gradient of one image.</summary>
    public void ToWeights(float* input, float* gradient, float* part, int image)
    {
        new Span<float>(part, (int)PartFloats).Clear();
        var floats = (nint)geometry.InputHeight * geometry.InputWidth * geometry.InputChannels;
        Walk(input + (image * floats), null, gradient, null, part, image);
    }

    /// <summary>Adds the images' weight gradients in order: channel, tap.</summary>
    public void Finish(float* parts, Span<float> target, bool adds)
    {
        for (var c = 0; c < geometry.InputChannels; c++)
        {
            for (var tap = 0; tap < _taps; tap++)
            {
                var sum = adds ? target[(c * _taps) + tap] : 0f;
                for (var image = 0; image < geometry.Batch; image++)
                    sum += parts[(image * PartFloats) + ((long)tap * geometry.InputChannels) + c];
                target[(c * _taps) + tap] = sum;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Walk(float* input, float* target, float* gradient, DepthwiseWeights? weights, float* part, int image)
    {
        var g = geometry;
        nint channels = g.InputChannels;
        var dy = gradient + ((nint)image * g.OutputPixels * channels);
        for (var oy = 0; oy < g.OutputHeight; oy++)
        {
            for (var ox = 0; ox < g.OutputWidth; ox++, dy += channels)
            {
                for (var tap = 0; tap < _taps; tap++)
                {
                    var y = (oy * g.StrideY) - g.PadTop + (tap / g.KernelWidth * g.DilationY);
                    var x = (ox * g.StrideX) - g.PadLeft + (tap % g.KernelWidth * g.DilationX);
                    if ((uint)y >= (uint)g.InputHeight || (uint)x >= (uint)g.InputWidth)
                        continue;
                    var pixel = (((nint)y * g.InputWidth) + x) * channels;
                    var sum = part == null ? target + pixel : part + (tap * channels);
                    var factor = part == null ? weights!.Taps + ((nint)tap * weights.TapStride) : input + pixel;
                    kernels.Elementwise(ElementwiseKind.MultiplyAdd, dy, factor, sum, sum, channels, Least, Most);
                }
            }
        }
    }
}
