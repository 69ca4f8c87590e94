using System.CommandLine;
using MlPipeline.Benchmarks.Heads;
using MlPipeline.Benchmarks.Heatmaps;
using MlPipeline.Benchmarks.Inference;
using MlPipeline.Benchmarks.Pipeline;
using MlPipeline.Benchmarks.Serving;
using MlPipeline.Benchmarks.Training;

var root = new RootCommand("Benchmarks, each side by side with a peer, as ratios in one run.")
{
    InferenceCommand.Create(), ChildCommand.Create(), HeadsCommand.Create(), PipelineCommand.Create(),
        PipelineChildCommand.Create(), FeaturesCommand.Create(), TrainingCommand.Create(), HeatmapsCommand.Create(),
        ServingCommand.Create(),
};
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false })
        .ConfigureAwait(false);
}
catch (Exception error) when (error is not (NullReferenceException or IndexOutOfRangeException or InvalidCastException))
{
    // Of the files that it was pointed to, or an interruption: a trace says nothing to whoever began it.
    Console.Error.WriteLine($"error: {error.Message}");
    return 1;
}
