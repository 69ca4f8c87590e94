namespace MlPipeline.Core;

/// <summary>How grave a message is.</summary>
public enum ChannelMessageKind
{
    /// <summary>For those who look closely.</summary>
    Trace = 0,
    /// <summary>Information.</summary>
    Info = 1,
    /// <summary>Something that may be wrong.</summary>
    Warning = 2,
    /// <summary>Something that is wrong.</summary>
    Error = 3,
}
