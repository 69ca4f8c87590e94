using System.Buffers;

namespace MlPipeline.Imaging;

/// <summary>
/// One component's samples of the current stripe (a row of coded units), with the last row of the stripe before, and the way
/// from them to rows of the full width.
/// </summary>
internal sealed class PlaneUpsampler : IDisposable
{
    private readonly JpegComponent _component;
    private readonly int _across;
    private readonly int _down;
    private readonly bool _triangle;
    private readonly int _stripeRows;
    private byte[] _plane;
    private byte[] _row = [];
    private ushort[] _sums = [];
    private int _stripe;

    public PlaneUpsampler(JpegFrame frame, JpegComponent component)
    {
        _component = component;
        var unitWidth = component.Horizontal * component.BlockSize;
        var unitHeight = component.Vertical * component.BlockSize;
        if (frame.MaxHorizontal * frame.Eighths % unitWidth != 0 || frame.MaxVertical * frame.Eighths % unitHeight != 0)
        {
            throw Fault.Unsupported(
                $"sampling factors that are no whole multiples ({frame.MaxHorizontal}x{frame.MaxVertical} " +
                $"against {component.Horizontal}x{component.Vertical}) are not supported");
        }

        _across = frame.MaxHorizontal * frame.Eighths / unitWidth;
        _down = frame.MaxVertical * frame.Eighths / unitHeight;
        _triangle = frame.Eighths > 1 && (_across, _down) switch
        {
            (2, 1 or 2) => component.Width > 2,
            (1, 2) => true,
            _ => false,
        };

        _stripeRows = unitHeight;
        Stride = component.BlocksPerLine * component.BlockSize + ChromaUpsampler.Slack;
        _plane = ArrayPool<byte>.Shared.Rent((_stripeRows + 1) * Stride);
        if (_across > 1 || _triangle)
            _row = ArrayPool<byte>.Shared.Rent(component.Width * _across + ChromaUpsampler.Slack);

        if (_triangle)
            _sums = ArrayPool<ushort>.Shared.Rent(component.Width + ChromaUpsampler.Slack);
    }

    /// <summary>Samples from row to row.</summary>
    public int Stride { get; }

    /// <summary>The last row of a stripe can only be made when the next stripe is there.</summary>
    public bool NeedsNextRow => _triangle && _down == 2;

    /// <summary>Where the block's first sample goes.</summary>
    /// <param name="row">The block's row within the stripe.</param>
    /// <param name="column">The block's column in the component.</param>
    public Span<byte> Block(int row, int column) =>
        _plane.AsSpan((1 + row * _component.BlockSize) * Stride + column * _component.BlockSize);

    /// <summary>The samples that follow are those of this stripe.</summary>
    public void Begin(int stripe)
    {
        _stripe = stripe;
    }

    /// <summary>Makes every sample mid-gray.</summary>
    public void FillGray() => Array.Fill(_plane, (byte)128);

    /// <summary>Keeps the stripe's last row for the next stripe.</summary>
    public void Keep() => _plane.AsSpan(_stripeRows * Stride, Stride).CopyTo(_plane);

    /// <summary>Row <paramref name="y"/> of the whole picture, at its full width and some samples more.</summary>
    public ReadOnlySpan<byte> Row(int y)
    {
        var row = y / _down;
        var near = Stored(row);
        var width = _component.Width;
        if (!_triangle)
        {
            if (_across == 1)
                return near;

            ChromaUpsampler.RepeatSamples(near, width, _across, _row);
            return _row;
        }

        if (_down == 1)
        {
            ChromaUpsampler.CopyRow(near, width, _sums);
            ChromaUpsampler.DoubleRow(_sums, width, 1, 2, 2, _row);
            return _row;
        }

        var upper = (y & 1) == 0;
        ChromaUpsampler.SumRows(near, Stored(upper ? row - 1 : row + 1), width, _sums);
        if (_across == 2)
            ChromaUpsampler.DoubleRow(_sums, width, 8, 7, 4, _row);
        else
            ChromaUpsampler.BlendRows(_sums, width, upper ? 1 : 2, _row);

        return _row;
    }

    public void Dispose()
    {
        Return(ref _plane);
        Return(ref _row);
        if (_sums.Length > 0)
            ArrayPool<ushort>.Shared.Return(_sums);

        _sums = [];
    }

    private static void Return(ref byte[] buffer)
    {
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);

        buffer = [];
    }

    /// <summary>A row of the component; above the first and below the last, those again.</summary>
    private ReadOnlySpan<byte> Stored(int row)
    {
        var within = Math.Clamp(row, 0, _component.Height - 1) - _stripe * _stripeRows + 1;
        return _plane.AsSpan(within * Stride, Stride);
    }
}
