namespace MlPipeline;

/// <summary>Is told how far a job has come. Jobs call it from any thread.</summary>
public interface IJobProgress
{
    /// <summary>Begins a stage; it ends when what is returned is disposed.</summary>
    /// <param name="name">What is being done, such as "features".</param>
    /// <param name="total">How many steps there are, or 0 when it is not known.</param>
    /// <param name="unit">What a step is, in the plural.</param>
    /// <param name="from">Steps that were finished before.</param>
    IJobStage Begin(string name, long total = 0, string unit = "images", long from = 0);

    /// <summary>Says one line beside the stages: a skipped file, a cache that cannot be used, a new best trial.</summary>
    void Note(string line);
}

/// <summary>One stage of a job.</summary>
public interface IJobStage : IDisposable
{
    /// <summary>Says how many steps are finished.</summary>
    /// <param name="done">The steps, those from before included.</param>
    /// <param name="detail">What else there is to say, to go behind the count.</param>
    void Report(long done, string detail = "");
}

/// <summary>Progress that nobody follows.</summary>
public static class JobProgress
{
    /// <summary>Ignores all it is told.</summary>
    public static IJobProgress None { get; } = new Silence();

    private sealed class Silence : IJobProgress, IJobStage
    {
        public IJobStage Begin(string name, long total, string unit, long from) => this;

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
}
