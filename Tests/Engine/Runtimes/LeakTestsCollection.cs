namespace MlPipeline.Engine.Tests.Runtimes;

/// <summary>Runs after all others, alone.</summary>
[CollectionDefinition(nameof(LeakTests), DisableParallelization = true)]
public sealed class LeakTestsCollection;
