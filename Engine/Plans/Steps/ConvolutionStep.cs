using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Depthwise;
using MlPipeline.Engine.Kernels.InnerProduct;

namespace MlPipeline.Engine.Plans.Steps;

/// <summary>A convolution or a fully connected layer.</summary>
internal sealed unsafe class ConvolutionStep : PlanStep
{
    private readonly PlanBuffer? _shared;

    public ConvolutionStep(string name, ConvolutionKernel kernel, Place input, Place output, Place? residual)
        : base(name, input, output, residual)
    {
        Kernel = kernel;
        Input = input;
        Output = output;
        Residual = residual;
        if (kernel.SharedFloats > 0)
        {
            _shared = new PlanBuffer(kernel.SharedFloats);
            Buffers.Add(_shared);
        }
    }

    public ConvolutionKernel Kernel { get; }

    public Place Input { get; }

    public Place Output { get; }

    /// <summary>What is added to the output; null: nothing.</summary>
    public Place? Residual { get; }

    public ConvolutionGeometry Geometry => Kernel.Geometry;

    public override string Algorithm => Kernel switch
    {
        DepthwiseConvolution => "depthwise",
        InnerProducts => "inner products",
        ImplicitGemm => Geometry.IsPointwise ? "matrix product" : "implicit matrix product",
        _ => $"{Kernel}",
    };

    public override long MultiplyAdds => (long)Geometry.Batch * Geometry.OutputPixels * Geometry.OutputChannels * Geometry.Depth;

    public override long ScratchFloats => Kernel.ScratchFloats;

    public override int Phases => Kernel.Phases;

    public override int Tasks(int phase) => Kernel.Tasks(phase);

    public override void Execute(Workspace workspace, int phase, int task, int worker)
    {
        ConvolutionBuffers buffers = default;
        buffers.Input = workspace.Address(Input);
        buffers.Output = workspace.Address(Output);
        buffers.Residual = Residual is null ? null : workspace.Address(Residual);
        buffers.Shared = _shared is null ? null : workspace.Address(_shared);
        buffers.Scratch = workspace.Scratch(worker);
        Kernel.Execute(buffers, phase, task);
    }

    public override string ToString()
    {
        var g = Geometry;
        return $"{Kernel.GetType().Name} {g.InputChannels}x{g.InputHeight}x{g.InputWidth} to "
            + $"{g.OutputChannels}x{g.OutputHeight}x{g.OutputWidth}, kernel {g.KernelHeight}x{g.KernelWidth}, stride {g.StrideY}";
    }
}
