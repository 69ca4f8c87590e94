namespace MlPipeline.Engine.Plans;

/// <summary>A stretch of a graph's nodes, done for some images of the batch at a time.</summary>
/// <param name="First">First node.</param>
/// <param name="End">Node after the last.</param>
/// <param name="Images">Images at a time; 0: the whole batch, step by step.</param>
/// <param name="Leaving">Values made in the stretch that are read after it.</param>
internal sealed record SubBatch(int First, int End, int Images, IReadOnlyList<string> Leaving);
