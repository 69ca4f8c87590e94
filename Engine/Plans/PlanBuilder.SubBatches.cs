using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Plans.Steps;

namespace MlPipeline.Engine.Plans;

/// <content>Parts of the graph that are done for a few images of the batch at a time.</content>
internal sealed partial class PlanBuilder
{
    private PlanBuilder(PlanBuilder whole, GraphShapes shapes, int threads, SubBatchBoundary boundary)
    {
        _graph = whole._graph;
        _inputShapes = whole._inputShapes;
        _shapes = shapes;
        Kernels = whole.Kernels;
        Weights = whole.Weights;
        Pool = whole.Pool;
        Threads = threads;
        Absorbed = whole.Absorbed;
        _concats = whole._concats;
        _cache = whole._cache;
        _boundary = boundary;
    }

    /// <summary>Lowers a stretch of nodes to steps over a few images; false, with nothing changed, if that cannot be.</summary>
    private bool TryLowerInParts(SubBatch stretch)
    {
        var batch = _inputShapes.Values.First()[0];
        var parts = batch / stretch.Images;
        parts -= parts % Threads;
        var rest = batch - (parts * stretch.Images);
        if (parts == 0)
            return false;
        var leaving = new HashSet<string>(stretch.Leaving, StringComparer.Ordinal);
        foreach (var value in stretch.Leaving)
        {
            if (_concats.TryFind(value, out var root, out _))
                leaving.Add(root);
        }

        var buffers = new Dictionary<string, PlanBuffer>(StringComparer.Ordinal);
        PlanBuilder? Lowered(int images, int threads)
        {
            var inputs = _inputShapes.ToDictionary(i => i.Key, i => (int[])[images, .. i.Value[1..]], StringComparer.Ordinal);
            var boundary = new SubBatchBoundary(this, leaving, buffers, batch, images);
            var nested = new PlanBuilder(this, _graph.ShapesFor(inputs), threads, boundary);
            return nested.TryLower(stretch) ? nested : null;
        }

        PlanBuilder? part = Lowered(stretch.Images, 1), last = rest == 0 ? null : Lowered(rest, Threads);
        if (part is null || (rest > 0 && last is null))
            return false;
        Add(new SubBatchStep([.. part.Joined()], 0, stretch.Images, parts));
        if (last is not null)
            Add(new SubBatchStep([.. last.Joined()], parts * stretch.Images, rest, 1));
        foreach (var value in stretch.Leaving)
            Define(value, SubBatchBoundary.Leave(part.Any(value), ShapeOf(value)!));
        return true;
    }

    private bool TryLower(SubBatch stretch)
    {
        if (!TryLowerNodes(stretch.First, stretch.End))
            return false;
        foreach (var value in stretch.Leaving)
        {
            var place = Any(value);
            if (place.Layout == Layout.Object)
                return false;
            if (place.Buffer!.Whole is null)
            {
                // It is a part of something that stays inside.
                var buffer = _boundary!.NewBuffer(value, place.Length);
                var outside = place.Layout == Layout.RowMajor
                    ? Place.RowMajor(buffer, place.Dimensions)
                    : Place.ChannelsLast(buffer, place.Dimensions, 0, place.Channels);
                Copy(value, place, outside);
                Define(value, outside);
            }
        }

        return _steps.Count > 0;
    }
}
