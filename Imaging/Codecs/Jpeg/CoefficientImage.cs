using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MlPipeline.Imaging;

/// <summary>
/// A picture that comes in several scans: its coefficients are gathered from all of them, then transformed.
/// </summary>
internal sealed class CoefficientImage : IDisposable
{
    /// <summary>Longer arrays are not pooled but new: no page of them is touched before its time.</summary>
    private const int PooledLength = 1 << 22;

    /// <summary>
    /// Coefficients that scans may go over for each block of the picture, a few bytes of data or none being enough to go over all
    /// blocks: each bit of each coefficient once makes 14 times 63.
    /// </summary>
    private const long MaxWork = 1024;

    /// <summary>What a scan costs for a block, in coefficients, however few it goes over.</summary>
    private const int BlockWork = 8;

    /// <summary>Small pictures may have this much work in any case.</summary>
    private const long FreeWork = 200_000_000;

    /// <summary>Each scan costs something, however small the picture is; usual are about ten.</summary>
    private const int MaxScans = 1000;

    private readonly JpegFrame _frame;
    private long _work;
    private int _scans;
    private bool _skippedLast;

    /// <exception cref="ImageDecodeException">The coefficients need more memory than pictures within the limit do.</exception>
    public CoefficientImage(JpegFrame frame, long maxPixels)
    {
        _frame = frame;

        // Two bytes each, four components at most, and something for the padding of small or narrow pictures.
        var bytes = frame.BlockCount * 64 * sizeof(short);
        if (bytes > 8 * maxPixels + (16 << 20))
        {
            throw new ImageDecodeException(
                ImageErrorKind.TooLarge,
                $"the coefficients need {bytes} bytes, more than the limit of {maxPixels} pixels allows");
        }

        foreach (var component in frame.Components)
        {
            component.Coefficients = Allocate((long)component.BlocksPerLine * component.BlocksPerColumn * 64);
            component.LowestBits = new sbyte[64];
            Array.Fill(component.LowestBits, (sbyte)-1);
        }
    }

    /// <summary>Reads a scan, and all that follow it.</summary>
    public void ReadScans(ReadOnlySpan<byte> file, ref JpegReader reader, JpegScan first)
    {
        for (var scan = first; scan != null; scan = reader.NextScan())
            ReadScan(file, ref reader, scan);

        if (reader.AtEnd && (_skippedLast || !IsComplete))
            throw Fault.Truncated("the file ends before its last scan");
    }

    /// <summary>Transforms all blocks.</summary>
    public void Render(StripeAssembler assembler)
    {
        foreach (var component in _frame.Components)
        {
            if (component.Quantization == null)
                assembler.FillGray(component.Index);
        }

        for (var stripe = 0; stripe < _frame.McusPerColumn; stripe++)
        {
            foreach (var component in _frame.Components)
            {
                if (component.Quantization != null)
                    RenderStripe(component, stripe, assembler);
            }

            assembler.Finish(stripe);
        }
    }

    public void Dispose()
    {
        foreach (var component in _frame.Components)
        {
            var coefficients = component.Coefficients;
            component.Coefficients = null;
            if (coefficients != null && coefficients.Length <= PooledLength)
                ArrayPool<short>.Shared.Return(coefficients);
        }
    }

    /// <summary>Every coefficient is there to its last bit, so that an end-of-image marker is not missed.</summary>
    private bool IsComplete => Array.TrueForAll(
        _frame.Components, component => !component.LowestBits.AsSpan().ContainsAnyExcept((sbyte)0));

    private static short[] Allocate(long length)
    {
        if (length > PooledLength)
            return length <= Array.MaxLength ? new short[length] : throw TooLarge();

        var array = ArrayPool<short>.Shared.Rent((int)length);
        array.AsSpan(0, (int)length).Clear();
        return array;
    }

    private static ImageDecodeException TooLarge() =>
        new(ImageErrorKind.TooLarge, "one component has more than 2^31 coefficients");

    private void ReadScan(ReadOnlySpan<byte> file, ref JpegReader reader, JpegScan scan)
    {
        _work += CoefficientScan.BlockCount(scan) * (BlockWork + scan.SpectralEnd - scan.SpectralStart);
        if (++_scans > MaxScans || _work > MaxWork * _frame.BlockCount + FreeWork)
            throw Fault.Corrupt("there are more scans than any picture needs");

        foreach (var component in scan.Components)
        {
            component.LowestBits.AsSpan(scan.SpectralStart, scan.SpectralEnd - scan.SpectralStart + 1)
                .Fill((sbyte)scan.ApproximationLow);
        }

        // One sample a block is made from the DC coefficient alone. The reader finds the next marker by itself.
        _skippedLast = scan.SpectralStart > 0 && scan.Components[0].BlockSize == 1;
        if (_skippedLast)
            return;

        BlockDecoder decoder = BlockDecoder.For(_frame, scan, reader.Tables);
        EntropyReader source = new(file, reader.Position);
        try
        {
            CoefficientScan.Decode(ref source, _frame, scan, decoder);
            reader.Position = source.Position;
        }
        finally
        {
            source.Dispose();
        }
    }

    private static void RenderStripe(JpegComponent component, int stripe, StripeAssembler assembler)
    {
        for (var y = 0; y < component.Vertical; y++)
        {
            var row = stripe * component.Vertical + y;
            if (row >= component.HeightInBlocks)
                break;

            ReadOnlySpan<short> blocks = component.Coefficients.AsSpan(row * component.BlocksPerLine * 64);
            for (var x = 0; x < component.WidthInBlocks; x++)
            {
                var block = blocks.Slice(x * 64, 64);
                assembler.Transform(component.Index, y, x, block, IsFlat(block) ? 0 : 63);
            }
        }
    }

    /// <summary>Nothing but the DC coefficient is other than zero.</summary>
    private static bool IsFlat(ReadOnlySpan<short> block)
    {
        ref var first = ref MemoryMarshal.GetReference(block[..64]);
        var any = Vector256.LoadUnsafe(ref first).WithElement(0, (short)0)
            | Vector256.LoadUnsafe(ref first, 16)
            | Vector256.LoadUnsafe(ref first, 32)
            | Vector256.LoadUnsafe(ref first, 48);
        return any == Vector256<short>.Zero;
    }
}
