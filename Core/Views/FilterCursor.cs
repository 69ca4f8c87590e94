namespace MlPipeline.Core;

/// <summary>Lets through those rows for which a test of the current input row is true.</summary>
internal sealed class FilterCursor(DataViewRowCursor input, bool[] active, Func<bool> accept) : LinkedCursor(input, active)
{
    private long _position = -1;
    private bool _done;

    public override long Position => _done ? -1 : _position;

    public override bool MoveNext()
    {
        if (_done)
            return false;
        while (Input.MoveNext())
        {
            if (accept())
            {
                _position++;
                return true;
            }
        }
        _done = true;
        return false;
    }
}
