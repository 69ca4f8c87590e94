using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Graphs;

/// <summary>
/// Tells whether a graph treats every row of a batch by itself: then a batch may be run row by row, and a row gets the same
/// whatever the batch it comes in.
/// </summary>
/// <remarks>
/// Every value that depends on what is put in must have the batch as its first size and no other size that varies with it; what
/// follows from the size of the batch alone may only decide shapes, or be as long as the batch with all rows the same. Operators
/// say whether they mix along dimension 0.
/// </remarks>
internal sealed class RowIndependence
{
    private readonly Graph _graph;
    private readonly GraphShapes _shapes;
    private readonly GraphShapes _larger;
    private readonly int _rows;
    private readonly Dictionary<string, Kind> _kinds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _repeated = new(StringComparer.Ordinal);

    private RowIndependence(Graph graph)
    {
        _graph = graph;
        _shapes = graph.Probe.First;
        _rows = _shapes.Of(graph.Inputs[0].Name)[0];
        _larger = graph.ShapesFor(graph.Inputs.ToDictionary(i => i.Name, i => (int[])[_rows + 1, .. _shapes.Of(i.Name).Skip(1)]));
    }

    // How a value depends on the batch: not at all; on its size only; on its rows.
    private enum Kind
    {
        Constant,
        Sized,
        Rows,
    }

    /// <summary>Whether it does. Only graphs whose inputs all lead with a free batch do.</summary>
    public static bool Of(Graph graph)
    {
        if (graph.Inputs.Count == 0 || !graph.HasKnownShapes || graph.Inputs.Any(i => i.Dimensions is not [-1, ..]))
            return false;
        try
        {
            RowIndependence independence = new(graph);
            return independence._larger.AreAllKnown && independence.Holds();
        }
        catch (OnnxException)
        {
            // It does not even run at another batch size, or what decides a shape is not known before the run.
            return false;
        }
    }

    private bool Holds()
    {
        foreach (var constant in _graph.Constants.Keys)
            _kinds[constant] = Kind.Constant;
        foreach (var input in _graph.Inputs)
            _kinds[input.Name] = Kind.Rows;
        foreach (var node in _graph.Nodes)
        {
            if (!Enter(node))
                return false;
        }

        return _graph.Outputs.All(o => _kinds[o] == Kind.Rows);
    }

    private bool Enter(Node node)
    {
        var op = OpRegistry.Of(node);
        var isOfRows = !op.ValueFollowsFromShapes && node.Inputs.Any(i => i.Length > 0 && _kinds[i] == Kind.Rows);
        if (isOfRows && (!TakesRows(op, node)
            || op.MixesRows(node, [.. node.Inputs.Select(i => i.Length == 0 ? null : _shapes.FactOf(i))])))
        {
            return false;
        }

        var isConstant = node.Inputs.All(i => i.Length == 0 || _kinds[i] == Kind.Constant);
        foreach (var output in node.Outputs.Where(o => o.Length > 0))
        {
            if (isOfRows && !IsAsLongAsBatch(output))
                return false;
            _kinds[output] = isOfRows ? Kind.Rows : isConstant || IsTheSame(output) ? Kind.Constant : Kind.Sized;
            if (_kinds[output] == Kind.Sized && IsAsLongAsBatch(output) && RepeatsOneRow(node, output))
                _repeated.Add(output);
        }

        return true;
    }

    private bool TakesRows(Op op, Node node)
    {
        for (var i = 0; i < node.Inputs.Count; i++)
        {
            var input = node.Inputs[i];
            if (input.Length > 0 && _kinds[input] == Kind.Sized && !op.ShapedBy(node, i) && !_repeated.Contains(input))
                return false;
        }

        return true;
    }

    private bool IsAsLongAsBatch(string value) =>
        _shapes.Of(value) is [int rows, .. int[] rest] && rows == _rows
        && _larger.Of(value) is [int more, .. int[] others] && more == _rows + 1 && rest.AsSpan().SequenceEqual(others);

    // Rows that differ by their place would be others in a part of the batch.
    private bool RepeatsOneRow(Node node, string value)
    {
        if (_shapes.ElementsOf(value) is { } elements)
        {
            var row = elements.Length / _rows;
            Tensor Without(int skipped)
            {
                var rest = Tensor.Zeros(elements.Type, elements.Length - row);
                Array.Copy(elements.Storage, skipped, rest.Storage, 0, rest.Length);
                return rest;
            }

            return Without(0).HasSameElementsAs(Without(row));
        }

        return node.OpType == "ConstantOfShape" || (node.OpType == "Expand"
            && (_shapes.Of(node.Inputs[0]).Length < _shapes.Of(value).Length || _shapes.Of(node.Inputs[0])[0] == 1));
    }

    // Elements that follow from shapes are known beforehand; those that are too many to be kept count as different.
    private bool IsTheSame(string value) => _shapes.ElementsOf(value) is { } a && _larger.ElementsOf(value) is { } b
        && a.HasSameElementsAs(b);
}
