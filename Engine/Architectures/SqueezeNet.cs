using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Architectures;

/// <summary>SqueezeNet (Iandola et al. 2016, table 1), and 1.1, the authors' later version with earlier pooling.</summary>
internal static class SqueezeNet
{
    private static readonly (int Squeeze, int Expand)[] s_fires =
        [(16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256)];

    public static Graph Build(bool version11, ArchitectureOptions options)
    {
        var net = new NetworkBuilder(version11 ? "squeezenet1.1" : "squeezenet1.0", options);
        var x = version11
            ? net.Conv("conv1", net.Input, 64, 3, 2, init: Initialization.Glorot)
            : net.Conv("conv1", net.Input, 96, 7, 2, init: Initialization.Glorot);
        x = net.MaxPool("pool1", net.Relu("conv1.relu", x), 3, 2, ceil: true);
        int[] poolsAfter = version11 ? [3, 5] : [4, 8];
        for (var i = 0; i < s_fires.Length; i++)
        {
            var number = i + 2;
            x = Fire(net, i == s_fires.Length - 1 ? NetworkBuilder.FeatureMap : $"fire{number}", $"fire{number}", x, s_fires[i]);
            if (poolsAfter.Contains(number))
                x = net.MaxPool($"pool{number}", x, 3, 2, ceil: true);
        }

        x = net.Relu("conv10.relu", net.Conv("conv10", net.Dropout("drop9", x), options.Classes, 1,
            init: Initialization.Normal001));
        return net.Build(net.Flatten(NetworkBuilder.Logits, net.GlobalAveragePool("pool10", x)));
    }

    private static Feature Fire(NetworkBuilder net, string output, string name, Feature x, (int Squeeze, int Expand) width)
    {
        var squeezed = net.Relu(name + ".squeeze.relu",
            net.Conv(name + ".squeeze", x, width.Squeeze, 1, init: Initialization.Glorot));
        var left = net.Relu(name + ".expand1.relu",
            net.Conv(name + ".expand1", squeezed, width.Expand, 1, init: Initialization.Glorot));
        var right = net.Relu(name + ".expand3.relu",
            net.Conv(name + ".expand3", squeezed, width.Expand, 3, pad: 1, init: Initialization.Glorot));
        return net.Concat(output, left, right);
    }
}
