using MlPipeline.Engine.Kernels.Threading;

namespace MlPipeline.Engine.Kernels.Convolution;

/// <summary>The filling of <see cref="ConvolutionWeights"/>, in one phase.</summary>
internal interface IPacking : IParallelWork
{
    /// <summary>How many tasks it is cut into.</summary>
    int Tasks { get; }
}
