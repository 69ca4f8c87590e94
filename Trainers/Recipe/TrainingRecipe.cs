using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Evaluation;
using MlPipeline.Trainers.Recipe.Network;
using MlPipeline.Trainers.Recipe.Steps;

namespace MlPipeline.Trainers.Recipe;

/// <summary>
/// The seven steps that people follow by hand when they train a classifier (Karpathy's and Johnson's notes for CS231n), followed
/// for a softmax head on features, or by <see cref="RecipeJob"/> for layers of a network: what each step saw, and what to do
/// about it.
/// </summary>
/// <remarks>Deterministic: the same data, options and seed give the same numbers with any number of threads.</remarks>
public sealed class TrainingRecipe
{
    private static readonly IRecipeStage[] s_stages =
    [
        new InitialLossStage(), new HandfulStage(), new LearningRateStage(), new CoarseGridStage(), new RefinedGridStage(),
        new CurvesStage(), new AgainStage(),
    ];

    private readonly FeatureMatrix _data;
    private readonly RecipeOptions _options;
    private readonly RecipeModel _model;

    /// <summary>A recipe for some data.</summary>
    /// <param name="data">Two classes or more, with at least two samples of each; weights do not count.</param>
    /// <param name="options">Null for the defaults.</param>
    public TrainingRecipe(FeatureMatrix data, RecipeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(data.ClassCount, 2);
        _data = data;
        _options = options ?? new RecipeOptions();
        _model = new HeadModel(data, _options);
    }

    /// <summary>A recipe that is followed on another network than a head.</summary>
    /// <param name="data">The pooled features, by which the way to transfer is chosen.</param>
    /// <param name="model">What the steps are followed on.</param>
    /// <param name="options">How.</param>
    internal TrainingRecipe(FeatureMatrix data, RecipeModel model, RecipeOptions options) =>
        (_data, _model, _options) = (data, model, options);

    /// <summary>What was seen of the way in which pictures are prepared.</summary>
    internal PreparationCheck? Preparation { get; init; }

    /// <summary>Follows all steps, and chooses the way to transfer.</summary>
    /// <param name="ownConfidence">Mean highest probability of the network's own classifier on the data; null if it has
    /// none.</param>
    /// <param name="ownAccuracy">Its accuracy, if it knows all classes of the data by name.</param>
    /// <param name="cancellation">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="DataSourceException">A class has fewer than two samples.</exception>
    public RecipeResult Run(double? ownConfidence = null, double? ownAccuracy = null, CancellationToken cancellation = default)
    {
        var state = new RecipeState(_model, _options, cancellation) { Preparation = Preparation };
        List<RecipeStep> steps = [];
        foreach (var stage in s_stages)
        {
            cancellation.ThrowIfCancellationRequested();
            _options.Progress?.Invoke(stage.Number, stage.Name);
            state.Stage = stage;
            steps.Add(stage.Run(state));
        }

        _options.Progress?.Invoke(s_stages.Length + 1, "way to transfer");
        var measured = TransferMeter.Measure(_data, _options, ownConfidence, ownAccuracy, cancellation);
        var (diagnosis, transfer) = (Diagnose(steps), TransferAdvice.From(measured));
        return new RecipeResult
        {
            Steps = steps,
            Diagnosis = diagnosis,
            Setting = state.Best!.Setting,
            ValidationAccuracy = state.Best.Accuracy,
            ValidationInterval = AccuracyInterval.Of(state.Best.Accuracy, HeldUnits()),
            Curves = state.Best.Curves,

            // What a head reaches on labels that say nothing is luck.
            Transfer = diagnosis != RecipeVerdict.ShuffledLabels ? transfer : transfer with
            {
                Way = TransferWay.None,
                Reason = $"{transfer.Reason} But the labels look shuffled: look at them first.",
            },
        };
    }

    /// <summary>Trains once with a setting of one's own, for <see cref="CurveDiagnosis"/> to read.</summary>
    public LearningCurves Train(RecipeSetting setting, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(setting);
        var state = new RecipeState(_model, _options, cancellation);
        state.Stage = new HandfulStage();
        state.Stage.Run(state);
        return state.Run([setting])[0].Curves;
    }

    // Pictures with the same content count once.
    private int HeldUnits() => _model.Groups.Count == 0 ? _model.Split.Test.Count
        : _model.Split.Test.Select(i => _model.Groups[i]).Distinct().Count();

    // What stops training altogether comes first; then what the last curves say; then what was odd at the start.
    private static RecipeVerdict Diagnose(IReadOnlyList<RecipeStep> steps)
    {
        RecipeVerdict[] fatal = [RecipeVerdict.NotStarted, RecipeVerdict.WrongPreprocessing, RecipeVerdict.RateTooHigh,
            RecipeVerdict.RateTooLow];
        return steps.Take(3).Select(step => step.Verdict).Where(fatal.Contains)
            .Append(steps[^1].Verdict)
            .Concat(steps.Take(2).Select(step => step.Verdict))
            .FirstOrDefault(verdict => verdict != RecipeVerdict.Good);
    }
}
