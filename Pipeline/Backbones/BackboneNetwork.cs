using System.Collections.Concurrent;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;
using MlPipeline.Pipeline.Heatmaps;
using MlPipeline.Pipeline.Transformers;

namespace MlPipeline.Pipeline.Backbones;

/// <summary>A backbone ready to run: one session for each set of outputs that was asked for, made when it is first
/// needed.</summary>
internal sealed class BackboneNetwork : IDisposable
{
    private const long BatchBudget = 128L << 20;
    private const int MaxBatch = 32;

    private readonly ConcurrentDictionary<BackboneOutput, Lazy<ISession>> _sessions = new();
    private readonly IRuntime _runtime;
    private readonly int _threads;
    private readonly Lazy<IReadOnlyList<string>> _products;
    private int _batchSize;

    public BackboneNetwork(Backbone backbone, BackboneRunOptions options)
    {
        Backbone = backbone;
        _runtime = options.Runtime ?? new ManagedRuntime();
        _threads = options.Threads;
        _batchSize = options.BatchSize;
        _products = new(() => LayerGradients.ProductsOf(backbone));
    }

    public Backbone Backbone { get; }

    /// <summary>Pictures per run: what was asked for, or the largest power of two up to 32 whose largest map stays within the
    /// budget; one where the network can take no more.</summary>
    public int BatchSize
    {
        get
        {
            if (TakesOne)
                return 1;
            if (_batchSize == 0)
            {
                var bytes = 2L * sizeof(float) * LargestValue();
                var batch = MaxBatch;
                while (batch > 1 && batch * bytes > BatchBudget)
                    batch /= 2;
                _batchSize = batch;
            }

            return _batchSize;
        }
    }

    /// <summary>Whether the file fixes the batch to one picture.</summary>
    public bool TakesOne => Backbone.Graph.Inputs[0].Dimensions![0] == 1;

    /// <summary>The values of <see cref="BackboneOutput.Products"/>.</summary>
    public IReadOnlyList<string> Products => _products.Value;

    /// <summary>The name of the value that an output is; of all but <see cref="BackboneOutput.Products"/>.</summary>
    public string ValueOf(BackboneOutput output) => output switch
    {
        BackboneOutput.Features => Backbone.PooledName!,
        BackboneOutput.FeatureMap => Backbone.FeatureMapName!,
        _ => Backbone.LogitsName!,
    };

    /// <summary>Makes ready what <see cref="Run"/> needs for these outputs, if that has not been done.</summary>
    public void Prepare(BackboneOutput outputs) => _ = Session(outputs);

    /// <summary>Runs the network on prepared pictures.</summary>
    /// <returns>The values by name; each has one row for each picture.</returns>
    public IReadOnlyDictionary<string, Tensor> Run(BackboneOutput outputs, float[] pixels, int count)
    {
        if (TakesOne && count > 1)
            return RunOneByOne(outputs, pixels, count);
        return Session(outputs).Run(new Dictionary<string, Tensor> { [Backbone.InputName] = Backbone.InputOf(pixels, count) });
    }

    /// <summary>Copies a picture's feature map, and if asked for the <see cref="Products"/> behind it.</summary>
    /// <param name="values">What <see cref="Run"/> gave.</param>
    /// <param name="row">The picture's row in them.</param>
    /// <param name="withProducts">Whether the products follow.</param>
    /// <param name="value">Is written.</param>
    public void CopyMap(IReadOnlyDictionary<string, Tensor> values, int row, bool withProducts, ref VBuffer<float> value)
    {
        var map = values[ValueOf(BackboneOutput.FeatureMap)];
        Tensor[] parts = withProducts ? [map, .. Products.Select(p => values[p])] : [map];
        var editor = VBufferEditor.Create(ref value, parts.Sum(LengthOf));
        var at = 0;
        foreach (var part in parts)
        {
            part.Floats.Slice(row * LengthOf(part), LengthOf(part)).CopyTo(editor.Values[at..]);
            at += LengthOf(part);
        }

        value = editor.Commit();

        static int LengthOf(Tensor batch) => batch.Length / batch.Dimensions[0];
    }

    public void Dispose()
    {
        foreach (var session in _sessions.Values)
        {
            if (session.IsValueCreated)
                session.Value.Dispose();
        }

        _sessions.Clear();
    }

    private Dictionary<string, Tensor> RunOneByOne(BackboneOutput outputs, float[] pixels, int count)
    {
        var length = pixels.Length / count;
        var runs = Enumerable.Range(0, count).Select(i => Run(outputs, pixels[(i * length)..((i + 1) * length)], 1)).ToArray();
        return runs[0].ToDictionary(v => v.Key, v => Tensor.Of(
            [.. runs.SelectMany(r => r[v.Key].Floats.ToArray())], [count, .. v.Value.Dimensions[1..].ToArray()]));
    }

    private ISession Session(BackboneOutput outputs) => _sessions.GetOrAdd(outputs, set => new Lazy<ISession>(() =>
    {
        var names = Enum.GetValues<BackboneOutput>()
            .Where(o => o != BackboneOutput.None && set.HasFlag(o))
            .SelectMany(o => o == BackboneOutput.Products ? Products : [ValueOf(o)]).Distinct().ToArray();
        return _runtime.CreateSession(Backbone.Graph.WithOutputs(names), new SessionOptions { Threads = _threads });
    })).Value;

    private long LargestValue()
    {
        var facts = new GraphFacts(Backbone.Graph, Backbone.Preprocessing);
        return Backbone.Graph.Nodes.SelectMany(n => n.Outputs).Where(o => o.Length > 0 && !facts.IsConstant(o))
            .Select(o => (long)facts.Count(o)).DefaultIfEmpty(1).Max();
    }
}
