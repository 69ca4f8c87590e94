using MlPipeline.Engine.Kernels.Simd;

namespace MlPipeline.Engine.Kernels;

/// <summary>The kernels compiled for one vector type.</summary>
internal sealed unsafe partial class KernelSet<TSimd, TVec> : KernelSet
    where TSimd : struct, ISimd<TVec>
    where TVec : unmanaged
{
    public override int VectorWidth => TSimd.Count;

    public override int TileRows => TSimd.TileRows;
}
