using MlPipeline.Data.Splits;
using MlPipeline.Engine.Tensors;
using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Trainers.FineTuning;

/// <summary>Pictures with their classes, read from their files batch by batch, one batch ahead of the one in use.</summary>
/// <param name="backbone">Says how pictures are prepared.</param>
/// <param name="paths">The files.</param>
/// <param name="labels">The class of each.</param>
/// <param name="weights">What each counts; null when all count alike.</param>
/// <param name="seed">Of the order and the random views.</param>
/// <param name="threads">Most threads that read; 0 for all cores.</param>
internal sealed class TrainingPictures(
    Backbone backbone, IReadOnlyList<string> paths, IReadOnlyList<int> labels, IReadOnlyList<float>? weights, int seed,
    int threads)
{
    private readonly DecodeOptions _decoding = new() { AtLeast = backbone.Preprocessing.EnoughSource };

    public int Count => paths.Count;

    public IReadOnlyList<int> Labels => labels;

    /// <summary>Some of the pictures.</summary>
    public TrainingPictures Subset(IReadOnlyList<int> chosen) => new(backbone, [.. chosen.Select(i => paths[i])],
        [.. chosen.Select(i => labels[i])], weights is null ? null : [.. chosen.Select(i => weights[i])], seed, threads);

    /// <summary>How many batches an epoch has.</summary>
    public int BatchesOf(int size) => (Count + size - 1) / size;

    /// <summary>The batches of an epoch.</summary>
    /// <param name="size">Most pictures in a batch.</param>
    /// <param name="epoch">Decides order and random changes; null: the order given, each picture as in use.</param>
    /// <param name="augmentation">How pictures are changed in an epoch.</param>
    /// <param name="cancellation">Stops reading.</param>
    public IEnumerable<TrainingBatch> Batches(int size, int? epoch, RandomAugmentation augmentation, CancellationToken cancellation)
    {
        int[] order = [.. Enumerable.Range(0, Count)];
        if (epoch is { } number)
            RandomOf(number, -1).Shuffle(order.AsSpan());
        var batches = BatchesOf(size);

        // A thread of its own: those of the pool may all be waiting for this training.
        Task<TrainingBatch> Begin(int batch) => Task.Factory.StartNew(
            () => Read(order[(int)((long)Count * batch / batches)..(int)((long)Count * (batch + 1) / batches)],
                epoch, augmentation, cancellation),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var next = Begin(0);
        for (var batch = 0; batch < batches; batch++)
        {
            var current = next.GetAwaiter().GetResult();
            if (batch + 1 < batches)
                next = Begin(batch + 1);
            yield return current;
        }
    }

    private SeededRandom RandomOf(int epoch, int picture)
    {
        // Neighbouring seeds have unlike numbers only after they are scrambled once.
        SeededRandom Scrambled(ulong state) => new(unchecked((int)new SeededRandom((int)state).NextUInt64()));
        var ofEpoch = Scrambled(unchecked(((ulong)(uint)seed * 1_000_003) + (ulong)epoch)).NextUInt64();
        return Scrambled(unchecked(ofEpoch + (ulong)picture));
    }

    private TrainingBatch Read(int[] chosen, int? epoch, RandomAugmentation augmentation, CancellationToken cancellation)
    {
        var preprocessing = backbone.Preprocessing;
        var pixels = new float[chosen.Length * preprocessing.Length];
        ParallelOptions parallel = new()
        {
            MaxDegreeOfParallelism = threads == 0 ? -1 : threads,
            CancellationToken = cancellation,
        };
        Parallel.For(0, chosen.Length, parallel, row =>
        {
            using var picture = Picture.FromFile(paths[chosen[row]]).Decode(_decoding);
            using var prepared = epoch is { } number
                ? RandomView.Of(picture, preprocessing, augmentation, RandomOf(number, chosen[row]))
                : preprocessing.Prepare(picture);
            preprocessing.Write(prepared, pixels.AsSpan(row * preprocessing.Length, preprocessing.Length));
        });
        return new TrainingBatch(backbone.InputOf(pixels, chosen.Length), [.. chosen.Select(i => labels[i])],
            weights is null ? [] : [.. chosen.Select(i => weights[i])]);
    }
}

/// <summary>Some pictures as a network takes them.</summary>
/// <param name="Images">The network's input.</param>
/// <param name="Labels">The class of each row.</param>
/// <param name="Weights">What each row counts; empty when all count alike.</param>
internal sealed record TrainingBatch(Tensor Images, int[] Labels, float[] Weights);
