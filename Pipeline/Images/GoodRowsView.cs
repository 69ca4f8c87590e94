using MlPipeline.Pipeline.Transformers;

namespace MlPipeline.Pipeline.Images;

/// <summary>The rows of a view whose image can be decoded; the others are listed. Each pass decodes every image, whether its
/// column is asked for or not: all passes have the same rows.</summary>
internal sealed class GoodRowsView(IDataView source, DataViewSchema.Column image, SkippedImages skipped) : IDataView
{
    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var needed = columnsNeeded.ToArray();
        var cursor = source.GetRowCursor(needed.Append(image).DistinctBy(c => c.Index), rand);
        return new Cursor(cursor, image, [.. needed.Select(c => c.Index)], skipped);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewRowCursor input, DataViewSchema.Column image, HashSet<int> active, SkippedImages skipped)
        : DataViewRowCursor
    {
        private readonly ValueGetter<MLImage> _decode = input.GetGetter<MLImage>(image);
        private MLImage? _current;
        private bool _handedOut;
        private long _position = -1;

        public override DataViewSchema Schema => input.Schema;

        public override long Position => _position;

        public override long Batch => input.Batch;

        public override bool MoveNext()
        {
            while (input.MoveNext())
            {
                try
                {
                    _decode(ref _current!);
                    _handedOut = false;
                    _position++;
                    return true;
                }
                catch (BadImageException e)
                {
                    skipped.Skip(e.Path, e.Reason);
                }
            }

            _position = -1;
            return false;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (column.Index != image.Index || typeof(TValue) != typeof(MLImage))
                return input.GetGetter<TValue>(column);

            // What was decoded to look at is handed out once; whoever asks again gets an image of their own.
            ValueGetter<MLImage> getter = (ref MLImage value) =>
            {
                if (_handedOut)
                {
                    _decode(ref value);
                    return;
                }

                value?.Dispose();
                (value, _current, _handedOut) = (_current!, null, true);
            };
            return (ValueGetter<TValue>)(Delegate)getter;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _current?.Dispose();
                _current = null;
                input.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
