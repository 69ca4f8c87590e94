using System.Reflection;
using System.Runtime.ExceptionServices;

namespace MlPipeline.Core;

/// <summary>
/// One pass over the source that keeps some columns and the row ids, and goes on only as far as someone has asked. What is
/// kept never moves, so that readers need no lock for rows that are there.
/// </summary>
internal sealed class CacheFill(IDataView source, DataViewSchema.Column[] columns)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, CacheColumn> _columns = columns.ToDictionary(column => column.Index, CacheColumn.Create);
    private readonly CacheColumn<DataViewRowId> _ids = new(ValueCopier.For<DataViewRowId>(RowIdDataViewType.Instance)!);
    private DataViewRowCursor? _cursor;
    private Action[]? _appends;
    private ExceptionDispatchInfo? _error;
    private long _filled;
    private volatile bool _done;

    /// <summary>The number of rows, once the pass is over.</summary>
    public long? KnownCount => _done && _error == null ? _filled : null;

    public bool Has(int column) => _columns.ContainsKey(column);

    public CacheColumn<T>? Column<T>(int column) => _columns[column] as CacheColumn<T>;

    public CacheColumn<DataViewRowId> Ids => _ids;

    /// <summary>Goes on until the row is there; false when there are fewer rows.</summary>
    public bool Ensure(long row)
    {
        if (row < Volatile.Read(ref _filled))
            return true;
        lock (_lock)
        {
            while (_filled <= row && !_done)
                Pull();
            if (_filled > row)
                return true;
            _error?.Throw();
            return false;
        }
    }

    private void Pull()
    {
        try
        {
            if (_cursor == null)
            {
                _cursor = source.GetRowCursor(columns);
                _appends =
                [
                    _ids.AppendFrom(_cursor.GetIdGetter()),
                    .. columns.Select(column => _columns[column.Index].AppendFrom(_cursor, column)),
                ];
            }
            if (_cursor.MoveNext())
            {
                foreach (Action append in _appends!)
                    append();
                Volatile.Write(ref _filled, _filled + 1);
                return;
            }
        }
        catch (Exception e)
        {
            _error = ExceptionDispatchInfo.Capture(e);
        }
        _done = true;
        _appends = null;
        _cursor?.Dispose();
    }
}

/// <summary>The kept values of one column.</summary>
internal abstract class CacheColumn
{
    public static CacheColumn Create(DataViewSchema.Column column) =>
        typeof(CacheColumn).GetMethod(nameof(Make), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(column.Type.RawType)
            .CreateDelegate<Func<DataViewType, CacheColumn>>()(column.Type);

    /// <summary>An action that keeps the row's current value.</summary>
    public abstract Action AppendFrom(DataViewRow row, DataViewSchema.Column column);

    private static CacheColumn<T> Make<T>(DataViewType type) => new(ValueCopier.For<T>(type)!);
}

/// <inheritdoc cref="CacheColumn"/>
internal sealed class CacheColumn<T>(ValueCopier<T> copier) : CacheColumn
{
    private const int ChunkBits = 10;
    private const int ChunkMask = (1 << ChunkBits) - 1;

    private T[]?[] _chunks = new T[]?[16];
    private long _count;

    public override Action AppendFrom(DataViewRow row, DataViewSchema.Column column) => AppendFrom(row.GetGetter<T>(column));

    public Action AppendFrom(ValueGetter<T> getter)
    {
        T value = default!;
        return () =>
        {
            getter(ref value);
            int chunk = (int)(_count >> ChunkBits);
            if (chunk == _chunks.Length)
            {
                T[]?[] longer = new T[]?[2 * chunk];
                _chunks.CopyTo(longer, 0);
                Volatile.Write(ref _chunks, longer);
            }
            T[] items = _chunks[chunk] ??= new T[1 << ChunkBits];
            copier(in value, ref items[_count & ChunkMask]);
            _count++;
        };
    }

    /// <summary>Copies a kept value; the row is known to be there.</summary>
    public void Get(long row, ref T value) =>
        copier(in Volatile.Read(ref _chunks)[row >> ChunkBits]![row & ChunkMask], ref value);
}
