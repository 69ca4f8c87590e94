using MlPipeline.Trainers.Heads;
using MlPipeline.Trainers.Solvers;


namespace MlPipeline;

public sealed partial class ImageClassificationTrainer
{
    /// <summary>
    /// The options, with ML.NET's names and defaults. Immutable; every value is checked when set. Not there: Arch (the network
    /// is an estimator of its own, whose features this trains on, or <see cref="Network"/>), WorkspacePath, FinalModelPrefix and
    /// the re-use of cached bottleneck values (nothing is written to disk; features are cached by content before).
    /// </summary>
    public sealed record Options
    {
        /// <summary>The value of <see cref="TrainLayers"/> for the last layer alone.</summary>
        public const string HeadAlone = "head";

        private readonly int? _batchSize;
        private readonly int? _epoch;
        private readonly float? _learningRate;
        private readonly double? _momentum;
        private readonly double? _weightDecay;
        private readonly bool? _nesterov;
        private readonly LearningRateScheduler? _scheduler = new ExponentialLRDecay();
        private readonly EarlyStopping? _stopping = new();
        private readonly string? _forHead;

        /// <summary>What is trained: <see cref="HeadAlone"/> (default), or what <see cref="FineTuningOptions.Layers"/> takes:
        /// layers of <see cref="Network"/> together with the head.</summary>
        public string TrainLayers { get; init => field = HeadColumns.Named(value); } = HeadAlone;

        /// <summary>The network whose layers are trained, pretrained or of <see cref="Backbone.FromArchitecture"/>; null
        /// (default) where the head is trained alone.</summary>
        public Backbone? Network { get; init; }

        /// <summary>How layers are trained. <see cref="TrainLayers"/> says which; epochs, batch size, learning rate, momentum and
        /// weight decay are those of these options where they are set here, and seed, threads and validation fraction always.
        /// Null (default): the defaults, those of <see cref="FineTuningOptions.FromScratch"/> for a network from
        /// scratch.</summary>
        public FineTuningOptions? FineTuning { get; init; }

        /// <summary>The label: a key whose key values are the class names. Default "Label".</summary>
        public string LabelColumnName { get; init => field = HeadColumns.Named(value); } = "Label";

        /// <summary>The bottleneck features: a vector of floats of known size. Where layers of a network are trained: the
        /// pictures, as paths (text), encoded bytes or ML.NET's images. Default "Features".</summary>
        public string FeatureColumnName { get; init => field = HeadColumns.Named(value); } = "Features";

        /// <summary>The column of probabilities that is added. Default "Score".</summary>
        public string ScoreColumnName { get; init => field = HeadColumns.Named(value); } = "Score";

        /// <summary>The column of predictions that is added. Default "PredictedLabel".</summary>
        public string PredictedLabelColumnName { get; init => field = HeadColumns.Named(value); } = "PredictedLabel";

        /// <summary>Rows per step. Default 10.</summary>
        public int BatchSize { get => _batchSize ?? 10; init => _batchSize = OptionCheck.AtLeast(1, value); }

        /// <summary>Most epochs. Default 200.</summary>
        public int Epoch { get => _epoch ?? 200; init => _epoch = OptionCheck.AtLeast(1, value); }

        /// <summary>The first learning rate, also where a schedule is set that names none. Default 0.01.</summary>
        public float LearningRate
        {
            get => _learningRate ?? 0.01f;
            init => _learningRate = (float)OptionCheck.Positive(value);
        }

        /// <summary>The learning rate over the epochs; null: it stays. Default: exponential decay.</summary>
        public LearningRateScheduler? LearningRateScheduler
        {
            get => _scheduler;
            init => (_scheduler, _forHead) = (value, value is null ? _forHead : nameof(LearningRateScheduler));
        }

        /// <summary>When to stop early; null: never. Default: 20 epochs without 0.01 more accuracy.</summary>
        public EarlyStopping? EarlyStoppingCriteria
        {
            get => _stopping;
            init => (_stopping, _forHead) = (value, value is null ? _forHead : nameof(EarlyStoppingCriteria));
        }

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
        public double Momentum { get => _momentum ?? 0.9; init => _momentum = OptionCheck.Fraction(value); }

        /// <summary>Whether the gradient is taken ahead, where the momentum leads. Default false.</summary>
        public bool Nesterov { get => _nesterov ?? false; init => _nesterov = value; }

        /// <summary>Weight of half the sum of squared weights against the mean loss. Default 0.001; ML.NET has none.</summary>
        public double WeightDecay
        {
            get => _weightDecay ?? 0.001;
            init => _weightDecay = OptionCheck.NonNegative(value);
        }

        /// <summary>How features are scaled; folded into the head afterwards. Default: Pareto; ML.NET does not scale.</summary>
        public HeadScaling Scaling { get; init; }

        /// <summary>Seed of the split and of the order of rows. Default 0.</summary>
        public int Seed { get; init; }

        /// <summary>Most threads; 0 (default) for all cores. Has no influence on the result.</summary>
        public int Threads { get; init => field = OptionCheck.AtLeast(0, value); }

        /// <summary>Stops training.</summary>
        public CancellationToken Cancellation { get; init; }

        /// <summary>How layers of <see cref="Network"/> are trained; null where the head is trained alone.</summary>
        /// <exception cref="ArgumentException">Options do not go together.</exception>
        internal FineTuningOptions? ForLayers()
        {
            if (TrainLayers == HeadAlone)
            {
                var lost = Network is not null ? nameof(Network) : FineTuning is not null ? nameof(FineTuning) : null;
                return lost is null ? null : throw new ArgumentException(
                    $"{lost} is for layers of a network; name them by {nameof(TrainLayers)}.");
            }

            if (Network is null)
            {
                throw new ArgumentException(
                    $"{nameof(TrainLayers)} is '{TrainLayers}': set {nameof(Network)}, whose layers they are.");
            }

            if (_forHead is not null || ValidationSet is not null)
            {
                throw new ArgumentException($"{_forHead ?? nameof(ValidationSet)} is for the head alone; where layers are "
                    + $"trained, {nameof(FineTuning)} has its own Schedule and Patience, and {nameof(ValidationSetFraction)} "
                    + "holds pictures out.");
            }

            var isScratch = TrainLayers == FineTuningOptions.Scratch;
            var tuning = FineTuning ?? (isScratch ? FineTuningOptions.FromScratch : new FineTuningOptions());
            if (isScratch && tuning.HeadFirst)
            {
                throw new ArgumentException("From scratch there is no head to train first: begin with "
                    + $"{nameof(FineTuningOptions)}.{nameof(FineTuningOptions.FromScratch)}.");
            }

            tuning = tuning with
            {
                Layers = TrainLayers,
                Epochs = _epoch ?? tuning.Epochs,
                BatchSize = _batchSize ?? tuning.BatchSize,
                Momentum = _momentum ?? tuning.Momentum,
                Nesterov = _nesterov ?? tuning.Nesterov,
                WeightDecay = _weightDecay ?? tuning.WeightDecay,
                ValidationFraction = ValidationSetFraction ?? 0,
            };
            return _learningRate is { } rate ? tuning with { LearningRate = rate } : tuning;
        }
    }
}
