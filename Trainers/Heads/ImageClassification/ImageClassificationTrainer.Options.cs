using MlPipeline.Trainers.Heads;
using MlPipeline.Trainers.Solvers;


namespace MlPipeline;

public sealed partial class ImageClassificationTrainer
{
    /// <summary>
    /// The options, with ML.NET's names and defaults. Immutable; every value is checked when set. Not there: Arch (the backbone
    /// is an estimator of its own, whose features this trains on), WorkspacePath, FinalModelPrefix and the re-use of cached
    /// bottleneck values (nothing is written to disk; features are cached by content, before they come here).
    /// </summary>
    public sealed record Options
    {
        /// <summary>The label: a key whose key values are the class names. Default "Label".</summary>
        public string LabelColumnName { get; init => field = HeadColumns.Named(value); } = "Label";

        /// <summary>The bottleneck features: a vector of floats of known size. Default "Features".</summary>
        public string FeatureColumnName { get; init => field = HeadColumns.Named(value); } = "Features";

        /// <summary>The column of probabilities that is added. Default "Score".</summary>
        public string ScoreColumnName { get; init => field = HeadColumns.Named(value); } = "Score";

        /// <summary>The column of predictions that is added. Default "PredictedLabel".</summary>
        public string PredictedLabelColumnName { get; init => field = HeadColumns.Named(value); } = "PredictedLabel";

        /// <summary>Rows per step. Default 10.</summary>
        public int BatchSize { get; init => field = OptionCheck.AtLeast(1, value); } = 10;

        /// <summary>Most epochs. Default 200.</summary>
        public int Epoch { get; init => field = OptionCheck.AtLeast(1, value); } = 200;

        /// <summary>The first learning rate, also where a schedule is set that names none. Default 0.01.</summary>
        public float LearningRate { get; init => field = (float)OptionCheck.Positive(value); } = 0.01f;

        /// <summary>The learning rate over the epochs; null: it stays. Default: exponential decay.</summary>
        public LearningRateScheduler? LearningRateScheduler { get; init; } = new ExponentialLRDecay();

        /// <summary>When to stop early; null: never. Default: 20 epochs without 0.01 more accuracy.</summary>
        public EarlyStopping? EarlyStoppingCriteria { get; init; } = new();

        /// <summary>Rows that decide which epoch is best; null (default): a fraction of the training rows.</summary>
        public IDataView? ValidationSet { get; init; }

        /// <summary>The fraction of each class that is held out when there is no validation set; null or 0: none. Default
        /// 0.1.</summary>
        public float? ValidationSetFraction
        {
            get;
            init => field = value is { } given ? (float)OptionCheck.Fraction(given) : null;
        } = 0.1f;

        /// <summary>Whether the callback is told of the training rows after each epoch. Default true.</summary>
        public bool TestOnTrainSet { get; init; } = true;

        /// <summary>Told of each row read and of each epoch.</summary>
        public Action<ImageClassificationMetrics>? MetricsCallback { get; init; }

        /// <summary>The part of a step that is carried on. Default 0.9; ML.NET has none.</summary>
        public double Momentum { get; init => field = OptionCheck.Fraction(value); } = 0.9;

        /// <summary>Whether the gradient is taken ahead, where the momentum leads. Default false.</summary>
        public bool Nesterov { get; init; }

        /// <summary>Weight of half the sum of squared weights against the mean loss. Default 0.001; ML.NET has none.</summary>
        public double WeightDecay { get; init => field = OptionCheck.NonNegative(value); } = 0.001;

        /// <summary>How features are scaled; folded into the head afterwards. Default: Pareto; ML.NET does not scale.</summary>
        public HeadScaling Scaling { get; init; }

        /// <summary>Seed of the split and of the order of rows. Default 0.</summary>
        public int Seed { get; init; }

        /// <summary>Most threads; 0 (default) for all cores. Has no influence on the result.</summary>
        public int Threads { get; init => field = OptionCheck.AtLeast(0, value); }

        /// <summary>Stops training.</summary>
        public CancellationToken Cancellation { get; init; }
    }
}
