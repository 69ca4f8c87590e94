using System.CommandLine;
using MlPipeline.Cli.Help;
using MlPipeline.Data.Sources;
using MlPipeline.Pipeline.Models;

namespace MlPipeline.Cli.Commands;

/// <summary>The options that say how a head is trained.</summary>
internal sealed class HeadArguments
{
    private const string Balanced = "balanced";

    private readonly Option<double?> _l2 =
        new(
            "--l2")
        {
            Description = "Weight of half the sum of squared weights, of scaled features, against the sum of "
            + "losses. Default: chosen by cross-validation on the training pictures."
        };
    private readonly Option<double> _l1 =
        new("--l1") { Description = "Weight of the sum of absolute weights against the sum of losses; not for svm." };
    private readonly Option<bool> _calibrate =
        new(
            "--calibrate")
        {
            Description = "Fit a temperature to scores of held-out training pictures, so that probabilities "
            + "mean what they say (svm always does)."
        };
    private readonly Option<double?> _targetPrecision =
        new(
            "--target-precision")
        {
            Description = "The share of right answers wanted: below the confidence that gives it on "
            + "held-out training pictures the model abstains."
        };
    private readonly Option<string[]> _classWeights =
        new(
            "--class-weights")
        {
            Description = "'balanced': classes count alike however many pictures they have; or "
            + "NAME=FACTOR ...",
            AllowMultipleArgumentsPerToken = true
        };
    private readonly Option<string?> _weights =
        new("--weights") { Description = "The manifest's column with a weight for each picture." };
    private readonly Option<string?> _warmStart =
        new(
            "--warm-start")
        {
            Description = "A model on the same features whose head is started from; classes are matched by "
            + "name."
        };

    private static readonly string s_solvers = string.Join(", ", Enum.GetNames<HeadSolver>().Select(n => n.ToLowerInvariant()));

    private readonly Option<string> _trainer = new("--trainer", "-t")
    {
        Description = $"The head: {s_solvers}.",
        DefaultValueFactory = _ => "lbfgs",
    };

    public HeadArguments(Command command)
    {
        command.AddGroup(HelpGroup.Head,
            [_trainer, _l2, _l1, _calibrate, _targetPrecision, _classWeights, _weights, _warmStart]);
    }

    /// <summary>Training options with what the command line says of the head.</summary>
    /// <exception cref="UsageException">A value is out of range.</exception>
    public TrainingOptions Apply(ParseResult parsed, TrainingOptions options)
    {
        var start = parsed.GetValue(_warmStart) is { } path ? StartOf(path) : default;
        return options with
        {
            Head = Options(parsed),
            WeightColumn = parsed.GetValue(_weights),
            WarmStart = start.Head,
            WarmStartPictures = start.Pictures,
        };
    }

    /// <summary>What the command line says of the head itself.</summary>
    /// <exception cref="UsageException">A value is out of range.</exception>
    public LinearHeadOptions Options(ParseResult parsed)
    {
        var classWeights = parsed.GetValue(_classWeights) ?? [];
        var solver = SolverOf(parsed.GetRequiredValue(_trainer));
        var l1 = parsed.GetValue(_l1);
        if (l1 > 0 && solver == HeadSolver.Svm)
            throw new UsageException("--l1 is not for the svm head.");
        try
        {
            return new LinearHeadOptions
            {
                Solver = solver,
                L2Regularization = parsed.GetValue(_l2),
                L1Regularization = l1,
                Calibrate = parsed.GetValue(_calibrate),
                TargetPrecision = parsed.GetValue(_targetPrecision),
                BalanceClasses = classWeights is [Balanced],
                ClassWeights = classWeights is [] or [Balanced]
                    ? null : classWeights.Select(Factor).ToDictionary(w => w.Name, w => w.Factor),
            };
        }
        catch (ArgumentException error)
        {
            throw new UsageException(Misuse.Explain(parsed, error));
        }
    }

    private static HeadSolver SolverOf(string name) => Enum.TryParse<HeadSolver>(name, ignoreCase: true, out var solver)
        && Enum.IsDefined(solver)
        ? solver
        : throw new UsageException(name.Equals("sdca", StringComparison.OrdinalIgnoreCase)
            ? "--trainer sdca is not there: lbfgs minimises the same objective; dual coordinate ascent is ML.NET's "
                + "SdcaMaximumEntropy, in code."
            : $"--trainer must be one of {s_solvers}, not '{name}'.");

    private static (string Name, float Factor) Factor(string text)
    {
        var at = text.LastIndexOf('=');
        return at > 0 && PlainNumber.TryParse<float>(text.AsSpan(at + 1), out var factor) && factor >= 0
            ? (text[..at], factor)
            : throw new UsageException($"--class-weights takes 'balanced' or NAME=FACTOR such as rose=0.5, not '{text}'.");
    }

    private static (LinearHeadWeights? Head, PictureDigests? Pictures) StartOf(string path)
    {
        using var model = ImageClassificationModel.Load(path);
        return model.Head is { } head ? (head, model.Trained.Card.TrainingPictures)
            : throw new JobException($"{path}: this model has no linear head to start from.");
    }
}
