using System.Buffers;

namespace MlPipeline;

/// <summary>A picture as the numbers that a model's network takes. Disposing gives its memory back for the next one.</summary>
public sealed class PreparedPicture : IDisposable
{
    private float[]? _pixels;

    internal PreparedPicture(Picture picture, float[] pixels, int length) =>
        (Picture, _pixels, Length) = (picture, pixels, length);

    /// <summary>The picture.</summary>
    public Picture Picture { get; }

    internal int Length { get; }

    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    internal ReadOnlySpan<float> Pixels =>
        (_pixels ?? throw new ObjectDisposedException(nameof(PreparedPicture))).AsSpan(0, Length);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _pixels, null) is { } pixels)
            ArrayPool<float>.Shared.Return(pixels);
    }
}
