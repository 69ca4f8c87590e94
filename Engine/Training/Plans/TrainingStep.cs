using MlPipeline.Engine.Plans;
using MlPipeline.Engine.Plans.Steps;

namespace MlPipeline.Engine.Training.Plans;

/// <summary>One thing that a training plan does: how many tasks each phase has, and what a task is.</summary>
internal sealed class TrainingStep : PlanStep
{
    private readonly int[] _tasks;
    private readonly Task _body;

    /// <param name="name">For reports: the node it comes from.</param>
    /// <param name="places">All places it reads or writes.</param>
    /// <param name="tasks">Tasks of each phase.</param>
    /// <param name="body">What a task does.</param>
    public TrainingStep(string name, Place?[] places, int[] tasks, Task body)
        : base(name, places)
    {
        _tasks = tasks;
        _body = body;
    }

    /// <summary>One task of a phase.</summary>
    public delegate void Task(Workspace workspace, int phase, int task, int worker);

    /// <summary>What happens on the calling thread before the tasks.</summary>
    public Action<Workspace>? Before { get; init; }

    /// <summary>Floats of scratch memory for each thread.</summary>
    public long Scratch { get; init; }

    /// <summary>Memory that the tasks share during the step.</summary>
    public PlanBuffer? Shared
    {
        get => field;
        init
        {
            field = value;
            if (value is not null)
                Buffers.Add(value);
        }
    }

    public override int Phases => _tasks.Length;

    public override long ScratchFloats => Scratch;

    public override int Tasks(int phase) => _tasks[phase];

    public override void Prepare(Workspace workspace) => Before?.Invoke(workspace);

    public override void Execute(Workspace workspace, int phase, int task, int worker) => _body(workspace, phase, task, worker);
}
