namespace MlPipeline.Pipeline.Tests.Serving;

/// <summary>A "model" that is the text of its file, "good N" with N repeated many times, and fails when it is used after it was
/// disposed.</summary>
internal sealed class TextModel : IDisposable
{
    private const int Length = 20_000;

    private int _disposed;

    private TextModel(string path, int number) => (LoadedFrom, Number) = (path, number);

    public string LoadedFrom { get; }

    public int Number { get; }

    public bool IsDisposed => Volatile.Read(ref _disposed) > 0;

    public static string Content(int number) => string.Join(' ', Enumerable.Repeat($"{number:0000}", Length));

    public static TextModel Load(string path)
    {
        var words = File.ReadAllText(path).Split(' ');
        if (words.Length != Length || words.Distinct().Count() != 1)
            throw new InvalidDataException($"{path}: half a model of {words.Length} words");
        return new TextModel(path, int.Parse(words[0]));
    }

    /// <summary>Its number, slowly.</summary>
    public int Use()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Thread.SpinWait(50);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return Number;
    }

    public void Dispose() => Assert.Equal(1, Interlocked.Increment(ref _disposed));
}
