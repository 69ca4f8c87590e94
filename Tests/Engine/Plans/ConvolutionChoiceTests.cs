using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Plans.Lowering;

namespace MlPipeline.Engine.Tests.Plans;

public sealed class ConvolutionChoiceTests
{
    [Theory]
    [InlineData(128, 128, 28, "F(4x4, 3x3)/2")]
    [InlineData(64, 128, 28, "F(4x4, 3x3)/2")]
    [InlineData(256, 256, 14, "F(2x2, 3x3)/2")]
    [InlineData(128, 256, 14, "F(2x2, 3x3)/2")]
    [InlineData(512, 512, 7, "F(2x2, 3x3)/2")]
    [InlineData(256, 512, 7, "F(2x2, 3x3)/2")]
    [InlineData(3, 32, 112, null)]
    public void TakesTilesByTheSizeOfTheMapWhereFiltersStepByTwo(int inputs, int outputs, int side, string? form)
    {
        var geometry = new ConvolutionGeometry
        {
            InputChannels = inputs,
            OutputChannels = outputs,
            InputHeight = 2 * side,
            InputWidth = 2 * side,
            OutputHeight = side,
            OutputWidth = side,
            KernelHeight = 3,
            KernelWidth = 3,
            StrideY = 2,
            StrideX = 2,
            PadTop = 1,
            PadLeft = 1,
        };
        Assert.Equal(form, ConvolutionChoice.Winograd(geometry)?.ToString());
        Assert.Equal(form, ConvolutionChoice.Winograd(geometry with { Batch = 16 })?.ToString());
        var dilated = ConvolutionChoice.Winograd(geometry with { DilationX = 2 });
        Assert.Null(dilated);
    }

    [Theory]
    [InlineData(64, 56, "F(4x4, 3x3)")]
    [InlineData(256, 14, "F(4x4, 3x3)")]
    [InlineData(512, 8, "F(4x2, 3x3)")]
    [InlineData(512, 7, "F(2x2, 3x3)")]
    public void TakesTheSmallerTilesTheSmallerTheMap(int channels, int side, string form)
    {
        // Transformed weights of larger tiles would take longer to come from memory than their products save.
        var geometry = SameSize(channels, channels, side, 3);
        Assert.Equal(form, ConvolutionChoice.Winograd(geometry)?.ToString());
        Assert.Equal(form, ConvolutionChoice.Winograd(geometry with { Batch = 16 })?.ToString());
    }

    [Theory]
    [InlineData(96, 256, 27, 5, 2, "F(2x2, 5x5)")]
    [InlineData(384, 384, 13, 3, 2, "F(4x4, 3x3)")]
    [InlineData(512, 512, 14, 3, 32, "F(4x4, 3x3)")]
    [InlineData(128, 128, 56, 3, 32, null)]
    public void TakesGroupsToo(int inputs, int outputs, int side, int kernel, int groups, string? form)
    {
        // AlexNet's second and fourth layer; ResNeXt's third and first stage, the latter with too few channels in a group.
        var geometry = SameSize(inputs, outputs, side, kernel) with { Groups = groups };
        Assert.Equal(form, ConvolutionChoice.Winograd(geometry)?.ToString());
        Assert.Equal(form, ConvolutionChoice.Winograd(geometry with { Batch = 16 })?.ToString());
    }

    /// <summary>A layer whose map keeps its size.</summary>
    private static ConvolutionGeometry SameSize(int inputs, int outputs, int side, int kernel) => new()
    {
        InputChannels = inputs,
        OutputChannels = outputs,
        InputHeight = side,
        InputWidth = side,
        OutputHeight = side,
        OutputWidth = side,
        KernelHeight = kernel,
        KernelWidth = kernel,
        PadTop = kernel / 2,
        PadLeft = kernel / 2,
    };
}
