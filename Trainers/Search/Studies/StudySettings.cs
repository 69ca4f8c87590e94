namespace MlPipeline.Trainers.Search;

/// <summary>What a study looks for and how. A study file can be gone on with only under the settings that it was begun with.</summary>
public sealed record StudySettings
{
    private readonly int _generation = 4;

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
        get => _generation;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Generation));
            _generation = value;
        }
    }

    /// <summary>What is being measured on what, in words (data, metric, folds ...); part of what must match to go on.</summary>
    public string Subject { get; init; } = "";

    internal int GenerationStart(int trial) => trial - trial % Generation;

    internal string Describe()
    {
        IEnumerable<string> options = Space.Flatten().Select(o => o.Option switch
        {
            UniformNumericOption range => $"{o.Name}: {range.GetType().Name} {range.Min}..{range.Max}{(range.LogBase ? " log" : "")}",
            ChoiceOption choice => $"{o.Name}: {string.Join("|", choice.Choices.AsEnumerable())}",
            _ => o.Name,
        });
        return $"seed {Seed}; sampler {Sampler.Name}; pruner {Pruner.Name}; {(Maximize ? "maximise" : "minimise")}; generation {Generation}; subject {Subject}; space {string.Join("; ", options)}";
    }
}
