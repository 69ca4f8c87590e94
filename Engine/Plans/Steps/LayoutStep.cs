using System.Runtime.CompilerServices;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Plans.Steps;

/// <summary>Copies a value of floats from one place to another of another layout.</summary>
internal sealed unsafe class LayoutStep : RangeStep
{
    private const int Block = 4096;

    private readonly Place _source;
    private readonly Place _target;
    private readonly bool _transposes;

    public LayoutStep(string name, int threads, Place source, Place target)
        : base(name, threads, Items(source, target), source.Length, source, target)
    {
        _source = source;
        _target = target;
        _transposes = Transposes(source, target);
    }

    public override string Algorithm => _transposes ? "layout change" : "copy";

    /// <summary>Where it writes.</summary>
    public Place Target => _target;

    public override void Prepare(Workspace workspace)
    {
        if (_target.Layout == Layout.Object)
        {
            var values = GC.AllocateUninitializedArray<float>((int)_target.Length);
            workspace.SetTensor(_target, Tensor.Of(values, _target.Dimensions));
        }
    }

    protected override void DoRange(Workspace workspace, int worker, int first, int end)
    {
        fixed (float* sourceTensor = TensorOf(workspace, _source), targetTensor = TensorOf(workspace, _target))
        {
            // A tensor holds the whole batch.
            var skipped = workspace.FirstImage == 0 ? 0 : workspace.FirstImage * (_source.Length / _source.Batch);
            var source = _source.Layout == Layout.Object ? sourceTensor + skipped : workspace.Address(_source);
            var target = _target.Layout == Layout.Object ? targetTensor : workspace.Address(_target);
            if (!_transposes)
            {
                long start = (long)first * Block, count = Math.Min(_source.Length, (long)end * Block) - start;
                new ReadOnlySpan<float>(source + start, (int)count).CopyTo(new Span<float>(target + start, (int)count));
                return;
            }

            var toChannelsLast = _target.Layout == Layout.ChannelsLast;
            var pixels = toChannelsLast ? _target : _source;
            int width = pixels.Width, rows = pixels.Height, plane = width * rows;
            for (var item = first; item < end; item++)
            {
                int image = item / rows, y = item % rows;
                var inPlanes = ((nint)image * pixels.Channels * plane) + ((nint)y * width);
                var inPixels = (((nint)image * plane) + ((nint)y * width)) * pixels.PixelStride;
                if (toChannelsLast)
                    ToPixels(source + inPlanes, plane, target + inPixels, pixels.PixelStride, pixels.Channels, width);
                else
                    ToPlanes(source + inPixels, pixels.PixelStride, target + inPlanes, plane, pixels.Channels, width);
            }
        }
    }

    private static Span<float> TensorOf(Workspace workspace, Place place) =>
        place.Layout == Layout.Object ? workspace.TensorOf(place).Floats : default;

    private static bool Transposes(Place source, Place target)
    {
        var pixels = source.Layout == Layout.ChannelsLast ? source : target.Layout == Layout.ChannelsLast ? target : null;
        return pixels is not null && !(pixels.IsDense && Place.IsLayoutFree(pixels.Dimensions));
    }

    /// <summary>Rows of pixels, or blocks of elements.</summary>
    private static int Items(Place source, Place target) =>
        Transposes(source, target) ? source.Batch * source.Height : (int)((source.Length + Block - 1) / Block);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ToPixels(float* source, nint plane, float* target, nint pixelStride, int channels, int width)
    {
        if (channels == 3)
        {
            float* red = source, green = source + plane, blue = green + plane;
            for (var x = 0; x < width; x++, target += pixelStride)
            {
                target[0] = red[x];
                target[1] = green[x];
                target[2] = blue[x];
            }

            return;
        }

        const int Columns = 16;
        for (var x0 = 0; x0 < width; x0 += Columns)
        {
            var x1 = Math.Min(width, x0 + Columns);
            for (var c = 0; c < channels; c++)
            {
                var from = source + (c * plane);
                for (var x = x0; x < x1; x++)
                    target[(x * pixelStride) + c] = from[x];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ToPlanes(float* source, nint pixelStride, float* target, nint plane, int channels, int width)
    {
        const int Columns = 16;
        for (var c0 = 0; c0 < channels; c0 += Columns)
        {
            var c1 = Math.Min(channels, c0 + Columns);
            for (var x = 0; x < width; x++)
            {
                var from = source + (x * pixelStride);
                for (var c = c0; c < c1; c++)
                    target[(c * plane) + x] = from[c];
            }
        }
    }
}
