using System.Globalization;

namespace MlPipeline.Cli.Reports.Plots;

/// <summary>A numeric axis with round ticks.</summary>
internal sealed class LinearScale
{
    private readonly int _decimals;

    /// <param name="low">The smallest value that is shown.</param>
    /// <param name="high">The largest value that is shown.</param>
    /// <param name="about">How many ticks there should be.</param>
    /// <param name="whole">Whether ticks are whole numbers.</param>
    public LinearScale(double low, double high, int about = 5, bool whole = false)
    {
        if (!(high - low > 1e-9 * Math.Max(1, Math.Abs(high))))
        {
            var room = whole ? 1 : Math.Max(0.05 * Math.Abs(high), 0.01);
            (low, high) = (low - room, high + room);
        }

        var rough = (high - low) / about;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * (rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
        if (whole)
            step = Math.Max(1, step);
        _decimals = Math.Max(0, -(int)Math.Floor(Math.Log10(step) + 1e-9));
        Low = low;
        High = high;
        var first = Math.Ceiling(low / step - 1e-9);
        Ticks = [.. Enumerable.Range(0, (int)(Math.Floor(high / step + 1e-9) - first) + 1).Select(i => (first + i) * step)];
    }

    public double Low { get; }

    public double High { get; }

    public IReadOnlyList<double> Ticks { get; }

    /// <summary>Where a value stands, from 0 to 1; what lies outside stands at the end.</summary>
    public double At(double value) => Math.Clamp((value - Low) / (High - Low), 0, 1);

    public string Text(double tick) => tick.ToString("F" + _decimals, CultureInfo.InvariantCulture);
}
