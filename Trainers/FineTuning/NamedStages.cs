namespace MlPipeline.Trainers.FineTuning;

/// <summary>The stages of one training of many, under a name; what each training says beside them would drown the rest.</summary>
internal sealed class NamedStages(IJobProgress progress, string prefix) : IJobProgress
{
    public IJobStage Begin(string name, long total, string unit, long from) =>
        progress.Begin($"{prefix}: {name}", total, unit, from);

    public void Note(string line)
    {
    }
}
