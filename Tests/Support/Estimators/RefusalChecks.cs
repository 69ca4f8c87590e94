namespace MlPipeline.Tests.Support.Estimators;

/// <summary>Columns that are missing or of a wrong type are refused by their names, before any data is read.</summary>
internal static class RefusalChecks
{
    public static void Missing<TTransformer>(
        IEstimator<TTransformer> estimator, ITransformer transformer, IDataView input, string column, bool alsoToScore)
        where TTransformer : ITransformer
    {
        var without = ReshapedView.Without(input, column);
        Refuses(() => estimator.GetOutputSchema(SchemaShapes.Of(without.Schema)), column, "GetOutputSchema without");
        Refuses(() => estimator.Fit(without), column, "Fit without");
        if (!alsoToScore)
            return;

        Refuses(() => transformer.GetOutputSchema(without.Schema), column, "the transformer's GetOutputSchema without");
        Refuses(() => transformer.Transform(without), column, "Transform without");
    }

    public static void Mistyped<TTransformer>(
        IEstimator<TTransformer> estimator, IDataView input, string column, DataViewType type)
        where TTransformer : ITransformer
    {
        var mistyped = ReshapedView.WithType(input, column, type);
        Refuses(() => estimator.GetOutputSchema(SchemaShapes.Of(mistyped.Schema)), column, $"GetOutputSchema with {type} for");
        Refuses(() => estimator.Fit(mistyped), column, $"Fit with {type} for");
    }

    private static void Refuses(Action action, string column, string what)
    {
        var refusal = Record.Exception(action);
        Assert.True(refusal is not null, $"{what} '{column}' is not refused.");
        Assert.True(
            refusal.Message.Contains(column, StringComparison.Ordinal),
            $"{what} '{column}' is refused without naming it: {refusal.GetType().Name}: {refusal.Message}");
        Assert.False(refusal is NullReferenceException or IndexOutOfRangeException, $"{what} '{column}' crashes: {refusal}");
    }
}
