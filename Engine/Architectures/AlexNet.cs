using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Architectures;

/// <summary>AlexNet (Krizhevsky et al. 2012, section 3.5): groups of two, local response normalisation, overlapping
/// pooling.</summary>
/// <remarks>The paper's 224x224 input fits its own layer sizes only as 227x227, which is the default here as elsewhere.</remarks>
internal static class AlexNet
{
    public static Graph Build(ArchitectureOptions options)
    {
        var net = new NetworkBuilder("alexnet", options);
        var x = Layer(net, "conv1", net.Input, 96, 11, 4, 0, 1);
        x = net.MaxPool("pool1", net.Lrn("norm1", x), 3, 2);
        x = Layer(net, "conv2", x, 256, 5, 1, 2, 2);
        x = net.MaxPool("pool2", net.Lrn("norm2", x), 3, 2);
        x = Layer(net, "conv3", x, 384, 3, 1, 1, 1);
        x = Layer(net, "conv4", x, 384, 3, 1, 1, 2);
        x = net.Conv("conv5", x, 256, 3, 1, 1, 2, init: Initialization.Normal001);
        x = net.Flatten("flat", net.MaxPool("pool5", net.Relu(NetworkBuilder.FeatureMap, x), 3, 2));
        x = net.Dropout("drop6", net.Relu("fc6.relu", net.Linear("fc6", x, 4096)));
        x = net.Relu(NetworkBuilder.Pooled, net.Linear("fc7", x, 4096));
        return net.Build(net.Linear(NetworkBuilder.Logits, net.Dropout("drop7", x), options.Classes));
    }

    private static Feature Layer(NetworkBuilder net, string name, Feature x, int channels, int kernel, int stride, int pad,
        int groups) =>
        net.Relu(name + ".relu", net.Conv(name, x, channels, kernel, stride, pad, groups, init: Initialization.Normal001));
}
