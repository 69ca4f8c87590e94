using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Architectures;

/// <summary>MobileNet v2, width 1.0 (Sandler et al. 2018, table 2).</summary>
internal static class MobileNet
{
    // Expansion, channels, repeats, stride.
    private static readonly (int Expansion, int Channels, int Repeats, int Stride)[] s_stages =
        [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

    public static Graph BuildV2(ArchitectureOptions options)
    {
        var net = new NetworkBuilder("mobilenetv2", options);
        var x = Layer(net, "stem", net.Input, 32, 3, 2, 1);
        for (var stage = 0; stage < s_stages.Length; stage++)
        {
            for (var repeat = 0; repeat < s_stages[stage].Repeats; repeat++)
            {
                var stride = repeat == 0 ? s_stages[stage].Stride : 1;
                x = Block(net, $"stage{stage + 1}.block{repeat + 1}", x, s_stages[stage].Expansion, s_stages[stage].Channels,
                    stride);
            }
        }

        x = Layer(net, "head", x, 1280, 1, 1, 1, NetworkBuilder.FeatureMap);
        return net.Build(net.Classify(x, options.Classes, dropout: true));
    }

    private static Feature Block(NetworkBuilder net, string name, Feature x, int expansion, int channels, int stride)
    {
        var y = expansion == 1 ? x : Layer(net, name + ".expand", x, expansion * x.Channels, 1, 1, 1);
        y = Layer(net, name + ".depthwise", y, y.Channels, 3, stride, y.Channels);
        y = net.BatchNorm(name + ".project.norm", net.Conv(name + ".project", y, channels, 1, bias: false));
        return stride == 1 && x.Channels == channels ? net.Sum(name + ".sum", y, x) : y;
    }

    private static Feature Layer(NetworkBuilder net, string name, Feature x, int channels, int kernel, int stride, int groups,
        string? output = null) =>
        net.Relu6(output ?? name + ".relu6",
            net.BatchNorm(name + ".norm", net.Conv(name + ".conv", x, channels, kernel, stride, kernel / 2, groups,
                bias: false)));
}
