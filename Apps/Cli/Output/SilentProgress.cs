namespace MlPipeline.Cli.Output;

/// <summary>No progress at all, for --quiet.</summary>
internal sealed class SilentProgress : IProgressDisplay, IProgressStage
{
    public IProgressStage Begin(string name, long total, string unit, long from) => this;

    public void Note(string line)
    {
    }

    public void Report(long done, string detail)
    {
    }

    public void Dispose()
    {
    }
}
