using MlPipeline.Engine.Kernels;
using MlPipeline.Engine.Kernels.Elementwise;

namespace MlPipeline.Engine.Plans.Steps;

/// <summary>
/// f(x, y, z), clamped, over channels-last maps; the items are pixels, or blocks of elements where nothing has gaps.
/// </summary>
internal sealed unsafe class ElementwiseStep : RangeStep
{
    private const int Block = 1024;

    private readonly KernelSet _kernels;
    private readonly ElementwiseKind _kind;
    private readonly Place _x;
    private readonly Operand? _y;
    private readonly Operand? _z;
    private readonly Place _output;
    private readonly float _low;
    private readonly float _high;
    private readonly bool _dense;

    public ElementwiseStep(
        string name,
        int threads,
        KernelSet kernels,
        ElementwiseKind kind,
        Place x,
        Operand? y,
        Operand? z,
        Place output,
        float low = float.NegativeInfinity,
        float high = float.PositiveInfinity)
        : base(name, threads, Items(x, y, z, output), output.Length, x, y?.Place, z?.Place, output)
    {
        _kernels = kernels;
        _kind = kind;
        _x = x;
        _y = y;
        _z = z;
        _output = output;
        _low = low;
        _high = high;
        _dense = IsDense(x, y, z, output);
    }

    protected override void DoRange(Workspace workspace, int worker, int first, int end)
    {
        float* x = workspace.Address(_x), output = workspace.Address(_output);
        if (_dense)
        {
            nint start = (nint)first * Block, count = (nint)Math.Min(_output.Length, (long)end * Block) - start;
            var y = _y is null ? null : workspace.Address(_y.Place!) + start;
            var z = _z is null ? null : workspace.Address(_z.Place!) + start;
            _kernels.Elementwise(_kind, x + start, y, z, output + start, count, _low, _high);
            return;
        }

        var pixelsPerImage = _x.Height * _x.Width;
        for (var pixel = first; pixel < end; pixel++)
        {
            var y = _y is null ? null : _y.Row(workspace, pixel, pixelsPerImage);
            var z = _z is null ? null : _z.Row(workspace, pixel, pixelsPerImage);
            _kernels.Elementwise(
                _kind,
                x + ((nint)pixel * _x.PixelStride),
                y,
                z,
                output + ((nint)pixel * _output.PixelStride),
                _output.Channels,
                _low,
                _high);
        }
    }

    private static bool IsDense(Place x, Operand? y, Operand? z, Place output) =>
        x.IsDense && output.IsDense && IsDense(y) && IsDense(z);

    private static bool IsDense(Operand? operand) => operand is null || operand is { IsPerImage: false, Place.IsDense: true };

    private static int Items(Place x, Operand? y, Operand? z, Place output) =>
        IsDense(x, y, z, output) ? (int)((output.Length + Block - 1) / Block) : output.Pixels;
}
