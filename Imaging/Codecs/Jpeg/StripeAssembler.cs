namespace MlPipeline.Imaging;

/// <summary>Turns blocks into the picture, a stripe (one row of interleaved coded units) at a time.</summary>
internal sealed class StripeAssembler : IDisposable
{
    private readonly JpegFrame _frame;
    private readonly JpegColorSpace _colors;
    private readonly Raster _raster;
    private readonly PlaneUpsampler[] _planes;
    private readonly bool _lagging;
    private int _nextRow;

    public StripeAssembler(JpegFrame frame, JpegColorSpace colors, Raster raster)
    {
        _frame = frame;
        _colors = colors;
        _raster = raster;
        _planes = Array.ConvertAll(frame.Components, component => new PlaneUpsampler(frame, component));
        _lagging = Array.Exists(_planes, plane => plane.NeedsNextRow);
    }

    /// <summary>Transforms one block of the current stripe into its place.</summary>
    /// <param name="index">The component's index in the frame.</param>
    /// <param name="row">The block's row within the stripe.</param>
    /// <param name="column">The block's column in the component.</param>
    /// <param name="block">64 coefficients, row by row.</param>
    /// <param name="last">Zigzag index of the last coefficient that may be other than zero.</param>
    public void Transform(int index, int row, int column, ReadOnlySpan<short> block, int last)
    {
        var plane = _planes[index];
        var component = _frame.Components[index];
        Idct.Transform(block, component.Quantization!, last, component.BlockSize, plane.Block(row, column), plane.Stride);
    }

    /// <summary>A component of which the file has nothing is mid-gray.</summary>
    public void FillGray(int index) => _planes[index].FillGray();

    /// <summary>All blocks of the stripe are there: writes the rows of the picture that can be made now.</summary>
    public void Finish(int stripe)
    {
        var last = stripe == _frame.McusPerColumn - 1;
        var rows = _frame.MaxVertical * _frame.Eighths;
        var end = last ? _frame.OutputHeight : (stripe + 1) * rows - (_lagging ? 1 : 0);
        foreach (var plane in _planes)
            plane.Begin(stripe);

        for (; _nextRow < end; _nextRow++)
            WriteRow(_nextRow);

        if (!_lagging)
            return;

        foreach (var plane in _planes)
            plane.Keep();
    }

    public void Dispose()
    {
        foreach (var plane in _planes)
            plane.Dispose();
    }

    private void WriteRow(int y)
    {
        var rgb = _raster.Row(y);
        var planes = _planes;
        switch (_colors)
        {
            case JpegColorSpace.Gray:
                ColorConverter.FromGray(planes[0].Row(y), rgb);
                break;
            case JpegColorSpace.YCbCr:
                ColorConverter.FromYCbCr(planes[0].Row(y), planes[1].Row(y), planes[2].Row(y), rgb);
                break;
            case JpegColorSpace.Rgb:
                ColorConverter.FromRgb(planes[0].Row(y), planes[1].Row(y), planes[2].Row(y), rgb);
                break;
            case JpegColorSpace.Cmyk:
                ColorConverter.FromCmyk(planes[0].Row(y), planes[1].Row(y), planes[2].Row(y), planes[3].Row(y), rgb);
                break;
            default:
                ColorConverter.FromYcck(planes[0].Row(y), planes[1].Row(y), planes[2].Row(y), planes[3].Row(y), rgb);
                break;
        }
    }
}
