using System.Runtime.CompilerServices;

namespace MlPipeline.Engine.Kernels.Convolution;

/// <summary>Copies what some output pixels read, tap after tap, into consecutive rows; taps outside the map are zeros.</summary>
/// <remarks>
/// Copies run over whole kernel rows where neighbouring taps lie next to each other in memory, else over single taps.
/// Whole vectors are copied, so up to a vector past each run is read and overwritten by what follows; rows have slack for that.
/// </remarks>
internal sealed unsafe class RowGatherer
{
    private readonly KernelSet _kernels;
    private readonly ConvolutionGeometry _geometry;
    private readonly InputScaling? _scaling;
    private readonly int _runTaps;
    private readonly int _runLength;

    public RowGatherer(KernelSet kernels, ConvolutionGeometry geometry, InputScaling? scaling)
    {
        _kernels = kernels;
        _geometry = geometry;
        _scaling = scaling;
        var contiguous = geometry.DilationX == 1 && geometry.InputStride == geometry.GroupInputs && scaling is null;
        _runTaps = contiguous ? geometry.KernelWidth : 1;
        _runLength = _runTaps * geometry.GroupInputs;
    }

    /// <summary>Fills <paramref name="count"/> rows with depth <paramref name="k"/> to k + <paramref name="depth"/>.</summary>
    /// <param name="input">First pixel of the first image's first channel of the group.</param>
    /// <param name="group">Which group of channels.</param>
    /// <param name="pixel">First output pixel, counted over all images.</param>
    /// <param name="count">Output pixels.</param>
    /// <param name="k">First element of the depth.</param>
    /// <param name="depth">Elements of the depth.</param>
    /// <param name="target">First row.</param>
    /// <param name="stride">Floats from row to row; at least depth + a vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Gather(float* input, int group, int pixel, int count, int k, int depth, float* target, nint stride)
    {
        var g = _geometry;
        int image = pixel / g.OutputPixels, inImage = pixel % g.OutputPixels;
        int y = inImage / g.OutputWidth, x = inImage % g.OutputWidth;
        var imageStride = (nint)g.InputHeight * g.InputWidth * g.InputStride;
        while (count > 0)
        {
            // As many pixels of this row as lie inside with all their taps go together.
            int top = (y * g.StrideY) - g.PadTop, left = (x * g.StrideX) - g.PadLeft;
            var map = input + (image * imageStride);
            var whole = _scaling is null && k == 0 && depth == g.Depth;
            var together = whole ? InsideFrom(top, left, Math.Min(count, g.OutputWidth - x)) : 0;
            if (together > 0)
            {
                var source = map + ((((nint)top * g.InputWidth) + left) * g.InputStride);
                CopyInside(source, together, target, stride);
            }
            else
            {
                together = 1;
                GatherRow(map, group, top, left, k, k + depth, target);
            }

            count -= together;
            target += together * stride;
            x += together;
            if (x == g.OutputWidth)
            {
                x = 0;
                if (++y == g.OutputHeight)
                {
                    y = 0;
                    image++;
                }
            }
        }
    }

    /// <summary>How many of some neighbouring output pixels, from one on, have all their taps inside the map.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int InsideFrom(int top, int left, int count)
    {
        var g = _geometry;
        int bottom = top + ((g.KernelHeight - 1) * g.DilationY), right = left + ((g.KernelWidth - 1) * g.DilationX);
        if (top < 0 || left < 0 || bottom >= g.InputHeight || right >= g.InputWidth)
            return 0;
        return Math.Min(count, ((g.InputWidth - 1 - right) / g.StrideX) + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CopyInside(float* source, int pixels, float* target, nint stride)
    {
        var g = _geometry;
        nint pixelStep = (nint)g.StrideX * g.InputStride, lineStep = (nint)g.DilationY * g.InputWidth * g.InputStride;
        if (_runTaps == g.KernelWidth)
        {
            _kernels.CopyRuns(source, pixelStep, g.KernelHeight, lineStep, _runLength, pixels, target, stride);
            return;
        }

        for (var y = 0; y < g.KernelHeight; y++)
        {
            _kernels.CopyRuns(
                source + (y * lineStep),
                pixelStep,
                g.KernelWidth,
                (nint)g.DilationX * g.InputStride,
                _runLength,
                pixels,
                target + ((nint)y * g.KernelWidth * _runLength),
                stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void GatherRow(float* image, int group, int top, int left, int k, int end, float* target)
    {
        var g = _geometry;
        int runLength = _runLength, runTaps = _runTaps, channels = g.GroupInputs;
        var runsPerRow = g.KernelWidth / runTaps;
        var run = k / runLength;
        int ky = run / runsPerRow, kx = run % runsPerRow * runTaps;
        for (var start = k - (run * runLength); k < end; start = 0)
        {
            int stop = Math.Min(runLength, start + end - k), length = stop - start;
            int y = top + (ky * g.DilationY), x = left + (kx * g.DilationX);
            if ((uint)y >= (uint)g.InputHeight)
            {
                new Span<float>(target, length).Clear();
            }
            else
            {
                // Taps first..last of the run are inside the map.
                int first = Math.Clamp(-x, 0, runTaps) * channels, last = Math.Clamp(g.InputWidth - x, 0, runTaps) * channels;
                int from = Math.Clamp(first, start, stop), to = Math.Clamp(last, from, stop);
                if (from > start)
                    new Span<float>(target, from - start).Clear();
                var source = image + ((((nint)y * g.InputWidth) + x) * g.InputStride) + from;
                if (_scaling is { } scaling)
                {
                    var channel = (group * channels) + from;
                    float* scale = scaling.Scale + channel, shift = scaling.Shift + channel;
                    _kernels.CopyScaledLoose(source, target + (from - start), to - from, scale, shift, scaling.Low);
                }
                else
                {
                    _kernels.CopyLoose(source, target + (from - start), to - from);
                }

                if (stop > to)
                    new Span<float>(target + (to - start), stop - to).Clear();
            }

            target += length;
            k += length;
            kx += runTaps;
            if (kx >= g.KernelWidth)
            {
                kx = 0;
                ky++;
            }
        }
    }
}
