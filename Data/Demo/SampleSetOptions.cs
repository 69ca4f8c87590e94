namespace MlPipeline.Data.Demo;

/// <summary>What to draw. The same options give the same pixels on every machine.</summary>
public sealed record SampleSetOptions
{
    private readonly int _imagesPerClass = 100;
    private readonly int _size = 160;

    /// <summary>Pictures of each class. Default 100, at most 100,000.</summary>
    public int ImagesPerClass
    {
        get => _imagesPerClass;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(ImagesPerClass));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 100_000, nameof(ImagesPerClass));
            _imagesPerClass = value;
        }
    }

    /// <summary>The length of a picture's sides in pixels. Default 160; 48 to 1,024.</summary>
    public int Size
    {
        get => _size;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 48, nameof(Size));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1024, nameof(Size));
            _size = value;
        }
    }

    /// <summary>Another seed gives another set. Default 1.</summary>
    public int Seed { get; init; } = 1;
}
