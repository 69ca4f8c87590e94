using System.Text.Json.Nodes;

namespace MlPipeline.Trainers.Search;

/// <summary>What a study looks for and how. A study file can be gone on with only under the settings that it was begun
/// with.</summary>
public sealed record StudySettings
{
    /// <summary>Where to look.</summary>
    public required SearchSpace Space { get; init; }

    /// <summary>What chooses the points; default random.</summary>
    public ISampler Sampler { get; init; } = new RandomSampler();

    /// <summary>What ends trials early; default nothing.</summary>
    public IPruner Pruner { get; init; } = new NoPruner();

    /// <summary>Whether large values are good; default false.</summary>
    public bool Maximize { get; init; }

    /// <summary>The seed of all proposals; default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// Trials that learn from the same history; default 4. Samplers and pruners see results only of earlier generations, so the
    /// trials are the same however many of a generation run at once.
    /// </summary>
    public int Generation
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Generation));
            field = value;
        }
    } = 4;

    /// <summary>Parameters that the first trials try, before the sampler is asked; default none.</summary>
    public IReadOnlyList<Parameter> StartWith { get; init; } = [];

    /// <summary>What is being measured on what, in words (data, metric, folds ...); part of what must match to go on.</summary>
    public string Subject { get; init; } = "";

    internal int GenerationStart(int trial) => trial - trial % Generation;

    /// <summary>What a study file keeps of these settings, by name. Rules (<see cref="SearchSpace.Where"/>) are code and cannot
    /// be kept.</summary>
    internal JsonObject Describe()
    {
        var space = new JsonObject();
        Describe(Space, "", space);
        return new JsonObject
        {
            ["subject"] = Subject,
            ["goal"] = Maximize ? "maximise" : "minimise",
            ["sampler"] = $"{Sampler}",
            ["pruner"] = $"{Pruner}",
            ["seed"] = Seed,
            ["generation"] = Generation,
            ["start"] = new JsonArray([.. StartWith.Select(p => JsonNode.Parse(p.ToJson()))]),
            ["space"] = space,
        };
    }

    private static void Describe(SearchSpace space, string prefix, JsonObject description)
    {
        foreach ((var name, var option) in space)
        {
            if (option is SearchSpace nested)
            {
                Describe(nested, $"{prefix}{name}.", description);
                continue;
            }

            var text = option switch
            {
                UniformNumericOption range =>
                    $"{range.GetType().Name} {range.Min:R}..{range.Max:R}{(range.LogBase ? " log" : "")}",
                ChoiceOption choice => string.Join(" | ", choice.Choices.AsEnumerable()),
                _ => option.GetType().Name,
            };
            if (space.Conditions.TryGetValue(name, out var condition))
                text += $" when {condition.Parameter} is {string.Join(" or ", condition.Values)}";
            description[prefix + name] = text;
        }
    }
}

/// <summary>When a search stops: at whichever of these comes first.</summary>
public sealed record StudyBudget
{
    /// <summary>Trials in the study in all, those of earlier runs included; default without limit.</summary>
    public int Trials { get; init; } = int.MaxValue;

    /// <summary>Time of this run, after which no further trial begins; default without limit.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.MaxValue;

    /// <summary>A value that is good enough, or null.</summary>
    public double? Target { get; init; }
}
