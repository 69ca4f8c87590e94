using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Architectures;

/// <summary>
/// Inception v2, or BN-Inception (Ioffe and Szegedy 2015, Batch normalization, figure 5): GoogLeNet with batch normalisation
/// behind every convolution and two 3x3 convolutions in place of each 5x5.
/// </summary>
internal static class InceptionV2
{
    // 1x1, 3x3 reduce, 3x3, double 3x3 reduce, double 3x3, pool projection. Without 1x1 and projection: stride 2.
    private static readonly (string Name, int[] Width)[] s_modules =
    [
        ("3a", [64, 64, 64, 64, 96, 32]), ("3b", [64, 64, 96, 64, 96, 64]), ("3c", [0, 128, 160, 64, 96, 0]),
        ("4a", [224, 64, 96, 96, 128, 128]), ("4b", [192, 96, 128, 96, 128, 128]), ("4c", [160, 128, 160, 128, 160, 96]),
        ("4d", [96, 128, 192, 160, 192, 96]), ("4e", [0, 128, 192, 192, 256, 0]),
        ("5a", [352, 192, 320, 160, 224, 128]), ("5b", [352, 192, 320, 192, 224, 128]),
    ];

    public static Graph Build(ArchitectureOptions options)
    {
        var net = new NetworkBuilder("inceptionv2", options);
        var x = net.MaxPool("pool1", Layer(net, "conv1", net.Input, 64, 7, 2), 3, 2, ceil: true);
        x = Layer(net, "conv2", Layer(net, "conv2.reduce", x, 64, 1), 192, 3);
        x = net.MaxPool("pool2", x, 3, 2, ceil: true);
        foreach ((var name, var width) in s_modules)
            x = Module(net, "inception" + name, x, width, name == "5b");
        return net.Build(net.Classify(x, options.Classes, dropout: true));
    }

    private static Feature Module(NetworkBuilder net, string name, Feature x, int[] width, bool isLast)
    {
        var stride = width[0] == 0 ? 2 : 1;
        var three = Layer(net, name + ".3x3", Layer(net, name + ".3x3.reduce", x, width[1], 1), width[2], 3, stride);
        var twice = Layer(net, name + ".twice.a", Layer(net, name + ".twice.reduce", x, width[3], 1), width[4], 3);
        twice = Layer(net, name + ".twice.b", twice, width[4], 3, stride);
        if (stride == 2)
            return net.Concat(name, three, twice, net.MaxPool(name + ".pool", x, 3, 2, ceil: true));

        // The last module pools by the largest, the others by the mean.
        var pool = isLast ? net.MaxPool(name + ".pool", x, 3, 1, 1) : net.AveragePool(name + ".pool", x, 3, 1, 1);
        return net.Concat(isLast ? NetworkBuilder.FeatureMap : name, Layer(net, name + ".1x1", x, width[0], 1), three, twice,
            Layer(net, name + ".pool.project", pool, width[5], 1));
    }

    private static Feature Layer(NetworkBuilder net, string name, Feature x, int channels, int kernel, int stride = 1)
    {
        var conv = net.Conv(name + ".conv", x, channels, kernel, stride, kernel / 2, bias: false);
        return net.Relu(name + ".relu", net.BatchNorm(name + ".norm", conv, 1e-3f));
    }
}
