namespace MlPipeline.Data.Sources;

/// <summary>
/// A table of pictures in a text file: a header, then one picture a line. It has a column of paths (<c>path</c>, <c>file</c>,
/// <c>filename</c>, <c>image</c>, <c>image_path</c> ...) and one of classes (<c>label</c>, <c>class</c>, <c>category</c>,
/// <c>target</c> ...), in any case and any place; others are kept in <see cref="ImageRecord.Extra"/>. Fields are separated by
/// commas, semicolons, tabs or bars, as the header tells or a first line such as <c>sep=;</c>, and may be quoted as RFC 4180
/// says. Relative paths start at the manifest's folder. A column <c>split</c> says which pictures are for training and which are
/// for testing.
/// </summary>
public static class Manifest
{
    private const string SplitHeader = "split";
    private const int LongestHeader = 1 << 16;

    private static readonly char[] s_separators = [',', ';', '\t', '|'];

    private static readonly string[] s_pathHeaders =
        ["path", "file", "filepath", "filename", "image", "imagepath", "imagefile", "imagefilename", "imagename", "img",
            "imgpath", "picture", "picturepath"];

    private static readonly string[] s_labelHeaders =
        ["label", "labels", "labelname", "class", "classname", "classlabel", "category", "categoryname", "target",
            "synset", "wnid"];

    /// <summary>Reads a manifest. No picture is opened.</summary>
    /// <param name="path">The file: UTF-8, or UTF-16 with a byte order mark.</param>
    /// <exception cref="DataSourceException">
    /// The file is missing or wrong; the message names the line and says what would be right.
    /// </exception>
    public static ImageDataSet Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Read(path, Path.GetDirectoryName(Path.GetFullPath(path))!, labelled: true);
    }

    /// <summary>Reads a table of pictures that lie in a folder of their own, with relative paths that start there. Without a
    /// column of classes the name of a picture's folder is its class. No picture is opened.</summary>
    /// <param name="path">The table.</param>
    /// <param name="folder">The folder of the pictures.</param>
    /// <exception cref="DataSourceException">The file is missing or wrong, or there is no such folder.</exception>
    internal static ImageDataSet Read(string path, string folder) => Directory.Exists(folder)
        ? Read(path, Path.GetFullPath(folder), labelled: false)
        : throw new DataSourceException(folder, 0, $"there is no such folder, in which the pictures of '{path}' would lie.");

    private static ImageDataSet Read(string path, string folder, bool labelled)
    {
        if (!File.Exists(path))
            throw new DataSourceException(path, 0, "there is no such manifest.");
        var text = TextTable.Read(path);
        var columns = Columns.Find(path, text, labelled, out var skipped);
        if (skipped > 0)
            text = text[(text.IndexOf('\n') + 1)..];
        Dictionary<DataPart, List<ImageRecord>> parts = [];
        foreach (var row in TextTable.Rows(path, text, columns.Separator, skipped).Skip(1))
        {
            var (record, part) = columns.Read(path, folder, row);
            if (!parts.TryGetValue(part, out var records))
                parts.Add(part, records = []);
            records.Add(record);
        }

        if (parts.Count == 0)
            throw new DataSourceException(path, 0, "there are no pictures below the header.");
        var data = parts.ToDictionary(p => p.Key,
            p => new ImageDataSet(folder, p.Value) { ManifestPath = path });
        return data.TryGetValue(DataPart.Train, out var train) ? train.WithParts(data, [], [])
            : throw new DataSourceException(path, 0, "no picture's split is 'train'.");
    }

    /// <summary>The pictures of a manifest, whatever their split, lazily: no more than a part of the file is held. A column of
    /// classes may be missing, and classes may be empty.</summary>
    /// <param name="path">The file.</param>
    /// <param name="hasLabels">Whether there is a column of classes.</param>
    internal static IEnumerable<ListedPicture> Stream(string path, out bool hasLabels)
    {
        var columns = Columns.Find(path, TextTable.Head(path, LongestHeader), labelled: false, out var skipped);
        hasLabels = columns.Label >= 0;
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return TextTable.Stream(path, columns.Separator, skipped).Skip(1).Select(row => columns.ReadListed(path, folder, row));
    }

    /// <summary>What the header says.</summary>
    private sealed record Columns(char Separator, IReadOnlyList<string> Header, int Path, int Label, int Split)
    {
        public static Columns Find(string path, string text, bool labelled, out int skipped)
        {
            if (string.IsNullOrWhiteSpace(text))
                throw new DataSourceException(path, 0, "the file is empty; expected a header with the columns path and label.");
            var separators = s_separators;
            skipped = 0;
            if (text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && text.Length > 5 && text[5] is '\r' or '\n')
            {
                separators = [text[4]];
                skipped = 1;
                text = text[(text.IndexOf('\n') + 1)..];
            }

            // The separator is the one with which the header has the columns.
            foreach (var separator in separators)
            {
                if (HeaderOf(text, separator) is { } header && Matching(header, s_pathHeaders) is { Count: > 0 } paths
                    && Matching(header, s_labelHeaders) is var labels && (labels.Count > 0 || !labelled))
                {
                    var line = TextTable.Rows(path, text, separator, skipped).First().Line;
                    Require(path, line, header, paths, "hold the pictures' paths");
                    Require(path, line, header, labels, "hold the classes");
                    var twice = header.Where(h => h.Length > 0).GroupBy(h => h, StringComparer.OrdinalIgnoreCase)
                        .FirstOrDefault(g => g.Count() > 1);
                    if (twice is not null)
                        throw new DataSourceException(path, line, $"two columns are named '{twice.Key}'; rename or remove one.");
                    return new Columns(separator, header, paths[0], labels is [var label] ? label : -1,
                        Matching(header, [SplitHeader]) is [var split] ? split : -1);
                }
            }

            var first = text.AsSpan().TrimStart("\r\n");
            var end = first.IndexOfAny('\r', '\n');
            throw new DataSourceException(path, skipped + 1 + text.AsSpan(0, text.Length - first.Length).Count('\n'),
                $"the header is '{first[..Math.Min(200, end < 0 ? first.Length : end)]}'; "
                + "expected the columns path and label, separated by commas, semicolons or tabs.");
        }

        public (ImageRecord Record, DataPart Part) Read(string path, string folder, TextRow row)
        {
            var fields = row.Fields;
            var (_, address, label, _) = ReadListed(path, folder, row);
            label ??= ClassFolderOf(path, folder, address, row.Line);
            if (label.Length == 0)
                throw new DataSourceException(path, row.Line, "the label is empty.");
            var part = DataPart.Train;
            if (Split >= 0)
            {
                part = SplitName.Of(fields[Split]) ?? throw new DataSourceException(path, row.Line,
                    $"the split is '{fields[Split]}'; expected {SplitName.Known}.");
            }

            var extra = Enumerable.Range(0, fields.Count).Where(i => i != Path && i != Label && Header[i].Length > 0)
                .ToDictionary(i => Header[i], i => fields[i], StringComparer.OrdinalIgnoreCase);
            return (new ImageRecord(address, label) { Extra = extra, Line = row.Line }, part);
        }

        public ListedPicture ReadListed(string path, string folder, TextRow row)
        {
            var fields = row.Fields;
            if (fields.Count != Header.Count)
            {
                throw new DataSourceException(path, row.Line, $"{fields.Count} fields, but the header names {Header.Count}, "
                    + $"separated by {(Separator == '\t' ? "tabs" : $"'{Separator}'")}.");
            }

            var (file, label) = (fields[Path].Trim(), Label < 0 ? null : fields[Label].Trim());
            if (file.Length == 0)
                throw new DataSourceException(path, row.Line, "the path is empty.");
            if (file.AsSpan().ContainsAny('\r', '\n') || label.AsSpan().ContainsAny('\r', '\n'))
            {
                throw new DataSourceException(path, row.Line,
                    "the path or the label goes over several lines: a quote is not closed.");
            }

            var address = PictureAddress.Resolve(file, folder, out var error);
            return error is null ? new ListedPicture(file, address, label)
                : throw new DataSourceException(path, row.Line, error);
        }

        private static string ClassFolderOf(string path, string folder, string address, int line)
        {
            var holder = System.IO.Path.GetDirectoryName(address)!;
            return holder != System.IO.Path.TrimEndingDirectorySeparator(folder) ? System.IO.Path.GetFileName(holder)
                : throw new DataSourceException(path, line, $"the header has no column of classes, and '{address}' lies in no "
                    + "class folder; add a column 'label'.");
        }

        // A wrong separator may cut a quoted header in two: that is no fault yet.
        private static List<string>? HeaderOf(string text, char separator)
        {
            try
            {
                return TextTable.Rows("", text, separator).FirstOrDefault()?.Fields.Select(f => f.Trim()).ToList();
            }
            catch (DataSourceException)
            {
                return null;
            }
        }

        private static List<int> Matching(List<string> header, string[] names) =>
            [.. Enumerable.Range(0, header.Count).Where(i => names.Contains(
                string.Concat(header[i].Where(char.IsLetterOrDigit)), StringComparer.OrdinalIgnoreCase))];

        private static void Require(string path, int line, List<string> header, List<int> columns, string what)
        {
            if (columns.Count > 1)
            {
                throw new DataSourceException(path, line,
                    $"the columns {string.Join(" and ", columns.Select(c => $"'{header[c]}'"))} could each {what}; rename or "
                    + "remove all but one.");
            }
        }
    }
}
