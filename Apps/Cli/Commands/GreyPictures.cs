using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Cli.Commands;

/// <summary>Whether the pictures of a data set have no colours, by some of them.</summary>
internal static class GreyPictures
{
    private const int Most = 100;

    /// <summary>Looks at pictures that lie evenly over the data set; what cannot be read does not count.</summary>
    public static bool AreAll(ImageDataSet data)
    {
        var looked = Math.Min(Most, data.Records.Count);
        var answers = Enumerable.Range(0, looked)
            .Select(i => IsGrey(data.Records[(int)((long)i * data.Records.Count / looked)].Path)).ToArray();
        return answers.Contains(true) && !answers.Contains(false);
    }

    private static bool? IsGrey(string path)
    {
        try
        {
            using var picture = ImageDecoder.DecodeFile(path, DecodeOptions.Default with { AtLeast = (32, 32) });
            return picture.IsGrayscale;
        }
        catch (Exception error) when (error is ImageDecodeException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
