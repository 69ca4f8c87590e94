using System.Security.Cryptography;
using System.Text;
using MlPipeline.Data.Sources;
using MlPipeline.Data.Splits;

namespace MlPipeline;

/// <summary>A labelled list of pictures.</summary>
public sealed class ImageDataSet
{
    /// <summary>Makes a data set.</summary>
    /// <param name="root">The folder that relative paths are shown against.</param>
    /// <param name="records">The pictures in their order.</param>
    /// <param name="ignored">What was seen beside them and is not used, with the reason.</param>
    public ImageDataSet(string root, IReadOnlyList<ImageRecord> records, IReadOnlyList<SkippedImage>? ignored = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(records);
        Root = root;
        Records = records;
        Ignored = ignored ?? [];
        ClassNames = [.. records.Select(r => r.Label).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>Absolute path of the folder that the data set lies in.</summary>
    public string Root { get; }

    /// <summary>The pictures, in a fixed order.</summary>
    public IReadOnlyList<ImageRecord> Records { get; }

    /// <summary>Everything that was seen beside the pictures and is not used: files, folders, links.</summary>
    public IReadOnlyList<SkippedImage> Ignored { get; }

    /// <summary>The manifest that lists the pictures; null for a folder.</summary>
    public string? ManifestPath { get; init; }

    /// <summary>The pictures to choose by, where the data set is split into three; null otherwise.</summary>
    public ImageDataSet? Validation { get; init; }

    /// <summary>The pictures for the final figure, where the data set is split or they were given; null otherwise.</summary>
    public ImageDataSet? Test { get; init; }

    /// <summary>The distinct labels in ordinal order.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>What is ignored, and may have been pictures or classes.</summary>
    internal IReadOnlyList<SkippedImage> Lost { get; init; } = [];

    /// <summary>How many pictures each class has, in the order of <see cref="ClassNames"/>.</summary>
    public IReadOnlyList<int> ClassCounts()
    {
        var counts = Records.GroupBy(r => r.Label, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        return [.. ClassNames.Select(name => counts[name])];
    }

    /// <summary>The data set of some of the records.</summary>
    /// <param name="indexes">Indexes into <see cref="Records"/>, in the wanted order.</param>
    public ImageDataSet Subset(IEnumerable<int> indexes)
    {
        ArgumentNullException.ThrowIfNull(indexes);
        return new ImageDataSet(Root, [.. indexes.Select(i => Records[i])]) { ManifestPath = ManifestPath };
    }

    /// <summary>The same pictures to train on, with others for the final figure.</summary>
    /// <param name="test">A data set; of one that is split, its own test set is taken.</param>
    public ImageDataSet WithTest(ImageDataSet test)
    {
        ArgumentNullException.ThrowIfNull(test);
        return new ImageDataSet(Root, Records, [.. Ignored, .. test.Ignored])
        {
            ManifestPath = ManifestPath,
            Validation = Validation,
            Test = test.Test ?? test,
        };
    }

    /// <summary>All pictures, those of the parts for choosing and for testing included.</summary>
    public ImageDataSet Joined() => new(Root, [.. Records, .. Validation?.Records ?? [], .. Test?.Records ?? []], Ignored)
    {
        ManifestPath = ManifestPath,
    };

    /// <summary>Where a manifest lists a picture, as it stands behind a reason; empty for a folder.</summary>
    /// <param name="record">One of the pictures.</param>
    public string PlaceOf(ImageRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return ManifestPath is null ? "" : $" ({ManifestPath}, line {record.Line})";
    }

    /// <summary>These pictures with the other parts of a split data set; with one of them it is the test set.</summary>
    internal ImageDataSet WithParts(IReadOnlyDictionary<DataPart, ImageDataSet> parts, IReadOnlyList<SkippedImage> ignored,
        IReadOnlyList<SkippedImage> lost)
    {
        var (validation, test) = (parts.GetValueOrDefault(DataPart.Validation), parts.GetValueOrDefault(DataPart.Test));
        return new ImageDataSet(Root, Records, ignored)
        {
            ManifestPath = ManifestPath,
            Lost = lost,
            Validation = test is null ? null : validation,
            Test = test ?? validation,
        };
    }

    /// <summary>A data view with the text columns <c>ImagePath</c> and <c>Label</c>.</summary>
    /// <param name="context">The ML context that makes the view.</param>
    public IDataView ToDataView(MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Data.LoadFromEnumerable(Records.Select(r => new ImageRow { ImagePath = r.Path, Label = r.Label }));
    }

    /// <summary>
    /// SHA-256 in hexadecimal over labels and contents: the same for the same pictures wherever they lie and in whatever order.
    /// </summary>
    /// <param name="contentHashes">
    /// What <see cref="DuplicateFinder.HashContents"/> gave for this data set; computed when null.
    /// </param>
    public string Fingerprint(IReadOnlyList<string?>? contentHashes = null)
    {
        var hashes = contentHashes ?? DuplicateFinder.HashContents(this);
        var lines = Records.Select((r, i) => $"{r.Label}\n{hashes[i] ?? "unreadable"}\n").Order(StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }
}
