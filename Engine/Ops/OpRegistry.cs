using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>The operators that graphs may have. A new one is one file and one line here.</summary>
internal static class OpRegistry
{
    private static readonly Dictionary<string, Op> Ops = new Op[]
    {
        new IdentityOp(),
    }.ToDictionary(op => op.Type, StringComparer.Ordinal);

    /// <summary>The names of all operators, in order.</summary>
    public static IEnumerable<string> Names => Ops.Keys.Order(StringComparer.Ordinal);

    /// <summary>The operator of a node.</summary>
    /// <exception cref="Onnx.OnnxException">There is none of that name.</exception>
    public static Op Of(Node node) => Ops.TryGetValue(node.OpType, out Op? op)
        ? op
        : throw node.Error("this operator is not supported");
}
