using MlPipeline.Imaging;

namespace MlPipeline;

/// <summary>One number for each colour, always as red, green, blue, whatever order a network wants.</summary>
/// <param name="Red">For red.</param>
/// <param name="Green">For green.</param>
/// <param name="Blue">For blue.</param>
public readonly record struct ChannelValues(float Red, float Green, float Blue)
{
    /// <summary>The same number for every colour.</summary>
    public static ChannelValues All(float value) => new(value, value, value);

    internal float[] InOrder(ColorOrder order) =>
        order == ColorOrder.Bgr ? [Blue, Green, Red] : [Red, Green, Blue];
}
