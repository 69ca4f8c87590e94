using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Architectures;

/// <summary>Residual networks: v1 (He et al. 2015, "Deep Residual Learning", table 1) and v2, pre-activation (He et al.
/// 2016).</summary>
/// <remarks>A bottleneck's stride is on its 3x3 convolution, as in torchvision ("v1.5"); parameters are the same either
/// way.</remarks>
internal static class ResNet
{
    private static readonly Dictionary<int, (int[] Blocks, bool Bottleneck)> s_depths = new()
    {
        [18] = ([2, 2, 2, 2], false),
        [34] = ([3, 4, 6, 3], false),
        [50] = ([3, 4, 6, 3], true),
        [101] = ([3, 4, 23, 3], true),
        [152] = ([3, 8, 36, 3], true),
    };

    public static Graph Build(int depth, ArchitectureOptions options)
    {
        (var blocks, var bottleneck) = s_depths[depth];
        var net = new NetworkBuilder($"resnet{depth}", options);
        var x = net.Conv("stem.conv", net.Input, 64, 7, 2, 3, bias: false);
        x = net.MaxPool("stem.pool", net.Relu("stem.relu", net.BatchNorm("stem.norm", x)), 3, 2, 1);
        x = Stages(net, x, 64, blocks, bottleneck);
        return net.Build(net.Classify(x, options.Classes));
    }

    public static Graph BuildPreActivation(int depth, ArchitectureOptions options)
    {
        (var blocks, var bottleneck) = s_depths[depth];
        var net = new NetworkBuilder($"resnet{depth}-v2", options);
        var x = net.MaxPool("stem.pool", net.Conv("stem.conv", net.Input, 64, 7, 2, 3, bias: false), 3, 2, 1);
        for (var stage = 0; stage < blocks.Length; stage++)
        {
            for (var block = 0; block < blocks[stage]; block++)
            {
                x = PreActivationBlock(net, $"stage{stage + 1}.block{block + 1}", x, 64 << stage,
                    stage > 0 && block == 0 ? 2 : 1, bottleneck);
            }
        }

        x = net.Relu(NetworkBuilder.FeatureMap, net.BatchNorm("head.norm", x));
        return net.Build(net.Classify(x, options.Classes));
    }

    /// <summary>The network of 20 layers for pictures of 32x32 (section 4.2): 16, 32 and 64 channels, three blocks each, no
    /// pooling in the stem. Where channels change, shortcuts are convolutions (option B), not identities with zeros.</summary>
    public static Graph BuildSmall20(ArchitectureOptions options)
    {
        var net = new NetworkBuilder("resnet20", options);
        var x = net.Conv("stem.conv", net.Input, 16, 3, 1, 1, bias: false);
        x = net.Relu("stem.relu", net.BatchNorm("stem.norm", x));
        x = Stages(net, x, 16, [3, 3, 3], bottleneck: false);
        return net.Build(net.Classify(x, options.Classes));
    }

    /// <summary>The network of 10 layers, half as wide, for pictures of 64x64: one block in each of four stages, of 32, 64, 128
    /// and 256 channels; the stem is one convolution of 3x3 with a stride of 2, so that all strides together are 16.</summary>
    public static Graph BuildSmall10(ArchitectureOptions options)
    {
        var net = new NetworkBuilder("resnet10-half", options);
        var x = net.Conv("stem.conv", net.Input, 32, 3, 2, 1, bias: false);
        x = net.Relu("stem.relu", net.BatchNorm("stem.norm", x));
        x = Stages(net, x, 32, [1, 1, 1, 1], bottleneck: false);
        return net.Build(net.Classify(x, options.Classes));
    }

    /// <summary>The blocks of all stages, each stage twice as wide as the one before, at half its resolution.</summary>
    private static Feature Stages(NetworkBuilder net, Feature x, int width, int[] blocks, bool bottleneck)
    {
        for (var stage = 0; stage < blocks.Length; stage++)
        {
            for (var block = 0; block < blocks[stage]; block++)
            {
                var last = stage == blocks.Length - 1 && block == blocks[stage] - 1;
                x = Block(net, $"stage{stage + 1}.block{block + 1}", x, width << stage, stage > 0 && block == 0 ? 2 : 1,
                    bottleneck, last);
            }
        }

        return x;
    }

    private static Feature Block(NetworkBuilder net, string name, Feature x, int width, int stride, bool bottleneck, bool last)
    {
        var channels = bottleneck ? 4 * width : width;
        var shortcut = x;
        if (stride != 1 || x.Channels != channels)
            shortcut = net.BatchNorm(name + ".shortcut.norm", net.Conv(name + ".shortcut", x, channels, 1, stride, bias: false));
        var y = x;
        var steps = Steps(width, channels, stride, bottleneck);
        for (var i = 0; i < steps.Length; i++)
        {
            y = net.Conv($"{name}.conv{i + 1}", y, steps[i].Channels, steps[i].Kernel, steps[i].Stride, steps[i].Kernel / 2,
                bias: false);
            y = net.BatchNorm($"{name}.norm{i + 1}", y);
            if (i < steps.Length - 1)
                y = net.Relu($"{name}.relu{i + 1}", y);
        }

        return net.Relu(last ? NetworkBuilder.FeatureMap : name + ".relu", net.Sum(name + ".sum", y, shortcut));
    }

    private static Feature PreActivationBlock(NetworkBuilder net, string name, Feature x, int width, int stride, bool bottleneck)
    {
        var channels = bottleneck ? 4 * width : width;
        var active = net.Relu(name + ".relu1", net.BatchNorm(name + ".norm1", x));
        var shortcut = stride != 1 || x.Channels != channels
            ? net.Conv(name + ".shortcut", active, channels, 1, stride, bias: false)
            : x;
        var y = active;
        var steps = Steps(width, channels, stride, bottleneck);
        for (var i = 0; i < steps.Length; i++)
        {
            if (i > 0)
                y = net.Relu($"{name}.relu{i + 1}", net.BatchNorm($"{name}.norm{i + 1}", y));
            y = net.Conv($"{name}.conv{i + 1}", y, steps[i].Channels, steps[i].Kernel, steps[i].Stride, steps[i].Kernel / 2,
                bias: false);
        }

        return net.Sum(name + ".sum", y, shortcut);
    }

    private static Step[] Steps(int width, int channels, int stride, bool bottleneck) => bottleneck
        ? [new(width, 1, 1), new(width, 3, stride), new(channels, 1, 1)]
        : [new(width, 3, stride), new(channels, 3, 1)];

    private readonly record struct Step(int Channels, int Kernel, int Stride);
}
