namespace MlPipeline.Pipeline.Backbones;

/// <summary>One view of a picture: where it is cut out, and whether it is mirrored.</summary>
internal readonly record struct Augmentation(PicturePlace Place, bool IsMirrored)
{
    private static readonly Augmentation[] s_none = [default];
    private static readonly Augmentation[] s_flips = [default, new(PicturePlace.Middle, true)];
    private static readonly Augmentation[] s_whole = At(PicturePlace.Middle, PicturePlace.Whole);
    private static readonly Augmentation[] s_all = At(Enum.GetValues<PicturePlace>());
    private static readonly Augmentation[] s_crops = [.. s_all.Where(v => v.Place != PicturePlace.Whole)];

    /// <summary>The name in the feature cache; null for the picture as it is.</summary>
    public string? Name => this == default ? null : $"{Place}{(IsMirrored ? " mirrored" : "")}";

    /// <summary>The views, the picture as it is first.</summary>
    public static IReadOnlyList<Augmentation> Of(Augmentations views) => views switch
    {
        Augmentations.None => s_none,
        Augmentations.Flips => s_flips,
        Augmentations.Crops => s_crops,
        Augmentations.Whole => s_whole,
        Augmentations.All => s_all,
        _ => throw new ArgumentOutOfRangeException(nameof(views), views, "There are no such views."),
    };

    private static Augmentation[] At(params PicturePlace[] places) =>
        [.. places.SelectMany(p => new Augmentation[] { new(p, false), new(p, true) })];

    /// <summary>The mean of rows of one length that lie one after the other.</summary>
    public static void Average(ReadOnlySpan<float> rows, Span<float> mean)
    {
        var count = rows.Length / mean.Length;
        rows[..mean.Length].CopyTo(mean);
        for (var v = 1; v < count; v++)
        {
            var row = rows.Slice(v * mean.Length, mean.Length);
            for (var k = 0; k < row.Length; k++)
                mean[k] += row[k];
        }

        foreach (ref var value in mean)
            value /= count;
    }
}
