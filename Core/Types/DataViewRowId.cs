namespace MlPipeline.Core;

/// <summary>A 128-bit id of a row: unique within a data view and the same in every pass over it.</summary>
public readonly struct DataViewRowId : IComparable<DataViewRowId>, IEquatable<DataViewRowId>
{
    /// <summary>The low 64 bits.</summary>
    public readonly ulong Low;

    /// <summary>The high 64 bits.</summary>
    public readonly ulong High;

    /// <summary>An id from its two halves.</summary>
    public DataViewRowId(ulong low, ulong high)
    {
        Low = low;
        High = high;
    }

    /// <summary>An id that depends on both; for rows made from two rows.</summary>
    public DataViewRowId Combine(DataViewRowId other)
    {
        ulong low = Mix(Low + 0x9E3779B97F4A7C15UL * (other.Low ^ 0xD1B54A32D192ED03UL));
        ulong high = Mix(High ^ low ^ Mix(other.High + 0x2545F4914F6CDD1DUL));
        return new DataViewRowId(low + high, high ^ (low << 17));
    }

    /// <summary>The first of further ids made from this one; see <see cref="Next"/>.</summary>
    public DataViewRowId Fork() => new DataViewRowId(Low ^ 0xA0761D6478BD642FUL, High ^ 0xE7037ED1A0B428DBUL).Next();

    /// <summary>The next id in the sequence that starts here.</summary>
    public DataViewRowId Next()
    {
        ulong low = Mix(Low + 0x9E3779B97F4A7C15UL);
        return new DataViewRowId(low, Mix(High ^ (low * 0xBF58476D1CE4E5B9UL)));
    }

    /// <inheritdoc/>
    public int CompareTo(DataViewRowId other)
    {
        int high = High.CompareTo(other.High);
        return high != 0 ? high : Low.CompareTo(other.Low);
    }

    /// <inheritdoc/>
    public bool Equals(DataViewRowId other) => Low == other.Low && High == other.High;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DataViewRowId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Low, High);

    /// <inheritdoc/>
    public override string ToString() => $"{High:x16}{Low:x16}";

    /// <summary>Whether both ids are the same.</summary>
    public static bool operator ==(DataViewRowId first, DataViewRowId second) => first.Equals(second);

    /// <summary>Whether the ids differ.</summary>
    public static bool operator !=(DataViewRowId first, DataViewRowId second) => !first.Equals(second);

    // The finaliser of splitmix64 (Steele, Lea, Flood 2014): a bijection with full avalanche.
    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBUL;
        return x ^ (x >> 31);
    }
}
