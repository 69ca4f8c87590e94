namespace MlPipeline.Core;

/// <summary>In which order a cursor over a cache goes through the rows.</summary>
internal abstract class CacheOrder
{
    /// <summary>The number of the next row, which may lie beyond the end.</summary>
    public abstract long Next();

    public virtual long Batch => 0;

    public sealed class Forward : CacheOrder
    {
        private long _next;

        public override long Next() => _next++;
    }

    /// <summary>All rows in random order; the whole cache is filled at the first step.</summary>
    public sealed class Permuted(CacheFill fill, Random random) : CacheOrder
    {
        private int[]? _order;
        private long _next;

        public override long Next()
        {
            if (_order == null)
            {
                fill.Ensure(long.MaxValue);
                _order = Enumerable.Range(0, (int)fill.KnownCount!.Value).ToArray();
                random.Shuffle(_order);
            }
            return _next < _order.Length ? _order[_next++] : long.MaxValue;
        }
    }

    /// <summary>Hands out blocks of rows to the cursors of a set.</summary>
    public sealed class Blocks
    {
        public const int Size = 64;

        private long _next = -1;

        public long Next() => Interlocked.Increment(ref _next);
    }

    /// <summary>Blocks of rows, shared with other cursors.</summary>
    public sealed class Shared(Blocks blocks) : CacheOrder
    {
        private long _block = -1;
        private int _inBlock = Blocks.Size;

        public override long Batch => Math.Max(0, _block);

        public override long Next()
        {
            if (_inBlock == Blocks.Size)
            {
                _block = blocks.Next();
                _inBlock = 0;
            }
            return _block * Blocks.Size + _inBlock++;
        }
    }
}
