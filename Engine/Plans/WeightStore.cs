using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Threading;

namespace MlPipeline.Engine.Plans;

/// <summary>What plans of one session share: packed weights, made once for each use, freed together.</summary>
internal sealed class WeightStore : IDisposable
{
    private readonly Dictionary<string, IDisposable> _items = new(StringComparer.Ordinal);
    private bool _disposed;

    /// <summary>The item of that key, made now if it is not there.</summary>
    public T Get<T>(string key, Func<T> make)
        where T : class, IDisposable
    {
        lock (_items)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_items.TryGetValue(key, out var item))
            {
                item = make();
                _items.Add(key, item);
            }

            return (T)item;
        }
    }

    /// <summary>Fills the weights that have been made and not filled since; before that no plan with them may run.</summary>
    public void Fill(WorkerPool pool)
    {
        lock (_items)
            ConvolutionWeights.Fill(_items.Values.OfType<ConvolutionWeights>(), pool);
    }

    /// <summary>Bytes of packed weights.</summary>
    public long Bytes
    {
        get
        {
            lock (_items)
                return _items.Values.OfType<ConvolutionWeights>().Sum(w => w.Bytes);
        }
    }

    public void Dispose()
    {
        lock (_items)
        {
            _disposed = true;
            foreach (var item in _items.Values)
                item.Dispose();
            _items.Clear();
        }
    }
}
