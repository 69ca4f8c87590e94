namespace MlPipeline.Core;

/// <summary>How many keys a column that is read from text has; in the text they are numbered from 0.</summary>
public sealed class KeyCount
{
    /// <summary>As many as the column's type can hold.</summary>
    public KeyCount()
    {
    }

    /// <summary>This many.</summary>
    public KeyCount(ulong count)
    {
        ArgumentOutOfRangeException.ThrowIfZero(count);
        Count = count;
    }

    /// <summary>The number of keys; null for as many as the type can hold.</summary>
    public ulong? Count { get; }
}
