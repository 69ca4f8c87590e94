using MlPipeline.Cli.Results;

namespace MlPipeline.Cli.Output;

/// <summary>Prints labelled pictures, one line each.</summary>
internal static class PictureTable
{
    public static void Print(PicturesResult result)
    {
        foreach (var image in result.Images)
        {
            if (image.Error != null)
            {
                Console.Error.WriteLine($"{image.Path}: {image.Error}");
                continue;
            }

            if (result.Out is not null)
                continue;
            var labels = string.Join(", ", image.Top!.Select(t => $"{t.Label} {t.Score:0.000}"));
            var answer = image.Abstained == true ? "abstained; " : image.Label is null ? "none; " : "";
            Console.WriteLine($"{image.Path}: {answer}{labels}");
        }

        if (result.Out is { } file)
            Console.WriteLine($"predictions: {result.Images.Count - result.Failed} of {result.Images.Count} pictures in {file}");
    }
}
