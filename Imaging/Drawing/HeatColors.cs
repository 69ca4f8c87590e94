namespace MlPipeline.Imaging.Drawing;

/// <summary>
/// Colours for heat: from dark violet-blue over red and orange to pale yellow. Lightness rises evenly, so that equal steps of
/// heat look equal and order survives in gray. Made in OKLab (Ottosson 2020).
/// </summary>
public static class HeatColors
{
    private static readonly (byte R, byte G, byte B)[] s_table = BuildTable();

    /// <summary>The colour for a heat of 0 to 1; beyond that, and for NaN, the nearest end (NaN: cold).</summary>
    public static (byte R, byte G, byte B) Of(float heat) =>
        s_table[float.IsNaN(heat) ? 0 : (int)(Math.Clamp(heat, 0f, 1f) * 255 + 0.5f)];

    private static (byte R, byte G, byte B)[] BuildTable()
    {
        var table = new (byte, byte, byte)[256];
        for (var i = 0; i < table.Length; i++)
        {
            var t = i / 255.0;
            var lightness = 0.24 + 0.72 * t;
            var hue = (275 + 195 * t) * Math.PI / 180;
            var chroma = 0.11 + 0.12 * Math.Sin(Math.PI * Math.Min(1, t * 1.05));
            table[i] = ToSrgb(lightness, chroma, hue);
        }

        return table;
    }

    /// <summary>Chroma is lowered until the colour fits into sRGB.</summary>
    private static (byte R, byte G, byte B) ToSrgb(double lightness, double chroma, double hue)
    {
        while (true)
        {
            (var r, var g, var b) = LinearRgb(lightness, chroma * Math.Cos(hue), chroma * Math.Sin(hue));
            const double Slack = 1e-3;
            var fits = Math.Min(r, Math.Min(g, b)) >= -Slack && Math.Max(r, Math.Max(g, b)) <= 1 + Slack;
            if (fits || chroma < 1e-3)
                return (Encode(r), Encode(g), Encode(b));
            chroma *= 0.995;
        }
    }

    private static (double R, double G, double B) LinearRgb(double lightness, double a, double b)
    {
        var l = Cube(lightness + 0.3963377774 * a + 0.2158037573 * b);
        var m = Cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
        var s = Cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
        return (
            4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s);
    }

    private static double Cube(double x) => x * x * x;

    private static byte Encode(double linear)
    {
        linear = Math.Clamp(linear, 0, 1);
        var value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.Pow(linear, 1 / 2.4) - 0.055;
        return (byte)(value * 255 + 0.5);
    }
}
