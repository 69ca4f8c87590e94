namespace MlPipeline.Pipeline;

/// <summary>Marks a property of type <see cref="PipelineImage"/> as an image column.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class ImageTypeAttribute : DataViewTypeAttribute
{
    /// <summary>Images of any sizes.</summary>
    public ImageTypeAttribute()
    {
    }

    /// <summary>Images of one size.</summary>
    /// <param name="height">Pixels.</param>
    /// <param name="width">Pixels.</param>
    public ImageTypeAttribute(int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        Height = height;
        Width = width;
    }

    /// <summary>The height in pixels; 0 when it is not known.</summary>
    public int Height { get; }

    /// <summary>The width in pixels; 0 when it is not known.</summary>
    public int Width { get; }

    /// <inheritdoc/>
    public override void Register()
    {
        var type = Height > 0 ? new ImageDataViewType(Height, Width) : new ImageDataViewType();
        DataViewTypeManager.Register(type, typeof(PipelineImage), this);
    }

    /// <inheritdoc/>
    public override bool Equals(DataViewTypeAttribute? other) =>
        other is ImageTypeAttribute image && image.Height == Height && image.Width == Width;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ImageTypeAttribute other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(typeof(ImageTypeAttribute), Height, Width);
}
