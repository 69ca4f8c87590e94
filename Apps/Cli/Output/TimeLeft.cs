using System.Diagnostics;

namespace MlPipeline.Cli.Output;

/// <summary>How fast a stage goes on and how long it will take, by its last seconds: what came from a cache at the beginning says
/// nothing of the rest.</summary>
/// <param name="total">How many steps there are; 0 when it is not known.</param>
/// <param name="from">Steps that were finished before.</param>
internal sealed class TimeLeft(long total, long from)
{
    private const double LeastShare = 0.05;
    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(15);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Queue<(TimeSpan At, long Done)> _marks = new([(TimeSpan.Zero, from)]);
    private readonly long _from = from;
    private long _done = from;

    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>Steps a second; 0 before there is any.</summary>
    public double Rate { get; private set; }

    /// <summary>What is left; null until some seconds have passed and some of the work is done.</summary>
    public TimeSpan? Estimate =>
        Rate > 0 && _clock.Elapsed >= s_least && total > 0 && _done - _from >= LeastShare * (total - _from)
        ? TimeSpan.FromSeconds(Math.Min((total - _done) / Rate, TimeSpan.FromDays(365).TotalSeconds))
        : null;

    /// <summary>The estimate in words, such as ", 2:05 left"; empty when there is none.</summary>
    public string Text => Estimate is not { } left ? ""
        : left.TotalSeconds < 60 ? $", {left.TotalSeconds:0} s left"
        : left.TotalHours < 1 ? $", {left.Minutes}:{left.Seconds:00} min left"
        : $", {(int)left.TotalHours}:{left.Minutes:00} h left";

    public void Report(long done)
    {
        var now = _clock.Elapsed;
        _done = done;
        while (_marks.Count > 1 && now - _marks.Peek().At > s_window)
            _marks.Dequeue();
        var (at, before) = _marks.Peek();
        Rate = now > at ? (done - before) / (now - at).TotalSeconds : 0;
        if (now - _marks.Last().At >= TimeSpan.FromSeconds(1))
            _marks.Enqueue((now, done));
    }
}
