namespace MlPipeline.Core;

/// <summary>
/// Each row 0, 1, 2, ... times, as often as a draw from the Poisson distribution with mean 1 says (Oza, Russell 2001), or
/// those rows that are drawn 0 times. The draw depends on the row's id and the seed alone.
/// </summary>
internal sealed class BootstrapView(IDataView source, ulong seed, bool complement) : IDerivedView
{
    public IDataView Source => source;

    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = MappedColumns.ActiveFlags(Schema, columnsNeeded);
        DataViewRowCursor input = source.GetRowCursor(Schema.Where(column => active[column.Index]).ToArray(), rand);
        return new Cursor(input, active, seed, complement);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewRowCursor input, bool[] active, ulong seed, bool complement)
        : SiftingCursor(input, active)
    {
        private readonly Func<ulong> _hash = ValueHash.OfId(input);
        private int _copy;
        private int _left;

        protected override bool ToNext()
        {
            while (_left == 0)
            {
                if (!Advance())
                    return false;
                int drawn = Poisson((ValueHash.Mix(_hash() ^ seed) >> 11) * (1.0 / (1UL << 53)));
                _left = complement ? (drawn == 0 ? 1 : 0) : drawn;
                _copy = -1;
            }
            _left--;
            _copy++;
            return true;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter()
        {
            ValueGetter<DataViewRowId> getter = base.GetIdGetter();
            return (ref DataViewRowId id) =>
            {
                getter(ref id);
                id = id.Combine(new DataViewRowId((ulong)_copy, 0));
            };
        }

        // Inverts the cumulative distribution: P(k) = exp(-1) / k!.
        private static int Poisson(double draw)
        {
            double probability = Math.Exp(-1);
            double sum = probability;
            int k = 0;
            while (draw >= sum && k < 20)
            {
                probability /= ++k;
                sum += probability;
            }
            return k;
        }
    }
}
