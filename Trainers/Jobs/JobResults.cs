using MlPipeline.Data.Sources;
using MlPipeline.Trainers.Evaluation;
using MlPipeline.Trainers.Recipe;
using MlPipeline.Trainers.Search;

namespace MlPipeline;

/// <summary>What every job says of the pictures that it worked on.</summary>
public abstract record JobResult
{
    /// <summary>Pictures that could be read.</summary>
    public required int Images { get; init; }

    /// <summary>Pictures whose features came from the feature cache: neither decoded nor run through the network.</summary>
    public int Cached { get; init; }

    /// <summary>How many pictures were left out.</summary>
    public int Skipped => SkippedFiles.Count;

    /// <summary>Which pictures were left out, and why.</summary>
    public IReadOnlyList<SkippedImage> SkippedFiles { get; init; } = [];

    /// <summary>How many files, folders and links of the data set are not used.</summary>
    public int Ignored => IgnoredFiles.Count;

    /// <summary>Which these are, and why (see <see cref="ImageDataSet.Ignored"/>).</summary>
    public IReadOnlyList<SkippedImage> IgnoredFiles { get; init; } = [];

    /// <summary>Sets of pictures with the same content and different labels: at most one of the labels is right.</summary>
    public IReadOnlyList<IReadOnlyList<LabelledPicture>> LabelConflicts { get; init; } = [];
}

/// <summary>A picture and its label.</summary>
/// <param name="Path">The file.</param>
/// <param name="Label">Its class in the data set.</param>
public sealed record LabelledPicture(string Path, string Label);

/// <summary>What <see cref="EvaluationJob"/> found.</summary>
public sealed record EvaluationResult : JobResult
{
    /// <summary>The metrics on all pictures, those that the model was trained on among them.</summary>
    public required EvaluationMetrics Evaluation { get; init; }

    /// <summary>How many of the pictures the model was trained on, by their content; null when its card does not say.</summary>
    public int? TrainedOn { get; init; }

    /// <summary>The metrics on the pictures that the model was not trained on: what says how it will do on new ones. Null when it
    /// was trained on all of them, or when its card does not say.</summary>
    public EvaluationMetrics? Unseen { get; init; }

    /// <summary>One sentence on how far the figures can be trusted.</summary>
    public string Trust => TrainedOn switch
    {
        null => "the model does not say which pictures it was trained on: if these are among them, the figures are too good",
        0 => $"none of the {Evaluation.TestImages} pictures was trained on",
        { } seen when Unseen is null => $"the model was trained on all {seen} pictures: they cannot say how it does on new ones",
        { } seen => $"the model was trained on {seen} of the {Evaluation.TestImages} pictures: only the figures without these "
            + "say how it does on new ones",
    };

    /// <summary>Classes of the data that the model does not know; their pictures are left out.</summary>
    public IReadOnlyList<string> UnknownClasses { get; init; } = [];

    /// <summary>What the model said of each picture.</summary>
    public IReadOnlyList<EvaluatedPicture> Pictures { get; init; } = [];

    /// <summary>Wall-clock seconds of the stages.</summary>
    public required StageSeconds Seconds { get; init; }
}

/// <summary>What a model said of a labelled picture.</summary>
/// <param name="Path">The file.</param>
/// <param name="Label">Its class in the data set.</param>
/// <param name="PredictedLabel">The class that the model gives it.</param>
/// <param name="Score">The probability of that class.</param>
/// <param name="TrainedOn">Whether the model was trained on it; null when its card does not say.</param>
public sealed record EvaluatedPicture(string Path, string Label, string PredictedLabel, double Score, bool? TrainedOn)
{
    /// <summary>The probabilities of all classes, in the order of <see cref="EvaluationMetrics.Classes"/>.</summary>
    public IReadOnlyList<float> Scores { get; init; } = [];
}

/// <summary>What <see cref="TrainingJob"/> found.</summary>
public sealed record TrainingResult : JobResult
{
    /// <summary>The metrics on held-out pictures or the test set; with folds their means. Null when nothing was tested.</summary>
    public required EvaluationMetrics? Evaluation { get; init; }

    /// <summary>How many of the tested pictures the earlier head that was started from, or the teacher
    /// (<see cref="FineTuningOptions.Teacher"/>), was trained on; null when that is not known. A head that is tested on a fold
    /// starts from zero.</summary>
    public int? StartTrainedOn { get; init; }

    /// <summary>One sentence on what the figures were measured on.</summary>
    public string Trust => Evaluation switch
    {
        null => $"trained on all {TrainImages} pictures and tested on none: no accuracy is known",
        _ when StartTrainedOn is null => $"it is not known whether {Before} was trained on the tested pictures: if it was, the "
            + "figures may be too good",
        { } tested when StartTrainedOn > 0 => $"{Before} was trained on {StartTrainedOn} of the {tested.TestImages} tested "
            + "pictures: the figures may be too good",
        { } tested when Folds is not null => $"each of the {tested.TestImages} pictures was tested by a head that was trained "
            + "without its fold; the model itself is trained on all of them",
        { } tested when SharedPictures.Count > 0 => $"{SharedPictures.Count} of the {tested.TestImages} tested pictures are "
            + "trained on too: the figures are too good",
        { } tested => $"none of the {tested.TestImages} tested pictures was trained on",
    };

    // Layers of a network start from no earlier head: what they learn from is a teacher.
    private string Before => TrainedLayers is null ? "the model that was started from" : "the teacher";

    /// <summary>Classes that are trained on and not tested, as no picture of them is left for it.</summary>
    public IReadOnlyList<string> UntestedClasses { get; init; } = [];

    /// <summary>Pictures of a test set of one's own whose content is trained on too, each behind the one that is.</summary>
    public IReadOnlyList<IReadOnlyList<string>> SharedPictures { get; init; } = [];

    /// <summary>Each fold's metrics; null without folds.</summary>
    public IReadOnlyList<FoldResult>? Folds { get; init; }

    /// <summary>The backbone's name.</summary>
    public required string Backbone { get; init; }

    /// <summary>Which layers were trained with the head; null when the head was trained alone.</summary>
    public string? TrainedLayers { get; init; }

    /// <summary>What each epoch of the saved model's training gave, epoch 0 (the network as it was) first; null when the head was
    /// trained alone.</summary>
    public IReadOnlyList<EpochResult>? Epochs { get; init; }

    /// <summary>The head's solver, in lower case.</summary>
    public required string Trainer { get; init; }

    /// <summary>What the model's features are taken from.</summary>
    public required string FeaturesFrom { get; init; }

    /// <summary>How the network's preprocessing was chosen, a line for each recipe; null where it was known.</summary>
    public IReadOnlyList<string>? PreprocessingEvidence { get; init; }

    /// <summary>How many features there are.</summary>
    public int FeatureCount { get; init; }

    /// <summary>The sets of features that were tried, and why one was taken; null when none was to be chosen.</summary>
    public FeatureProbeResult? FeatureProbe { get; init; }

    /// <summary>The views that were trained on.</summary>
    public Augmentations Augment { get; init; }

    /// <summary>The views whose scores are averaged.</summary>
    public Augmentations TestViews { get; init; }

    /// <summary>Pictures that the model was trained on.</summary>
    public int TrainImages { get; init; }

    /// <summary>Sets of pictures with the same content; a set is never split between training and test.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Duplicates { get; init; } = [];

    /// <summary>Where the model was saved; null before it is.</summary>
    public string? Model { get; init; }

    /// <summary>Wall-clock seconds of the stages.</summary>
    public required StageSeconds Seconds { get; init; }

    /// <summary>The model: the chain from the column ImagePath to Score and PredictedLabel, with what is known about
    /// it.</summary>
    public required TrainedModel Trained { get; init; }

    /// <summary>The pictures that were held out; after a cross-validation, all of them.</summary>
    public required IReadOnlyList<ImageRecord> TestPictures { get; init; }

    /// <summary>What was said of each tested picture by a head that was trained without it; after a cross-validation fold after
    /// fold.</summary>
    public IReadOnlyList<EvaluatedPicture> Answers { get; init; } = [];

    /// <summary>Saves the model as one file; an older one of that name stays until the new one is whole.</summary>
    /// <param name="path">The file.</param>
    /// <returns>This result with the path in <see cref="Model"/>.</returns>
    /// <exception cref="ModelFileException">The file cannot be written.</exception>
    public TrainingResult Save(string path)
    {
        ModelFile.Save(path, Trained);
        return this with { Model = path };
    }
}

/// <summary>Metrics of one fold.</summary>
/// <param name="Fold">Its number, from 1.</param>
/// <param name="MicroAccuracy">The share of right pictures.</param>
/// <param name="MacroAccuracy">The mean of that share over the classes.</param>
/// <param name="LogLoss">The mean of -ln(probability of the true class).</param>
/// <param name="Images">Pictures of the fold.</param>
public sealed record FoldResult(int Fold, double MicroAccuracy, double MacroAccuracy, double LogLoss, int Images);

/// <summary>Wall-clock seconds of training or evaluating.</summary>
/// <param name="Load">Opening the feature cache or checking the data set.</param>
/// <param name="Features">Hashing and decoding the pictures and running the backbone.</param>
/// <param name="Train">Training the head, over all folds.</param>
/// <param name="Evaluate">Scoring held-out pictures and computing the metrics.</param>
/// <param name="Total">All of it.</param>
public sealed record StageSeconds(double Load, double Features, double Train, double Evaluate, double Total);

/// <summary>What <see cref="SearchJob"/> found.</summary>
public sealed record SearchResult : JobResult
{
    /// <summary>The trial that was chosen.</summary>
    public TrialRecord Best => Search.Best!;

    /// <summary>All trials by number.</summary>
    public IReadOnlyList<TrialRecord> Trials => Search.Trials;

    /// <summary>What was made best.</summary>
    public required HeadMetric Metric { get; init; }

    /// <summary>What chose the trials.</summary>
    public required string Sampler { get; init; }

    /// <summary>What ended trials early.</summary>
    public required string Pruner { get; init; }

    /// <summary>Which layers the trials trained with the head; null when they trained the head alone.</summary>
    public string? TrainedLayers { get; init; }

    /// <summary>What the head alone reaches on the pictures that judged the trials; null when it is what they trained.</summary>
    public double? HeadAlone { get; init; }

    /// <summary>What each epoch of the best model's training gave, epoch 0 (the head alone, not measured) first; null when the
    /// head was trained alone, or no model.</summary>
    public IReadOnlyList<EpochResult>? Epochs { get; init; }

    /// <summary>The best model's backbone.</summary>
    public required string Backbone { get; init; }

    /// <summary>The side of its input, in pixels.</summary>
    public int InputSize { get; init; }

    /// <summary>How pictures are brought to that size.</summary>
    public ResizeMode Resize { get; init; }

    /// <summary>What the best model's features are taken from.</summary>
    public required string FeaturesFrom { get; init; }

    /// <summary>How many features there are.</summary>
    public int FeatureCount { get; init; }

    /// <summary>The views that the best model is trained on.</summary>
    public Augmentations Augment { get; init; }

    /// <summary>The views whose scores it averages.</summary>
    public Augmentations TestViews { get; init; }

    /// <summary>Whether the search was cancelled; the same job goes on with the study.</summary>
    public bool Stopped { get; init; }

    /// <summary>Share of the variance between trials that each parameter explains alone.</summary>
    public required IReadOnlyList<ParameterImportance> Importances { get; init; }

    /// <summary>How well the best trial's head, trained on the pictures of the search, does on those that were set aside before
    /// it (<see cref="SearchOptions.HoldOut"/>); null when none were.</summary>
    public EvaluationMetrics? HeldOut { get; init; }

    /// <summary>What that head said of each picture that was set aside; empty when none were.</summary>
    public IReadOnlyList<EvaluatedPicture> HeldOutAnswers { get; init; } = [];

    /// <summary>One sentence on how far the figures can be trusted.</summary>
    public string Trust =>
        $"the value of the best trial chose it among {Trials.Count(t => t.State == TrialState.Complete)}, and is too good by "
        + "that; " + (HeldOut is { } held ? $"the held-out figures are on {held.TestImages} pictures that no trial saw"
            : Nested is not null ? "those of the nested cross-validation are on pictures that no search has seen"
            : "no pictures were set aside to say how good the model is");

    /// <summary>Pictures that the best model is trained on.</summary>
    public int TrainImages { get; init; }

    /// <summary>Pictures of the test set whose content was searched on too, each behind the one that was.</summary>
    public IReadOnlyList<IReadOnlyList<string>> SharedPictures { get; init; } = [];

    /// <summary>The nested cross-validation, when asked for.</summary>
    public NestedResult? Nested { get; init; }

    /// <summary>The study file; null when nothing is remembered.</summary>
    public string? Study { get; init; }

    /// <summary>Where the best model was saved; null before it is.</summary>
    public string? Model { get; init; }

    /// <summary>Wall-clock seconds of the stages.</summary>
    public required SearchSeconds Seconds { get; init; }

    /// <summary>The trials with the study's settings.</summary>
    public required HeadExperimentResult Search { get; init; }

    /// <summary>The best model, trained on everything; null when it was not asked for.</summary>
    public TrainedModel? Trained { get; init; }

    /// <summary>Saves the best model as one file; an older one of that name stays until the new one is whole.</summary>
    /// <param name="path">The file.</param>
    /// <returns>This result with the path in <see cref="Model"/>.</returns>
    /// <exception cref="InvalidOperationException">It was not trained (<see cref="SearchOptions.TrainBest"/>).</exception>
    /// <exception cref="ModelFileException">The file cannot be written.</exception>
    public SearchResult Save(string path)
    {
        ModelFile.Save(path, Trained
            ?? throw new InvalidOperationException("The best model was not trained: set TrainBest in the search's options."));
        return this with { Model = path };
    }
}

/// <summary>Wall-clock seconds of the stages of a search.</summary>
/// <param name="Load">Checking the data set.</param>
/// <param name="Features">Hashing and decoding the pictures and running the backbones.</param>
/// <param name="Search">The trials.</param>
/// <param name="Train">Training the best model on everything.</param>
/// <param name="Nested">The nested cross-validation.</param>
/// <param name="Total">All of it.</param>
public sealed record SearchSeconds(double Load, double Features, double Search, double Train, double Nested, double Total);

/// <summary>Means over the outer folds, weighted by their pictures.</summary>
/// <param name="MicroAccuracy">The share of right pictures.</param>
/// <param name="MicroAccuracyInterval">The 95 % interval of that share, pictures with the same content counted once.</param>
/// <param name="MacroAccuracy">The mean of that share over the classes.</param>
/// <param name="MacroF1">The mean of F1 over the classes.</param>
/// <param name="LogLoss">The mean of -ln(probability of the true class).</param>
/// <param name="Folds">The folds.</param>
public sealed record NestedResult(double MicroAccuracy, AccuracyInterval MicroAccuracyInterval, double MacroAccuracy,
    double MacroF1, double LogLoss, IReadOnlyList<NestedFoldResult> Folds)
{
    internal static NestedResult Of(IReadOnlyList<NestedFold> folds, int distinctImages)
    {
        double Mean(Func<HeadScores, double> figure) => folds.Sum(f => figure(f.Scores) * f.Rows) / folds.Sum(f => f.Rows);
        var accuracy = Mean(s => s.MicroAccuracy);
        return new NestedResult(accuracy, AccuracyInterval.Of(Math.Min(1, accuracy), distinctImages),
            Mean(s => s.MacroAccuracy), Mean(s => s.MacroF1), Mean(s => s.LogLoss),
            [.. folds.Select(f =>
                new NestedFoldResult(f.Fold, f.Scores.MicroAccuracy, f.Scores.LogLoss, f.SearchValue, f.Rows, f.Parameters))]);
    }
}

/// <summary>One outer fold.</summary>
/// <param name="Fold">Its number, from 1.</param>
/// <param name="MicroAccuracy">The share of right pictures.</param>
/// <param name="LogLoss">The mean of -ln(probability of the true class).</param>
/// <param name="SearchValue">The value that the search without the fold had reached.</param>
/// <param name="Images">Pictures of the fold.</param>
/// <param name="Parameters">What that search found best.</param>
public sealed record NestedFoldResult(int Fold, double MicroAccuracy, double LogLoss, double SearchValue, int Images,
    Parameter Parameters);

/// <summary>What <see cref="RecipeJob"/> saw.</summary>
public sealed record RecipeJobResult : JobResult
{
    /// <summary>The backbone's name.</summary>
    public required string Backbone { get; init; }

    /// <summary>Which layers the steps trained with the head; null when they trained a head on features.</summary>
    public string? TrainedLayers { get; init; }

    /// <summary>How many of the pictures the steps were followed on.</summary>
    public int StepImages { get; init; }

    /// <summary>The class names.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>The steps, the setting they led to, and the way to transfer, where it was measured to be better than a linear
    /// head.</summary>
    public required RecipeResult Recipe { get; init; }

    /// <summary>What to do next, measured.</summary>
    public required RecipeAdvice Advice { get; init; }

    /// <summary>Wall-clock seconds until the features were there.</summary>
    public double FeatureSeconds { get; init; }

    /// <summary>Wall-clock seconds in all.</summary>
    public double Seconds { get; init; }
}
