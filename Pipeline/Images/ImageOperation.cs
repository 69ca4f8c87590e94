using System.Text.Json.Serialization;
using MlPipeline.Imaging;

namespace MlPipeline.Pipeline;

/// <summary>One deferred step on a picture. Immutable; equal operations give equal pixels.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "operation")]
[JsonDerivedType(typeof(ResizeOperation), "resize")]
[JsonDerivedType(typeof(CropOperation), "crop")]
[JsonDerivedType(typeof(GrayscaleOperation), "grayscale")]
public abstract record ImageOperation
{
    /// <summary>A new picture; the source stays as it is.</summary>
    public abstract Raster Apply(Raster source);

    /// <summary>Where the result's pixels lie in a source of the given size.</summary>
    public abstract ImageGeometry GeometryFor(int width, int height);

    /// <summary>The size that the whole source may be decoded down to without harm; null for the full size.</summary>
    internal virtual (int Width, int Height)? EnoughSource => null;
}
