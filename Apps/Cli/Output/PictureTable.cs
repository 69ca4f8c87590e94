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

            Console.WriteLine(
                $"{image.Path}: {(image.Abstained == true ? "abstained; " : "")}{string.Join(", ", image.Top!.Select(t =>
                    $"{t.Label} {t.Score:0.000}"))}");
        }
    }
}
