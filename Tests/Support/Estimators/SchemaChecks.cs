namespace MlPipeline.Tests.Support.Estimators;

/// <summary>What was promised is what is delivered.</summary>
internal static class SchemaChecks
{
    public static void Delivered(SchemaShape promised, ITransformer transformer, IDataView input, bool exactAnnotations)
    {
        var delivered = transformer.GetOutputSchema(input.Schema);
        SameShape(promised, SchemaShapes.Of(delivered), exactAnnotations, "the output");
        SameColumns(delivered, transformer.Transform(input).Schema, "the transformed data");
    }

    /// <summary>Fails unless two schemas have the same columns, types and annotations in the same places.</summary>
    public static void SameColumns(DataViewSchema expected, DataViewSchema actual, string where)
    {
        Assert.Equal(
            expected.Select(column => $"{column.Name}{(column.IsHidden ? " (hidden)" : "")}"),
            actual.Select(column => $"{column.Name}{(column.IsHidden ? " (hidden)" : "")}"));
        foreach (var column in expected)
        {
            var other = actual[column.Index];
            Assert.True(column.Type.Equals(other.Type), $"{where}: column '{column.Name}' is {other.Type}, not {column.Type}.");
            SameAnnotations(column, other, where);
        }
    }

    private static void SameAnnotations(DataViewSchema.Column expected, DataViewSchema.Column actual, string where)
    {
        Assert.Equal(Kinds(expected), Kinds(actual));
        foreach (var kind in expected.Annotations.Schema.Where(kind => !kind.IsHidden))
        {
            var other = actual.Annotations.Schema[kind.Name];
            Assert.True(
                kind.Type.Equals(other.Type),
                $"{where}: '{kind.Name}' of column '{expected.Name}' is {other.Type}, not {kind.Type}.");
            var value = Cells.Annotation(expected.Annotations, kind);
            var otherValue = Cells.Annotation(actual.Annotations, other);
            Assert.True(
                Cells.AreEqual(value, otherValue),
                $"{where}: '{kind.Name}' of column '{expected.Name}' is {Cells.Text(otherValue)}, not {Cells.Text(value)}.");
        }
    }

    private static IEnumerable<string> Kinds(DataViewSchema.Column column) =>
        column.Annotations.Schema.Where(kind => !kind.IsHidden).Select(kind => kind.Name).Order(StringComparer.Ordinal);

    private static void SameShape(SchemaShape promised, SchemaShape delivered, bool exactAnnotations, string where)
    {
        string[] names = [.. promised.Select(column => column.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(names, delivered.Select(column => column.Name).Order(StringComparer.Ordinal));
        Assert.Equal(names, names.Distinct());
        foreach (var column in promised)
        {
            var other = delivered.First(candidate => candidate.Name == column.Name);
            var promise = SchemaShapes.Describe(column);
            var delivery = SchemaShapes.Describe(other);
            Assert.True(
                promise == delivery && column.ItemType.Equals(other.ItemType),
                $"{where}: promised {promise}; delivered {delivery}.");

            var kinds = column.Annotations;
            var otherKinds = other.Annotations;
            string[] missing = [.. kinds.Select(kind => kind.Name).Except(otherKinds.Select(kind => kind.Name))];
            Assert.True(
                missing.Length == 0,
                $"{where}: column '{column.Name}' lacks the promised annotations {string.Join(", ", missing)}.");
            if (exactAnnotations)
            {
                string[] extra = [.. otherKinds.Select(kind => kind.Name).Except(kinds.Select(kind => kind.Name))];
                Assert.True(
                    extra.Length == 0,
                    $"{where}: column '{column.Name}' has annotations not promised: {string.Join(", ", extra)}.");
            }

            foreach (var kind in kinds)
            {
                var otherKind = otherKinds.First(candidate => candidate.Name == kind.Name);
                Assert.True(
                    SchemaShapes.Describe(kind) == SchemaShapes.Describe(otherKind),
                    $"{where}: column '{column.Name}': promised {SchemaShapes.Describe(kind)}; "
                        + $"delivered {SchemaShapes.Describe(otherKind)}.");
            }
        }
    }
}
