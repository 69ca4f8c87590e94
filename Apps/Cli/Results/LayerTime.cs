namespace MlPipeline.Cli.Results;

/// <summary>The time of one step of a plan, as <c>bench --layers</c> gives it.</summary>
internal sealed record LayerTime(int Step, string Layer, string Operation, string Algorithm,
    IReadOnlyList<int> OutputShape, double Ms,
    double Gflops, double Share, long Bytes);
