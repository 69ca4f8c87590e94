namespace MlPipeline.Engine.Onnx;

/// <summary>
/// A model that cannot be read, is not valid, or asks for what the engine does not do. The message names file, node and operator.
/// </summary>
public sealed class OnnxException : Exception
{
    /// <summary>An error without details.</summary>
    public OnnxException()
        : this("The model is not valid.")
    {
    }

    /// <summary>An error that concerns a whole model.</summary>
    public OnnxException(string message)
        : base(message)
    {
    }

    /// <summary>An error that concerns a whole model, with its cause.</summary>
    public OnnxException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    private OnnxException(string? file, string? node, string? op, string reason, Exception? inner)
        : base(Compose(file, node, op, reason), inner)
    {
        File = file;
        Node = node;
        Op = op;
        Reason = reason;
    }

    /// <summary>The model file (or the name given for it), where known.</summary>
    public string? File { get; }

    /// <summary>The name of the node at fault, or of its first output if it has none; null if no node is.</summary>
    public string? Node { get; }

    /// <summary>The operator of the node at fault, with its domain if that is not ONNX's own; null if no node is.</summary>
    public string? Op { get; }

    internal string? Reason { get; }

    internal static OnnxException In(string? file, string reason, Exception? inner = null) =>
        new(file, null, null, reason, inner);

    internal static OnnxException At(string? file, string node, string op, string reason, Exception? inner = null) =>
        new(file, node, op, reason, inner);

    /// <summary>The same error, said to be of a file.</summary>
    internal OnnxException WithFile(string file) =>
        File != null ? this : new OnnxException(file, Node, Op, Reason ?? Message, InnerException);

    private static string Compose(string? file, string? node, string? op, string reason)
    {
        var place = node == null ? "" : $"node '{node}' ({op}): ";
        return file == null ? place + reason : $"{file}: {place}{reason}";
    }
}
