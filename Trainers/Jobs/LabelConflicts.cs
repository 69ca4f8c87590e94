using MlPipeline.Data.Sources;
using MlPipeline.Data.Splits;

namespace MlPipeline.Trainers.Jobs;

/// <summary>Pictures with the same content and different labels: at most one of the labels is right.</summary>
internal static class LabelConflicts
{
    private const int MostNotes = 10;

    /// <summary>Finds the sets, and tells the first of them.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="contentHashes">SHA-256 of each; null for one that cannot be read.</param>
    /// <param name="progress">Told a line for each of the first sets, and how many more there are.</param>
    public static IReadOnlyList<IReadOnlyList<LabelledPicture>> Find(IReadOnlyList<ImageRecord> pictures,
        IReadOnlyList<string?> contentHashes, IJobProgress progress)
    {
        LabelledPicture[][] sets =
        [
            .. DuplicateFinder.Find(contentHashes)
                .Select(set => set.Select(i => new LabelledPicture(pictures[i].Path, pictures[i].Label)).ToArray())
                .Where(set => set.Any(picture => picture.Label != set[0].Label)),
        ];
        foreach (var set in sets.Take(MostNotes))
        {
            progress.Note($"warning: the same picture with different labels: "
                + $"{NameList.Of(set.Select(picture => $"{picture.Path} ({picture.Label})"))}");
        }

        if (sets.Length > MostNotes)
            progress.Note($"warning: {sets.Length - MostNotes} more pictures have different labels; --json lists all");
        return sets;
    }
}
