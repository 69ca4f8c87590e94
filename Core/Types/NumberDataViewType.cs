namespace MlPipeline.Core;

/// <summary>Numbers.</summary>
public sealed class NumberDataViewType : PrimitiveDataViewType
{
    private readonly string _name;

    private NumberDataViewType(Type rawType)
        : base(rawType) => _name = rawType.Name;

    /// <summary>1-byte signed integer.</summary>
    public static NumberDataViewType SByte { get; } = new(typeof(sbyte));

    /// <summary>1-byte unsigned integer.</summary>
    public static NumberDataViewType Byte { get; } = new(typeof(byte));

    /// <summary>2-byte signed integer.</summary>
    public static NumberDataViewType Int16 { get; } = new(typeof(short));

    /// <summary>2-byte unsigned integer.</summary>
    public static NumberDataViewType UInt16 { get; } = new(typeof(ushort));

    /// <summary>4-byte signed integer.</summary>
    public static NumberDataViewType Int32 { get; } = new(typeof(int));

    /// <summary>4-byte unsigned integer.</summary>
    public static NumberDataViewType UInt32 { get; } = new(typeof(uint));

    /// <summary>8-byte signed integer.</summary>
    public static NumberDataViewType Int64 { get; } = new(typeof(long));

    /// <summary>8-byte unsigned integer.</summary>
    public static NumberDataViewType UInt64 { get; } = new(typeof(ulong));

    /// <summary>4-byte floating point.</summary>
    public static NumberDataViewType Single { get; } = new(typeof(float));

    /// <summary>8-byte floating point.</summary>
    public static NumberDataViewType Double { get; } = new(typeof(double));

    internal static IReadOnlyList<NumberDataViewType> All { get; } =
        [SByte, Byte, Int16, UInt16, Int32, UInt32, Int64, UInt64, Single, Double];

    /// <inheritdoc/>
    public override bool Equals(DataViewType? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override string ToString() => _name;
}
