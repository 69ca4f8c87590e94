namespace MlPipeline.Core;

public sealed partial class DataOperationsCatalog
{
    // What splits use when neither they nor the context were given a seed: a split is to be the same in every run.
    private const int DefaultSplitSeed = 42;

    /// <summary>Splits the rows at random. One number is drawn per row, so that the sizes are approximate.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="testFraction">The share of the test set, between 0 and 1.</param>
    /// <param name="samplingKeyColumnName">
    /// A column whose equal values stay on one side; by default each row goes by itself.
    /// </param>
    /// <param name="seed">By default the context's.</param>
    public TrainTestData TrainTestSplit(
        IDataView data, double testFraction = 0.1, string? samplingKeyColumnName = null, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!(testFraction is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(testFraction), testFraction, "Must be between 0 and 1, both excluded.");
        return Split(data, samplingKeyColumnName, seed, "TrainTestSplit", 0, testFraction);
    }

    /// <summary>Splits the rows at random into folds, and gives for each the fold and all the rest.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="numberOfFolds">How many folds, at least 2; their sizes are approximate.</param>
    /// <param name="samplingKeyColumnName">
    /// A column whose equal values stay in one fold; by default each row goes by itself.
    /// </param>
    /// <param name="seed">By default the context's.</param>
    public IReadOnlyList<TrainTestData> CrossValidationSplit(
        IDataView data, int numberOfFolds = 5, string? samplingKeyColumnName = null, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(numberOfFolds, 2);
        return Enumerable.Range(0, numberOfFolds)
            .Select(fold => Split(
                data, samplingKeyColumnName, seed, "CrossValidationSplit",
                (double)fold / numberOfFolds, fold + 1 == numberOfFolds ? double.PositiveInfinity : (fold + 1.0) / numberOfFolds))
            .ToArray();
    }

    private TrainTestData Split(IDataView data, string? keyName, int? seed, string purpose, double lower, double upper)
    {
        DataViewSchema.Column? key = keyName == null ? null : data.Schema.Require(keyName, purpose);
        if (key != null && key.Value.Type.GetItemType() is not PrimitiveDataViewType)
            throw Errors.ColumnType("sampling key", keyName!, "a primitive type or a vector", key.Value.Type.ToString()!);
        ulong mixed = ValueHash.Mix((ulong)(uint)(seed ?? Host.Seed ?? DefaultSplitSeed));
        // Ids change with each split, keys do not: they must not be drawn alike in a split of a split.
        if (key != null)
            mixed = ValueHash.Mix(mixed ^ (ulong)SplitView.Depth(data));
        return new TrainTestData(
            new SplitView(data, key, mixed, lower, upper, complement: true),
            new SplitView(data, key, mixed, lower, upper, complement: false));
    }
}
