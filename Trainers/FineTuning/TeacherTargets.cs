using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MlPipeline.Data.Sources;

namespace MlPipeline.Trainers.FineTuning;

/// <summary>Targets that are partly what another model says of the pictures.</summary>
internal static class TeacherTargets
{
    /// <summary>Asks the teacher, and puts its answers into the targets.</summary>
    /// <param name="task">The pictures, which have labels alone.</param>
    /// <param name="options">With a teacher, and its share.</param>
    /// <param name="threads">Most threads that the teacher has.</param>
    /// <param name="progress">Told the stage "teacher".</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="JobException">The teacher does not know all classes, is no image classifier, or cannot read a
    /// picture.</exception>
    public static FineTuningTask Apply(FineTuningTask task, FineTuningOptions options, int threads, IJobProgress progress,
        CancellationToken cancellation)
    {
        using var teacher = Open(options.Teacher!, threads);
        var known = teacher.ClassNames.Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal);
        string[] unknown = [.. task.ClassNames.Where(name => !known.ContainsKey(name))];
        if (unknown.Length > 0)
        {
            throw new JobException($"The teacher does not know the {(unknown.Length == 1 ? "class" : "classes")} "
                + $"{NameList.Of(unknown)}: train it on pictures of all classes.");
        }

        int[] places = [.. task.ClassNames.Select(name => known[name])];
        var pictures = task.Pictures;
        List<float[]> targets = new(pictures.Count);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var cache = task.Files is null ? null : teacher.OpenFeatureCache(task.CacheFolder);
        var answers = cache is null ? teacher.Predict(pictures.Pictures) : teacher.Predict(task.Files!, cache);
        using (var stage = progress.Begin("teacher", pictures.Count))
        {
            foreach (var answer in answers)
            {
                cancellation.ThrowIfCancellationRequested();
                if (answer.Error is { } error)
                    throw new JobException($"{answer.Path}: the teacher cannot use it: {error}");
                targets.Add(TargetOf(answer.Scores, places, pictures.Labels[targets.Count], options.TeacherShare));
                digest.AppendData(MemoryMarshal.AsBytes(targets[^1].AsSpan()));
                stage.Report(targets.Count);
            }
        }

        foreach (var note in cache?.Notes ?? [])
            progress.Note($"note: {note}");

        return task with
        {
            Pictures = pictures.WithTargets(targets),
            Fingerprint = $"{task.Fingerprint} {Convert.ToHexStringLower(digest.GetHashAndReset())}",
        };
    }

    private static ImageClassificationModel Open(TrainedModel teacher, int threads)
    {
        try
        {
            return ImageClassificationModel.From(teacher, new BackboneRunOptions { Threads = threads });
        }
        catch (ArgumentException error)
        {
            throw new JobException($"The teacher is no image classifier: {error.Message}");
        }
    }

    /// <summary>The teacher's share of its answer among the classes that there are, and the rest of the label.</summary>
    internal static float[] TargetOf(IReadOnlyList<float> scores, int[] places, int label, double share)
    {
        var sum = places.Sum(place => (double)scores[place]);

        // All that it says is of other classes: it has nothing to add.
        var factor = sum > 0 ? share / sum : 0;
        float[] target = [.. places.Select(place => (float)(factor * scores[place]))];
        target[label] += (float)(sum > 0 ? 1 - share : 1);
        return target;
    }
}
