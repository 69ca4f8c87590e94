namespace MlPipeline.Pipeline.Transformers;

/// <summary>A cursor that runs the network on whole blocks of rows that were read and prepared ahead.</summary>
internal sealed class BackboneCursor : DataViewRowCursor
{
    private readonly BackboneMapping _mapping;
    private readonly bool[] _active;
    private readonly BackboneOutput _outputs;
    private readonly BlockReader _reader;

    /// <summary>For each column of the schema, its buffer in a block; -1 for columns that are not passed through.</summary>
    private readonly int[] _bufferOf;

    private RowBlock? _block;
    private int _index = -1;
    private long _position = -1;
    private bool _ended;

    public BackboneCursor(DataViewRowCursor source, BackboneMapping mapping, bool[] active, BackboneOutput outputs)
    {
        (_mapping, _active, _outputs) = (mapping, active, outputs);
        var passed = new List<DataViewSchema.Column>();
        _bufferOf = new int[mapping.OutputSchema.Count];
        for (var i = 0; i < _bufferOf.Length; i++)
        {
            var isPassed = i < mapping.InputSchema.Count && active[i];
            _bufferOf[i] = isPassed ? passed.Count : -1;
            if (isPassed)
                passed.Add(source.Schema[i]);
        }

        _reader = new BlockReader(source, mapping.Owner, passed, source.Schema[mapping.InputColumn.Index],
            outputs != BackboneOutput.None);
    }

    public override DataViewSchema Schema => _mapping.OutputSchema;

    public override long Position => _position;

    public override long Batch => 0;

    private RowBlock Current => _block ?? throw new InvalidOperationException("The cursor is not on a row: call MoveNext first.");

    private int Slot => Current.Slots[_index];

    public override bool MoveNext()
    {
        if (_position < 0 && _block is null && !_ended)
        {
            // The network is made ready while the first pictures are decoded.
            _reader.Begin();
            if (_outputs != BackboneOutput.None)
                _mapping.Owner.Network.Prepare(_outputs);
        }

        while (!_ended)
        {
            if (_block is not null)
            {
                if (++_index < _block.Count)
                {
                    _position++;
                    return true;
                }

                _block.Fault?.Throw();
                _reader.Return(_block);
            }

            _block = _reader.Take();
            _index = -1;
            if (_block is null)
            {
                _ended = true;
                _position = -1;
            }
            else if (_outputs != BackboneOutput.None && _block.Count > 0)
            {
                _block.Values = _mapping.Owner.Network.Run(_outputs, _block.ExactPixels(),
                    _block.Count * _mapping.Owner.Views.Count);
            }
        }

        return false;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[_mapping.CheckedIndex(column)];

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = Current.Ids[Slot];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        var index = _mapping.CheckedIndex(column);
        if (!_active[index])
            throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' is not active in this cursor.");
        if (typeof(TValue) != column.Type.RawType)
        {
            throw new InvalidOperationException(
                $"Column '{column.Name}' holds {column.Type.RawType.Name}, not {typeof(TValue).Name}.");
        }

        var buffer = _bufferOf[index];
        if (buffer >= 0)
        {
            var copy = ValueCopiers.For<TValue>();
            return (ref TValue value) => copy(in ((ColumnBuffer<TValue>)Current.Columns[buffer]).Values[Slot], ref value);
        }

        var output = _mapping.OutputAt(index - _mapping.InputSchema.Count);
        ValueGetter<VBuffer<float>> getter = (ref VBuffer<float> value) =>
            _mapping.CopyRow(Current.Values!, _index, output, ref value);
        return (ValueGetter<TValue>)(Delegate)getter;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _ended = true;
            _block = null;
            _reader.Dispose();
        }

        base.Dispose(disposing);
    }
}
