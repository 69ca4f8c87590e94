using MlPipeline.Engine.Kernels.Memory;
using MlPipeline.Engine.Kernels.Threading;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Plans;

/// <summary>
/// The memory of one run: arena, scratch for each thread, tensors. Used by one run at a time, then again by the next.
/// </summary>
/// <remarks>
/// A nested one serves steps that are done for a few images of the batch at a time: it has an arena of its own, in memory of the
/// one around it, and finds there the images that are its turn.
/// </remarks>
internal sealed unsafe class Workspace : IDisposable
{
    private readonly AlignedBuffer? _memory;
    private readonly AlignedBuffer? _scratchMemory;
    private readonly Tensor?[] _tensors;
    private readonly Workspace? _around;
    private readonly Workspace?[] _nested;
    private float* _arena;
    private float* _scratch;
    private long _scratchFloats;

    public Workspace(WorkerPool pool, long arenaFloats, long scratchFloats, int tensors)
    {
        Pool = pool;
        _scratchFloats = ((scratchFloats + 63) / 64 * 64) + AlignedBuffer.Slack;
        _memory = new AlignedBuffer(arenaFloats);
        _scratchMemory = new AlignedBuffer(_scratchFloats * pool.Threads);
        _arena = _memory.Pointer;
        _scratch = _scratchMemory.Pointer;
        _tensors = new Tensor?[tensors];
        _nested = new Workspace?[pool.Threads];
    }

    private Workspace(Workspace around)
    {
        Pool = around.Pool;
        _around = around;
        _tensors = around._tensors;
        _nested = [];
    }

    public WorkerPool Pool { get; }

    /// <summary>The first image of the batch that steps are to see.</summary>
    public int FirstImage { get; private set; }

    /// <summary>Where steps say how long the steps within them took; null: nobody asks.</summary>
    public StepTimes? Timings { get; set; }

    public long Bytes => ((_memory?.Length ?? 0) + (_scratchMemory?.Length ?? 0)) * sizeof(float);

    public float* Address(Place place) => Address(place.Buffer!) + place.Start;

    public float* Address(PlanBuffer buffer) => buffer.Whole is { } whole
        ? _around!.Address(whole) + (FirstImage * buffer.ImageFloats)
        : _arena + buffer.Offset;

    public float* Scratch(int worker) => _scratch + (worker * _scratchFloats);

    public Tensor TensorOf(Place place) => place.Constant ?? _tensors[place.Slot]!;

    public void SetTensor(Place place, Tensor tensor) => _tensors[place.Slot] = tensor;

    /// <summary>A workspace within this one for steps that a single thread does by itself.</summary>
    /// <param name="worker">The thread, whose scratch memory here will be arena and scratch memory there.</param>
    /// <param name="arenaFloats">Floats of the arena.</param>
    /// <param name="firstImage">First image of the batch that the steps are to see.</param>
    public Workspace ForOne(int worker, long arenaFloats, int firstImage)
    {
        var nested = _nested[worker] ??= new Workspace(this);
        nested._arena = Scratch(worker);
        nested._scratch = nested._arena + arenaFloats;
        nested._scratchFloats = 0;
        nested.FirstImage = firstImage;
        return nested;
    }

    /// <summary>A workspace within this one for steps that all threads share.</summary>
    /// <param name="arena">Where its arena lies in this one's.</param>
    /// <param name="firstImage">First image of the batch that the steps are to see.</param>
    public Workspace ForAll(PlanBuffer arena, int firstImage)
    {
        var nested = _nested[0] ??= new Workspace(this);
        nested._arena = Address(arena);
        nested._scratch = _scratch;
        nested._scratchFloats = _scratchFloats;
        nested.FirstImage = firstImage;
        return nested;
    }

    /// <summary>Lets go of the run's tensors.</summary>
    public void Clear() => Array.Clear(_tensors);

    public void Dispose()
    {
        _memory?.Dispose();
        _scratchMemory?.Dispose();
    }
}
