using System.Globalization;
using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline;

/// <summary>What heatmap is asked of a model. Immutable; what does not fit the model is refused when it is used.</summary>
public sealed record HeatmapRequest
{
    /// <summary>The smallest of <see cref="Scales"/>.</summary>
    public const double SmallestScale = 0.5;

    /// <summary>The largest of <see cref="Scales"/>.</summary>
    public const double LargestScale = 4;

    /// <summary>The class to show; null (default) for the predicted one.</summary>
    public string? ClassName { get; init; }

    /// <summary>A class that is taken off, so that the map shows what speaks for the one and against the other; null (default)
    /// for
    /// none. Where the predicted class is shown and is that one, the map is 0 everywhere.</summary>
    public string? Against { get; init; }

    /// <summary>The method; null (default) for the one that is the default for the network's features.</summary>
    public IHeatmapMethod? Method { get; init; }

    /// <summary>The layers that are looked at, for methods that use gradients: stages ("stage3") or values of the network that
    /// are
    /// maps. None (default) for the network's feature map. Maps of several layers are brought to the size of the largest, divided
    /// by their largest size without sign, and averaged.</summary>
    public IReadOnlyList<string> Layers { get; init; } = [];

    /// <summary>Whether the map is averaged with that of the picture turned over left to right, turned back.
    /// Default: no.</summary>
    public bool Flips { get; init; }

    /// <summary>Sizes, from 0.5 to 4 times its own, at which the picture is looked at too, about its middle: the map is averaged
    /// with those, each where it shows the place. With <see cref="Flips"/> all of them are turned over too.
    /// Default: none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is not from 0.5 to 4.</exception>
    public IReadOnlyList<double> Scales
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach (var scale in value)
            {
                if (!(scale >= SmallestScale && scale <= LargestScale))
                {
                    throw new ArgumentOutOfRangeException(nameof(Scales), scale,
                        string.Create(CultureInfo.InvariantCulture, $"A scale is from {SmallestScale} to {LargestScale}."));
                }
            }

            field = value;
        }
    } = [];
}
