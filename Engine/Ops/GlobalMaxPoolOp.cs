namespace MlPipeline.Engine.Ops;

/// <summary>The largest element over all spatial dimensions.</summary>
internal sealed class GlobalMaxPoolOp() : GlobalPoolOp("GlobalMaxPool")
{
    protected override float Reduce(ReadOnlySpan<float> plane)
    {
        var largest = float.NegativeInfinity;
        foreach (var value in plane)
            largest = MathF.Max(largest, value);

        return largest;
    }
}
