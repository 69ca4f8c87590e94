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
    /// <param name="ignored">Files that look like pictures but are not read, with the reason.</param>
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

    /// <summary>Files that look like pictures but are of no format that is read.</summary>
    public IReadOnlyList<SkippedImage> Ignored { get; }

    /// <summary>The distinct labels in ordinal order.</summary>
    public IReadOnlyList<string> ClassNames { get; }

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
        return new ImageDataSet(Root, [.. indexes.Select(i => Records[i])]);
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
