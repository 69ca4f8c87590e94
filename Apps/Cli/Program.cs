using MlPipeline.Cli;

return await MlPipeline.Cli.CommandLine.RunAsync(args).ConfigureAwait(false);
