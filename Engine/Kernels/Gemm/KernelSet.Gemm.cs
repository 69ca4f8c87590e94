using MlPipeline.Engine.Kernels.Gemm;

namespace MlPipeline.Engine.Kernels;

/// <content>Matrix products.</content>
internal abstract unsafe partial class KernelSet
{
    /// <summary>The micro-kernel for a tile of some rows (1 to <see cref="TileRows"/>) by one or two vectors.</summary>
    public abstract delegate*<float*, nint, nint, float*, nint, float*, nint, TileEpilogue*, void> Tile(int rows, int vectors);

    /// <summary>Copies floats in whole vectors: up to a vector more than asked for is read and written.</summary>
    public abstract void CopyLoose(float* source, float* target, nint count);

    /// <summary>As <see cref="CopyLoose"/>, with max(value * scale + shift, low), element by element.</summary>
    public abstract void CopyScaledLoose(float* source, float* target, nint count, float* scale, float* shift, float low);

    /// <summary>
    /// Copies, for some pixels, the same number of runs each into one row; whole vectors, as <see cref="CopyLoose"/>.
    /// </summary>
    /// <param name="source">First run of the first pixel.</param>
    /// <param name="pixelStep">Floats from a pixel's first run to the next pixel's.</param>
    /// <param name="runs">Runs of a pixel.</param>
    /// <param name="runStep">Floats from run to run.</param>
    /// <param name="length">Floats in a run.</param>
    /// <param name="pixels">Pixels.</param>
    /// <param name="target">First row.</param>
    /// <param name="targetStep">Floats from row to row.</param>
    public abstract void CopyRuns(
        float* source, nint pixelStep, int runs, nint runStep, nint length, int pixels, float* target, nint targetStep);
}
