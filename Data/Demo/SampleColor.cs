namespace MlPipeline.Data.Demo;

/// <summary>A colour as three numbers of 0 to 1 (more while light is added).</summary>
internal readonly record struct SampleColor(float R, float G, float B)
{
    public float Lightness => 0.3f * R + 0.59f * G + 0.11f * B;

    public static SampleColor operator *(SampleColor color, float factor) =>
        new(color.R * factor, color.G * factor, color.B * factor);

    public static SampleColor operator +(SampleColor color, float light) =>
        new(color.R + light, color.G + light, color.B + light);

    public static SampleColor Mix(SampleColor from, SampleColor to, float share) => new(
        from.R + (to.R - from.R) * share, from.G + (to.G - from.G) * share, from.B + (to.B - from.B) * share);

    public static float Difference(SampleColor one, SampleColor other) =>
        MathF.Abs(one.R - other.R) + MathF.Abs(one.G - other.G) + MathF.Abs(one.B - other.B);

    /// <summary>From hue (any number, one turn is 1), saturation and value.</summary>
    public static SampleColor FromHsv(float hue, float saturation, float value)
    {
        float Channel(float shift)
        {
            var k = SampleMath.Wrap(shift + hue * 6, 6);
            return value - value * saturation * Math.Clamp(Math.Min(k, 4 - k), 0f, 1f);
        }

        return new SampleColor(Channel(5), Channel(3), Channel(1));
    }

    public static SampleColor Random(
        SampleRandom random, float leastSaturation, float mostSaturation, float leastValue, float mostValue) =>
        FromHsv(random.Next(), random.Next(leastSaturation, mostSaturation), random.Next(leastValue, mostValue));
}
