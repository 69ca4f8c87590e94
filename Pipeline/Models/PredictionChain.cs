using MlPipeline.Pipeline.Images;
using MlPipeline.Pipeline.Transformers;

namespace MlPipeline.Pipeline.Models;

/// <summary>
/// A trained chain that is given pictures: what it reads, and its links before and behind the backbone. Where the backbone itself
/// reads a column that comes from outside, that column holds pictures of any kind; where an earlier link loads them, paths.
/// </summary>
internal sealed class PredictionChain
{
    public const string ScoreColumn = "Score";

    private readonly IReadOnlyList<ITransformer> _before;

    /// <exception cref="ArgumentException">It is no chain that makes scores from pictures; the message says why.</exception>
    public PredictionChain(TrainedModel model, BackboneRunOptions options)
    {
        var links = TransformerLinks.Of(model.Transformer).ToList();
        var place = links.FindIndex(t => t is BackboneTransformer);
        if (place < 0)
            throw new ArgumentException("there is no backbone in it", nameof(model));

        // Bad pictures are left out by the batched pass, and told apart by their index.
        _before = [.. links.Take(place)];
        After = [.. links.Skip(place + 1)];
        Backbone = ((BackboneTransformer)links[place]).With(options with { BadImages = BadImagePolicy.Skip });
        (Schema, PictureColumn) = InputOf(model.InputSchema);
        Mapper = MapperOf(Backbone);
        var score = Mapper.OutputSchema.GetColumnOrNull(ScoreColumn);
        if (score?.Type is not VectorDataViewType { Size: > 0 } scores || !scores.ItemType.Equals(NumberDataViewType.Single))
        {
            throw new ArgumentException(
                $"it makes no column '{ScoreColumn}' of floats; its columns "
                + $"are {string.Join(", ", Mapper.OutputSchema.Select(c => c.Name))}", nameof(model));
        }

        var missing = Mapper.GetDependencies([score.Value]).Select(c => c.Name).Where(n => n != PictureColumn).ToArray();
        if (missing.Length > 0)
        {
            throw new ArgumentException(
                $"its scores depend on the columns {string.Join(", ", missing)} beside the picture; use a prediction "
                + $"engine", nameof(model));
        }

        ClassNames = NamesOf(score.Value, scores.Size);
    }

    public BackboneTransformer Backbone { get; }

    /// <summary>The columns behind the backbone.</summary>
    public DataViewSchema BackboneSchema =>
        _before.Append(Backbone).Aggregate(Schema, (schema, link) => link.GetOutputSchema(schema));

    /// <summary>The links behind the backbone.</summary>
    public IReadOnlyList<ITransformer> After { get; }

    /// <summary>The columns that the chain reads.</summary>
    public DataViewSchema Schema { get; }

    /// <summary>That of the pictures.</summary>
    public string PictureColumn { get; }

    /// <summary>Whether nothing stands between the pictures and the backbone.</summary>
    public bool IsDirect => Schema[PictureColumn].Type is PictureDataViewType && PictureColumn == Backbone.InputColumnName;

    public IRowToRowMapper Mapper { get; }

    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The chain, row by row, with another way to run its backbone.</summary>
    public IRowToRowMapper MapperOf(BackboneTransformer backbone)
    {
        var chain = new TransformerChain<ITransformer>([.. _before, backbone, .. After]);
        return ((ITransformer)chain).IsRowToRowMapper
            ? ((ITransformer)chain).GetRowToRowMapper(Schema)
            : throw new ArgumentException("a link of its chain does not work row by row");
    }

    /// <summary>The backbone, bound to what the links before it give.</summary>
    public BackboneMapping MappingOfBackbone() => Backbone.MappingOf(
        _before.Aggregate(Schema, (schema, link) => link.GetOutputSchema(schema)));

    /// <summary>The chain over many pictures, in batches.</summary>
    public IDataView Transform(IEnumerable<Picture> pictures, BackboneTransformer backbone) =>
        _before.Append(backbone).Concat(After)
            .Aggregate((IDataView)new PictureDataView(Schema, PictureColumn, pictures), (view, link) => link.Transform(view));

    private (DataViewSchema Schema, string PictureColumn) InputOf(DataViewSchema? given)
    {
        var columns = given?.Select(c => new DataViewSchema.DetachedColumn(c)).ToList()
            ?? [new("ImagePath", TextDataViewType.Instance), new("Label", TextDataViewType.Instance)];
        var reads = Backbone.InputColumnName;
        var direct = PictureDataView.SchemaOf(columns.Where(c => c.Name != reads).Append(new(reads, new PictureDataViewType())));
        if (_before.Aggregate(direct, (schema, link) => link.GetOutputSchema(schema))[reads].Type is PictureDataViewType)
            return (direct, reads);

        // An earlier link makes that column: of what comes from outside, it must need one column of paths.
        var schema = PictureDataView.SchemaOf(columns);
        var loaded = new TransformerChain<ITransformer>([.. _before]);
        var mapper = ((ITransformer)loaded).GetRowToRowMapper(schema);
        var needed = mapper.GetDependencies([mapper.OutputSchema[reads]]).ToArray();
        return needed is [{ Type: TextDataViewType } path]
            ? (schema, path.Name)
            : throw new ArgumentException(
                $"its pictures come from the columns {string.Join(", ", needed.Select(c => c.Name))}, expected one column of "
                + $"paths");
    }

    private static IReadOnlyList<string> NamesOf(DataViewSchema.Column score, int count)
    {
        if (!score.HasSlotNames())
            return [.. Enumerable.Range(0, count).Select(i => $"class {i}")];
        VBuffer<ReadOnlyMemory<char>> names = default;
        score.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(n => n.ToString())];
    }
}
