namespace MlPipeline.Pipeline;

/// <summary>The type of a column of deferred images (<see cref="PipelineImage"/>), of one known size or of any sizes.</summary>
public sealed class ImageDataViewType : StructuredDataViewType, IEquatable<ImageDataViewType>
{
    /// <summary>Images of any sizes.</summary>
    public ImageDataViewType()
        : base(typeof(PipelineImage))
    {
    }

    /// <summary>Images of one size.</summary>
    /// <param name="height">Pixels, at least 1.</param>
    /// <param name="width">Pixels, at least 1.</param>
    public ImageDataViewType(int height, int width)
        : base(typeof(PipelineImage))
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

    /// <summary>True when all images have the size that the type says.</summary>
    public bool IsKnownSize => Height > 0;

    /// <inheritdoc/>
    public bool Equals(ImageDataViewType? other) => other is not null && other.Height == Height && other.Width == Width;

    /// <inheritdoc/>
    public override bool Equals(DataViewType? other) => other is ImageDataViewType image && Equals(image);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ImageDataViewType image && Equals(image);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(typeof(ImageDataViewType), Height, Width);

    /// <inheritdoc/>
    public override string ToString() => IsKnownSize ? $"Image<{Height}, {Width}>" : "Image";
}
