using static MlPipeline.Core.SchemaShape.Column;

namespace MlPipeline.Core;

/// <summary>
/// Turns a key into a vector with a 1 at the key's place (all zeros where it is missing). A vector of keys becomes one such
/// vector after the other, or their sum. The slots are named after the key values, when those are text. Nothing is learned.
/// </summary>
public sealed class KeyToVectorMappingEstimator : TrivialEstimator<KeyToVectorMappingTransformer>
{
    internal KeyToVectorMappingEstimator(
        Host host, bool outputCountVector, params (string OutputColumnName, string InputColumnName)[] columns)
        : base(host, new KeyToVectorMappingTransformer(host, outputCountVector, columns))
    {
    }

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return inputSchema.With(Transformer.ColumnPairs.Select(pair =>
        {
            SchemaShape.Column source = inputSchema.Require(pair.InputColumnName, nameof(KeyToVectorMappingEstimator));
            if (!source.IsKey)
                throw Errors.ColumnType("input", source.Name, KeyToVectorMappingTransformer.Expected, source.GetTypeString());
            bool counts = Transformer.OutputCountVector;
            bool varying = source.Kind == VectorKind.VariableVector && !counts;
            List<SchemaShape.Column> annotations = [];
            if (source.Kind == VectorKind.Scalar || !counts)
                annotations.Add(AnnotationUtils.IsNormalizedShape);
            if (!varying && source.Annotations.TryFindColumn(AnnotationUtils.Kinds.KeyValues, out SchemaShape.Column values)
                && values.ItemType is TextDataViewType)
                annotations.Add(AnnotationUtils.SlotNamesShape);
            if (source.Kind == VectorKind.Scalar || (source.Kind == VectorKind.Vector && !counts))
                annotations.Add(new SchemaShape.Column(
                    AnnotationUtils.Kinds.CategoricalSlotRanges, VectorKind.Vector, NumberDataViewType.Int32, isKey: false));
            return new SchemaShape.Column(
                pair.OutputColumnName, varying ? VectorKind.VariableVector : VectorKind.Vector,
                NumberDataViewType.Single, isKey: false, new SchemaShape(annotations));
        }));
    }
}
