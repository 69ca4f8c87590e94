namespace MlPipeline.Core.Tests;

public class MLContextTests
{
    [Fact]
    public void MessagesCarrySourceAndKind()
    {
        var ml = new MLContext();
        var messages = new List<LoggingEventArgs>();
        ((IHostEnvironment)ml).Host.Info("Nobody", "is listening");
        ml.Log += (sender, args) =>
        {
            Assert.Same(ml, sender);
            messages.Add(args);
        };
        ((IHostEnvironment)ml).Host.Warning("Trainer", "slow");
        LoggingEventArgs message = Assert.Single(messages);
        Assert.Equal("[Source=Trainer, Kind=Warning] slow", message.Message);
        Assert.Equal(("slow", "Trainer", ChannelMessageKind.Warning), (message.RawMessage, message.Source, message.Kind));
    }

    [Fact]
    public void OptionsAreKeptByNameAndType()
    {
        var ml = new MLContext();
        Assert.True(ml.TryAddOption("depth", 3));
        Assert.False(ml.TryAddOption("depth", 4));
        Assert.True(ml.TryGetOption("depth", out int depth));
        Assert.Equal(3, depth);
        Assert.False(ml.TryGetOption("depth", out string? _));
        ml.SetOption("depth", 5);
        Assert.Equal((5, 0), (ml.GetOptionOrDefault<int>("depth"), ml.GetOptionOrDefault<int>("width")));
        Assert.True(ml.RemoveOption("depth"));
        Assert.False(ml.RemoveOption("depth"));
    }

    [Fact]
    public void SeedsDependOnTheContextAndTheComponentOnly()
    {
        Host one = ((IHostEnvironment)new MLContext(1)).Host;
        Assert.Equal(one.SeedFor("a"), ((IHostEnvironment)new MLContext(1)).Host.SeedFor("a"));
        Assert.Equal(one.SeedFor("a"), one.SeedFor("a"));
        Assert.NotEqual(one.SeedFor("a"), one.SeedFor("b"));
        Assert.NotEqual(one.SeedFor("a"), ((IHostEnvironment)new MLContext(2)).Host.SeedFor("a"));
        Assert.Equal(7, one.SeedFor("a", 7));
        Assert.Equal(one.CreateRandom("a").Next(), one.CreateRandom("a").Next());
    }
}
