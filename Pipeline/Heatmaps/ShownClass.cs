namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>What a heatmap shows: what speaks for a class, or for it rather than for another.</summary>
/// <param name="Index">The class, by its index in the head.</param>
/// <param name="Against">The other; null for none.</param>
internal readonly record struct ShownClass(int Index, int? Against = null);
