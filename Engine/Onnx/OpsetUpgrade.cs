using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Ops.Activations;
using MlPipeline.Engine.Ops.Elementwise;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Onnx;

/// <summary>
/// Brings the nodes of a graph to one operator set: the newest that any of them is written in. A file can name only one, and
/// operators have changed: attributes became inputs, defaults moved.
/// </summary>
internal sealed class OpsetUpgrade
{
    private readonly Graph _graph;
    private readonly int _target;
    private readonly Dictionary<string, Tensor> _constants;
    private readonly List<Node> _nodes = [];

    private OpsetUpgrade(Graph graph, int target)
    {
        _graph = graph;
        _target = target;
        _constants = new Dictionary<string, Tensor>(graph.Constants, StringComparer.Ordinal);
    }

    public static Graph Apply(Graph graph)
    {
        if (graph.Nodes.Count == 0)
            return graph;
        var target = graph.Nodes.Max(n => n.Opset);
        var anyHalf = graph.Nodes.Any(n => n.OpType == "Cast" && OnnxTypes.ComputedAs(CastOp.Target(n)) != CastOp.Target(n));
        if (!anyHalf && graph.Nodes.All(n => n.Opset == target))
            return graph;
        OpsetUpgrade upgrade = new(graph, target);
        foreach (var node in graph.Nodes)
            upgrade.Write(node);
        return new Graph(graph.Name, graph.Inputs, upgrade._nodes, upgrade._constants, graph.Outputs);
    }

    private void Write(Node node)
    {
        bool Passes(int opset) => node.Opset < opset && _target >= opset;

        node = node.With(attributes: node.Attributes.Without("consumed_inputs"));
        switch (node.OpType)
        {
            case "Cast":
                WriteCast(node);
                break;
            case "Dropout":
                WriteDropout(node);
                break;
            case "Add" or "Sub" or "Mul" or "Div" or "Pow" or "Equal" or "Greater" or "Less" when Passes(7):
                var second = Reshaped(node, 1, Broadcast.SecondShape(node, FixedShape(node, 0), FixedShape(node, 1)));
                Put(node, [node.Inputs[0], second], node.Attributes.Without("axis", "broadcast"));
                break;
            case "PRelu" when Passes(7):
                var slope = Reshaped(node, 1, PReluOp.SlopeShape(node, FixedShape(node, 0), FixedShape(node, 1)));
                Put(node, [node.Inputs[0], slope], node.Attributes);
                break;
            case "Gemm" when Passes(7):
                Put(node, node.Inputs, node.Attributes.Without("broadcast"));
                break;
            case "BatchNormalization" when Passes(9):
                Put(node, node.Inputs, node.Attributes.Without("spatial", "is_test"));
                break;
            case "Selu" when Passes(6):
                Put(node, node.Inputs, node.Attributes.With("alpha", node.Attributes.Float("alpha", 1.6732f))
                    .With("gamma", node.Attributes.Float("gamma", 1.0507f)));
                break;
            case "Concat" when Passes(4):
                Put(node, node.Inputs, node.Attributes.With("axis", node.Attributes.Int("axis", 1)));
                break;
            case "Reshape" when node.Attributes.Has("shape"):
                MoveToInputs(node, ("shape", node.Attributes.Ints("shape")));
                break;
            case "Slice" when Passes(10):
                MoveToInputs(node, ("starts", node.Attributes.Ints("starts")), ("ends", node.Attributes.Ints("ends")),
                    ("axes", node.Attributes.Ints("axes")));
                break;
            case "Squeeze" or "Unsqueeze" or "ReduceSum" when Passes(13):
                MoveToInputs(node, ("axes", node.Attributes.Ints("axes")));
                break;
            case "Split" when Passes(13):
                WriteSplit(node);
                break;
            case "Split" when Passes(18):
                Put(node, node.Inputs, node.HasInput(1) ? node.Attributes
                    : node.Attributes.With("num_outputs", node.Outputs.Count));
                break;
            case "ReduceMean" or "ReduceMax" or "ReduceMin" or "ReduceProd" or "ReduceL1" or "ReduceL2" or "ReduceSumSquare"
                when Passes(18):
                MoveToInputs(node, ("axes", node.Attributes.Ints("axes")));
                break;
            case "Clip" when Passes(11):
                (var min, var max) = ClipOp.ConstantBounds(node, _constants)!.Value;
                Put(node, [node.Inputs[0], Bound(node, "min", min), Bound(node, "max", max)], NodeAttributes.None);
                break;
            case "Pad" when Passes(11):
                var pads = Constant($"{node.Name}/pads", Wholes(node.Attributes.Ints("pads")!));
                var value = Constant($"{node.Name}/value", Tensor.Of([node.Attributes.Float("value")], []));
                Put(node, [node.Inputs[0], pads, value], node.Attributes.Without("pads", "value"));
                break;
            case "Softmax" or "LogSoftmax" when Passes(13):
                WriteSoftmax(node);
                break;
            case "Upsample" when Passes(10):
            case "Resize" when Passes(11):
                WriteResize(node);
                break;
            default:
                Put(node, node.Inputs, node.Attributes);
                break;
        }
    }

    private void Put(Node node, IEnumerable<string> inputs, NodeAttributes attributes, string? op = null,
        IEnumerable<string>? outputs = null) =>
        _nodes.Add(new Node(op ?? node.OpType, inputs, outputs ?? node.Outputs, attributes, node.Name, _target));

    private void MoveToInputs(Node node, params (string Name, long[]? Values)[] attributes)
    {
        var moved = attributes.Where(a => a.Values != null).Select(a =>
            Constant($"{node.Name}/{a.Name}", Wholes(a.Values!)));
        Put(node, [.. node.Inputs, .. moved], node.Attributes.Without([.. attributes.Select(a => a.Name)]));
    }

    // Graphs compute in single precision: a cast to less rounds, and comes back.
    private void WriteCast(Node node)
    {
        var target = CastOp.Target(node);
        var input = node.Inputs[0];
        if (target is ElementType.Float16 or ElementType.BFloat16)
        {
            var number = target == ElementType.Float16 ? 10 : 16;
            var rounded = Unique($"{node.Outputs[0]}/rounded");
            Put(node, [input], NodeAttributes.Of(("to", number)), outputs: [rounded]);
            input = rounded;
        }

        Put(node, [input], NodeAttributes.Of(("to", OnnxTypes.NumberOf(OnnxTypes.ComputedAs(target)))));
    }

    private void WriteDropout(Node node)
    {
        if (node.Outputs.Skip(1).Any(o => _graph.Outputs.Contains(o) || _graph.Nodes.Any(n => n.Inputs.Contains(o))))
            throw node.Error($"has a mask that is used, which cannot be written in operator set {_target}");
        Put(node, [node.Inputs[0]], NodeAttributes.None, "Identity", [node.Outputs[0]]);
    }

    private void WriteSplit(Node node)
    {
        if (node.Attributes.Ints("split") is { } sizes)
            Put(node, [node.Inputs[0], Constant($"{node.Name}/split", Wholes(sizes))], node.Attributes.Without("split"));
        else
            Put(node, node.Inputs, _target >= 18 ? node.Attributes.With("num_outputs", node.Outputs.Count) : node.Attributes);
    }

    // Over the last dimension old and new mean the same, and likewise where all further dimensions have size 1.
    private void WriteSoftmax(Node node)
    {
        var shape = _graph.ShapeOf(node.Inputs[0]);
        var axis = Strided.Axis(node, node.Attributes.Int("axis", 1), shape.Length, orEnd: true);
        if (axis == shape.Length || shape.Skip(axis + 1).Any(size => size != 1))
            throw node.Error($"normalises over several dimensions at once, which cannot be written in operator set {_target}");
        Put(node, node.Inputs, NodeAttributes.Of(("axis", axis)));
    }

    private void WriteResize(Node node)
    {
        if (_target < 11)
            throw node.Error($"cannot be written in operator set {_target}");
        var scales = node.Attributes.Floats("scales")
            ?? (_constants.TryGetValue(node.Inputs[1], out var given) ? given.Floats.ToArray()
                : throw node.Error($"has scales that are not constant, which cannot be written in operator set {_target}"));
        var attributes = NodeAttributes.Of(
            ("mode", node.Attributes.Text("mode", "nearest") == "nearest" ? "nearest" : "linear"),
            ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", scales.Any(s => s < 1) ? "ceil" : "floor"));
        Put(node, [node.Inputs[0], "", Constant($"{node.Name}/scales", Tensor.Of(scales, scales.Length))], attributes, "Resize");
    }

    private int[] FixedShape(Node node, int input) => _graph.Probe.First.Find(node.Inputs[input])
        ?? throw node.Error($"cannot be written in operator set {_target}, since the shape of input {input} is not known");

    private string Reshaped(Node node, int input, int[] shape)
    {
        var name = node.Inputs[input];
        if (FixedShape(node, input).AsSpan().SequenceEqual(shape))
            return name;
        if (_constants.TryGetValue(name, out var value))
            return Constant($"{node.Name}/{input}", value.Reshape(shape));
        var ones = shape.Length - FixedShape(node, input).Length;
        var target = Constant($"{node.Name}/axes",
            Wholes([.. Enumerable.Range(shape.Length - ones, ones).Select(i => (long)i)]));
        var reshaped = Unique($"{name}/{node.Name}");
        if (_target < 13)
            throw node.Error($"cannot be written in operator set {_target}");
        _nodes.Add(new Node("Unsqueeze", [name, target], [reshaped], null, reshaped, _target));
        return reshaped;
    }

    private string Bound(Node node, string name, float value) =>
        float.IsInfinity(value) ? "" : Constant($"{node.Name}/{name}", Tensor.Of([value], []));

    private static Tensor Wholes(long[] values) => Tensor.Of(values, values.Length);

    private string Constant(string name, Tensor value)
    {
        var unique = Unique(name);
        _constants[unique] = value;
        return unique;
    }

    private string Unique(string name)
    {
        var unique = name;
        for (var i = 2; _constants.ContainsKey(unique) || _graph.HasValue(unique)
            || _nodes.Any(n => n.Outputs.Contains(unique)); i++)
        {
            unique = $"{name}:{i}";
        }

        return unique;
    }
}
