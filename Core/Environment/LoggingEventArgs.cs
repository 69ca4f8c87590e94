namespace MlPipeline.Core;

/// <summary>A message of <see cref="MLContext.Log"/>.</summary>
public class LoggingEventArgs : EventArgs
{
    /// <summary>A message without kind or source.</summary>
    public LoggingEventArgs(string message)
    {
        Message = message;
        RawMessage = message;
        Source = "";
    }

    /// <summary>A message of a component.</summary>
    public LoggingEventArgs(string message, ChannelMessageKind kind, string source)
    {
        RawMessage = message;
        Kind = kind;
        Source = source;
        Message = $"[Source={source}, Kind={kind}] {message}";
    }

    /// <summary>Source, kind and text.</summary>
    public string Message { get; }

    /// <summary>How grave it is.</summary>
    public ChannelMessageKind Kind { get; }

    /// <summary>The component that sent it.</summary>
    public string Source { get; }

    /// <summary>The text alone.</summary>
    public string RawMessage { get; }
}
