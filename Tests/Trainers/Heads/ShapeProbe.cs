namespace MlPipeline.Trainers.Tests;

/// <summary>Sees the shape of a data view: a chain shows it to each link before fitting, and nobody else can make one.</summary>
internal sealed class ShapeProbe(MLContext context) : IEstimator<ITransformer>
{
    public SchemaShape? Shape { get; private set; }

    public ITransformer Fit(IDataView input) => context.Transforms.CopyColumns("Copied", input.Schema[0].Name).Fit(input);

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Shape = inputSchema;
        return inputSchema;
    }
}
