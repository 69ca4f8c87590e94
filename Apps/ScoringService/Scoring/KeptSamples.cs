using System.Globalization;
using MlPipeline.Data.Sources;

namespace MlPipeline.ScoringService;

/// <summary>Labelled pictures that are kept to compare newer models with the one that is served.</summary>
internal sealed class KeptSamples
{
    /// <summary>More would keep a newer model waiting too long.</summary>
    private const int Most = 2000;

    private readonly string _place;
    private readonly IReadOnlyList<ImageRecord> _records;

    private KeptSamples(string place, IReadOnlyList<ImageRecord> records) => (_place, _records) = (place, records);

    /// <summary>Opens a folder with one sub-folder per class, or a manifest; of one that is split all parts count.</summary>
    /// <exception cref="DataSourceException">It is none, something in it cannot be used, or there is too much of it.</exception>
    public static KeptSamples Open(string path)
    {
        var records = DataSource.Open(path).Joined().Records;
        return records.Count <= Most ? new KeptSamples(path, records)
            : throw new DataSourceException(path, 0, $"there are {records.Count} pictures, and a newer model is compared on at "
                + $"most {Most} of them: keep fewer.");
    }

    /// <summary>Compares two models.</summary>
    /// <param name="served">The one that is served.</param>
    /// <param name="newer">The one that is to take its place.</param>
    /// <param name="loss">The share of the samples that the newer one may get right less.</param>
    /// <exception cref="InvalidDataException">It gets less right than that, or neither gets any right.</exception>
    public void Compare(ServedModel served, ServedModel newer, double loss)
    {
        var (before, after) = (served.RightOf(this), newer.RightOf(this));
        if (before + after == 0)
        {
            throw new InvalidDataException($"neither model gets any of the {_records.Count} samples in {_place} right: "
                + "are these pictures of its classes?");
        }

        if (before - after > loss * _records.Count)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"it gets {after} of the {_records.Count} samples in {_place} right, and the served model {before}"));
        }
    }

    /// <summary>How many pictures a model gives their label. One that cannot be read, and one where the model abstains, is not
    /// right.</summary>
    public int CountRight(ImageClassificationModel model) =>
        model.Predict(_records.Select(r => r.Path)).Zip(_records)
            .Count(p => !p.First.Abstained && p.First.Label == p.Second.Label);
}
