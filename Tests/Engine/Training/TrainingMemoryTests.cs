using MlPipeline.Engine.Architectures;
using MlPipeline.Engine.Kernels.Memory;
using MlPipeline.Engine.Tests.Plans;
using MlPipeline.Engine.Tests.Runtimes;
using MlPipeline.Engine.Training;
using MlPipeline.Engine.Training.Optimizers;

namespace MlPipeline.Engine.Tests.Training;

/// <summary>Training takes the same memory in every step, and gives it back. Runs alone: it looks at the whole process.</summary>
[Collection(nameof(LeakTests))]
public sealed class TrainingMemoryTests
{
    [Fact]
    public void StepsTakeNoMoreMemoryAndPlansGiveItBack()
    {
        var graph = ArchitectureCatalog.ByName("lenet5").Build();
        var images = SmallNetwork.Input(1, 8, 1, 32, 32);
        var before = Settle().Native;
        using (var plan = new TrainingPlan(graph))
        {
            var optimizer = new SgdOptimizer(Optimizer.DecayWeights(plan.Parameters, 1e-3));
            void Run(int steps)
            {
                for (var step = 0; step < steps; step++)
                {
                    plan.ComputeGradients(images, [0, 1, 2, 3, 4, 5, 6, 7]);
                    optimizer.Step(0.01);
                }
            }

            Run(20);
            var first = Settle();
            Run(500);
            var last = Settle();
            Assert.Equal(first.Native, last.Native);
            Assert.InRange(last.Managed, 0, first.Managed + (1 << 18));
        }

        Assert.Equal(before, Settle().Native);
    }

    private static (long Native, long Managed) Settle()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return (AlignedBuffer.LiveBytes, GC.GetTotalMemory(forceFullCollection: true));
    }
}
