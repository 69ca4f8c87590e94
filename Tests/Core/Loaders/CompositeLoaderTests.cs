namespace MlPipeline.Core.Tests.Loaders;

public sealed class CompositeLoaderTests : IDisposable
{
    private static readonly MLContext _ml = new(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("mlpipeline-loaders-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string File(string name, params string[] lines)
    {
        string path = Path.Combine(_folder, name);
        System.IO.File.WriteAllLines(path, lines);
        return path;
    }

    private static TextLoader Loader() => _ml.Data.CreateTextLoader(
        [new TextLoader.Column("Name", DataKind.String, 0), new TextLoader.Column("X", DataKind.Single, 1)], ',');

    [Fact]
    public void Estimators_behind_a_loader_are_fitted_to_what_it_loads()
    {
        CompositeLoaderEstimator<IMultiStreamSource, NormalizingTransformer> estimator = Loader()
            .Append(_ml.Transforms.Conversion.MapValueToKey("Label", "Name"))
            .Append(_ml.Transforms.NormalizeMinMax("Scaled", "X"));
        Assert.Equal(["Name", "X", "Label", "Scaled"], estimator.GetOutputSchema().Select(column => column.Name));

        CompositeDataLoader<IMultiStreamSource, NormalizingTransformer> loader =
            estimator.Fit(new MultiFileSource(File("train.csv", "b,1", "a,4")));
        Assert.IsType<TextLoader>(loader.Loader);
        Assert.IsType<NormalizingTransformer>(loader.Transformer.LastTransformer);
        Assert.Equal(["Name", "X", "Label", "Scaled"], loader.GetOutputSchema().Select(column => column.Name));

        IDataView data = loader.Load(File("first.csv", "a,2"), File("second.csv", "c,8", "b,1"));
        Assert.Equal([2u, 0, 1], data.GetColumn<uint>("Label"));
        Assert.Equal([0.5f, 2, 0.25f], data.GetColumn<float>("Scaled"));
    }

    [Fact]
    public void Transformers_are_appended_to_a_loader()
    {
        IDataView sample = Loader().Load(File("sample.csv", "a,1"));
        ITransformer copy = _ml.Transforms.CopyColumns("Y", "X").Fit(sample);
        CompositeDataLoader<IMultiStreamSource, ITransformer> loader = Loader().Append(copy);
        Assert.Equal([1f], loader.Load(File("one.csv", "a,1")).GetColumn<float>("Y"));

        CompositeDataLoader<IMultiStreamSource, ColumnSelectingTransformer> shorter =
            loader.AppendTransformer(_ml.Transforms.SelectColumns("Y").Fit(loader.Load(File("two.csv", "b,2"))));
        Assert.Equal(["Y"], shorter.GetOutputSchema().Select(column => column.Name));
        Assert.Equal(2, shorter.Transformer.Count());
        Assert.Single(loader.Transformer);

        var plain = new CompositeDataLoader<IMultiStreamSource, ITransformer>(Loader());
        Assert.Empty(plain.Transformer);
        Assert.Equal(["a"], plain.Load(File("three.csv", "a,3")).GetColumn<string>("Name"));
    }

    [Fact]
    public void A_loader_with_transformers_is_saved_with_a_model()
    {
        MultiFileSource training = new(File("train.csv", "b,1", "a,4"));
        var loader = Loader().Append(_ml.Transforms.Conversion.MapValueToKey("Label", "Name")).Fit(training);
        ITransformer model = _ml.Transforms.NormalizeMinMax("X").Fit(loader.Load(training));
        string path = Path.Combine(_folder, "model.zip");
        _ml.Model.Save(model, loader, path);

        ITransformer loadedModel = _ml.Model.LoadWithDataLoader(path, out IDataLoader<IMultiStreamSource> loadedLoader);
        var composite = Assert.IsType<CompositeDataLoader<IMultiStreamSource, ITransformer>>(loadedLoader);
        Assert.IsType<TextLoader>(composite.Loader);
        IDataView data = loadedModel.Transform(loadedLoader.Load(File("new.csv", "a,2", "d,4")));
        Assert.Equal([2u, 0], data.GetColumn<uint>("Label"));
        Assert.Equal([0.5f, 1], data.GetColumn<float>("X"));

        // The schema that the model takes is what the loader gives.
        ITransformer alone = _ml.Model.Load(path, out DataViewSchema schema);
        Assert.Equal(loader.GetOutputSchema().ToString(), schema.ToString());
        Assert.Single(Assert.IsType<TransformerChain<ITransformer>>(alone));
    }

    [Fact]
    public void A_loader_of_ones_own_takes_transformers_but_cannot_be_saved()
    {
        IDataLoader<int> loader = new Numbers();
        var composite = loader.Append(_ml.Transforms.CopyColumns("Twin", "Id")).Fit(3);
        Assert.Equal([0, 1], composite.Load(2).GetColumn<int>("Twin"));
        NotSupportedException refusal = Assert.Throws<NotSupportedException>(
            () => _ml.Model.Save(composite.Transformer, composite, new MemoryStream()));
        Assert.Contains(nameof(Numbers), refusal.Message);
    }

    private sealed class Numbers : IDataLoader<int>
    {
        public IDataView Load(int source) => new CountingView(source);

        public DataViewSchema GetOutputSchema() => new CountingView(0).Schema;

        public void Save(ModelSaveContext ctx)
        {
        }
    }
}
