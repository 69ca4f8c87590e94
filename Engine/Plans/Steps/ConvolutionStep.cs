using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Depthwise;

namespace MlPipeline.Engine.Plans.Steps;

/// <summary>A convolution or a fully connected layer.</summary>
internal sealed unsafe class ConvolutionStep : PlanStep
{
    private readonly ConvolutionKernel _kernel;
    private readonly Place _input;
    private readonly Place _output;
    private readonly Place? _residual;
    private readonly PlanBuffer? _shared;

    public ConvolutionStep(string name, ConvolutionKernel kernel, Place input, Place output, Place? residual)
        : base(name, input, output, residual)
    {
        _kernel = kernel;
        _input = input;
        _output = output;
        _residual = residual;
        if (kernel.SharedFloats > 0)
        {
            _shared = new PlanBuffer(kernel.SharedFloats);
            Buffers.Add(_shared);
        }
    }

    public ConvolutionGeometry Geometry => _kernel.Geometry;

    public override string Algorithm => _kernel switch
    {
        DepthwiseConvolution => "depthwise",
        ImplicitGemm => Geometry.IsPointwise ? "matrix product" : "implicit matrix product",
        _ => $"{_kernel}",
    };

    public override long MultiplyAdds => (long)Geometry.Batch * Geometry.OutputPixels * Geometry.OutputChannels * Geometry.Depth;

    public override long ScratchFloats => _kernel.ScratchFloats;

    public override int Phases => _kernel.Phases;

    public override int Tasks(int phase) => _kernel.Tasks(phase);

    public override void Execute(Workspace workspace, int phase, int task, int worker)
    {
        ConvolutionBuffers buffers = default;
        buffers.Input = workspace.Address(_input);
        buffers.Output = workspace.Address(_output);
        buffers.Residual = _residual is null ? null : workspace.Address(_residual);
        buffers.Shared = _shared is null ? null : workspace.Address(_shared);
        buffers.Scratch = workspace.Scratch(worker);
        _kernel.Execute(buffers, phase, task);
    }

    public override string ToString()
    {
        var g = Geometry;
        return $"{_kernel.GetType().Name} {g.InputChannels}x{g.InputHeight}x{g.InputWidth} to "
            + $"{g.OutputChannels}x{g.OutputHeight}x{g.OutputWidth}, kernel {g.KernelHeight}x{g.KernelWidth}, stride {g.StrideY}";
    }
}
