using MlPipeline.Engine.Kernels.Threading;

namespace MlPipeline.Engine.Plans.Steps;

/// <summary>One thing a plan does. Holds no state of a run.</summary>
internal abstract class PlanStep : IParallelWork
{
    /// <param name="name">For reports: the node it comes from.</param>
    /// <param name="places">All places it reads or writes.</param>
    protected PlanStep(string name, params ReadOnlySpan<Place?> places)
    {
        Name = name;
        foreach (var place in places)
        {
            if (place?.Buffer is { } buffer)
                Buffers.Add(buffer);
        }
    }

    public string Name { get; }

    /// <summary>What it is part of; null for copies into and out of the plan.</summary>
    public StepOrigin? Origin { get; set; }

    /// <summary>How it does what it does, in words.</summary>
    public virtual string Algorithm => GetType().Name.Replace("Step", string.Empty, StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Products summed, by definition; 0 where they are not what it does.</summary>
    public virtual long MultiplyAdds => 0;

    /// <summary>What it touches in the arena.</summary>
    public List<PlanBuffer> Buffers { get; } = [];

    /// <summary>Floats of scratch memory for each thread.</summary>
    public virtual long ScratchFloats => 0;

    /// <summary>Parts that are done one after the other.</summary>
    public virtual int Phases => 1;

    /// <summary>What must happen on the calling thread before the tasks.</summary>
    public virtual void Prepare(Workspace workspace)
    {
    }

    /// <summary>Independent tasks of a phase.</summary>
    public abstract int Tasks(int phase);

    public abstract void Execute(Workspace workspace, int phase, int task, int worker);

    void IParallelWork.Execute(object state, int phase, int task, int worker) => Execute((Workspace)state, phase, task, worker);

    /// <summary>Does all of it on the workspace's threads.</summary>
    public virtual void Run(Workspace workspace)
    {
        Prepare(workspace);
        for (var phase = 0; phase < Phases; phase++)
            workspace.Pool.Run(this, workspace, phase, Tasks(phase));
    }
}
