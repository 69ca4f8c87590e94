namespace MlPipeline.Cli.Output;

/// <summary>Shows how far the stages of a command have come. Disposing it ends the display; doing so twice is fine.</summary>
internal interface IProgressDisplay : IDisposable
{
    /// <summary>Begins a stage; it ends when the returned stage is disposed.</summary>
    /// <param name="name">What is being done, as a user would say it.</param>
    /// <param name="total">How many steps there are, or 0 when it is not known.</param>
    /// <param name="unit">What a step is, in the plural.</param>
    /// <param name="from">Steps that were finished before.</param>
    IProgressStage Begin(string name, long total = 0, string unit = "images", long from = 0);

    /// <summary>Says one line beside the progress (a warning, a skipped file).</summary>
    void Note(string line);
}

/// <summary>One stage of a command, safe to report to from any thread.</summary>
internal interface IProgressStage : IDisposable
{
    /// <summary>Says that <paramref name="done"/> steps are finished.</summary>
    /// <param name="done">The steps, those from before included.</param>
    /// <param name="detail">What else there is to say, to go behind the count.</param>
    void Report(long done, string detail = "");
}
