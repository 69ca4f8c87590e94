using MlPipeline.Engine.Kernels.Convolution;

namespace MlPipeline.Engine.Tests.Kernels;

/// <summary>Seeded convolutions of odd sizes.</summary>
internal static class ConvolutionSweep
{
    /// <summary>How many seeds a test tries: fewer in the child processes, where there are several.</summary>
    public static int Size => Environment.GetEnvironmentVariable(InstructionSetTests.ForcedWidth) is null ? 40 : 12;

    /// <summary>Any kernel size, stride, dilation, padding, group count and slice.</summary>
    public static ConvolutionGeometry General(int seed)
    {
        var random = new Random(seed);
        var groups = random.Next(4) == 0 ? random.Next(2, 4) : 1;
        int kernelY = Pick(random, 1, 1, 3, 5, 7, 2), kernelX = random.Next(3) == 0 ? Pick(random, 1, 3, 7) : kernelY;
        return Complete(random, new ConvolutionGeometry
        {
            Batch = random.Next(1, 4),
            Groups = groups,
            InputChannels = groups * Pick(random, 1, 3, 8, 17, 40),
            OutputChannels = groups * Pick(random, 1, 5, 16, 31, 33, 70),
            InputHeight = random.Next(8, 17),
            InputWidth = random.Next(8, 17),
            OutputHeight = 0,
            OutputWidth = 0,
            KernelHeight = kernelY,
            KernelWidth = kernelX,
            StrideY = Pick(random, 1, 1, 2, 3),
            StrideX = Pick(random, 1, 1, 2),
            DilationY = kernelY == 7 ? 1 : Pick(random, 1, 1, 2),
            DilationX = kernelX == 7 ? 1 : Pick(random, 1, 1, 2),
            PadTop = random.Next(0, kernelY),
            PadLeft = random.Next(0, kernelX),
        });
    }

    /// <summary>A kernel of a given size, stride and number of groups.</summary>
    public static ConvolutionGeometry Plain(int seed, int kernelHeight, int kernelWidth, int stride = 1, int groups = 1)
    {
        var random = new Random(seed);
        return Complete(random, new ConvolutionGeometry
        {
            Batch = random.Next(1, 4),
            Groups = groups,
            InputChannels = groups * Pick(random, 1, 3, 16, 19, 64),
            OutputChannels = groups * Pick(random, 1, 5, 16, 33, 64),
            InputHeight = random.Next(3, 30),
            InputWidth = random.Next(3, 30),
            OutputHeight = 0,
            OutputWidth = 0,
            KernelHeight = kernelHeight,
            KernelWidth = kernelWidth,
            StrideY = stride,
            StrideX = stride,
            PadTop = random.Next(0, kernelHeight),
            PadLeft = random.Next(0, kernelWidth),
        });
    }

    /// <summary>One filter for each channel.</summary>
    public static ConvolutionGeometry Depthwise(int seed)
    {
        var random = new Random(seed);
        int channels = Pick(random, 1, 3, 16, 19, 64, 96), kernel = Pick(random, 3, 3, 5, 2);
        return Complete(random, new ConvolutionGeometry
        {
            Batch = random.Next(1, 4),
            Groups = channels,
            InputChannels = channels,
            OutputChannels = channels,
            InputHeight = random.Next(5, 17),
            InputWidth = random.Next(5, 17),
            OutputHeight = 0,
            OutputWidth = 0,
            KernelHeight = kernel,
            KernelWidth = kernel,
            StrideY = Pick(random, 1, 1, 2),
            StrideX = Pick(random, 1, 1, 2),
            DilationY = kernel == 5 ? 1 : Pick(random, 1, 1, 2),
            DilationX = kernel == 5 ? 1 : Pick(random, 1, 1, 2),
            PadTop = random.Next(0, 3),
            PadLeft = random.Next(0, 3),
        });
    }

    private static ConvolutionGeometry Complete(Random random, ConvolutionGeometry g)
    {
        int padBottom = random.Next(0, g.KernelHeight), padRight = random.Next(0, g.KernelWidth);
        int spanY = (g.DilationY * (g.KernelHeight - 1)) + 1, spanX = (g.DilationX * (g.KernelWidth - 1)) + 1;
        return g with
        {
            InputHeight = Math.Max(g.InputHeight, spanY),
            InputWidth = Math.Max(g.InputWidth, spanX),
            OutputHeight = ((Math.Max(g.InputHeight, spanY) + g.PadTop + padBottom - spanY) / g.StrideY) + 1,
            OutputWidth = ((Math.Max(g.InputWidth, spanX) + g.PadLeft + padRight - spanX) / g.StrideX) + 1,
            InputPixelStride = g.InputChannels + (random.Next(2) * random.Next(20)),
            OutputPixelStride = g.OutputChannels + (random.Next(2) * random.Next(20)),
            ResidualPixelStride = g.OutputChannels + random.Next(3),
        };
    }

    private static int Pick(Random random, params ReadOnlySpan<int> choices) => choices[random.Next(choices.Length)];
}
