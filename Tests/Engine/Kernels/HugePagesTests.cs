using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels.Memory;

namespace MlPipeline.Engine.Tests.Kernels;

public class HugePagesTests
{
    private const int Floats = (3 * HugePages.Size / sizeof(float)) + 1000;

    [Fact]
    public unsafe void Collapsing_keeps_what_the_memory_holds()
    {
        using var buffer = new AlignedBuffer(Floats, zeroed: false);
        var values = buffer.Span(0, Floats);
        for (var i = 0; i < values.Length; i++)
            values[i] = i;

        buffer.Collapse();
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] != i)
                Assert.Fail($"{i} became {values[i]}");
        }
    }

    [Fact]
    public void Zeroed_memory_is_zero_and_arrays_have_their_length()
    {
        using var buffer = new AlignedBuffer(Floats);
        Assert.Equal(-1, buffer.Span(0, Floats).IndexOfAnyExcept(0f));
        Assert.Equal(Floats, HugePages.Allocate(Floats).Length);
    }

    [Fact]
    public void Freed_and_collected_memory_is_passed_over()
    {
        var buffer = new AlignedBuffer(Floats);
        PageUpgrades.Add(buffer);
        PageUpgrades.Add(new float[Floats]);
        buffer.Dispose();
        buffer.Collapse();
        PageUpgrades.Begin();
        Assert.True(SpinWait.SpinUntil(() => PageUpgrades.IsDone, TimeSpan.FromMinutes(2)));
    }
}
