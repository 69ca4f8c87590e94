using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Architectures;

/// <summary>VGG (Simonyan and Zisserman 2014, table 1: configurations D and E), with and without batch normalisation.</summary>
internal static class Vgg
{
    public static Graph Build(int depth, bool batchNorm, ArchitectureOptions options)
    {
        var deep = depth == 19 ? 4 : 3;
        int[] repeats = [2, 2, deep, deep, deep];
        var net = new NetworkBuilder($"vgg{depth}{(batchNorm ? "-bn" : "")}", options);
        var x = net.Input;
        for (var stage = 0; stage < repeats.Length; stage++)
        {
            for (var i = 1; i <= repeats[stage]; i++)
            {
                var name = $"conv{stage + 1}_{i}";
                var last = stage == repeats.Length - 1 && i == repeats[stage];
                x = net.Conv(name, x, Math.Min(512, 64 << stage), 3, pad: 1);
                if (batchNorm)
                    x = net.BatchNorm(name + ".norm", x);
                x = net.Relu(last ? NetworkBuilder.FeatureMap : name + ".relu", x);
            }

            x = net.MaxPool($"pool{stage + 1}", x, 2, 2);
        }

        x = net.Flatten("flat", x);
        x = net.Dropout("drop6", net.Relu("fc6.relu", net.Linear("fc6", x, 4096)));
        x = net.Relu(NetworkBuilder.Pooled, net.Linear("fc7", x, 4096));
        return net.Build(net.Linear(NetworkBuilder.Logits, net.Dropout("drop7", x), options.Classes));
    }
}
