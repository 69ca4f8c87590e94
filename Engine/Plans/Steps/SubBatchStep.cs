using System.Diagnostics;

namespace MlPipeline.Engine.Plans.Steps;

/// <summary>
/// Consecutive steps done for a few images of the batch at a time, so that what goes from one step to the next stays in the
/// cache.
/// </summary>
/// <remarks>
/// Parts of the batch go to the threads, each of which takes its part through all steps alone: they need not meet after every
/// step. A rest that does not share out evenly is a step of its own with one part, on which all threads work together.
/// </remarks>
internal sealed class SubBatchStep : PlanStep
{
    private readonly PlanStep[] _steps;
    private readonly int _firstImage;
    private readonly int _images;
    private readonly int _parts;
    private readonly long _arenaFloats;
    private readonly long _scratchFloats;
    private readonly PlanBuffer? _arena;

    /// <param name="steps">The steps, made for <paramref name="images"/> images.</param>
    /// <param name="firstImage">First image of the batch.</param>
    /// <param name="images">Images at a time.</param>
    /// <param name="parts">How many times; 1: all threads work on it together.</param>
    public SubBatchStep(PlanStep[] steps, int firstImage, int images, int parts)
        : base($"{steps[0].Name} to {steps[^1].Name}")
    {
        _steps = steps;
        _firstImage = firstImage;
        _images = images;
        _parts = parts;
        for (var i = 0; i < steps.Length; i++)
        {
            foreach (var buffer in steps[i].Buffers)
            {
                if (buffer.Whole is { } whole)
                    Buffers.Add(whole);
                buffer.Touch(i);
            }
        }

        var floats = Arena.Lay(steps.SelectMany(s => s.Buffers).Distinct().Where(b => b.Whole is null));
        var scratch = steps.Max(s => s.ScratchFloats);
        if (parts == 1)
        {
            _scratchFloats = scratch;
            Buffers.Add(_arena = new PlanBuffer(floats));
        }
        else
        {
            _arenaFloats = (floats + 63) / 64 * 64;
            _scratchFloats = _arenaFloats + scratch;
        }
    }

    /// <summary>What is done for each part.</summary>
    public IReadOnlyList<PlanStep> Steps => _steps;

    /// <summary>How many times they are done in a run.</summary>
    public int Parts => _parts;

    public override long ScratchFloats => _scratchFloats;

    public override int Tasks(int phase) => _parts;

    public override void Run(Workspace workspace)
    {
        if (_arena is null)
        {
            base.Run(workspace);
            return;
        }

        var nested = workspace.ForAll(_arena, _firstImage);
        foreach (var step in _steps)
        {
            var start = Stopwatch.GetTimestamp();
            step.Run(nested);
            workspace.Timings?.Add(step, Stopwatch.GetTimestamp() - start);
        }
    }

    public override void Execute(Workspace workspace, int phase, int task, int worker)
    {
        var nested = workspace.ForOne(worker, _arenaFloats, _firstImage + (task * _images));
        foreach (var step in _steps)
        {
            var start = Stopwatch.GetTimestamp();
            step.Prepare(nested);
            for (var part = 0; part < step.Phases; part++)
            {
                var tasks = step.Tasks(part);
                for (var each = 0; each < tasks; each++)
                    step.Execute(nested, part, each, 0);
            }

            // Every thread is at some step: a step's share of the time is that of all threads together.
            workspace.Timings?.Add(step, (Stopwatch.GetTimestamp() - start) / workspace.Pool.Threads);
        }
    }

    public override string ToString() => $"{_steps.Length} steps, {_images} of {_images * _parts} images at a time";
}
