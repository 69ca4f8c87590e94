using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>
/// An operator: what it accepts, the types and shapes it gives (inferring them is the validation), and a plain forward pass that
/// reads like the definition and is the oracle for every faster kernel.
/// </summary>
internal abstract class Op
{
    /// <summary>Values computed while shapes are inferred stay this small: they are sizes and axes, not weights.</summary>
    private const int LargestInferredValue = 2048;

    private readonly int _minInputs;
    private readonly int _maxInputs;
    private readonly string[] _attributes;

    protected Op(string type, int minInputs, int maxInputs, params string[] attributes)
    {
        Type = type;
        _minInputs = minInputs;
        _maxInputs = maxInputs;
        _attributes = attributes;
    }

    /// <summary>The operator's name in ONNX.</summary>
    public string Type { get; }

    /// <summary>How many outputs are supported; a node that names more is refused.</summary>
    protected virtual int MaxOutputs => 1;

    /// <summary>Refuses attributes that are unknown or that this operator does not do.</summary>
    public void Check(Node node)
    {
        foreach (var name in node.Attributes.Names)
        {
            if (!_attributes.Contains(name))
                throw node.Error($"attribute '{name}' is not supported");
        }

        var named = node.Inputs.Count;
        if (named < _minInputs || named > _maxInputs)
        {
            throw node.Error(
                $"has {named} inputs, where {_minInputs}{(_minInputs == _maxInputs ? "" : $" to {_maxInputs}")} are needed");
        }

        for (var i = 0; i < _minInputs; i++)
        {
            if (!node.HasInput(i))
                throw node.Error($"input {i} is missing");
        }

        if (node.Outputs.All(o => o.Length == 0))
            throw node.Error("has no output");
        for (var i = MaxOutputs; i < node.Outputs.Count; i++)
        {
            if (node.Outputs[i].Length > 0)
                throw node.Error($"output {i} ('{node.Outputs[i]}') is not supported");
        }

        AtNode(node, () =>
        {
            Validate(node);
            return 0;
        });
    }

    /// <summary>Types, shapes and, where the inputs' elements are known and few, elements of the outputs.</summary>
    public Fact[] Infer(Node node, IReadOnlyList<Fact?> inputs) => AtNode(node, () => InferFacts(node, inputs));

    /// <summary>Computes the outputs, one element after the other.</summary>
    public Tensor[] Run(Node node, IReadOnlyList<Tensor?> inputs) => AtNode(node, () =>
    {
        Fact?[] facts = [.. inputs.Select(t => t == null ? null : Fact.Of(t))];
        OpInputs view = new(node, facts);
        return Compute(node, view, OutputTypes(node, [.. facts.Select(f => f?.Type)]));
    });

    /// <summary>Whether a row of the outputs (along dimension 0) depends on other rows of the inputs.</summary>
    public virtual bool MixesRows(Node node, IReadOnlyList<Fact?> inputs) => false;

    /// <summary>Throws if an attribute has a value that this operator does not do, whatever its inputs are.</summary>
    protected virtual void Validate(Node node)
    {
    }

    /// <summary>Whether the elements (not only the shape) of an input decide the shape of an output.</summary>
    public virtual bool ShapedBy(Node node, int input) => false;

    /// <summary>Whether the elements of the outputs follow from the shapes of the inputs alone.</summary>
    public virtual bool ValueFollowsFromShapes => false;

    /// <summary>The types of the outputs; throws for types that this operator does not do. Float32 throughout if not
    /// overridden.</summary>
    protected virtual ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        for (var i = 0; i < inputs.Count; i++)
            Require(node, inputs, i, ElementType.Float32);
        return Repeat(ElementType.Float32, node);
    }

    /// <summary>
    /// The shapes of the outputs, as many as <see cref="OutputTypes"/>; throws if the inputs or attributes do not fit: whatever
    /// passes here, the operator can do.
    /// </summary>
    protected abstract int[][] OutputShapes(Node node, OpInputs inputs);

    /// <summary>Fills the outputs, which come as zeros.</summary>
    protected abstract void Forward(Node node, OpInputs inputs, Tensor[] outputs);

    /// <summary>Computes the outputs. Overridden where they share memory with an input.</summary>
    protected virtual Tensor[] Compute(Node node, OpInputs inputs, ElementType[] types)
    {
        Tensor[] outputs = [.. types.Zip(CheckedShapes(node, inputs), (type, shape) => Tensor.Zeros(type, shape))];
        Forward(node, inputs, outputs);
        return outputs;
    }

    /// <summary>How many outputs are made; a node may list more that it leaves out.</summary>
    /// <summary>What the backward pass reads of the forward pass; null: the operator has no backward pass.</summary>
    public virtual ForwardValues? NeededByBackward(Node node) => null;

    /// <summary>Adds to the gradients of the inputs that are wanted.</summary>
    /// <param name="node">A node for which <see cref="NeededByBackward"/> says something.</param>
    /// <param name="inputs">The inputs' shapes, and the elements of those that are needed or constant.</param>
    /// <param name="gradients">Outputs, their gradients, and where the inputs' gradients go.</param>
    public virtual void Backward(Node node, OpInputs inputs, OpGradients gradients) =>
        throw node.Error("has no backward pass");

    /// <summary>
    /// The backward pass of an operator that only moves, repeats or leaves out elements of its first input: where each element
    /// of the output comes from is found by moving numbers.
    /// </summary>
    protected void MoveBack(Node node, IReadOnlyList<Fact?> inputs, OpGradients gradients)
    {
        // 0 is what is filled in.
        var shape = inputs[0]!.Shape!;
        var numbers = new int[Tensor.LengthOf(shape)];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = i + 1;
        Fact?[] facts = [Fact.Of(Tensor.Of(numbers, shape)), .. inputs.Skip(1)];
        var moved = Compute(node, new OpInputs(node, facts), Repeat(ElementType.Int32, node));
        var target = gradients.OfInput(0);
        for (var output = 0; output < moved.Length; output++)
        {
            if (!gradients.Has(output))
                continue;
            ReadOnlySpan<int> from = moved[output].Int32s;
            var gradient = gradients.OfOutput(output);
            for (var i = 0; i < from.Length; i++)
            {
                if (from[i] > 0)
                    target[from[i] - 1] += gradient[i];
            }
        }
    }

    protected int CountOutputs(Node node) => Math.Min(node.Outputs.Count, MaxOutputs);

    /// <summary>The same for every output.</summary>
    protected T[] Repeat<T>(T each, Node node) => [.. Enumerable.Repeat(each, CountOutputs(node))];

    /// <summary>Throws unless an input, if it is there, has one of the types.</summary>
    protected static void Require(Node node, IReadOnlyList<ElementType?> inputs, int index,
        params ReadOnlySpan<ElementType> types)
    {
        if (index < inputs.Count && inputs[index] is { } type && !types.Contains(type))
            throw node.Error($"does not do {type} (input {index}, '{node.Inputs[index]}')");
    }

    // Attributes do not know whose they are.
    private static T AtNode<T>(Node node, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (OnnxException error) when (error.Node == null)
        {
            throw node.Error(error.Reason ?? error.Message, error);
        }
    }

    private int[][] CheckedShapes(Node node, OpInputs inputs)
    {
        var shapes = OutputShapes(node, inputs);
        foreach (var shape in shapes)
            Strided.CheckSize(node, shape);
        return shapes;
    }

    private Fact[] InferFacts(Node node, IReadOnlyList<Fact?> inputs)
    {
        var types = OutputTypes(node, [.. inputs.Select(f => f?.Type)]);
        for (var i = 0; i < inputs.Count; i++)
        {
            if (inputs[i] is { } fact && (fact.Shape == null || (fact.Value == null && ShapedBy(node, i))))
                return [.. types.Select(t => new Fact(t, null))];
        }

        OpInputs view = new(node, inputs);
        var shapes = CheckedShapes(node, view);
        var small = shapes.All(s => Tensor.LengthOf(s) <= LargestInferredValue);
        var known = ValueFollowsFromShapes || inputs.All(f => f == null || f.Value is { Length: <= LargestInferredValue });
        return small && known
            ? [.. Compute(node, view, types).Select(Fact.Of)]
            : [.. types.Zip(shapes, (type, shape) => new Fact(type, shape))];
    }
}
