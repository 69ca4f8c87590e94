namespace MlPipeline.Core;

/// <summary>How a <see cref="PredictionEngine{TSrc, TDst}"/> is made.</summary>
public sealed class PredictionEngineOptions
{
    /// <summary>Whether members of the prediction class without a column are left alone.</summary>
    public bool IgnoreMissingColumns = true;

    /// <summary>Which members of the example class are columns; by default what attributes say.</summary>
    public SchemaDefinition? InputSchemaDefinition;

    /// <summary>Which members of the prediction class are columns; by default what attributes say.</summary>
    public SchemaDefinition? OutputSchemaDefinition;

    /// <summary>Whether disposing the engine disposes the transformer.</summary>
    public bool OwnsTransformer = true;

    /// <summary>The defaults.</summary>
    public PredictionEngineOptions()
    {
    }
}
