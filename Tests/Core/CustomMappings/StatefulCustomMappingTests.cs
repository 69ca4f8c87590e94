using MlPipeline.Tests.Support.Estimators;

namespace MlPipeline.Core.Tests;

public class StatefulCustomMappingTests
{
    private const string Contract = "MlPipeline.Core.Tests.RunningSum";

    private static readonly MLContext _ml = new(1);

    public sealed class Source
    {
        public int Id { get; set; }
    }

    public sealed class Target
    {
        public int Sum { get; set; }

        public string Before { get; set; } = "";
    }

    public sealed class State
    {
        public int Sum;
        public string Last = "";
    }

    [CustomMappingFactoryAttribute(Contract)]
    private sealed class Factory : StatefulCustomMappingFactory<Source, Target, State>
    {
        public override Action<Source, Target, State> GetMapping() => Map;

        public override Action<State> GetStateInitAction() => Begin;
    }

    private static void Begin(State state) => state.Sum = 100;

    private static void Map(Source source, Target target, State state)
    {
        target.Sum = state.Sum += source.Id;
        target.Before = state.Last;
        state.Last = $"#{source.Id}";
    }

    private static StatefulCustomMappingEstimator<Source, Target, State> Estimator(string? contract = Contract) =>
        _ml.Transforms.StatefulCustomMapping<Source, Target, State>(Map, Begin, contract);

    [Fact]
    public void It_owes_what_every_estimator_owes()
    {
        var transformer = EstimatorConformance.Check(
            Estimator(), new CountingView(5),
            new ConformanceOptions { Inputs = ["Id"], Outputs = ["Sum", "Before"] });
        Assert.False(((ITransformer)transformer).IsRowToRowMapper);
        Assert.Throws<InvalidOperationException>(
            () => ((ITransformer)transformer).GetRowToRowMapper(new CountingView(1).Schema));
    }

    [Fact]
    public void Each_pass_has_a_state_of_its_own_and_goes_through_the_rows_in_order()
    {
        IDataView data = Estimator().Fit(new CountingView(4)).Transform(_ml.Data.Cache(new CountingView(4)));
        Assert.False(data.CanShuffle);
        Assert.Equal([100, 101, 103, 106], data.GetColumn<int>("Sum"));
        Assert.Equal([100, 101, 103, 106], data.Column<int>("Sum", new Random(3)));
        Assert.Equal(["", "#0", "#1", "#2"], data.GetColumn<string>("Before"));
        Assert.Single(data.GetRowCursorSet(data.Schema, 4));
    }

    /// <summary>The state sees every row, whether or not someone asks for the row's values.</summary>
    [Fact]
    public void Rows_that_nobody_reads_count()
    {
        IDataView data = Estimator().Fit(new CountingView(4)).Transform(new CountingView(4));
        Assert.Equal([106], _ml.Data.SkipRows(data, 3).GetColumn<int>("Sum"));
    }

    [Fact]
    public void Without_its_columns_the_function_does_not_run()
    {
        int calls = 0;
        var view = new CountingView(3);
        IDataView data = _ml.Transforms.StatefulCustomMapping<Source, Target, State>((_, _, _) => calls++, Begin, null)
            .Fit(view).Transform(view);
        Assert.Equal([0, 1, 2], data.GetColumn<int>("Id"));
        Assert.Equal(0, calls);
        Assert.Equal([0, 0, 0], data.GetColumn<int>("Sum"));
        Assert.Equal(3, calls);
    }

    [Fact]
    public void Without_a_contract_it_is_not_saved()
    {
        ITransformer transformer = Estimator(null).Fit(new CountingView(1));
        Assert.Throws<NotSupportedException>(() => _ml.Model.Save(transformer, null, new MemoryStream()));
    }
}
