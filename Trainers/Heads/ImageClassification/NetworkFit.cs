using MlPipeline.Imaging.Decoding;
using MlPipeline.Pipeline.Features;
using MlPipeline.Pipeline.Images;
using MlPipeline.Pipeline.Transformers;
using MlPipeline.Trainers.FineTuning;

namespace MlPipeline.Trainers.Heads.ImageClassification;

/// <summary>One fit of layers of a network, and the head on them, to a column of pictures.</summary>
internal sealed class NetworkFit(ImageClassificationTrainer.Options options, FineTuningOptions tuning)
{
    /// <summary>The column of the network's pooled features.</summary>
    public const string Features = "Features";

    private static readonly MLContext s_context = new();

    private readonly Backbone _network = tuning.GlobalPooling ? options.Network!.WithGlobalPooling() : options.Network!;

    /// <summary>What the network adds.</summary>
    public static SchemaShape Promise(ImageClassificationTrainer.Options options, SchemaShape input) =>
        Apply(options.Network!, options).GetOutputSchema(input);

    public TransformerChain<LinearHeadTransformer> Run(IDataView input)
    {
        var rows = Read(input);
        var head = new LinearHeadOptions { Seed = options.Seed, Threads = options.Threads, Cancellation = options.Cancellation };
        var backbone = tuning.Layers == FineTuningOptions.Scratch ? Measured(rows.Pictures) : _network;
        KeptPictures kept = new(backbone.Preprocessing, DecodeOptions.Default, tuning.Augmentation.BeginsPrepared,
            KeptPictures.RoomFor(tuning));
        var steps = 0;
        var told = tuning with
        {
            StepEnded = step =>
            {
                steps++;
                tuning.StepEnded?.Invoke(step);
            },
            EpochEnded = epoch =>
            {
                Report(epoch, steps);
                steps = 0;
                tuning.EpochEnded?.Invoke(epoch);
            },
        };
        var tuner = new FineTuner(told, options.Seed, options.Threads, JobProgress.None, options.Cancellation);
        var tuned = tuner.Run(new FineTuningTask
        {
            Backbone = backbone,
            ClassNames = rows.ClassNames,
            FitHead = places => HeadOf(LinearHead.Fit(rows.Matrix!.Subset(places), head), rows.ClassNames),
            MeasureFeatures = places =>
                FeatureStatistics.Of(places.Select(p => rows.Matrix!.Row(p).ToArray())),
            Pictures = new TrainingPictures(backbone, kept, rows.Pictures, rows.Labels, rows.ClassNames.Count, null, options.Seed,
                options.Threads),
            Groups = [.. Enumerable.Range(0, rows.Labels.Count)],
        });
        return new TransformerChain<LinearHeadTransformer>(Apply(tuned.Backbone, options).Fit(input),
            new LinearHeadTransformer(tuned.Head, Features, options.ScoreColumnName, options.PredictedLabelColumnName));
    }

    private static BackboneEstimator Apply(Backbone backbone, ImageClassificationTrainer.Options options,
        string features = Features) => s_context.Transforms.ApplyBackbone(backbone, options.FeatureColumnName, features,
            options: new BackboneRunOptions { Threads = options.Threads });

    private static LinearHeadWeights HeadOf(HeadTrainingResult trained, IReadOnlyList<string> classes) =>
        new([.. trained.Model.Weights], [.. trained.Model.Biases], classes);

    /// <summary>The rows that have a label and a picture; their features where a head is trained first.</summary>
    private Rows Read(IDataView input)
    {
        // A name of its own: the pictures' column may be called Features too.
        var name = options.FeatureColumnName + " by the network";
        var network = Apply(_network, options, name).Fit(input);
        var view = tuning.HeadFirst ? network.Transform(input) : input;
        var label = HeadColumns.Label(view.Schema, options.LabelColumnName);
        var pictures = view.Schema[options.FeatureColumnName];
        DataViewSchema.Column[] columns = tuning.HeadFirst ? [label, pictures, view.Schema[name]] : [label, pictures];
        using var cursor = view.GetRowCursor(columns);
        var (labelOf, pictureOf) = (MatrixReader.LabelGetter(cursor, label), PictureReader.Getter(cursor, pictures.Index));
        var featuresOf = tuning.HeadFirst ? cursor.GetGetter<VBuffer<float>>(columns[^1]) : null;
        var names = HeadColumns.ClassNames(label);
        FeatureMatrixBuilder matrix = new(_network.FeatureCount, names);
        Rows rows = new(names);
        VBuffer<float> features = default;
        while (cursor.MoveNext())
        {
            options.Cancellation.ThrowIfCancellationRequested();
            if (labelOf() is >= 0 and var known && pictureOf() is { } picture)
            {
                if (featuresOf is not null)
                {
                    featuresOf(ref features);
                    matrix.Add([.. features.DenseValues()], known, 1, null);
                }

                rows.Pictures.Add(picture);
                rows.Labels.Add(known);
                options.MetricsCallback?.Invoke(new ImageClassificationMetrics(null,
                    new BottleneckMetrics(ImageClassificationMetrics.Dataset.Train, rows.Labels.Count - 1)));
            }
        }

        if (rows.Labels.Count == 0)
            throw new InvalidOperationException("There is no row with a label and a picture to train on.");
        return rows with { Matrix = featuresOf is null ? null : matrix.Build() };
    }

    /// <summary>The network with the normalisation that the pictures ask for.</summary>
    private Backbone Measured(List<Picture> pictures)
    {
        var sums = new InputSums[pictures.Count];
        DecodeOptions decoding = new() { AtLeast = _network.Preprocessing.EnoughSource };
        ParallelOptions parallel = new()
        {
            MaxDegreeOfParallelism = options.Threads == 0 ? -1 : options.Threads,
            CancellationToken = options.Cancellation,
        };
        Parallel.For(0, sums.Length, parallel, i =>
        {
            using var picture = pictures[i].Decode(decoding);
            sums[i] = InputMeasure.Of(picture, _network.Preprocessing);
        });
        return InputMeasure.Apply(_network, sums);
    }

    private void Report(EpochResult epoch, int steps)
    {
        // The head alone, before the first epoch, is none of ML.NET's epochs.
        if (epoch.Epoch == 0)
            return;
        void Tell(ImageClassificationMetrics.Dataset dataset, double? accuracy, double? loss)
        {
            if (accuracy is { } share && loss is { } mean)
            {
                options.MetricsCallback?.Invoke(new ImageClassificationMetrics(
                    new TrainMetrics(dataset, epoch.Epoch - 1, steps, share, mean, epoch.LearningRate), null));
            }
        }

        if (options.TestOnTrainSet)
            Tell(ImageClassificationMetrics.Dataset.Train, epoch.Accuracy, epoch.Loss);
        Tell(ImageClassificationMetrics.Dataset.Validation, epoch.ValidationAccuracy, epoch.ValidationLoss);
    }

    private sealed record Rows(IReadOnlyList<string> ClassNames)
    {
        public List<Picture> Pictures { get; } = [];

        public List<int> Labels { get; } = [];

        public FeatureMatrix? Matrix { get; init; }
    }
}
