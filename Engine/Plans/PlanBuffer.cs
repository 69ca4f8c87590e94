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

    /// <summary>The buffer of the whole batch of which this is the part for a few images; null: it stands for itself.</summary>
    public PlanBuffer? Whole { get; private init; }

    /// <summary>Floats of one image, where this is a part.</summary>
    public long ImageFloats { get; private init; }

    /// <summary>The part of this buffer for some images: which ones, the workspace says.</summary>
    public PlanBuffer ForImages(int images, long imageFloats) =>
        new(images * imageFloats) { Whole = this, ImageFloats = imageFloats };

    public void Touch(int step)
    {
        FirstStep = FirstStep < 0 ? step : Math.Min(FirstStep, step);
        LastStep = Math.Max(LastStep, step);
    }
}
