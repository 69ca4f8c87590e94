using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Ops.Activations;
using MlPipeline.Engine.Plans.Steps;

namespace MlPipeline.Engine.Plans.Lowering;

/// <summary>
/// The activation that a node carries: as a clamp, which kernels do on the way, or as a function applied afterwards.
/// </summary>
internal readonly record struct FusedActivation(ConvolutionEpilogue Clamp, Func<float, float>? Function, MapFunction? Map = null)
{
    public static FusedActivation Of(Node node)
    {
        switch (node.Attributes.Text(Activation.Name, "none"))
        {
            case "none":
                return new(ConvolutionEpilogue.None, null);
            case "relu":
                return new(ConvolutionEpilogue.Relu, null);
            case "clip":
                return new(new(node.Attributes.Float(Activation.Alpha), node.Attributes.Float(Activation.Beta)), null);
            default:
                return new(ConvolutionEpilogue.None, Activation.Of(node), MapFunction.OfActivation(node));
        }
    }

    /// <summary>Adds the step that applies the function in place, if there is one.</summary>
    public void Finish(Node node, PlanBuilder builder, Place output)
    {
        if (Function is not null)
            builder.Add(new FunctionStep(node.Name, builder.Threads, builder.Kernels, Map, Function, output, output));
    }
}
