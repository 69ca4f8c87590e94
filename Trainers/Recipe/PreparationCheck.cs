using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Recipe;

/// <summary>What other ways to prepare pictures made of them.</summary>
/// <param name="Better">The way that serves the network much better; null when there is none.</param>
/// <param name="Numbers">The figures of the network's own way and of the best, by name.</param>
internal sealed record PreparationCheck(string? Better, IReadOnlyDictionary<string, double> Numbers)
{
    // A way is wrong, not only one of several that will do, where another is better by as much: on so few pictures small
    // differences, and those between small losses, are chance.
    private const double MuchLess = 0.7;
    private const double MuchLower = 0.2;
    private const double MuchNearer = 0.5;
    private const double Near = 0.05;

    /// <summary>Reads a probe. The statistics that the first batch normalisation kept, where there are any, tell best what the
    /// network was trained on; a head's log-loss alone may prefer a way by which the pictures happen to be told apart.</summary>
    /// <returns>Null where the network's own way is none that was tried.</returns>
    public static PreparationCheck? Of(Backbone backbone, PreprocessingProbeResult probe)
    {
        bool IsOwn(string name) =>
            backbone.Preprocessing.WithNormalizationOf(PreprocessingRecipes.Find(name)!).Equals(backbone.Preprocessing);
        if (probe.Candidates.FirstOrDefault(c => c.Recipes.Any(IsOwn)) is not { } own)
            return null;
        var best = probe.Candidates.First(c => c.Recipes.Contains(probe.Chosen));
        var isWrong = own != best && (own.Distance is { } far
            ? best.Distance + Near < MuchNearer * far
            : best.LogLoss < MuchLess * own.LogLoss && best.LogLoss < own.LogLoss - MuchLower);
        Dictionary<string, double> numbers = [];
        foreach (var (name, value) in ((string, double?)[])[("preprocessingLogLoss", own.LogLoss),
            ("bestPreprocessingLogLoss", best.LogLoss), ("preprocessingDistance", own.Distance),
            ("bestPreprocessingDistance", best.Distance)])
        {
            if (value is { } number)
                numbers[name] = number;
        }

        return new PreparationCheck(isWrong ? probe.Chosen : null, numbers);
    }
}
