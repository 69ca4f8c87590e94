namespace MlPipeline.Engine.Kernels;

using MlPipeline.Engine.Kernels.Gemm;

/// <content>Matrix products.</content>
internal abstract unsafe partial class KernelSet
{
    /// <summary>The micro-kernel for a tile of some rows (1 to <see cref="TileRows"/>) by one or two vectors.</summary>
    public abstract delegate*<float*, nint, float*, nint, float*, nint, TileEpilogue*, void> Tile(int rows, int vectors);

    /// <summary>Copies floats in whole vectors: up to a vector more than asked for is read and written.</summary>
    public abstract void CopyLoose(float* source, float* target, nint count);

    /// <summary>As <see cref="CopyLoose"/>, with max(value * scale + shift, low), element by element.</summary>
    public abstract void CopyScaledLoose(float* source, float* target, nint count, float* scale, float* shift, float low);
}
