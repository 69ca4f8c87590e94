using MlPipeline.Engine.Onnx;

namespace MlPipeline.Engine.Graphs;

/// <summary>One operation of a graph. Immutable.</summary>
public sealed class Node
{
    /// <summary>The operator set whose meaning a node has if none is said.</summary>
    public const int DefaultOpset = 17;

    /// <summary>A node.</summary>
    /// <param name="opType">The operator, in ONNX's names.</param>
    /// <param name="inputs">Value names; an empty name leaves an optional input out.</param>
    /// <param name="outputs">Value names; an empty name leaves an optional output out.</param>
    /// <param name="attributes">The attributes; none if null.</param>
    /// <param name="name">The node's name; its first output's if null or empty.</param>
    /// <param name="opset">The version of ONNX's operator set whose meaning the node has.</param>
    public Node(string opType, IEnumerable<string> inputs, IEnumerable<string> outputs, NodeAttributes? attributes = null,
        string? name = null, int opset = DefaultOpset)
    {
        OpType = opType;
        Inputs = [.. inputs];
        Outputs = [.. outputs];
        Attributes = attributes ?? NodeAttributes.None;
        Opset = opset;
        Name = string.IsNullOrEmpty(name) ? Outputs.FirstOrDefault(o => o.Length > 0) ?? opType : name;
    }

    /// <summary>The node's name; not necessarily unique.</summary>
    public string Name { get; }

    /// <summary>The operator, in ONNX's names.</summary>
    public string OpType { get; }

    /// <summary>The version of ONNX's operator set whose meaning the node has.</summary>
    public int Opset { get; }

    /// <summary>The names of the values read; empty for an optional input that is left out.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>The names of the values made; empty for an optional output that is left out.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>The attributes.</summary>
    public NodeAttributes Attributes { get; }

    /// <summary>The name of the first value made; every node of a graph makes one.</summary>
    internal string FirstOutput => Outputs.First(o => o.Length > 0);

    /// <summary>Whether input <paramref name="index"/> is there.</summary>
    public bool HasInput(int index) => index < Inputs.Count && Inputs[index].Length > 0;

    /// <summary>A copy with other inputs, outputs or attributes; what is null stays.</summary>
    public Node With(IEnumerable<string>? inputs = null, IEnumerable<string>? outputs = null,
        NodeAttributes? attributes = null) =>
        new(OpType, inputs ?? Inputs, outputs ?? Outputs, attributes ?? Attributes, Name, Opset);

    /// <summary>Operator and name, for messages.</summary>
    public override string ToString() => $"{OpType} '{Name}'";

    /// <summary>An error at this node, to be thrown.</summary>
    internal OnnxException Error(string reason, Exception? inner = null) => OnnxException.At(null, Name, OpType, reason, inner);
}
