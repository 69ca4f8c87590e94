using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Architectures;

/// <summary>ZFNet (Zeiler and Fergus 2013, figure 3): AlexNet with a 7x7 stride-2 stem and no groups.</summary>
internal static class ZfNet
{
    public static Graph Build(ArchitectureOptions options)
    {
        var net = new NetworkBuilder("zfnet", options);
        var x = net.Relu("conv1.relu", net.Conv("conv1", net.Input, 96, 7, 2, 1, init: Initialization.Normal001));
        x = net.Lrn("norm1", net.MaxPool("pool1", x, 3, 2, 1));
        x = net.Relu("conv2.relu", net.Conv("conv2", x, 256, 5, 2, init: Initialization.Normal001));
        x = net.Lrn("norm2", net.MaxPool("pool2", x, 3, 2, 1));
        x = net.Relu("conv3.relu", net.Conv("conv3", x, 384, 3, 1, 1, init: Initialization.Normal001));
        x = net.Relu("conv4.relu", net.Conv("conv4", x, 384, 3, 1, 1, init: Initialization.Normal001));
        x = net.Relu(NetworkBuilder.FeatureMap, net.Conv("conv5", x, 256, 3, 1, 1, init: Initialization.Normal001));
        x = net.Flatten("flat", net.MaxPool("pool5", x, 3, 2));
        x = net.Dropout("drop6", net.Relu("fc6.relu", net.Linear("fc6", x, 4096)));
        x = net.Relu(NetworkBuilder.Pooled, net.Linear("fc7", x, 4096));
        return net.Build(net.Linear(NetworkBuilder.Logits, net.Dropout("drop7", x), options.Classes));
    }
}
