namespace MlPipeline.Engine.Plans;

/// <summary>A stretch of the arena, from the first step that writes it to the last that reads it.</summary>
internal sealed class PlanBuffer(long floats)
{
    /// <summary>Length.</summary>
    public long Floats { get; } = floats;

    /// <summary>First step that touches it; -1: none does.</summary>
    public int FirstStep { get; private set; } = -1;

    /// <summary>Last step that touches it.</summary>
    public int LastStep { get; private set; } = -1;

    /// <summary>Where it begins in the arena.</summary>
    public long Offset { get; set; }

    public void Touch(int step)
    {
        FirstStep = FirstStep < 0 ? step : Math.Min(FirstStep, step);
        LastStep = Math.Max(LastStep, step);
    }
}
