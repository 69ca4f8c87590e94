namespace MlPipeline;

/// <summary>A job was tried and failed for a reason that its user can mend; the message says what would be right.</summary>
public class JobException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong with which file, class or option, and what would be right.</param>
    public JobException(string message) : base(message)
    {
    }
}

/// <summary>A training whose loss or gradient was no number.</summary>
internal sealed class DivergedException(string message) : JobException(message);
