namespace MlPipeline.Core;

/// <summary>Learns from data and gives a transformer.</summary>
public interface IEstimator<out TTransformer>
    where TTransformer : ITransformer
{
    /// <summary>Learns; the input is read as often as it needs.</summary>
    TTransformer Fit(IDataView input);

    /// <summary>What columns the transformer will give; refuses, by name, columns that are missing or of a wrong type.</summary>
    SchemaShape GetOutputSchema(SchemaShape inputSchema);
}
