namespace MlPipeline.Core;

/// <summary>A cursor that passes over some rows of another one, or stays at some, and so counts rows of its own.</summary>
internal abstract class SiftingCursor(DataViewRowCursor input, bool[] active) : LinkedCursor(input, active)
{
    private long _position = -1;
    private bool _done;

    public sealed override long Position => _done ? -1 : _position;

    /// <summary>How many rows there were before the one that is looked for.</summary>
    protected long Given => _position + 1;

    public sealed override bool MoveNext()
    {
        if (_done)
            return false;
        if (ToNext())
        {
            _position++;
            return true;
        }
        _done = true;
        return false;
    }

    /// <summary>Goes to the next row that is given; false when there is none, and it is not called again.</summary>
    protected abstract bool ToNext();

    /// <summary>Moves the other cursor.</summary>
    protected bool Advance() => base.MoveNext();
}
