using Spectre.Console;

namespace MlPipeline.Cli.Output;

/// <summary>Progress on stderr: a bar that redraws on a terminal, plain lines every few seconds elsewhere.</summary>
internal sealed class ConsoleProgress : IJobProgress
{
    private static readonly TimeSpan s_plainInterval = TimeSpan.FromSeconds(2);
    private readonly IAnsiConsole? _terminal;
    private readonly Lock _gate = new();

    private ConsoleProgress(IAnsiConsole? terminal) => _terminal = terminal;

    public static ConsoleProgress Create()
    {
        if (Console.IsErrorRedirected)
            return new ConsoleProgress(null);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return new ConsoleProgress(console.Profile.Capabilities.Ansi ? console : null);
    }

    public IJobStage Begin(string name, long total, string unit, long from) =>
        _terminal == null ? new PlainStage(this, name, total, unit, from) : new BarStage(_terminal, name, total, from);

    public void Note(string line)
    {
        lock (_gate)
        {
            // The terminal puts it above the bar that is being drawn.
            if (_terminal != null)
                _terminal.WriteLine(line);
            else
                Console.Error.WriteLine(line);
        }
    }

    /// <summary>Lines such as "features: 640/2000 images, 85/s, 16 s left", none for a stage shorter than the interval.</summary>
    private sealed class PlainStage(ConsoleProgress owner, string name, long total, string unit, long from) : IJobStage
    {
        private readonly TimeLeft _left = new(total, from);
        private TimeSpan _next = s_plainInterval;
        private bool _spoke;

        public void Report(long done, string detail)
        {
            string? line = null;
            lock (owner._gate)
            {
                _left.Report(done);
                if (_left.Elapsed < _next)
                    return;
                _next = _left.Elapsed + s_plainInterval;
                _spoke = true;
                line = total > 0
                    ? $"{name}: {done}/{total} {unit}, {_left.Rate:0.#}/s{_left.Text}{detail}"
                    : $"{name}: {done} {unit}, {_left.Rate:0.#}/s{detail}";
            }

            owner.Note(line);
        }

        public void Dispose()
        {
            if (_spoke)
                owner.Note($"{name}: done in {_left.Elapsed.TotalSeconds:0.0} s");
        }
    }

    /// <summary>One bar, drawn by Spectre.Console's own loop on a thread of its own until the stage ends.</summary>
    private sealed class BarStage : IJobStage
    {
        private readonly ManualResetEventSlim _ended = new();
        private readonly Thread _drawing;
        private readonly TimeLeft _left;
        private long _done;
        private volatile string _detail = "";

        public BarStage(IAnsiConsole console, string name, long total, long from)
        {
            _done = from;
            _left = new TimeLeft(total, from);
            _drawing = new Thread(() => Draw(console, name, total)) { IsBackground = true, Name = "progress" };
            _drawing.Start();
        }

        public void Report(long done, string detail)
        {
            Interlocked.Exchange(ref _done, done);
            _detail = detail;
        }

        public void Dispose()
        {
            _ended.Set();
            _drawing.Join();
            _ended.Dispose();
        }

        private void Draw(IAnsiConsole console, string name, long total) =>
            console.Progress()
                .AutoClear(true)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn())
                .Start(display =>
                {
                    var task = display.AddTask(Markup.Escape(name), maxValue: Math.Max(1, total));
                    task.IsIndeterminate = total <= 0;
                    while (!_ended.Wait(100))
                    {
                        task.Value = Interlocked.Read(ref _done);
                        _left.Report((long)task.Value);
                        task.Description = Markup.Escape(name + _left.Text + _detail);
                    }

                    task.Value = task.MaxValue;
                });
    }
}
