using System.Text;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>A stream of the console that gives each run what it wrote itself, whatever runs beside it: what a run starts, on
/// other threads too, inherits where its words go.</summary>
internal sealed class RoutedWriter : TextWriter
{
    private readonly TextWriter _console;
    private readonly AsyncLocal<StringWriter?> _current = new();

    private RoutedWriter(TextWriter console) => _console = console;

    public override Encoding Encoding => _console.Encoding;

    private TextWriter Target => _current.Value ?? _console;

    /// <summary>Takes a stream's place: <see cref="Console"/> guards what it is given against several threads.</summary>
    public static RoutedWriter Of(TextWriter console, Action<TextWriter> take)
    {
        var writer = new RoutedWriter(console);
        take(writer);
        return writer;
    }

    /// <summary>Collects what is written from here on, until the collection is disposed.</summary>
    public IDisposable Collect()
    {
        _current.Value = new StringWriter();
        return new Collection(this, _current.Value);
    }

    public override void Write(char value) => Target.Write(value);

    public override void Write(char[] buffer, int index, int count) => Target.Write(buffer, index, count);

    public override void Write(string? value) => Target.Write(value);

    private sealed class Collection(RoutedWriter writer, StringWriter words) : IDisposable
    {
        public override string ToString() => words.ToString();

        public void Dispose() => writer._current.Value = null;
    }
}
