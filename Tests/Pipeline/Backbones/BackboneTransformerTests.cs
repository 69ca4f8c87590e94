using MlPipeline.Tests.Support.Estimators;

namespace MlPipeline.Pipeline.Tests;

public sealed class BackboneTransformerTests : IDisposable
{
    private readonly TestImages _images = new(11);
    private readonly MLContext _context = new(1);

    [Fact]
    public void It_conforms() => EstimatorConformance.Check(
        _context.Transforms.ApplyBackbone(
            TestNetworks.MeanPooled, "ImagePath", "Features", "Map", "Logits", new BackboneRunOptions { BatchSize = 4 }),
        Images(_images.Paths),
        new ConformanceOptions
        {
            Inputs = ["ImagePath"],
            Outputs = ["Features", "Map", "Logits"],
            RefusedTypes = [("ImagePath", NumberDataViewType.Single)],
        });

    [Fact]
    public void The_numbers_do_not_depend_on_batch_and_threads()
    {
        var expected = Read(new BackboneRunOptions { BatchSize = 1, Threads = 1 });

        foreach (var (batch, threads) in new[] { (0, 0), (2, 2), (3, 4), (11, 1), (64, 2) })
        {
            var actual = Read(new BackboneRunOptions { BatchSize = batch, Threads = threads });
            Assert.Equal(expected.Select(r => r.Number), actual.Select(r => r.Number));
            Assert.All(expected.Zip(actual), p => Assert.Equal(Bits(p.First), Bits(p.Second)));
        }
    }

    [Fact]
    public void Rows_keep_their_order_and_their_other_columns()
    {
        var rows = Read(new BackboneRunOptions { BatchSize = 3 });

        Assert.Equal(Enumerable.Range(0, 11), rows.Select(r => r.Number));
        Assert.All(rows, r => Assert.Equal([r.Number, r.Number * 2, r.Number * 3], r.Vector!));
        Assert.Equal(_images.Paths, rows.Select(r => r.ImagePath));
        Assert.Equal(11, rows.Select(r => r.Features![0]).Distinct().Count());
    }

    [Fact]
    public void One_run_gives_all_outputs_and_only_the_active_ones()
    {
        var runtime = new CountingRuntime();
        var estimator = _context.Transforms.ApplyBackbone(
            TestNetworks.MeanPooled, "ImagePath", "Features", "Map", "Logits",
            new BackboneRunOptions { BatchSize = 4, Runtime = runtime });
        var view = estimator.Fit(Images(_images.Paths)).Transform(Images(_images.Paths));

        Assert.Equal(11, view.GetColumn<int>("Number").Count());
        Assert.Empty(runtime.Runs);

        _context.Data.CreateEnumerable<AllRow>(view, reuseRowObject: true).Count();
        Assert.Equal([(4, 3), (4, 3), (3, 3)], runtime.Runs);

        runtime.Runs.Clear();
        view.GetColumn<float[]>("Logits").Count();
        Assert.Equal([(4, 1), (4, 1), (3, 1)], runtime.Runs);
    }

    [Fact]
    public void Pooled_features_are_the_mean_of_the_map_and_logits_are_linear_in_them()
    {
        var estimator = _context.Transforms.ApplyBackbone(TestNetworks.MeanPooled, "ImagePath", "Features", "Map", "Logits");
        var view = estimator.Fit(Images(_images.Paths)).Transform(Images(_images.Paths));
        var head = TestNetworks.MeanPooled.Classifier!;

        foreach (var row in _context.Data.CreateEnumerable<AllRow>(view, reuseRowObject: false))
        {
            for (var k = 0; k < 6; k++)
                Assert.Equal(row.Map!.Skip(k * 16).Take(16).Average(), row.Features![k], 1e-5f);

            for (var c = 0; c < 4; c++)
            {
                Assert.Equal(head.Biases[c] + head.WeightsOf(c).ToArray().Zip(row.Features!, (w, f) => w * f).Sum(),
                    row.Logits![c], 1e-4f);
            }
        }

        Assert.Equal(["class 0", "class 1", "class 2", "class 3"], SlotNames(view.Schema["Logits"]));
        Assert.Equal([6, 4, 4], ((VectorDataViewType)view.Schema["Map"].Type).Dimensions.ToArray());
    }

    [Fact]
    public void A_bad_image_stops_the_pass_with_its_file_and_row_after_the_good_rows_before_it()
    {
        var broken = _images.WriteBroken("broken.png");
        string[] paths = [.. _images.Paths.Take(5), broken, .. _images.Paths.Skip(5)];
        foreach (var batch in new[] { 1, 3, 32 })
        {
            var view = View(paths, new BackboneRunOptions { BatchSize = batch });
            using var cursor = view.GetRowCursor([view.Schema["Features"]]);
            for (var i = 0; i < 5; i++)
                Assert.True(cursor.MoveNext());

            var error = Assert.Throws<BadImageException>(() => cursor.MoveNext());
            Assert.Equal((broken, 5), (error.Path, error.Row));
            Assert.StartsWith($"{broken} (row 6): ", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Bad_images_are_skipped_in_every_pass_and_listed_once()
    {
        var broken = _images.WriteBroken("broken.png");
        var missing = _images.PathOf("missing.png");
        string[] paths = [broken, .. _images.Paths.Take(4), missing, .. _images.Paths.Skip(4), broken];
        var options = new BackboneRunOptions { BatchSize = 4, BadImages = BadImagePolicy.Skip };
        var transformer = _context.Transforms.ApplyBackbone(TestNetworks.MeanPooled, options: options).Fit(Images(paths));
        var view = transformer.Transform(Images(paths));

        Assert.Null(view.GetRowCount());
        Assert.Equal(_images.Paths, view.GetColumn<string>("ImagePath"));
        var good = Read(new BackboneRunOptions());
        var rows = _context.Data.CreateEnumerable<OutputRow>(view, reuseRowObject: false).ToList();
        Assert.Equal(good.Select(r => r.ImagePath), rows.Select(r => r.ImagePath));
        Assert.All(good.Zip(rows), p => Assert.Equal(Bits(p.First), Bits(p.Second)));
        Assert.Equal([broken, missing], transformer.SkippedImages.Select(s => s.Path));
        Assert.Equal("there is no such file", transformer.SkippedImages[1].Reason);
        Assert.Equal(_images.Paths, view.GetColumn<string>("ImagePath"));
    }

    [Fact]
    public void Rows_are_pulled_ahead_by_a_few_blocks_only()
    {
        var pulled = 0;
        IEnumerable<PathRow> Rows()
        {
            for (var i = 0; i < 1000; i++)
            {
                Interlocked.Increment(ref pulled);
                yield return new PathRow { ImagePath = _images.Paths[i % 11], Number = i };
            }
        }

        var input = _context.Data.LoadFromEnumerable(Rows());
        var view = _context.Transforms.ApplyBackbone(TestNetworks.MeanPooled, options: new BackboneRunOptions { BatchSize = 4 })
            .Fit(input).Transform(input);
        using (var cursor = view.GetRowCursor([view.Schema["Features"]]))
        {
            Assert.True(cursor.MoveNext());
            SpinWait.SpinUntil(() => Volatile.Read(ref pulled) >= 12, TimeSpan.FromSeconds(5));
            Thread.Sleep(50);
            Assert.InRange(Volatile.Read(ref pulled), 4, 14);
        }

        var after = Volatile.Read(ref pulled);
        Thread.Sleep(50);
        Assert.Equal(after, Volatile.Read(ref pulled));
    }

    [Fact]
    public void An_error_of_the_source_comes_after_the_rows_before_it()
    {
        IEnumerable<PathRow> Rows()
        {
            for (var i = 0; i < 5; i++)
                yield return new PathRow { ImagePath = _images.Paths[i], Number = i };

            throw new InvalidDataException("the source broke");
        }

        var input = _context.Data.LoadFromEnumerable(Rows());
        var view = _context.Transforms.ApplyBackbone(TestNetworks.MeanPooled, options: new BackboneRunOptions { BatchSize = 3 })
            .Fit(input).Transform(input);
        using var cursor = view.GetRowCursor([view.Schema["Features"]]);
        for (var i = 0; i < 5; i++)
            Assert.True(cursor.MoveNext());

        Assert.Throws<InvalidDataException>(() => cursor.MoveNext());
    }

    [Fact]
    public void A_prediction_engine_gives_the_same_bits()
    {
        var chain = _context.Transforms.ApplyBackbone(TestNetworks.MeanPooled, logitsColumnName: "Logits");
        using var model = chain.Fit(PathRow.View(_context, _images.Paths));
        using var engine = _context.Model.CreatePredictionEngine<PathRow, OutputRow>(model);

        foreach (var row in Read(new BackboneRunOptions()))
            Assert.Equal(Bits(row), Bits(engine.Predict(new PathRow { ImagePath = row.ImagePath })));
    }

    [Fact]
    public void A_network_with_a_fixed_batch_runs_in_batches()
    {
        var backbone = TestNetworks.Open("class-maps");
        float[][] Features(int batch) =>
            [.. View(_images.Paths, new BackboneRunOptions { BatchSize = batch }, backbone).GetColumn<float[]>("Features")];

        Assert.Equal(Features(1), Features(5));
        Assert.Equal(6, Features(1)[0].Length);
    }

    [Fact]
    public void What_the_network_cannot_give_is_refused()
    {
        Assert.Throws<BackboneException>(() =>
            _context.Transforms.ApplyBackbone(TestNetworks.MeanPooled, featuresColumnName: null, featureMapColumnName: null));
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => _context.Transforms.ApplyBackbone(TestNetworks.MeanPooled, "Pictures").Fit(Images(_images.Paths)));
        Assert.Contains("'Pictures'", error.Message, StringComparison.Ordinal);
        var vector = Assert.Throws<ArgumentOutOfRangeException>(
            () => _context.Transforms.ApplyBackbone(TestNetworks.MeanPooled, "Vector").Fit(Images(_images.Paths)));
        Assert.Contains("3072 floats", vector.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _images.Dispose();

    private static int[] Bits(OutputRow row) => [.. row.Features!.Select(BitConverter.SingleToInt32Bits)];

    private static string[] SlotNames(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.Annotations.GetValue("SlotNames", ref names);
        return [.. names.DenseValues().Select(n => n.ToString())];
    }

    private IDataView Images(IEnumerable<string> paths) => PathRow.View(_context, paths);

    private IDataView View(IEnumerable<string> paths, BackboneRunOptions options, Backbone? backbone = null)
    {
        var input = Images(paths);
        return _context.Transforms.ApplyBackbone(backbone ?? TestNetworks.MeanPooled, options: options)
            .Fit(input).Transform(input);
    }

    private List<OutputRow> Read(BackboneRunOptions options) =>
        [.. _context.Data.CreateEnumerable<OutputRow>(View(_images.Paths, options), reuseRowObject: false)];

    private sealed class OutputRow
    {
        public string ImagePath { get; set; } = "";

        public int Number { get; set; }

        public float[]? Vector { get; set; }

        public float[]? Features { get; set; }
    }

    private sealed class AllRow
    {
        public float[]? Features { get; set; }

        public float[]? Map { get; set; }

        public float[]? Logits { get; set; }
    }
}
