namespace MlPipeline.Core;

/// <summary>What a component runs in, for messages of exceptions.</summary>
public interface IExceptionContext
{
    /// <summary>Adds what is known of the context to an exception.</summary>
    TException Process<TException>(TException ex)
        where TException : Exception;

    /// <summary>A description of the context.</summary>
    string ContextDescription { get; }
}
