namespace MlPipeline.Engine.Kernels.Simd;

/// <summary>Whether a kernel stores whole vectors: known as it is compiled, since a call to store less costs it
/// registers.</summary>
internal interface IExtent
{
    static abstract bool IsWhole { get; }
}

/// <summary>All lanes.</summary>
internal readonly struct WholeVectors : IExtent { public static bool IsWhole => true; }

/// <summary>Fewer lanes: the last channels.</summary>
internal readonly struct FirstLanes : IExtent { public static bool IsWhole => false; }
