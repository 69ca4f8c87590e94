using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Data.Sources;

/// <summary>Looks at the first bytes of every picture, so that all that cannot be used is named before work begins.</summary>
internal static class PictureCheck
{
    /// <exception cref="DataSourceException">Something was lost when the data set was listed, or is no picture.</exception>
    public static void RequireUsable(string path, ImageDataSet data)
    {
        SkippedImage[] unusable =
            [.. data.Lost, .. new[] { data, data.Validation, data.Test }.OfType<ImageDataSet>().SelectMany(Unusable)];
        if (unusable.Length > 0)
            throw new DataSourceException(path, unusable);
    }

    private static SkippedImage[] Unusable(ImageDataSet data)
    {
        var reasons = new string?[data.Records.Count];
        Parallel.For(0, reasons.Length, i => reasons[i] = ReasonAgainst(data.Records[i].Path));
        return [.. data.Records.Zip(reasons).Where(r => r.Second is not null)
            .Select(r => new SkippedImage(r.First.Path, r.Second + data.PlaceOf(r.First)))];
    }

    private static string? ReasonAgainst(string path)
    {
        try
        {
            return ImageDecoder.Refusal(path)?.Reason;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return "there is no such file";
        }
        catch (UnauthorizedAccessException)
        {
            return Directory.Exists(path) ? "this is a folder" : "the file may not be read";
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }
}
