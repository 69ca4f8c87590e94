namespace MlPipeline.Tests.Support.Estimators;

/// <summary>
/// What every estimator owes: it delivers the schema it promised, refuses missing and mistyped columns by their names, gives the
/// same rows on every pass, with any number of cursors, any set of active columns and any state of the caller's buffers, can be
/// left early, and gives the same output after it was saved and loaded. Only ML.NET's public surface is used.
/// </summary>
internal static class EstimatorConformance
{
    /// <summary>Runs every check; fails at the first that does not hold.</summary>
    /// <param name="estimator">The estimator; it is fitted several times.</param>
    /// <param name="input">Rows that it can be fitted on; at least three.</param>
    /// <param name="options">What it reads and how it is saved.</param>
    /// <returns>The fitted transformer.</returns>
    public static TTransformer Check<TTransformer>(
        IEstimator<TTransformer> estimator, IDataView input, ConformanceOptions options)
        where TTransformer : class, ITransformer
    {
        var promised = estimator.GetOutputSchema(SchemaShapes.Of(input.Schema));
        var transformer = estimator.Fit(input);
        SchemaChecks.Delivered(promised, transformer, input, options.ExactAnnotations);

        var output = transformer.Transform(input);
        CursorChecks.All(output, options.Describe);
        if (!options.ChangesRows)
            PassesTheRestThrough(input, output, options);

        foreach (var column in options.Inputs)
        {
            RefusalChecks.Missing(estimator, transformer, input, column, alsoToScore: !options.NeededToFitOnly.Contains(column));
            if (options.RefusesUnknownTypes)
                RefusalChecks.Mistyped(estimator, input, column, AlienDataViewType.Instance);
        }

        foreach ((var column, var type) in options.RefusedTypes)
        {
            RefusalChecks.Mistyped(estimator, input, column, type);
        }

        var rows = TableOfRows.Read(output, options.Describe);
        if (options.RefitsEqually)
            rows.MustEqual(TableOfRows.Read(estimator.Fit(input).Transform(input), options.Describe), "fitted again");

        if (transformer.IsRowToRowMapper)
            MapperChecks.All(transformer, input, rows, options.Describe);

        if (options.NotSavedBecause is null)
            SavedAndLoaded(transformer, input, rows, options);

        return transformer;
    }

    private static void SavedAndLoaded(ITransformer transformer, IDataView input, TableOfRows rows, ConformanceOptions options)
    {
        var loaded = (options.SaveAndLoad ?? ThroughAModelFile)(transformer, input.Schema);
        Assert.NotSame(transformer, loaded);
        SchemaChecks.SameColumns(
            transformer.GetOutputSchema(input.Schema), loaded.GetOutputSchema(input.Schema), "saved and loaded");
        rows.MustEqual(TableOfRows.Read(loaded.Transform(input), options.Describe), "saved and loaded");
    }

    private static ITransformer ThroughAModelFile(ITransformer transformer, DataViewSchema schema)
    {
        MLContext context = new(1);
        using MemoryStream stream = new();
        context.Model.Save(transformer, schema, stream);
        stream.Position = 0;
        var loaded = context.Model.Load(stream, out var loadedSchema);
        SchemaChecks.SameColumns(schema, loadedSchema, "the saved input schema");
        return loaded;
    }

    // A column of the same name and type that the estimator does not say it makes has the values it had.
    private static void PassesTheRestThrough(IDataView input, IDataView output, ConformanceOptions options)
    {
        string[] untouched = [.. input.Schema
            .Where(column => !column.IsHidden && !options.Outputs.Contains(column.Name))
            .Where(column => output.Schema.GetColumnOrNull(column.Name) is not null)
            .Select(column => column.Name)];
        var before = TableOfRows.Read(input, options.Describe, untouched);
        before.MustEqual(TableOfRows.Read(output, options.Describe, untouched), "passed through");
    }
}
