namespace MlPipeline.Engine.Kernels.Convolution;

/// <summary>Where a convolution reads and writes in one run.</summary>
internal unsafe struct ConvolutionBuffers
{
    /// <summary>First pixel of the first image's first channel.</summary>
    public float* Input;

    public float* Output;

    /// <summary>Null: nothing is added.</summary>
    public float* Residual;

    /// <summary>Memory that all tasks share, <see cref="ConvolutionKernel.SharedFloats"/> long.</summary>
    public float* Shared;

    /// <summary>Memory of the task's own thread, <see cref="ConvolutionKernel.ScratchFloats"/> long.</summary>
    public float* Scratch;
}
