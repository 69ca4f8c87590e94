using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Architectures;

/// <summary>LeNet-5 (LeCun et al. 1998, figure 2) on 32x32 gray pictures, with full connections at C3 and plain average
/// pooling.</summary>
internal static class LeNet
{
    public static Graph Build(ArchitectureOptions options)
    {
        var net = new NetworkBuilder("lenet5", options, usualChannels: 1);
        var x = net.Tanh("c1.tanh", net.Conv("c1", net.Input, 6, 5, init: Initialization.LeCun));
        x = net.AveragePool("s2", x, 2, 2);
        x = net.Tanh(NetworkBuilder.FeatureMap, net.Conv("c3", x, 16, 5, init: Initialization.LeCun));
        x = net.Flatten("flat", net.AveragePool("s4", x, 2, 2));
        x = net.Tanh("c5.tanh", net.Linear("c5", x, 120, Initialization.LeCun));
        x = net.Tanh(NetworkBuilder.Pooled, net.Linear("f6", x, 84, Initialization.LeCun));
        return net.Build(net.Linear(NetworkBuilder.Logits, x, options.Classes, Initialization.LeCun));
    }
}
