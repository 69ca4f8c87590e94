using FsCheck;
using FsCheck.Fluent;
using MlPipeline.Data.Splits;

namespace MlPipeline.Data.Tests;

public sealed class StratifiedSplitTests
{
    private static readonly string[] s_labels =
        [.. Enumerable.Repeat("a", 40), .. Enumerable.Repeat("b", 10), .. Enumerable.Repeat("c", 5), "d", "d"];

    [Fact]
    public void Every_class_keeps_its_share()
    {
        var split = StratifiedSplit.TrainTest(s_labels, 0.2, seed: 1);

        Assert.Equal([("a", 8), ("b", 2), ("c", 1), ("d", 1)], Count(split.Test));
        Assert.Equal([("a", 32), ("b", 8), ("c", 4), ("d", 1)], Count(split.Train));
        Assert.Equal(Enumerable.Range(0, s_labels.Length), split.Train.Concat(split.Test).Order());
    }

    [Fact]
    public void The_seed_decides_and_the_same_seed_decides_the_same()
    {
        var one = StratifiedSplit.TrainTest(s_labels, 0.3, seed: 1);

        Assert.Equal(one.Test, StratifiedSplit.TrainTest(s_labels, 0.3, seed: 1).Test);
        Assert.NotEqual(one.Test, StratifiedSplit.TrainTest(s_labels, 0.3, seed: 2).Test);
    }

    [Fact]
    public void Folds_hold_every_item_out_once_and_are_even()
    {
        var labels = s_labels[..55];
        var folds = StratifiedSplit.Folds(labels, 5, seed: 3);

        Assert.Equal(Enumerable.Range(0, 55), folds.SelectMany(f => f.Test).Order());
        Assert.All(folds, f => Assert.Equal(11, f.Test.Count));
        Assert.All(folds, f => Assert.Equal([("a", 8), ("b", 2), ("c", 1)], Count(f.Test)));
        Assert.All(folds, f => Assert.Equal(Enumerable.Range(0, 55), f.Train.Concat(f.Test).Order()));
    }

    [Fact]
    public void Too_small_classes_are_named()
    {
        var one = Assert.Throws<DataSourceException>(() => StratifiedSplit.TrainTest(["a", "a", "b"], 0.5, 1));
        Assert.Equal("Class 'b' has only 1 picture; for a held-out fraction every class needs at least 2.", one.Message);

        var folds = Assert.Throws<DataSourceException>(() => StratifiedSplit.Folds(s_labels, 5, 1));
        Assert.Equal("Class 'd' has only 2 pictures; for 5 folds every class needs at least 5.", folds.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => StratifiedSplit.TrainTest(s_labels, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => StratifiedSplit.Folds(s_labels, 1, 1));
    }

    [Fact]
    public void Groups_are_never_torn_apart_and_every_split_is_a_partition() => Prop.ForAll(
        Gen.Choose(0, 1_000_000).ToArbitrary(),
        seed =>
        {
            var random = new SeededRandom(seed);
            var labels = Enumerable.Range(0, 60).Select(i => $"class {i % 3}").ToArray();
            var groups = Enumerable.Range(0, 60).Select(i => ((i % 3) * 100) + random.Next(9)).ToArray();
            var folds = StratifiedSplit.Folds(labels, 3, seed, groups);
            var split = StratifiedSplit.TrainTest(labels, 0.25, seed, groups);
            return folds.Append(split).All(s =>
                s.Train.Count > 0 && s.Test.Count > 0
                && s.Train.Concat(s.Test).Order().SequenceEqual(Enumerable.Range(0, 60))
                && !s.Train.Select(i => groups[i]).Intersect(s.Test.Select(i => groups[i])).Any());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(50));

    [Fact]
    public void The_generator_gives_its_published_numbers()
    {
        // SplitMix64 from the state 0.
        var random = new SeededRandom(0);

        Assert.Equal(
            [0xE220A8397B1DCDAFUL, 0x6E789E6AA1B965F4UL, 0x06C45D188009454FUL],
            new[] { random.NextUInt64(), random.NextUInt64(), random.NextUInt64() });
    }

    private static IEnumerable<(string, int)> Count(IEnumerable<int> items) =>
        items.GroupBy(i => s_labels[i]).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => (g.Key, g.Count()));

    [Fact]
    public void A_class_that_is_too_small_stays_where_it_is_when_nobody_is_to_be_told()
    {
        int[] labels = [0, 0, 0, 0, 0, 1, 2, 2, 2, 2];
        var split = StratifiedSplit.TrainTest(labels, 0.25, 1, null, null);
        Assert.Contains(5, split.Train);
        Assert.Equal([0, 2], split.Test.Select(i => labels[i]).Distinct());
        var folds = StratifiedSplit.Folds(labels, 5, 1, [], null);
        Assert.Equal(Enumerable.Range(0, 10), folds.SelectMany(f => f.Test).Order());
        var error = Assert.Throws<DataSourceException>(() => StratifiedSplit.Folds(labels, 5, 1, null, ["a", "b", "c"]));
        Assert.Contains("'b'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Named_and_numbered_classes_are_split_alike()
    {
        string[] names = ["x", "y", "z"];
        int[] labels = [.. Enumerable.Range(0, 60).Select(i => i * 7 % 3)];
        string[] named = [.. labels.Select(label => names[label])];
        Assert.Equal(StratifiedSplit.TrainTest(named, 0.3, 5).Test, StratifiedSplit.TrainTest(labels, 0.3, 5, null, names).Test);
    }
}
