using MlPipeline.Data.Splits;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Trainers.FineTuning;

/// <summary>Pictures with their classes, read batch by batch, one batch ahead of the one in use.</summary>
/// <param name="backbone">Says how pictures are prepared.</param>
/// <param name="kept">Decodes them.</param>
/// <param name="pictures">The pictures.</param>
/// <param name="labels">The class of each.</param>
/// <param name="classes">How many classes there are.</param>
/// <param name="weights">What each counts; null when all count alike.</param>
/// <param name="seed">Of the order and of all that is changed at random.</param>
/// <param name="threads">Most threads that read; 0 for all cores.</param>
/// <param name="targets">The distribution over the classes that each is to have; null: all of its class.</param>
internal sealed class TrainingPictures(
    Backbone backbone, KeptPictures kept, IReadOnlyList<Picture> pictures, IReadOnlyList<int> labels, int classes,
    IReadOnlyList<float>? weights, int seed, int threads, IReadOnlyList<float[]>? targets = null)
{
    public int Count => pictures.Count;

    public IReadOnlyList<Picture> Pictures => pictures;

    public IReadOnlyList<int> Labels => labels;

    /// <summary>The same pictures with other targets.</summary>
    public TrainingPictures WithTargets(IReadOnlyList<float[]> others) =>
        new(backbone, kept, pictures, labels, classes, weights, seed, threads, others);

    /// <summary>Some of the pictures.</summary>
    public TrainingPictures Subset(IReadOnlyList<int> chosen) => new(backbone, kept, [.. chosen.Select(i => pictures[i])],
        [.. chosen.Select(i => labels[i])], classes, weights is null ? null : [.. chosen.Select(i => weights[i])], seed, threads,
        targets is null ? null : [.. chosen.Select(i => targets[i])]);

    /// <summary>How many batches an epoch has.</summary>
    public int BatchesOf(int size) => (Count + size - 1) / size;

    /// <summary>All pictures in the order given, each as in use.</summary>
    /// <param name="size">Most pictures in a batch.</param>
    /// <param name="cancellation">Stops reading.</param>
    public IEnumerable<TrainingBatch> InOrder(int size, CancellationToken cancellation)
    {
        Show[] order = [.. Enumerable.Range(0, Count).Select(i => new Show(i, 0))];
        return Batches(order, size, 0, (_, shown) => Read(shown, null, null, cancellation));
    }

    /// <summary>The batches of an epoch. Each depends on seed, epoch and its number alone.</summary>
    /// <param name="options">How pictures are changed, mixed and chosen.</param>
    /// <param name="epoch">From 1.</param>
    /// <param name="from">The first batch that is wanted.</param>
    /// <param name="cancellation">Stops reading.</param>
    public IEnumerable<TrainingBatch> Epoch(FineTuningOptions options, int epoch, int from, CancellationToken cancellation)
    {
        var random = RandomOf(epoch, -1);
        var order = options.BalancedSampling ? Balanced(random) : [.. Enumerable.Range(0, Count).Select(i => new Show(i, 0))];
        random.Shuffle(order.AsSpan());
        var mixes = options.Mixup > 0 || options.Cutmix > 0;
        return Batches(order, options.BatchSize, from, (batch, shown) => Read(shown,
            (picture, show) => RandomView.Of(picture, backbone.Preprocessing, options.Augmentation,
                RandomOf(epoch, show.Picture + ((long)show.Repetition * Count))),
            mixes ? (pixels, own, counts) => BatchMixing.Mix(pixels, backbone.Preprocessing, own, counts, options,
                RandomOf(epoch, -2 - batch)) : null,
            cancellation));
    }

    private IEnumerable<TrainingBatch> Batches(Show[] order, int size, int from, Func<int, Show[], TrainingBatch> read)
    {
        var batches = BatchesOf(size);
        if (from >= batches)
            yield break;

        // A thread of its own: those of the pool may all be waiting for this training.
        Task<TrainingBatch> Begin(int batch) => Task.Factory.StartNew(
            () => read(batch, order[(int)((long)Count * batch / batches)..(int)((long)Count * (batch + 1) / batches)]),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var next = Begin(from);
        for (var batch = from; batch < batches; batch++)
        {
            var current = next.GetAwaiter().GetResult();
            if (batch + 1 < batches)
                next = Begin(batch + 1);
            yield return current;
        }
    }

    /// <summary>As many pictures as there are, each class as often as the others, give or take one.</summary>
    private Show[] Balanced(SeededRandom random)
    {
        int[][] byClass = [.. Enumerable.Range(0, Count).GroupBy(i => labels[i]).OrderBy(g => g.Key).Select(g => g.ToArray())];
        random.Shuffle(byClass.AsSpan());
        List<Show> shown = [];
        for (var c = 0; c < byClass.Length; c++)
        {
            random.Shuffle(byClass[c].AsSpan());
            var wanted = (int)(((long)Count * (c + 1) / byClass.Length) - ((long)Count * c / byClass.Length));
            for (var i = 0; i < wanted; i++)
                shown.Add(new Show(byClass[c][i % byClass[c].Length], i / byClass[c].Length));
        }

        return [.. shown];
    }

    private SeededRandom RandomOf(int epoch, long picture)
    {
        // Neighbouring seeds have unlike numbers only after they are scrambled once.
        SeededRandom Scrambled(ulong state) => new(unchecked((int)new SeededRandom((int)state).NextUInt64()));
        var ofEpoch = Scrambled(unchecked(((ulong)(uint)seed * 1_000_003) + (ulong)epoch)).NextUInt64();
        return Scrambled(unchecked(ofEpoch + (ulong)picture));
    }

    private TrainingBatch Read(Show[] shown, Func<Imaging.Raster, Show, Imaging.Raster>? change,
        Func<float[], Tensor, float[], (Tensor Targets, float[] Weights)>? mix, CancellationToken cancellation)
    {
        var preprocessing = backbone.Preprocessing;
        var pixels = new float[shown.Length * preprocessing.Length];
        ParallelOptions parallel = new()
        {
            MaxDegreeOfParallelism = threads == 0 ? -1 : threads,
            CancellationToken = cancellation,
        };
        Parallel.For(0, shown.Length, parallel, row =>
        {
            using var picture = kept.Open(pictures[shown[row].Picture]);
            using var prepared = change is null ? preprocessing.Prepare(picture) : change(picture, shown[row]);
            preprocessing.Write(prepared, pixels.AsSpan(row * preprocessing.Length, preprocessing.Length));
        });
        int[] own = [.. shown.Select(s => labels[s.Picture])];
        float[] counts = weights is null ? [] : [.. shown.Select(s => weights[s.Picture])];
        var wanted = mix is null && targets is null ? null : TargetsOf(shown);
        if (mix is not null)
            (wanted, counts) = mix(pixels, wanted!, counts);
        return new TrainingBatch(backbone.InputOf(pixels, shown.Length), own, wanted, counts);
    }

    private Tensor TargetsOf(Show[] shown)
    {
        var rows = Tensor.Zeros(ElementType.Float32, shown.Length, classes);
        for (var row = 0; row < shown.Length; row++)
        {
            if (targets is null)
                rows.Floats[(row * classes) + labels[shown[row].Picture]] = 1;
            else
                targets[shown[row].Picture].CopyTo(rows.Floats.Slice(row * classes, classes));
        }

        return rows;
    }

    /// <summary>A picture that is shown, and how often it was in the epoch before.</summary>
    private readonly record struct Show(int Picture, int Repetition);
}

/// <summary>Some pictures as a network takes them.</summary>
/// <param name="Images">The network's input.</param>
/// <param name="Labels">The class of each row.</param>
/// <param name="Targets">The distribution over the classes that each row is to have; null: all of its class.</param>
/// <param name="Weights">What each row counts; empty when all count alike.</param>
internal sealed record TrainingBatch(Tensor Images, int[] Labels, Tensor? Targets, float[] Weights);
