namespace MlPipeline.Core;

/// <summary>
/// Rows in random order: a pool is kept filled from the source, and the next row is drawn from it. The order is the same in
/// every pass, unless a pass brings a random source of its own.
/// </summary>
internal sealed class ShuffleView(IDataView source, int seed, int poolSize, bool shuffleSource) : IDerivedView
{
    public IDataView Source => source;

    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => true;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = MappedColumns.ActiveFlags(Schema, columnsNeeded);
        rand ??= new Random(seed);
        DataViewSchema.Column[] columns = Schema.Where(column => active[column.Index]).ToArray();
        Random? sourceRandom = shuffleSource && source.CanShuffle ? new Random(rand.Next()) : null;
        return new Cursor(source.GetRowCursor(columns, sourceRandom), active, columns, rand, poolSize);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : ColumnCursor
    {
        private readonly DataViewRowCursor _input;
        private readonly PoolColumn?[] _pool;
        private readonly ValueGetter<DataViewRowId> _idGetter;
        private DataViewRowId[] _ids;
        private readonly Random _random;
        private readonly int _capacity;
        // Slots in use are _order[.._count]; the current row is _order[_count], drawn out of them.
        private int[] _order;
        private int _count;
        private int _current = -1;
        private bool _started;
        private bool _inputDone;
        private long _position = -1;

        public Cursor(DataViewRowCursor input, bool[] active, DataViewSchema.Column[] columns, Random random, int poolSize)
            : base(input.Schema, active)
        {
            _input = input;
            _random = random;
            _capacity = poolSize;
            _pool = new PoolColumn?[active.Length];
            foreach (DataViewSchema.Column column in columns)
                _pool[column.Index] = PoolColumn.Create(input, column);
            _idGetter = input.GetIdGetter();
            _ids = new DataViewRowId[Math.Min(poolSize, 256)];
            _order = Enumerable.Range(0, _ids.Length).ToArray();
        }

        public override long Position => _position;

        public override bool MoveNext()
        {
            if (_started && _current < 0)
                return false;
            _started = true;
            while (_count < _capacity && !_inputDone)
                Pull();
            if (_count == 0)
            {
                _current = -1;
                _position = -1;
                return false;
            }
            int drawn = _random.Next(_count--);
            (_order[drawn], _order[_count]) = (_order[_count], _order[drawn]);
            _current = _order[_count];
            _position++;
            return true;
        }

        protected override ValueGetter<TValue> Getter<TValue>(DataViewSchema.Column column)
        {
            var pool = _pool[column.Index] as PoolColumn<TValue>
                ?? throw Errors.GetterType(column.Name, column.Type, typeof(TValue));
            return (ref TValue value) => pool.Get(Current(), ref value);
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _ids[Current()];

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _current = -1;
                _started = true;
                _input.Dispose();
            }
            base.Dispose(disposing);
        }

        private int Current() => _current >= 0 ? _current : throw Errors.NotMoved("A value was asked for");

        private void Pull()
        {
            if (!_input.MoveNext())
            {
                _inputDone = true;
                return;
            }
            if (_count == _order.Length)
            {
                int size = (int)Math.Min(_capacity, 2L * _count);
                Array.Resize(ref _ids, size);
                _order = [.. _order, .. Enumerable.Range(_count, size - _count)];
            }
            int slot = _order[_count++];
            foreach (PoolColumn? column in _pool)
                column?.Set(slot);
            _idGetter(ref _ids[slot]);
        }
    }
}
