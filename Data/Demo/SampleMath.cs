namespace MlPipeline.Data.Demo;

/// <summary>
/// Functions made of additions, multiplications, divisions and square roots alone. Those are rounded alike everywhere; the
/// platform's sine and exponential are not, and a sample set shall have the same pixels on every machine.
/// </summary>
internal static class SampleMath
{
    public const float Tau = 6.2831853f;

    /// <summary>Good to 1e-5.</summary>
    public static float Sin(float x)
    {
        x -= MathF.Floor(x / Tau + 0.5f) * Tau;
        if (x > Tau / 4)
            x = Tau / 2 - x;
        else if (x < -Tau / 4)
            x = -Tau / 2 - x;
        var square = x * x;
        return x * (1 - square / 6 * (1 - square / 20 * (1 - square / 42 * (1 - square / 72))));
    }

    public static float Cos(float x) => Sin(x + Tau / 4);

    /// <summary>The angle of (x, y), -pi to pi, good to 2e-4.</summary>
    public static float Atan2(float y, float x)
    {
        float ax = MathF.Abs(x), ay = MathF.Abs(y);
        var ratio = Math.Min(ax, ay) / (Math.Max(ax, ay) + 1e-20f);
        var square = ratio * ratio;
        var tail = 0.1801410f + square * (-0.0851330f + square * 0.0208351f);
        var angle = ratio * (0.9998660f + square * (-0.3302995f + square * tail));
        if (ay > ax)
            angle = Tau / 4 - angle;
        if (x < 0)
            angle = Tau / 2 - angle;
        return y < 0 ? -angle : angle;
    }

    public static float Length(float x, float y) => MathF.Sqrt(x * x + y * y);

    public static float Mix(float from, float to, float share) => from + (to - from) * share;

    /// <summary>0 up to <paramref name="low"/>, 1 from <paramref name="high"/>, smooth between.</summary>
    public static float SmoothStep(float low, float high, float x)
    {
        var t = Math.Clamp((x - low) / (high - low), 0f, 1f);
        return t * t * (3 - 2 * t);
    }

    /// <summary>x modulo <paramref name="period"/>, never negative.</summary>
    public static float Wrap(float x, float period) => x - MathF.Floor(x / period) * period;
}
