using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace MlPipeline.Data.Sources;

/// <summary>
/// A TSV or CSV file with a header. The columns <c>path</c> and <c>label</c> (in any case, in any place) are needed; others are
/// kept in <see cref="ImageRecord.Extra"/>. Relative paths start at the manifest's folder. CSV is quoted as RFC 4180 says, TSV is
/// not quoted.
/// </summary>
public static class Manifest
{
    private static readonly string[] s_pathHeaders = ["path", "imagepath", "image", "file"];
    private static readonly string[] s_labelHeaders = ["label", "class"];

    /// <summary>Reads a manifest; whether the pictures exist is seen when they are read.</summary>
    /// <exception cref="DataSourceException">
    /// The file is missing or wrong; the message names the line and says what would be right.
    /// </exception>
    public static ImageDataSet Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new DataSourceException(path, 0, "there is no such manifest.");
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        using var reader = new StreamReader(path);
        var tabs = UsesTabs(path);
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = tabs ? "\t" : ",",
            Mode = tabs ? CsvMode.NoEscape : CsvMode.RFC4180,
            BadDataFound = null,
            IgnoreBlankLines = true,
            HasHeaderRecord = false,
        };
        using var parser = new CsvParser(reader, configuration);
        try
        {
            return ReadRows(path, folder, parser, tabs);
        }
        catch (CsvHelperException e)
        {
            throw new DataSourceException(path, parser.RawRow, "this line cannot be read: " + e.Message.Split('\n')[0], e);
        }
    }

    private static ImageDataSet ReadRows(string path, string folder, CsvParser parser, bool tabs)
    {
        var separator = tabs ? "a tab" : "a comma";
        if (!parser.Read())
            throw new DataSourceException(path, 0, "the file is empty; expected a header with the columns path and label.");
        var header = parser.Record!.Select(h => h.Trim().TrimStart('\uFEFF')).ToArray();
        var pathColumn = Find(header, s_pathHeaders);
        var labelColumn = Find(header, s_labelHeaders);
        if (pathColumn < 0 || labelColumn < 0)
        {
            throw new DataSourceException(
                path, 1,
                $"the header is '{string.Join(tabs ? "\t" : ",", header)}'; expected the columns path and label, "
                + $"separated by {separator}.");
        }

        var records = new List<ImageRecord>();
        while (parser.Read())
        {
            var fields = parser.Record!;
            if (fields.Length != header.Length)
            {
                throw new DataSourceException(
                    path, parser.RawRow,
                    $"{fields.Length} fields, but the header names {header.Length}, separated by {separator}.");
            }

            var file = fields[pathColumn].Trim();
            var label = fields[labelColumn].Trim();
            if (file.Length == 0 || label.Length == 0)
                throw new DataSourceException(path, parser.RawRow, $"the {(file.Length == 0 ? "path" : "label")} is empty.");
            var extra = ExtraOf(header, fields, pathColumn, labelColumn);
            records.Add(new ImageRecord(Path.GetFullPath(file, folder), label) { Extra = extra });
        }

        return records.Count > 0
            ? new ImageDataSet(folder, records)
            : throw new DataSourceException(path, 0, "there are no pictures below the header.");
    }

    private static Dictionary<string, string> ExtraOf(string[] header, string[] fields, int pathColumn, int labelColumn)
    {
        var extra = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < header.Length; i++)
        {
            if (i != pathColumn && i != labelColumn)
                extra[header[i]] = fields[i];
        }

        return extra;
    }

    private static int Find(string[] header, string[] names)
    {
        var plain = Array.ConvertAll(header, h => h.Replace("_", "", StringComparison.Ordinal));
        foreach (var name in names)
        {
            var index = Array.FindIndex(plain, h => string.Equals(h, name, StringComparison.OrdinalIgnoreCase));
            if (index >= 0)
                return index;
        }

        return -1;
    }

    private static bool UsesTabs(string path)
    {
        var extension = Path.GetExtension(path);
        if (extension.Equals(".csv", StringComparison.OrdinalIgnoreCase))
            return false;
        return extension.Equals(".tsv", StringComparison.OrdinalIgnoreCase)
            || (File.ReadLines(path).FirstOrDefault() ?? "").Contains('\t');
    }
}
