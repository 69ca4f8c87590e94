namespace MlPipeline.Engine.Tensors;

/// <summary>
/// The element types a model file can hold. Graphs compute in <see cref="Float32"/>, <see cref="Int64"/>, <see cref="Int32"/> and
/// <see cref="Bool"/>; every other type is converted to the nearest of these when it is read.
/// </summary>
public enum ElementType
{
    /// <summary>IEEE 754 single precision.</summary>
    Float32,

    /// <summary>IEEE 754 half precision, computed as <see cref="Float32"/>.</summary>
    Float16,

    /// <summary>The upper half of a single, computed as <see cref="Float32"/>.</summary>
    BFloat16,

    /// <summary>IEEE 754 double precision, computed as <see cref="Float32"/>.</summary>
    Float64,

    /// <summary>Signed, 64 bits.</summary>
    Int64,

    /// <summary>Signed, 32 bits.</summary>
    Int32,

    /// <summary>Signed, 16 bits, held as <see cref="Int32"/>.</summary>
    Int16,

    /// <summary>Signed, 8 bits, held as <see cref="Int32"/>.</summary>
    Int8,

    /// <summary>Unsigned, 8 bits, held as <see cref="Int32"/>.</summary>
    UInt8,

    /// <summary>Unsigned, 16 bits, held as <see cref="Int32"/>.</summary>
    UInt16,

    /// <summary>Unsigned, 32 bits, held as <see cref="Int64"/>.</summary>
    UInt32,

    /// <summary>Unsigned, 64 bits, held as <see cref="Int64"/>; values past its range are refused.</summary>
    UInt64,

    /// <summary>True or false.</summary>
    Bool,
}
