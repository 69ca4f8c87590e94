using MlPipeline.Engine.Kernels.Memory;
using MlPipeline.Engine.Kernels.Threading;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Plans;

/// <summary>
/// The memory of one run: arena, scratch for each thread, tensors. Used by one run at a time, then again by the next.
/// </summary>
internal sealed unsafe class Workspace : IDisposable
{
    private readonly AlignedBuffer _arena;
    private readonly AlignedBuffer _scratch;
    private readonly Tensor?[] _tensors;
    private readonly long _scratchFloats;

    public Workspace(WorkerPool pool, long arenaFloats, long scratchFloats, int tensors)
    {
        Pool = pool;
        _scratchFloats = (scratchFloats + 63) / 64 * 64;
        _arena = new AlignedBuffer(arenaFloats);
        _scratch = new AlignedBuffer(_scratchFloats * pool.Threads);
        _tensors = new Tensor?[tensors];
    }

    public WorkerPool Pool { get; }

    public long Bytes => (_arena.Length + _scratch.Length) * sizeof(float);

    public float* Address(Place place) => _arena.Pointer + place.Buffer!.Offset + place.Start;

    public float* Address(PlanBuffer buffer) => _arena.Pointer + buffer.Offset;

    public float* Scratch(int worker) => _scratch.Pointer + (worker * _scratchFloats);

    public Tensor TensorOf(Place place) => place.Constant ?? _tensors[place.Slot]!;

    public void SetTensor(Place place, Tensor tensor) => _tensors[place.Slot] = tensor;

    /// <summary>Lets go of the run's tensors.</summary>
    public void Clear() => Array.Clear(_tensors);

    public void Dispose()
    {
        _arena.Dispose();
        _scratch.Dispose();
    }
}
