namespace MlPipeline.PublicApi.Tests;

/// <summary>Core's public surface is ML.NET's, member for member, except where deliberate-differences.txt says so.</summary>
public class CorePublicApiTests
{
    private static readonly IReadOnlyDictionary<string, HashSet<string>> _facts = ApiFacts.Read();
    private static readonly IReadOnlyDictionary<string, HashSet<string>> _core =
        ApiSurface.Read(typeof(MlPipeline.Core.MLContext).Assembly);

    [Fact]
    public void Every_difference_from_MLNET_is_listed_with_a_reason()
    {
        HashSet<string> listed = [.. DeliberateDifferences.Read().Listed];
        string[] unlisted = [.. Differences().Where(entry => !listed.Contains(entry)).Order(StringComparer.Ordinal)];
        Assert.True(
            unlisted.Length == 0,
            $"{unlisted.Length} differences from ML.NET are not in deliberate-differences.txt:\n{string.Join('\n', unlisted)}");
    }

    [Fact]
    public void Every_listed_difference_still_is_one()
    {
        HashSet<string> found = [.. Differences()];
        string[] stale =
            [.. DeliberateDifferences.Read().Listed.Where(entry => !found.Contains(entry)).Order(StringComparer.Ordinal)];
        Assert.True(stale.Length == 0, $"Take these lines out of deliberate-differences.txt:\n{string.Join('\n', stale)}");
    }

    [Fact]
    public void The_facts_and_the_surface_are_read_as_they_are_written()
    {
        Assert.Contains(
            "TrainTestSplit(IDataView data, double testFraction = 0.1, string samplingKeyColumnName = null, int? seed = null)",
            string.Join('\n', _facts["DataOperationsCatalog"]), StringComparison.Ordinal);
        Assert.Contains("ByValue=1", _facts["ValueToKeyMappingEstimator.KeyOrdinality"]);
        Assert.Contains(": IEnumerable", _facts["VBuffer<T>"]);
        Assert.Contains("sealed class", _facts["DataViewSchema.Annotations.Builder"]);
        Assert.Superset(
            new HashSet<string> { "MLContext", "VBuffer<T>", "SchemaShape.Column.VectorKind", "ValueGetter<TValue>" },
            _core.Keys.ToHashSet());
        Assert.Contains(
            "static ColumnCopyingEstimator CopyColumns("
                + "TransformsCatalog catalog, string outputColumnName, string inputColumnName)",
            _core["TransformExtensionsCatalog"]);
    }

    private static IEnumerable<string> Differences()
    {
        foreach ((string type, HashSet<string> members) in _core)
        {
            HashSet<string> expected = _facts.GetValueOrDefault(type, []);
            foreach (string member in members.Except(expected))
                yield return DeliberateDifferences.Entry('+', type, member);
            foreach (string member in expected.Except(members))
                yield return DeliberateDifferences.Entry('-', type, member);
        }

        foreach (string type in _facts.Keys.Where(type => !_core.ContainsKey(type)))
            yield return DeliberateDifferences.Entry('-', type, "*");
    }
}
