using MlPipeline.Pipeline.Images;
using MlPipeline.Pipeline.Transformers;

namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>Shows where a class is seen; see
/// <see cref="HeatmapEstimatorsCatalog.ClassActivationMap(TransformsCatalog, string, HeatmapOptions)"/>.</summary>
public sealed class HeatmapEstimator : IEstimator<HeatmapTransformer>
{
    private readonly string _output;
    private readonly HeatmapOptions _options;

    internal HeatmapEstimator(string output, HeatmapOptions options) => (_output, _options) = (output, options);

    /// <summary>Reads from the columns which network and which head they come from. No row is read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or does not come from a backbone or a linear
    /// head.</exception>
    /// <exception cref="BackboneException">The method is not right for the network, or the head is not for its
    /// features.</exception>
    /// <exception cref="ArgumentException">There is no class of the name asked for.</exception>
    public HeatmapTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var map = ColumnCheck.Require(input.Schema, _options.FeatureMapColumnName, ColumnCheck.IsFloatVector,
            "a feature map (vector of floats)");
        var origin = FeatureMapOrigin.Of(map);
        var score = input.Schema.GetColumnOrNull(_options.ScoreColumnName);
        var head = _options.Head ?? (score is { } column ? LinearHeadWeights.FromScoreColumn(column) : null)
            ?? throw new ArgumentOutOfRangeException(
                nameof(input),
                $"Column '{_options.ScoreColumnName}' {(score is null ? "is missing" : "carries no weights of a linear head")}: "
                    +
                "put the heatmap behind a linear head of this project, or give the weights with the option Head.");
        var computer = new HeatmapComputer(origin, head, HeatmapMethods.ByName(_options.Method));
        if (computer.Method.RunsNetwork)
        {
            throw new BackboneException($"The method '{computer.Method.Name}' runs the network again, which a column cannot: "
                + "explain pictures with a loaded model (ImageClassificationModel.Explain).");
        }

        if (computer.Method.UsesGradient && origin.Pooling == MapPooling.None)
        {
            throw new BackboneException($"The method '{computer.Method.Name}' needs the gradient through the layers of "
                + $"'{origin.Backbone}' behind its feature map, which a column cannot: explain pictures with a loaded model "
                + "(ImageClassificationModel.Explain).");
        }

        if (score is null && _options.ClassName is null
            && (head.FeatureCount != computer.Head.FeatureCount || origin.Pooling == MapPooling.None))
        {
            throw new BackboneException(
                "The head reads other features than the pooled map, so the map alone does not tell which class scores highest: "
                + "set ClassName, or add the scores.");
        }

        var transformer = new HeatmapTransformer(_output, computer.Head, origin.Preprocessing, origin.Shape, _options with
        {
            Head = null,
            Method = computer.Method.Name,
            PictureColumnName = _options.PictureColumnName ?? origin.PictureColumn,
        }, score is not null, origin.Pooling);
        transformer.Bind(input.Schema);
        return transformer;
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ColumnCheck.Require(inputSchema, _options.FeatureMapColumnName, ColumnCheck.IsFloatVector,
            "a feature map (vector of floats)");
        if (_options is { PictureColumnName: { } picture } and not { OverlayColumnName: null, BoxColumnName: null })
            ColumnCheck.Require(inputSchema, picture, PictureReader.IsPicture, PictureReader.Expected);
        var shape = inputSchema;
        foreach (var (name, type) in HeatmapTransformer.ColumnsOf(_output, _options, default, new Preprocessing()))
            shape = OutputShape.With(shape, name, type);
        return shape;
    }
}
