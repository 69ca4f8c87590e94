using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Architectures;

/// <summary>GoogLeNet (Szegedy et al. 2014, table 1), without the auxiliary classifiers, which serve training only.</summary>
internal static class GoogLeNet
{
    // 1x1, 3x3 reduce, 3x3, 5x5 reduce, 5x5, pool projection.
    private static readonly (string Name, int[] Width)[] s_modules =
    [
        ("3a", [64, 96, 128, 16, 32, 32]), ("3b", [128, 128, 192, 32, 96, 64]),
        ("4a", [192, 96, 208, 16, 48, 64]), ("4b", [160, 112, 224, 24, 64, 64]), ("4c", [128, 128, 256, 24, 64, 64]),
        ("4d", [112, 144, 288, 32, 64, 64]), ("4e", [256, 160, 320, 32, 128, 128]),
        ("5a", [256, 160, 320, 32, 128, 128]), ("5b", [384, 192, 384, 48, 128, 128]),
    ];

    public static Graph Build(ArchitectureOptions options)
    {
        var net = new NetworkBuilder("googlenet", options);
        var x = net.MaxPool("pool1", Layer(net, "conv1", net.Input, 64, 7, 2, 3), 3, 2, ceil: true);
        x = Layer(net, "conv2.reduce", net.Lrn("norm1", x), 64, 1, 1, 0);
        x = Layer(net, "conv2", x, 192, 3, 1, 1);
        x = net.MaxPool("pool2", net.Lrn("norm2", x), 3, 2, ceil: true);
        foreach ((var name, var width) in s_modules)
        {
            x = Inception(net, "inception" + name, x, width, name == "5b" ? NetworkBuilder.FeatureMap : "inception" + name);
            if (name is "3b" or "4e")
                x = net.MaxPool("pool" + name[0], x, 3, 2, ceil: true);
        }

        return net.Build(net.Classify(x, options.Classes, dropout: true, Initialization.Glorot));
    }

    private static Feature Inception(NetworkBuilder net, string name, Feature x, int[] width, string output)
    {
        var one = Layer(net, name + ".1x1", x, width[0], 1, 1, 0);
        var three = Layer(net, name + ".3x3", Layer(net, name + ".3x3.reduce", x, width[1], 1, 1, 0), width[2], 3, 1, 1);
        var five = Layer(net, name + ".5x5", Layer(net, name + ".5x5.reduce", x, width[3], 1, 1, 0), width[4], 5, 1, 2);
        var pool = Layer(net, name + ".pool.project", net.MaxPool(name + ".pool", x, 3, 1, 1), width[5], 1, 1, 0);
        return net.Concat(output, one, three, five, pool);
    }

    private static Feature Layer(NetworkBuilder net, string name, Feature x, int channels, int kernel, int stride, int pad) =>
        net.Relu(name + ".relu", net.Conv(name, x, channels, kernel, stride, pad, init: Initialization.Glorot));
}
