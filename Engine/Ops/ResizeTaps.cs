using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>Which elements along a dimension a position between them is made of, and how much of each (Keys 1981).</summary>
internal static class ResizeTaps
{
    /// <summary>The elements' indices and weights, which add up to 1. Beyond the ends the last elements repeat.</summary>
    public static (int Index, double Weight)[] Of(Node node, string mode, float scale, float position, int size)
    {
        // Made smaller without aliasing, the function is as much wider.
        var narrow = node.Attributes.Int("antialias") != 0 ? Math.Min(scale, 1.0) : 1;
        double sharpness = node.Attributes.Float("cubic_coeff_a", -0.75f);
        var reach = mode == "cubic" ? 2 : 1;
        var last = (int)Math.Ceiling((double)position) - 1 - (int)Math.Floor(-reach / narrow);
        var first = (2 * (int)Math.Ceiling((double)position)) - 1 - last;
        var taps = new (int Index, double Weight)[last - first + 1];
        double sum = 0;
        for (var i = 0; i < taps.Length; i++)
        {
            var index = first + i;
            var distance = Math.Abs(index - (double)position) * narrow;
            var counts = (index >= 0 && index < size) || node.Attributes.Int("exclude_outside") == 0;
            var weight = !counts ? 0 : mode == "cubic" ? Cubic(distance, sharpness) : Math.Max(0, 1 - distance);
            taps[i] = (Math.Clamp(index, 0, size - 1), weight);
            sum += weight;
        }

        return Array.ConvertAll(taps, t => (t.Index, t.Weight / sum));
    }

    private static double Cubic(double x, double a) => x switch
    {
        <= 1 => ((((a + 2) * x) - (a + 3)) * x * x) + 1,
        < 2 => ((((a * x) - (5 * a)) * x) + (8 * a)) * x - (4 * a),
        _ => 0,
    };
}
