namespace MlPipeline.Engine.Kernels.Simd;

/// <summary>The vector operations a kernel body is written in; one implementation per width, the scalar one included.</summary>
/// <typeparam name="TVec">The vector type: <see cref="float"/> or one of the runtime's fixed-width vectors.</typeparam>
internal unsafe interface ISimd<TVec>
    where TVec : unmanaged
{
    /// <summary>Floats in one vector.</summary>
    static abstract int Count { get; }

    /// <summary>Rows of the largest matrix micro-kernel whose accumulators fit the register file (two vectors per row).</summary>
    static abstract int TileRows { get; }

    static abstract TVec Zero { get; }

    static abstract TVec Load(float* address);

    static abstract void Store(float* address, TVec value);

    static abstract TVec Broadcast(float value);

    static abstract TVec Add(TVec x, TVec y);

    static abstract TVec Subtract(TVec x, TVec y);

    static abstract TVec Multiply(TVec x, TVec y);

    static abstract TVec Divide(TVec x, TVec y);

    /// <summary>x * y + z, fused where the machine has it.</summary>
    static abstract TVec MultiplyAdd(TVec x, TVec y, TVec z);

    /// <summary>The larger of both; <paramref name="y"/> where it is not a number.</summary>
    static abstract TVec Max(TVec x, TVec y);

    /// <summary>The smaller of both; <paramref name="y"/> where it is not a number.</summary>
    static abstract TVec Min(TVec x, TVec y);

    static abstract TVec SquareRoot(TVec x);

    /// <summary><paramref name="value"/> where x is positive, elsewhere 0.</summary>
    static abstract TVec WherePositive(TVec x, TVec value);

    /// <summary>2 to the power of x, a whole number from -126 to 127.</summary>
    static abstract TVec PowerOfTwo(TVec x);

    /// <summary>Asks for a cache line that will be read soon; it need not be readable memory.</summary>
    static abstract void Prefetch(float* address);

    /// <summary>As <see cref="Prefetch"/>, but only into the second-level cache.</summary>
    static abstract void PrefetchFar(float* address);
}
