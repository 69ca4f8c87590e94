using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Architectures;

/// <summary>Inception v3 (Szegedy et al. 2015, table 1 and figures 5 to 7), 299x299, without the auxiliary classifier.</summary>
internal static class InceptionV3
{
    public static Graph Build(ArchitectureOptions options)
    {
        var net = new NetworkBuilder("inceptionv3", options);
        var x = Layer(net, "stem1", net.Input, 32, 3, 2);
        x = Layer(net, "stem2", x, 32, 3);
        x = Layer(net, "stem3", x, 64, 3, pad: 1);
        x = Layer(net, "stem4", net.MaxPool("stem.pool1", x, 3, 2), 80, 1);
        x = net.MaxPool("stem.pool2", Layer(net, "stem5", x, 192, 3), 3, 2);
        x = ModuleA(net, "mixed5b", x, 32);
        x = ModuleA(net, "mixed5c", x, 64);
        x = ModuleA(net, "mixed5d", x, 64);
        x = ReductionB(net, "mixed6a", x);
        x = ModuleC(net, "mixed6b", x, 128);
        x = ModuleC(net, "mixed6c", x, 160);
        x = ModuleC(net, "mixed6d", x, 160);
        x = ModuleC(net, "mixed6e", x, 192);
        x = ReductionD(net, "mixed7a", x);
        x = ModuleE(net, "mixed7b", x, "mixed7b");
        x = ModuleE(net, "mixed7c", x, NetworkBuilder.FeatureMap);
        return net.Build(net.Classify(x, options.Classes, dropout: true));
    }

    private static Feature ModuleA(NetworkBuilder net, string name, Feature x, int poolWidth)
    {
        var one = Layer(net, name + ".1x1", x, 64, 1);
        var five = Layer(net, name + ".5x5", Layer(net, name + ".5x5.reduce", x, 48, 1), 64, 5, pad: 2);
        var three = Layer(net, name + ".3x3a", Layer(net, name + ".3x3.reduce", x, 64, 1), 96, 3, pad: 1);
        three = Layer(net, name + ".3x3b", three, 96, 3, pad: 1);
        return net.Concat(name, one, five, three, PoolProject(net, name, x, poolWidth));
    }

    private static Feature ReductionB(NetworkBuilder net, string name, Feature x)
    {
        var three = Layer(net, name + ".3x3", x, 384, 3, 2);
        var twice = Layer(net, name + ".twice.b", Layer(net, name + ".twice.a", x, 64, 1), 96, 3, pad: 1);
        twice = Layer(net, name + ".twice.c", twice, 96, 3, 2);
        return net.Concat(name, three, twice, net.MaxPool(name + ".pool", x, 3, 2));
    }

    private static Feature ModuleC(NetworkBuilder net, string name, Feature x, int width)
    {
        var one = Layer(net, name + ".1x1", x, 192, 1);
        var seven = Layer(net, name + ".7a", x, width, 1);
        seven = Layer(net, name + ".7b", seven, width, (1, 7), (0, 3));
        seven = Layer(net, name + ".7c", seven, 192, (7, 1), (3, 0));
        var twice = Layer(net, name + ".twice.a", x, width, 1);
        twice = Layer(net, name + ".twice.b", twice, width, (7, 1), (3, 0));
        twice = Layer(net, name + ".twice.c", twice, width, (1, 7), (0, 3));
        twice = Layer(net, name + ".twice.d", twice, width, (7, 1), (3, 0));
        twice = Layer(net, name + ".twice.e", twice, 192, (1, 7), (0, 3));
        return net.Concat(name, one, seven, twice, PoolProject(net, name, x, 192));
    }

    private static Feature ReductionD(NetworkBuilder net, string name, Feature x)
    {
        var three = Layer(net, name + ".3x3.b", Layer(net, name + ".3x3.a", x, 192, 1), 320, 3, 2);
        var seven = Layer(net, name + ".7.a", x, 192, 1);
        seven = Layer(net, name + ".7.b", seven, 192, (1, 7), (0, 3));
        seven = Layer(net, name + ".7.c", seven, 192, (7, 1), (3, 0));
        seven = Layer(net, name + ".7.d", seven, 192, 3, 2);
        return net.Concat(name, three, seven, net.MaxPool(name + ".pool", x, 3, 2));
    }

    private static Feature ModuleE(NetworkBuilder net, string name, Feature x, string output)
    {
        var one = Layer(net, name + ".1x1", x, 320, 1);
        var three = Layer(net, name + ".3x3", x, 384, 1);
        var twice = Layer(net, name + ".twice", Layer(net, name + ".twice.reduce", x, 448, 1), 384, 3, pad: 1);
        return net.Concat(output, one, Layer(net, name + ".3x3.row", three, 384, (1, 3), (0, 1)),
            Layer(net, name + ".3x3.column", three, 384, (3, 1), (1, 0)),
            Layer(net, name + ".twice.row", twice, 384, (1, 3), (0, 1)),
            Layer(net, name + ".twice.column", twice, 384, (3, 1), (1, 0)), PoolProject(net, name, x, 192));
    }

    private static Feature PoolProject(NetworkBuilder net, string name, Feature x, int channels) =>
        Layer(net, name + ".pool.project", net.AveragePool(name + ".pool", x, 3, 1, 1), channels, 1);

    private static Feature Layer(NetworkBuilder net, string name, Feature x, int channels, int kernel, int stride = 1,
        int pad = 0) =>
        Activate(net, name, net.Conv(name + ".conv", x, channels, kernel, stride, pad, bias: false));

    private static Feature Layer(NetworkBuilder net, string name, Feature x, int channels, (int H, int W) kernel,
        (int H, int W) pad) =>
        Activate(net, name, net.Conv(name + ".conv", x, channels, kernel, 1, pad, bias: false));

    private static Feature Activate(NetworkBuilder net, string name, Feature x) =>
        net.Relu(name + ".relu", net.BatchNorm(name + ".norm", x, 1e-3f));
}
