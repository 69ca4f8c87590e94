using MlPipeline.Engine.Kernels.Elementwise;

namespace MlPipeline.Engine.Kernels;

/// <content>Functions of one number.</content>
internal abstract unsafe partial class KernelSet
{
    /// <summary>
    /// target[i] = f(x[i]), the same bits for an element wherever it lies. Reads up to a vector past the end, writes exactly; may
    /// work in place.
    /// </summary>
    public abstract void Function(FunctionKind kind, float* x, float* target, nint count, float alpha, float beta);
}
