namespace MlPipeline.Core;

/// <summary>The kind of a column's items, as named in options of loaders and type conversions.</summary>
public enum DataKind : byte
{
    /// <summary>1-byte signed integer.</summary>
    SByte = 1,
    /// <summary>1-byte unsigned integer.</summary>
    Byte = 2,
    /// <summary>2-byte signed integer.</summary>
    Int16 = 3,
    /// <summary>2-byte unsigned integer.</summary>
    UInt16 = 4,
    /// <summary>4-byte signed integer.</summary>
    Int32 = 5,
    /// <summary>4-byte unsigned integer.</summary>
    UInt32 = 6,
    /// <summary>8-byte signed integer.</summary>
    Int64 = 7,
    /// <summary>8-byte unsigned integer.</summary>
    UInt64 = 8,
    /// <summary>4-byte floating point.</summary>
    Single = 9,
    /// <summary>8-byte floating point.</summary>
    Double = 10,
    /// <summary>Text.</summary>
    String = 11,
    /// <summary>Boolean.</summary>
    Boolean = 12,
    /// <summary>Time span.</summary>
    TimeSpan = 13,
    /// <summary>Date and time.</summary>
    DateTime = 14,
    /// <summary>Date and time with offset.</summary>
    DateTimeOffset = 15,
}
