using MlPipeline.Imaging;
using MlPipeline.Pipeline.Backbones;
using MlPipeline.Pipeline.Heatmaps;
using MlPipeline.Pipeline.Images;
using MlPipeline.Pipeline.Models;
using MlPipeline.Pipeline.Transformers;

[assembly: SavedTransformer<HeatmapTransformer>(HeatmapTransformer.SavedKind)]

namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>Adds heatmaps, overlays and boxes to rows with a backbone's feature map.</summary>
public sealed class HeatmapTransformer : RowTransformer, ISavedTransformer<HeatmapTransformer>
{
    internal const string SavedKind = "heatmap";

    private readonly bool _hasScores;

    internal HeatmapTransformer(string output, LinearHeadWeights head, Preprocessing recipe, FeatureMapShape shape,
        HeatmapOptions options, bool hasScores, MapPooling pooling)
    {
        (Output, Head, Recipe, Shape, Options, _hasScores) = (output, head, recipe, shape, options, hasScores);
        Pooling = pooling;
        Method = HeatmapMethods.ByName(options.Method);
        ClassIndex = options.ClassName is { } name ? head.IndexOf(name) : -1;
    }

    /// <inheritdoc/>
    public override string Kind => SavedKind;

    /// <summary>The columns that are read and made.</summary>
    public HeatmapOptions Options { get; }

    /// <summary>The linear head whose classes are shown.</summary>
    public LinearHeadWeights Head { get; }

    internal string Output { get; }

    internal Preprocessing Recipe { get; }

    internal FeatureMapShape Shape { get; }

    internal IHeatmapMethod Method { get; }

    internal MapPooling Pooling { get; }

    internal int ClassIndex { get; }

    /// <summary>The column of scores that tells which class is shown; null when another thing does.</summary>
    internal string? ScoreColumn => ClassIndex < 0 && _hasScores ? Options.ScoreColumnName : null;

    internal bool NeedsPicture => Options.OverlayColumnName is not null || Options.BoxColumnName is not null;

    /// <inheritdoc/>
    public override void Write(ModelWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteJson("state", new State(Output, Options, _hasScores, Recipe, Shape, Head.ClassNames, Pooling));
        writer.WriteFloats("weights", Head.Weights);
        writer.WriteFloats("biases", Head.Biases);
    }

    static HeatmapTransformer ISavedTransformer<HeatmapTransformer>.Read(ModelReader reader)
    {
        var state = reader.ReadJson<State>("state");
        var pooling = state.Pooling ?? (HeatmapMethods.ByName(state.Options.Method).Fits(MapPooling.Covariance)
            ? MapPooling.Covariance : MapPooling.Mean);
        var weights = reader.ReadFloats("weights", pooling == MapPooling.None
            ? -1 : state.ClassNames.Count * MapPools.FeaturesOf(pooling, state.Shape));
        var head = new LinearHeadWeights(weights, reader.ReadFloats("biases", state.ClassNames.Count), state.ClassNames);
        return new HeatmapTransformer(state.Output, head, state.Recipe, state.Shape, state.Options, state.HasScores,
            pooling);
    }

    /// <summary>The columns that are made, with their types and how each is written.</summary>
    internal IReadOnlyList<(string Name, DataViewType Type)> AddedColumns() => ColumnsOf(Output, Options, Shape, Recipe);

    /// <summary>The columns that options make, for a shape of maps (before it is known: the default).</summary>
    internal static IReadOnlyList<(string Name, DataViewType Type)> ColumnsOf(
        string output, HeatmapOptions options, FeatureMapShape shape, Preprocessing recipe)
    {
        var single = NumberDataViewType.Single;
        var columns = new List<(string, DataViewType)>
        {
            (output, new VectorDataViewType(single, Math.Max(1, shape.Height), Math.Max(1, shape.Width))),
        };
        Add(options.UpsampledColumnName, new VectorDataViewType(single, recipe.Height, recipe.Width));
        Add(options.OverlayColumnName, new VectorDataViewType(NumberDataViewType.Byte));
        Add(options.BoxColumnName, new VectorDataViewType(single, 4));
        Add(options.ClassColumnName, TextDataViewType.Instance);
        return columns;

        void Add(string? name, DataViewType type)
        {
            if (name is not null)
                columns.Add((name, type));
        }
    }

    /// <inheritdoc/>
    protected internal override RowMapping Bind(DataViewSchema inputSchema)
    {
        var map = ColumnCheck.Require(
            inputSchema,
            Options.FeatureMapColumnName,
            t => ColumnCheck.IsFloatVector(t) && ((VectorDataViewType)t).Size == Shape.Length,
            $"a vector of {Shape.Channels} x {Shape.Height} x {Shape.Width} floats");
        var image = NeedsPicture ? PictureColumn(inputSchema) : -1;
        var score = ScoreColumn is { } name
            ? ColumnCheck.Require(
                inputSchema, name, t => ColumnCheck.IsFloatVector(t) && ((VectorDataViewType)t).Size == Head.ClassCount,
                $"a vector of {Head.ClassCount} floats").Index
            : -1;
        return new Mapping(this, inputSchema, map.Index, image, score);
    }

    private int PictureColumn(DataViewSchema schema) => Options.PictureColumnName is { } name
        ? ColumnCheck.Require(schema, name, PictureReader.IsPicture, PictureReader.Expected).Index
        : throw new ArgumentException("An overlay or a box needs the picture: set PictureColumnName.", nameof(schema));

    // Before there were methods for every pooling, the method told it.
    internal sealed record State(
        string Output, HeatmapOptions Options, bool HasScores, Preprocessing Recipe, FeatureMapShape Shape,
        IReadOnlyList<string> ClassNames, MapPooling? Pooling = null);

    private sealed class Mapping : RowMapping
    {
        private readonly HeatmapTransformer _owner;
        private readonly int _map;
        private readonly int _image;
        private readonly int _score;
        private readonly IReadOnlyList<(string Name, DataViewType Type)> _added;

        public Mapping(HeatmapTransformer owner, DataViewSchema schema, int map, int image, int score)
            : base(schema, [.. owner.AddedColumns().Select(c => new DataViewSchema.DetachedColumn(c.Name, c.Type))])
        {
            (_owner, _map, _image, _score, _added) = (owner, map, image, score, owner.AddedColumns());
        }

        protected override IEnumerable<int> DependenciesOf(int addedColumn) =>
            new[] { _map, IsOnImage(addedColumn) ? _image : -1, _score }.Where(c => c >= 0);

        protected override Delegate?[] CreateGetters(DataViewRow input, Func<int, bool> isActive)
        {
            var getters = new Delegate?[_added.Count];
            var active = Enumerable.Range(0, _added.Count).Where(isActive).ToArray();
            if (active.Length == 0)
                return getters;
            var row = new HeatmapRow(_owner, input, _map, active.Any(IsOnImage) ? _image : -1, _score);
            foreach (var i in active)
                getters[i] = GetterOf(_added[i].Name, row);
            return getters;
        }

        private bool IsOnImage(int addedColumn) =>
            addedColumn > 0
                && (_added[addedColumn].Name == _owner.Options.OverlayColumnName
                    || _added[addedColumn].Name == _owner.Options.BoxColumnName);

        private Delegate GetterOf(string name, HeatmapRow row)
        {
            var options = _owner.Options;
            if (name == _owner.Output)
                return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => Fill(row.Current().Values, ref value));
            if (name == options.UpsampledColumnName)
            {
                return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
                    Fill<float>(row.Current().Upsampled(), ref value));
            }

            if (name == options.BoxColumnName)
            {
                return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
                    Fill<float>(Numbers(row.Current().Box(options.BoxThreshold)), ref value));
            }

            if (name == options.OverlayColumnName)
                return (ValueGetter<VBuffer<byte>>)((ref VBuffer<byte> value) => Fill<byte>(row.OverlayPng(), ref value));
            return (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) =>
                value = row.Current().ClassName.AsMemory());
        }

        private static float[] Numbers(PixelBox? box) =>
            box is { } b ? [b.Left, b.Top, b.Width, b.Height] : [float.NaN, float.NaN, float.NaN, float.NaN];

        private static void Fill<T>(ReadOnlySpan<T> source, ref VBuffer<T> value)
        {
            var editor = VBufferEditor.Create(ref value, source.Length);
            source.CopyTo(editor.Values);
            value = editor.Commit();
        }
    }
}
