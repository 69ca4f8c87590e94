namespace MlPipeline.Imaging;

/// <summary>
/// What all arithmetic-coded scans share (ITU T.81, F.1.4 and F.2.4): the statistics bins of each table, and the decisions that
/// make up a value.
/// </summary>
internal abstract class ArithmeticBlocks : BlockDecoder
{
    private const int DcBinCount = 64;
    private const int AcBinCount = 256;

    /// <summary>Bin of the first DC magnitude category above one (table F.4).</summary>
    private const int DcCategories = 20;

    /// <summary>Bins of the AC magnitude categories above two, for low and for high coefficients (table F.5).</summary>
    private const int LowAcCategories = 189;
    private const int HighAcCategories = 217;

    /// <summary>From a category's bin to the bin of its magnitude bits.</summary>
    private const int MagnitudeBits = 14;

    private readonly JpegScan _scan;
    private readonly JpegTables _tables;
    private readonly byte[]?[] _dcBins = new byte[]?[16];
    private readonly byte[]?[] _acBins = new byte[]?[16];
    private readonly int[] _contexts;
    private readonly int[] _predictors;
    private QmDecoder _decoder;
    private byte _evenOdds = QmDecoder.EvenOdds;

    protected ArithmeticBlocks(JpegScan scan, JpegTables tables)
    {
        _scan = scan;
        _tables = tables;
        _contexts = new int[scan.Components.Length];
        _predictors = new int[scan.Components.Length];
        foreach (var index in scan.DcIndexes)
            _dcBins[index] ??= new byte[DcBinCount];

        foreach (var index in scan.AcIndexes)
            _acBins[index] ??= new byte[AcBinCount];
    }

    /// <summary>The data made no sense: nothing more is read up to the next restart marker.</summary>
    protected bool Failed { get; private set; }

    public override void Reset()
    {
        foreach (var bins in _dcBins)
            bins?.AsSpan().Clear();

        foreach (var bins in _acBins)
            bins?.AsSpan().Clear();

        Array.Clear(_contexts);
        Array.Clear(_predictors);
        _decoder.Reset();
        Failed = false;
    }

    /// <summary>The statistics of the AC coefficients of the scan's component <paramref name="index"/>.</summary>
    protected byte[] AcBins(int index) => _acBins[_scan.AcIndexes[index]]!;

    protected int Decide(ref EntropyReader source, byte[] bins, int bin) => _decoder.Decode(ref source, ref bins[bin]);

    /// <summary>A decision at even odds: a sign, or a bit of refinement.</summary>
    protected int DecideEvenly(ref EntropyReader source) => _decoder.Decode(ref source, ref _evenOdds);

    /// <summary>The data makes no sense; at the end of a file that has no end marker, because it was cut short.</summary>
    protected void Fail(ref EntropyReader source)
    {
        if (source.Marker == 0)
            source.Exhaust();

        Failed = true;
    }

    /// <summary>The component's next DC coefficient (figures F.19 to F.24).</summary>
    protected int TakeDc(ref EntropyReader source, int index)
    {
        var table = _scan.DcIndexes[index];
        var bins = _dcBins[table]!;
        var context = _contexts[index];
        if (Decide(ref source, bins, context) == 0)
        {
            _contexts[index] = 0;
            return _predictors[index];
        }

        var sign = Decide(ref source, bins, context + 1);
        var bin = context + 2 + sign;
        var magnitude = Decide(ref source, bins, bin);
        if (magnitude != 0)
        {
            bin = DcCategories;
            magnitude = TakeCategory(ref source, bins, ref bin, magnitude);
            if (Failed)
                return _predictors[index];
        }

        // The category of this difference chooses the bins of the next one.
        var zero = 1 << _tables.ArithmeticLower[table] >> 1;
        var large = 1 << _tables.ArithmeticUpper[table] >> 1;
        _contexts[index] = magnitude < zero ? 0 : (magnitude > large ? 12 : 4) + sign * 4;
        var value = TakeMagnitude(ref source, bins, bin + MagnitudeBits, magnitude);
        _predictors[index] = (_predictors[index] + (sign != 0 ? -value : value)) & 0xFFFF;
        return _predictors[index];
    }

    /// <summary>AC coefficients <paramref name="start"/> to <paramref name="end"/> (figure F.20).</summary>
    protected void TakeAc(ref EntropyReader source, int index, int start, int end, int low, Span<short> block)
    {
        var bins = AcBins(index);
        int kx = _tables.ArithmeticKx[_scan.AcIndexes[index]];
        for (var k = start; k <= end; k++)
        {
            var bin = 3 * (k - 1);
            if (Decide(ref source, bins, bin) != 0)
                return;

            while (Decide(ref source, bins, bin + 1) == 0)
            {
                bin += 3;
                if (++k > end)
                {
                    Fail(ref source);
                    return;
                }
            }

            var sign = DecideEvenly(ref source);
            bin += 2;
            var magnitude = Decide(ref source, bins, bin);
            if (magnitude != 0 && Decide(ref source, bins, bin) != 0)
            {
                bin = k <= kx ? LowAcCategories : HighAcCategories;
                magnitude = TakeCategory(ref source, bins, ref bin, 2);
                if (Failed)
                    return;
            }

            var value = TakeMagnitude(ref source, bins, bin + MagnitudeBits, magnitude);
            block[ZigZag.ToNatural[k]] = (short)((sign != 0 ? -value : value) << low);
        }
    }

    /// <summary>Doubles the magnitude as often as the data says (figure F.23).</summary>
    private int TakeCategory(ref EntropyReader source, byte[] bins, ref int bin, int magnitude)
    {
        while (Decide(ref source, bins, bin) != 0)
        {
            magnitude <<= 1;
            if (magnitude == 0x8000)
            {
                Fail(ref source);
                break;
            }

            bin++;
        }

        return magnitude;
    }

    /// <summary>The bits below the leading one (figure F.24), plus one.</summary>
    private int TakeMagnitude(ref EntropyReader source, byte[] bins, int bin, int magnitude)
    {
        var value = magnitude;
        for (var bit = magnitude >> 1; bit > 0; bit >>= 1)
        {
            if (Decide(ref source, bins, bin) != 0)
                value |= bit;
        }

        return value + 1;
    }
}
