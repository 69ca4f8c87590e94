using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Tests.Search;

public class SearchSpaceTests
{
    [Fact]
    public void Attributes_describe_a_space_and_its_points_become_options()
    {
        var space = new SearchSpace<Options>();
        Assert.Equal(["Rate", "Layers", "Kind", "Flag", "Inner.Width"], space.Flatten().Select(o => o.Name));
        var low = space.OptionsAt([0, 0, 0, 0, 0]);
        var high = space.OptionsAt([1, 1, 1, 1, 1]);
        Assert.Equal((1e-3, 1, "a", true, 0.5f), (low.Rate, low.Layers, low.Kind, low.Flag, low.Inner.Width));
        Assert.Equal((10.0, 8, "c", false, 2f), (high.Rate, high.Layers, high.Kind, high.Flag, high.Inner.Width));
        var middle = space.OptionsAt(space.Default);
        Assert.Equal(0.5, middle.Rate, 1e-12);
        Assert.Equal("a", middle.Kind);
    }

    [Fact]
    public void A_value_and_its_coordinates_belong_together()
    {
        var space = TestSpaces.Conditional();
        for (var trial = 0; trial < 200; trial++)
        {
            var parameter = space.SampleFromFeatureSpace(new TrialRandom(1, trial).NextPoint(space.FeatureSpaceDim));
            var point = space.MappingToFeatureSpace(parameter);
            var again = space.SampleFromFeatureSpace(point);
            Assert.Equal(parameter["depth"], again["depth"]);
            Assert.Equal(parameter["kind"], again["kind"]);
            Assert.Equal(parameter["rate"].AsType<double>(), again["rate"].AsType<double>(), 1e-12);
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Every_whole_number_of_a_range_is_reached_and_comes_back(bool log)
    {
        var option = new UniformIntOption(1, 40, log);
        for (var value = 1; value <= 40; value++)
        {
            Assert.Equal(value,
                option.SampleFromFeatureSpace(option.MappingToFeatureSpace(Parameter.FromInt(value))).AsType<int>());
        }

        Assert.Equal(1, option.SampleFromFeatureSpace([0]).AsType<int>());
        Assert.Equal(40, option.SampleFromFeatureSpace([1]).AsType<int>());
    }

    [Fact]
    public void What_is_wrong_is_named()
    {
        var space = TestSpaces.Conditional();
        Assert.Contains("never", Assert.Throws<ArgumentException>(() => space.When("momentum", "kind", "adam")).Message,
            StringComparison.Ordinal);
        Assert.Contains("'rate'", Assert.Throws<ArgumentException>(() => space.When("momentum", "rate", 1)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new UniformDoubleOption(0, 1, logBase: true));
        Assert.Throws<ArgumentException>(() => new UniformIntOption(3, 3));
        Assert.Throws<ArgumentException>(() => new ChoiceOption("a", "a"));
        Assert.Throws<ArgumentException>(() => space.SampleFromFeatureSpace([0.5]));
    }

    private sealed class Options
    {
        [Range(1e-3, 10, 0.5, logBase: true)]
        public double Rate { get; set; }

        [Range(1, 8)]
        public int Layers { get; set; }

        [Choice("a", "b", "c")]
        public string Kind { get; set; } = "";

        [BooleanChoice]
        public bool Flag { get; set; }

        [NestOption]
        public Nested Inner { get; set; } = new();
    }

    private sealed class Nested
    {
        [Range(0.5f, 2f)]
        public float Width { get; set; }
    }
}
