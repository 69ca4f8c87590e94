using MlPipeline.Data.Sources;
using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline;

/// <summary>How well methods show what they should, on pictures with boxes.</summary>
public sealed record ExplanationResult
{
    /// <summary>The pictures that were looked at.</summary>
    public required int Images { get; init; }

    /// <summary>Those whose predicted class is right: the others have no part in the figures.</summary>
    public required int Correct { get; init; }

    /// <summary>A row for each method.</summary>
    public required IReadOnlyList<MethodScore> Methods { get; init; }

    /// <summary>The pictures that could not be read.</summary>
    public IReadOnlyList<SkippedImage> SkippedFiles { get; init; } = [];
}

/// <summary>How well one method shows what it should: means over the correctly classified pictures.</summary>
/// <param name="Method">Its name.</param>
/// <param name="Pointing">The share of pictures whose hottest place lies in the box (Zhang et al. 2016).</param>
/// <param name="Localization">The share whose box overlaps the true one by at least half (intersection over union, Zhou et al.
/// 2016).</param>
/// <param name="Energy">The share of the heat that lies in the box (Wang et al. 2020).</param>
/// <param name="Deletion">The area under the class's probability while the hottest places are emptied first; lower is better
/// (Petsiuk, Das and Saenko 2018).</param>
/// <param name="Insertion">The same while an empty picture is filled; higher is better.</param>
/// <param name="Seconds">The time that the method took for a picture, the network's first run included.</param>
public sealed record MethodScore(string Method, double Pointing, double Localization, double Energy, double Deletion,
    double Insertion, double Seconds)
{
    /// <summary>Stability: the mean rank correlation (Spearman) of the map with that of the mirrored picture, turned back; 1 for
    /// a map that goes with the picture.</summary>
    public double Mirrored { get; init; }

    /// <summary>What is left of the maps when weights are random, from the head down (Adebayo et al. 2018); null where it was not
    /// measured.</summary>
    public IReadOnlyList<SanityScore>? Sanity { get; init; }
}

/// <summary>How much a method's maps are like those of the model with random weights: means over the correctly classified
/// pictures. A map that says what the model has learned is near 0.</summary>
/// <param name="Step">What was randomized last, with all behind it: see <see cref="RandomizedModel.Step"/>.</param>
/// <param name="RankCorrelation">Spearman's, of the maps as computed.</param>
/// <param name="Similarity">The structural similarity (Wang et al. 2004) of the maps over the picture, from 0 to 1.</param>
public sealed record SanityScore(string Step, double RankCorrelation, double Similarity);
