using MlPipeline.Engine.Kernels.Memory;

namespace MlPipeline.Engine.Plans.Steps;

/// <summary>The second or third input of an elementwise step.</summary>
/// <param name="Place">A map of the first input's size, or one value per image and channel; null: <paramref name="Vector"/> is
/// the operand.</param>
/// <param name="Vector">One value per channel, the same for all pixels.</param>
internal sealed record Operand(Place? Place, AlignedBuffer? Vector)
{
    /// <summary>Whether each image has one value per channel for all its pixels.</summary>
    public bool IsPerImage { get; init; }

    /// <summary>Address of the channels for a pixel.</summary>
    public unsafe float* Row(Workspace workspace, int pixel, int pixelsPerImage)
    {
        if (Place is null)
            return Vector!.Pointer;
        return workspace.Address(Place) + ((nint)(IsPerImage ? pixel / pixelsPerImage : pixel) * Place.PixelStride);
    }
}
