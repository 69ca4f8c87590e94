namespace MlPipeline.Engine.Ops;

/// <summary>The mean over all spatial dimensions.</summary>
internal sealed class GlobalAveragePoolOp() : GlobalPoolOp("GlobalAveragePool")
{
    protected override float Reduce(ReadOnlySpan<float> plane)
    {
        double sum = 0;
        foreach (var value in plane)
            sum += value;

        return (float)(sum / plane.Length);
    }
}
