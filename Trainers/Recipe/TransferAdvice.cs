namespace MlPipeline.Trainers.Recipe;

/// <summary>Which way to transfer, and why.</summary>
/// <param name="Way">The way.</param>
/// <param name="Reason">The measurements and the rule that they met.</param>
/// <param name="Measurements">The measurements.</param>
public sealed record TransferAdvice(TransferWay Way, string Reason, TransferMeasurements Measurements)
{
    private const int Little = 100;
    private const int Much = 1000;

    /// <summary>Applies the rule: by the amount of data, its likeness to the pretraining data, and how far a linear head
    /// comes.</summary>
    /// <remarks>
    /// Skill is (accuracy - chance) / (1 - chance). Alike means a mean confidence of the network's own classifier of 0.5 or a
    /// nearest-mean skill of 0.7. Under 100 samples a class are little, 1000 and more are much.
    /// </remarks>
    public static TransferAdvice From(TransferMeasurements measurements)
    {
        ArgumentNullException.ThrowIfNull(measurements);
        var m = measurements;
        double skill = Skill(m.LinearAccuracy, m.Chance), separable = Skill(m.NearestMeanAccuracy, m.Chance);
        var alike = m.OwnConfidence >= 0.5 || separable >= 0.7;
        var own = m.OwnConfidence is { } confidence
            ? $"the network's own classifier is {confidence:P0} sure on average"
            : "the network has no classifier of its own to ask";
        var facts = $"{m.SamplesPerClass} samples in the smallest class; the linear head is right for {m.LinearAccuracy:P1} in "
            + "cross-validation "
            + $"(chance {m.Chance:P1}), the nearest class mean for {m.NearestMeanAccuracy:P1}; {own}.";
        var likeness = alike
            ? "The data are like the pretraining data (confidence of at least 50% or a nearest-mean skill of at least 0.7)"
            : "The data are unlike the pretraining data (confidence under 50% and a nearest-mean skill under 0.7)";
        (var way, var rule) = Choose(m, skill, alike, likeness);
        return new TransferAdvice(way, $"{facts} {rule}", m);
    }

    /// <summary>The rule for the default head, held against what was measured: what asks for more than that head stands only if
    /// it was better by more than chance, and what was not measured does not.</summary>
    /// <param name="measured">The default and other ways, on the same folds.</param>
    public TransferAdvice Against(RecipeAdvice measured)
    {
        ArgumentNullException.ThrowIfNull(measured);
        var rule = From(Measurements with { LinearAccuracy = measured.Measured[0].MicroAccuracy });
        if (rule.Way == TransferWay.None)
            return rule;
        var way = measured.Advised switch
        {
            { Trainer: null } => TransferWay.AsItIs,
            { Layers: FineTuningOptions.All } => TransferWay.AllLayers,
            { Layers: not null } => TransferWay.LastStage,
            { Trainer: HeadSolver.Svm } svm when svm.FeaturesFrom != measured.Measured[0].FeaturesFrom =>
                TransferWay.SvmOnEarlierLayers,
            _ => TransferWay.LinearHead,
        };
        var untried = rule.Way is TransferWay.LastStage or TransferWay.AllLayers && measured.Measured.All(m => m.Layers is null)
            ? " Training layers was not measured: a recipe with --train-layers does that." : "";
        return rule with { Way = way, Reason = $"{rule.Reason} {measured.Reason}{untried}" };
    }

    private static (TransferWay Way, string Rule) Choose(TransferMeasurements m, double skill, bool alike, string likeness)
    {
        if (m.OwnAccuracy is { } own && own >= m.LinearAccuracy - 0.01 && own > m.Chance)
        {
            return (TransferWay.AsItIs,
                $"The network knows these classes and is right for {own:P1} without any training: use it as it is.");
        }

        if (skill < 0.1)
        {
            return (TransferWay.None,
                $"A skill of {skill:0.00} is hardly more than chance: look at the labels and at how pictures are prepared "
                + "before training anything.");
        }

        if (skill >= 0.95)
            return (TransferWay.LinearHead, $"A skill of {skill:0.00} leaves little to win: a linear head is enough.");
        if (m.SamplesPerClass < Little)
        {
            return alike
                ? (TransferWay.LinearHead,
                    $"{likeness}, and under {Little} samples a class are too few to train layers: a linear head.")
                : (TransferWay.SvmOnEarlierLayers,
                    $"{likeness}, and under {Little} samples a class are too few to train layers: an SVM on earlier, "
                    + "more general layers.");
        }

        if (m.SamplesPerClass < Much)
        {
            return alike && skill >= 0.85
                ? (TransferWay.LinearHead, $"{likeness}, and a linear head has a skill of {skill:0.00} already: keep it.")
                : (TransferWay.LastStage,
                    $"{likeness}, and {m.SamplesPerClass} samples a class can train some layers: train the last stage too, "
                    + $"for the linear head's skill is {skill:0.00}.");
        }

        return alike
            ? (TransferWay.LastStage, $"{likeness}, and there are {m.SamplesPerClass} samples a class: train the last stage too.")
            : (TransferWay.AllLayers,
                $"{likeness}, and there are {m.SamplesPerClass} samples a class: train all layers from the pretrained weights.");
    }

    private static double Skill(double accuracy, double chance) => chance < 1 ? (accuracy - chance) / (1 - chance) : 0;
}

/// <summary>How a pretrained network is put to a new task.</summary>
public enum TransferWay
{
    /// <summary>None yet: the features say nothing about the labels.</summary>
    None,

    /// <summary>The network with its own classes.</summary>
    AsItIs,

    /// <summary>A linear head on its last features.</summary>
    LinearHead,

    /// <summary>An SVM on the features of earlier layers.</summary>
    SvmOnEarlierLayers,

    /// <summary>The last stage is trained too, at a small rate.</summary>
    LastStage,

    /// <summary>All layers are trained, from the pretrained weights.</summary>
    AllLayers,
}

/// <summary>What the way to transfer is chosen by.</summary>
public sealed record TransferMeasurements
{
    /// <summary>Samples of the smallest class.</summary>
    public required int SamplesPerClass { get; init; }

    /// <summary>Accuracy of naming the largest class always.</summary>
    public required double Chance { get; init; }

    /// <summary>Cross-validated accuracy of the linear head.</summary>
    public required double LinearAccuracy { get; init; }

    /// <summary>Cross-validated accuracy of naming the class with the nearest mean of features: how separable they are as they
    /// come.</summary>
    public required double NearestMeanAccuracy { get; init; }

    /// <summary>Mean of the highest probability that the network's own classifier gives; null if it has none.</summary>
    public double? OwnConfidence { get; init; }

    /// <summary>Accuracy of the network's own classifier; null unless it knows all classes of the data by name.</summary>
    public double? OwnAccuracy { get; init; }
}
