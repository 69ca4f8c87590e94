using MlPipeline.Engine.Kernels.Gemm;
using MlPipeline.Engine.Kernels.InnerProduct;

namespace MlPipeline.Engine.Kernels;

/// <content>Inner products of rows.</content>
internal sealed unsafe partial class KernelSet<TSimd, TVec>
{
    /// <inheritdoc/>
    /// <remarks>24 sums in 32 registers, or 12 in 16.</remarks>
    public override int DotRows => TSimd.TileRows / 2;

    public override delegate*<float*, nint, float**, nint, nint, float*, void> DotTile(int rows) => rows switch
    {
        1 => &DotKernel<TSimd, TVec>.Tile<Count1>,
        2 => &DotKernel<TSimd, TVec>.Tile<Count2>,
        3 => &DotKernel<TSimd, TVec>.Tile<Count3>,
        4 => &DotKernel<TSimd, TVec>.Tile<Count4>,
        5 => &DotKernel<TSimd, TVec>.Tile<Count5>,
        _ => &DotKernel<TSimd, TVec>.Tile<Count6>,
    };

    public override void DotRow(float* a, float* b, nint ldb, nint depth, float* sums) =>
        DotKernel<TSimd, TVec>.Row(a, b, ldb, depth, sums);

    public override float DotTotal(float* lanes) => DotKernel<TSimd, TVec>.Total(lanes);
}
