using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Architectures;

/// <summary>DenseNet-BC with growth rate 32 (Huang et al. 2016, table 1).</summary>
internal static class DenseNet
{
    private const int Growth = 32;

    public static Graph Build121(ArchitectureOptions options)
    {
        int[] blocks = [6, 12, 24, 16];
        var net = new NetworkBuilder("densenet121", options);
        var x = net.Conv("stem.conv", net.Input, 2 * Growth, 7, 2, 3, bias: false, init: Initialization.HeFanIn);
        x = net.MaxPool("stem.pool", net.Relu("stem.relu", net.BatchNorm("stem.norm", x)), 3, 2, 1);
        for (var block = 0; block < blocks.Length; block++)
        {
            for (var layer = 1; layer <= blocks[block]; layer++)
                x = Layer(net, $"block{block + 1}.layer{layer}", x);
            if (block < blocks.Length - 1)
                x = Transition(net, $"transition{block + 1}", x);
        }

        x = net.Relu(NetworkBuilder.FeatureMap, net.BatchNorm("head.norm", x));
        return net.Build(net.Classify(x, options.Classes));
    }

    private static Feature Layer(NetworkBuilder net, string name, Feature x)
    {
        var y = net.Relu(name + ".relu1", net.BatchNorm(name + ".norm1", x));
        y = net.Conv(name + ".conv1", y, 4 * Growth, 1, bias: false, init: Initialization.HeFanIn);
        y = net.Relu(name + ".relu2", net.BatchNorm(name + ".norm2", y));
        y = net.Conv(name + ".conv2", y, Growth, 3, pad: 1, bias: false, init: Initialization.HeFanIn);
        return net.Concat(name, x, y);
    }

    private static Feature Transition(NetworkBuilder net, string name, Feature x)
    {
        var y = net.Relu(name + ".relu", net.BatchNorm(name + ".norm", x));
        y = net.Conv(name + ".conv", y, x.Channels / 2, 1, bias: false, init: Initialization.HeFanIn);
        return net.AveragePool(name + ".pool", y, 2, 2);
    }
}
