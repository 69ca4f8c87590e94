namespace MlPipeline.Trainers.Search;

/// <summary>A study file cannot be used as asked; the message names the file and what would be right.</summary>
public sealed class StudyException : Exception
{
    /// <summary>Makes the exception.</summary>
    public StudyException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
