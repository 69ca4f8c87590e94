namespace MlPipeline.Engine.Runtimes;

/// <summary>The native ONNX Runtime is not there, lacks what was asked for, or refused a model; the message says which.</summary>
public sealed class OnnxRuntimeException : Exception
{
    /// <summary>Makes the exception.</summary>
    public OnnxRuntimeException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
