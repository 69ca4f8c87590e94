using System.Globalization;
using System.Text;
using MlPipeline.Data.Demo.Shapes;
using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Data.Demo;

/// <summary>
/// A small data set drawn by this project: one object on each picture, on a cluttered background that says nothing about the
/// class, in varying place, size, colour and light, with the box around the object. For demonstrations and tests.
/// </summary>
public static class SampleSet
{
    /// <summary>The file beside the class folders that lists every picture and its box.</summary>
    public const string BoxesFile = "boxes.csv";

    /// <summary>The classes, in alphabetical order.</summary>
    public static IReadOnlyList<string> Classes { get; } = [.. SampleShape.All.Select(shape => shape.Name)];

    /// <summary>
    /// Draws the set into DIRECTORY/class/000.png and so on, with <see cref="BoxesFile"/> (path, label, left, top, width, height)
    /// beside the class folders. It is written aside and renamed at the end: the directory is complete or not there.
    /// </summary>
    /// <param name="directory">An absent or empty directory, or an earlier sample set, which is replaced.</param>
    /// <param name="options">What to draw; null for the defaults.</param>
    /// <param name="progress">Is told how many pictures are drawn.</param>
    /// <param name="cancellationToken">Ends the work early; nothing is left behind.</param>
    /// <returns>The pictures, class by class.</returns>
    /// <exception cref="IOException">The directory holds something else.</exception>
    public static IReadOnlyList<SampleImage> Write(
        string directory, SampleSetOptions? options = null, IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        options ??= new SampleSetOptions();
        directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        CheckReplaceable(directory);

        var aside = $"{directory}.{Guid.NewGuid():N}.part";
        try
        {
            var images = Draw(directory, aside, options, progress, cancellationToken);
            WriteBoxes(Path.Combine(aside, BoxesFile), directory, images);
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
            Directory.Move(aside, directory);
            return images;
        }
        catch
        {
            if (Directory.Exists(aside))
                Directory.Delete(aside, recursive: true);
            throw;
        }
    }

    private static SampleImage[] Draw(
        string directory, string aside, SampleSetOptions options, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        foreach (var name in Classes)
            Directory.CreateDirectory(Path.Combine(aside, name));
        var images = new SampleImage[Classes.Count * options.ImagesPerClass];
        var drawn = 0;
        ParallelOptions parallel = new()
        {
            CancellationToken = cancellationToken,
            MaxDegreeOfParallelism = Environment.ProcessorCount,
        };
        Parallel.For(0, images.Length, parallel, index =>
        {
            var shape = SampleShape.All[index / options.ImagesPerClass];
            var file = Path.Combine(
                shape.Name, (index % options.ImagesPerClass).ToString("D3", CultureInfo.InvariantCulture) + ".png");
            (var picture, var box) = SamplePainter.Paint(shape, options.Size, SeedOf(options, index));
            using (picture)
            using (var stream = File.Create(Path.Combine(aside, file)))
            {
                PngEncoder.Encode(picture, stream);
            }

            images[index] = new SampleImage(Path.Combine(directory, file), shape.Name, box);
            progress?.Report(Interlocked.Increment(ref drawn));
        });
        return images;
    }

    /// <summary>A picture depends on the seed, its class and its number in the class, not on how many there are.</summary>
    internal static ulong SeedOf(SampleSetOptions options, int index)
    {
        var state = (ulong)(uint)options.Seed << 32 | (uint)(index / options.ImagesPerClass) << 24;
        state += (uint)(index % options.ImagesPerClass);
        return SampleRandom.NextSeed(ref state);
    }

    private static void WriteBoxes(string path, string directory, SampleImage[] images)
    {
        StringBuilder text = new("path,label,left,top,width,height\n");
        foreach (var image in images)
        {
            var relative = Path.GetRelativePath(directory, image.Path).Replace(Path.DirectorySeparatorChar, '/');
            var box = image.Box;
            text.Append(CultureInfo.InvariantCulture, $"{relative},{image.Label},");
            text.Append(CultureInfo.InvariantCulture, $"{box.Left},{box.Top},{box.Width},{box.Height}\n");
        }

        File.WriteAllText(path, text.ToString());
    }

    private static void CheckReplaceable(string directory)
    {
        if (File.Exists(directory))
            throw new IOException($"{directory} is a file, not a directory.");
        if (!Directory.Exists(directory))
            return;
        foreach (var entry in Directory.EnumerateFileSystemEntries(directory).Select(path => Path.GetFileName(path)))
        {
            if (entry != BoxesFile && !Classes.Contains(entry))
                throw new IOException($"{directory} holds '{entry}', no part of a sample set; give an absent or empty one.");
        }
    }
}
