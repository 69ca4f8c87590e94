return await MlPipeline.Cli.CommandLine.RunAsync(args).ConfigureAwait(false);
