namespace MlPipeline.Core;

/// <summary>What normalised columns say of themselves: that they are, and their slot names if they had some.</summary>
internal static class NormalizedAnnotations
{
    public static SchemaShape Shape(SchemaShape.Column source) =>
        source.Annotations.TryFindColumn(AnnotationUtils.Kinds.SlotNames, out SchemaShape.Column names)
            ? new SchemaShape([AnnotationUtils.IsNormalizedShape, names])
            : new SchemaShape([AnnotationUtils.IsNormalizedShape]);

    public static DataViewSchema.Annotations Of(DataViewSchema.Column source)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddPrimitiveValue(AnnotationUtils.Kinds.IsNormalized, BooleanDataViewType.Instance, true);
        builder.Add(source.Annotations, kind => kind == AnnotationUtils.Kinds.SlotNames);
        return builder.ToAnnotations();
    }
}
