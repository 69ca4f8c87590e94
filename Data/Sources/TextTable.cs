using System.Buffers;
using System.Text;
using CsvHelper;

namespace MlPipeline.Data.Sources;

/// <summary>A row of a text table.</summary>
/// <param name="Line">The line of the file that the row begins at, from 1; line breaks inside quotes count.</param>
/// <param name="Fields">Its fields, without their quotes.</param>
public sealed record TextRow(int Line, IReadOnlyList<string> Fields);

/// <summary>Reads tables from text files and refuses, with the line, whatever could be read in more than one way.</summary>
public static class TextTable
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly Encoding[] s_marked =
        [new UTF8Encoding(true, true), new UTF32Encoding(false, true, true), new UnicodeEncoding(false, true, true),
            new UnicodeEncoding(true, true, true)];

    /// <summary>The text of a file in UTF-8, or in UTF-16 or UTF-32 with a byte order mark.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataSourceException">The file cannot be read, or its bytes are not text of the encoding; the message
    /// names the line.</exception>
    public static string Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataSourceException(path, 0, $"the file cannot be read: {e.Message}", e);
        }

        var encoding = Array.Find(s_marked, e => bytes.AsSpan().StartsWith(e.Preamble)) ?? s_utf8;
        string text;
        try
        {
            text = encoding.GetString(bytes.AsSpan(encoding.Preamble.Length));
        }
        catch (DecoderFallbackException e)
        {
            var name = encoding.WebName.ToUpperInvariant();
            throw new DataSourceException(path, 1 + bytes.AsSpan(0, Math.Min(bytes.Length, FaultOf(bytes))).Count((byte)'\n'),
                $"its bytes are not {name} text; save the file as UTF-8 (a spreadsheet calls it 'CSV UTF-8').", e);
        }

        // What an earlier program could not read it has replaced by one character: names that differ there are one name now.
        var strange = text.AsSpan().IndexOfAny('\0', '\uFFFD');
        if (strange >= 0)
        {
            throw new DataSourceException(path, 1 + text.AsSpan(0, strange).Count('\n'),
                (text[strange] == '\0' ? "it holds NUL characters, as text of another encoding or no text does"
                    : "it holds the character that stands for what could not be read (U+FFFD)")
                + "; save the original as UTF-8.");
        }

        return text;
    }

    /// <summary>The rows that are not empty. Fields may be quoted as RFC 4180 says, with line breaks inside.</summary>
    /// <param name="path">The file, for errors.</param>
    /// <param name="text">What <see cref="Read"/> gave for it.</param>
    /// <param name="separator">What stands between fields. After a tab, quotes inside a field that does not begin with one are
    /// part of it.</param>
    /// <param name="skippedLines">How many lines of the file stand before the text.</param>
    /// <exception cref="DataSourceException">A quote is not closed, or stands where none can; the message names the
    /// line.</exception>
    public static IEnumerable<TextRow> Rows(string path, string text, char separator, int skippedLines = 0)
    {
        return Rows(path, options => CsvReader.FromText(text, options), separator, skippedLines);
    }

    /// <summary>The rows of a file that are not empty, lazily: no more than a part of the file is held.</summary>
    /// <inheritdoc cref="Rows(string, string, char, int)"/>
    internal static IEnumerable<TextRow> Stream(string path, char separator, int skippedLines)
    {
        using var text = OpenText(path);
        for (var line = 0; line < skippedLines; line++)
            text.ReadLine();
        foreach (var row in Rows(path, options => CsvReader.Create(text, options, true), separator, skippedLines))
        {
            if (row.Fields.Any(f => f.AsSpan().IndexOfAny('\0', '\uFFFD') >= 0))
            {
                throw new DataSourceException(path, row.Line,
                    "it holds NUL characters, or the character that stands for what could not be read (U+FFFD); save the "
                    + "original as UTF-8.");
            }

            yield return row;
        }
    }

    /// <summary>The beginning of a file, up to a number of characters.</summary>
    internal static string Head(string path, int length)
    {
        using var text = OpenText(path);
        var head = new char[length];
        return new string(head, 0, Guarded(path, 1, () => text.ReadBlock(head)));
    }

    private static StreamReader OpenText(string path)
    {
        try
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16);
            var start = new byte[4];
            var read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            var encoding = Array.Find(s_marked, e => start.AsSpan(0, read).StartsWith(e.Preamble)) ?? s_utf8;
            stream.Position = encoding.Preamble.Length;
            return new StreamReader(stream, encoding, detectEncodingFromByteOrderMarks: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataSourceException(path, 0, $"the file cannot be read: {e.Message}", e);
        }
    }

    private static T Guarded<T>(string path, int line, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or DecoderFallbackException)
        {
            throw new DataSourceException(path, line, e is IOException ? $"the file cannot be read: {e.Message}"
                : "behind this line its bytes are not text of its encoding; save the file as UTF-8 (a spreadsheet calls it 'CSV "
                + "UTF-8').", e);
        }
    }

    private static IEnumerable<TextRow> Rows(string path, Func<CsvReaderOptions, CsvReader> open, char separator,
        int skippedLines)
    {
        CsvMalformedRecord? fault = null;
        using var reader = open(new CsvReaderOptions
        {
            Separator = separator,
            HasHeader = false,
            TrackLineNumbers = true,
            OnMalformedRecord = record => fault ??= record.Reason == CsvMalformedReason.StrayQuote && separator == '\t'
                ? null : record,
        });
        var line = skippedLines;
        while (Guarded(path, line, reader.Read))
        {
            line = (int)reader.LineNumber + skippedLines;
            if (fault is { } wrong)
                throw new DataSourceException(path, (int)wrong.LineNumber + skippedLines, Describe(wrong.Reason));
            string[] fields = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)];
            if (fields is not [var only] || !string.IsNullOrWhiteSpace(only))
                yield return new TextRow((int)reader.LineNumber + skippedLines, fields);
        }
    }

    private static string Describe(CsvMalformedReason reason) => reason switch
    {
        CsvMalformedReason.UnterminatedQuote => "a quote is opened here and closed nowhere.",
        CsvMalformedReason.TextAfterClosingQuote =>
            "a quoted field that begins here has text behind its closing quote: a quote is not closed, or not doubled inside.",
        _ => "a quote stands inside a field that is not quoted: quote the field, and double the quote.",
    };

    // The place of the first byte that is not UTF-8; for other encodings the beginning.
    private static int FaultOf(byte[] bytes)
    {
        var at = 0;
        while (at < bytes.Length && Rune.DecodeFromUtf8(bytes.AsSpan(at), out _, out var length) == OperationStatus.Done)
            at += length;
        return at;
    }
}
