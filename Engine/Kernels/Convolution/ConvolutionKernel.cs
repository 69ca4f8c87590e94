namespace MlPipeline.Engine.Kernels.Convolution;

/// <summary>One convolution by one algorithm: knows its sizes and packed weights, holds no state of a run.</summary>
internal abstract unsafe class ConvolutionKernel
{
    protected ConvolutionKernel(KernelSet kernels, ConvolutionGeometry geometry, ConvolutionEpilogue epilogue)
    {
        Kernels = kernels;
        Geometry = geometry;
        Epilogue = epilogue;
    }

    public KernelSet Kernels { get; }

    public ConvolutionGeometry Geometry { get; }

    public ConvolutionEpilogue Epilogue { get; }

    /// <summary>Parts that must be done one after the other.</summary>
    public virtual int Phases => 1;

    /// <summary>Floats of memory that the tasks of a run share.</summary>
    public virtual long SharedFloats => 0;

    /// <summary>Floats of memory that each thread needs.</summary>
    public abstract long ScratchFloats { get; }

    /// <summary>Independent tasks of a phase.</summary>
    public abstract int Tasks(int phase);

    public abstract void Execute(in ConvolutionBuffers buffers, int phase, int task);
}
