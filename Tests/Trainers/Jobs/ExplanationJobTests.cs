using MlPipeline.Data.Demo;
using MlPipeline.Data.Sources;
using MlPipeline.Imaging;
using MlPipeline.Pipeline.Heatmaps;
using MlPipeline.Pipeline.Images;
using MlPipeline.Trainers.Evaluation;

namespace MlPipeline.Trainers.Tests.Jobs;

public sealed class ExplanationJobTests
{
    [Fact]
    public void Boxes_overlap_by_what_they_share()
    {
        var box = new PixelBox(10, 10, 20, 10);
        Assert.Equal(1, ExplanationMeasures.Overlap(box, box));
        Assert.Equal(0.5, ExplanationMeasures.Overlap(box, new PixelBox(10, 10, 10, 10)));
        Assert.Equal(0, ExplanationMeasures.Overlap(box, new PixelBox(30, 10, 20, 10)));
        Assert.Equal(0.25, ExplanationMeasures.Energy([0, 1, 1, 2], 2, new PixelBox(1, 0, 1, 1)));
        Assert.Equal(0, ExplanationMeasures.Energy(new float[4], 2, new PixelBox(1, 0, 1, 1)));
    }

    [Fact]
    public void A_map_that_is_right_empties_the_class_fast_and_fills_it_early()
    {
        // The class is certain while the left column of two is there, and as likely as the other without it.
        var picture = new LeftColumn();
        Heatmap Map(float left, float right) =>
            new([left, right], 2, 1, "a", ImageGeometry.Identity(2, 1));

        var right = ExplanationMeasures.Areas(picture, Map(1, 0), 0, 2, 2);
        var wrong = ExplanationMeasures.Areas(picture, Map(0, 1), 0, 2, 2);

        Assert.Equal((0.625, 0.875), right);
        Assert.Equal((0.875, 0.625), wrong);
    }

    [Fact]
    public void Cam_points_at_drawn_objects_and_boxes_are_required()
    {
        var folder = Directory.CreateTempSubdirectory("mlpipeline-explain-").FullName;
        try
        {
            var pictures = Path.Combine(folder, "pictures");
            SampleSet.Write(pictures, new SampleSetOptions { ImagesPerClass = 10, Size = 96 });
            var trained = new TrainingJob(new TrainingOptions
            {
                Backbone = BackboneCatalog.Resolve(BackboneCatalog.Bootstrap).WithInputSize(96),
                UseCache = false,
                TestFraction = 0,
            }).Run(DataSource.Open(pictures));
            using var model = ImageClassificationModel.From(trained.Trained);
            string[] methods = ["cam", "random", "center"];
            var job = new ExplanationJob(model,
                new ExplanationOptions { Methods = methods, MostPictures = 14, Sanity = true });
            var boxes = DataSource.Open(Path.Combine(pictures, SampleSet.BoxesFile));

            var result = job.Run(boxes);

            var (cam, random) = (result.Methods[0], result.Methods[1]);
            Assert.True(result.Correct > 7, $"{result.Correct}");
            Assert.True(cam.Pointing > random.Pointing && cam.Energy > random.Energy, $"{cam} {random}");
            Assert.All(result.Methods, m => Assert.True(m.Deletion is > 0 and < 1 && m.Insertion is > 0 and < 1));
            var again = job.Run(boxes).Methods[0];
            Assert.Equal(cam with { Seconds = 0, Sanity = null }, again with { Seconds = 0, Sanity = null });
            Assert.Equal(cam.Sanity, again.Sanity);
            string[] steps = ["head", "stage4", "stage3", "stage2", "stage1"];
            Assert.Equal(steps, cam.Sanity!.Select(s => s.Step));

            // What reads no weights stays the same; what says what was learned does not, and goes with the picture.
            var center = result.Methods[2];
            Assert.All(center.Sanity!, s => Assert.Equal(2, s.RankCorrelation + s.Similarity, 9));
            Assert.Equal(1, center.Mirrored, 9);
            Assert.True(cam.Mirrored > 0.5 && Math.Abs(random.Mirrored) < 0.3, $"{cam} {random}");
            Assert.All(cam.Sanity!, s => Assert.InRange(s.RankCorrelation, -0.5, 0.5));
            var error = Assert.Throws<JobException>(() => job.Run(DataSource.Open(pictures)));
            Assert.Contains("left, top, width, height", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_default_heatmap_of_covariance_and_joined_features_points_at_drawn_objects_as_that_of_plain_ones_does()
    {
        const double Margin = 0.1;
        var folder = Directory.CreateTempSubdirectory("mlpipeline-default-").FullName;
        try
        {
            SampleSet.Write(folder, new SampleSetOptions { ImagesPerClass = 15, Size = 96 });
            var boxes = DataSource.Open(Path.Combine(folder, SampleSet.BoxesFile));
            var plain = Measured("pooled");
            Assert.True(plain.Pointing >= 0.9, $"{plain}");
            foreach (var features in (string[])["pooled:cov", "stage3+pooled", "stage3+pooled:cov"])
            {
                var other = Measured(features);
                Assert.True(other.Pointing >= plain.Pointing - Margin && other.Energy >= plain.Energy - Margin,
                    $"{features}: {other}, pooled: {plain}");
            }

            (double Pointing, double Energy) Measured(string features)
            {
                var trained = new TrainingJob(new TrainingOptions
                {
                    Backbone = BackboneCatalog.Resolve(BackboneCatalog.Bootstrap),
                    Features = features,
                    UseCache = false,
                    TestFraction = 0,
                }).Run(boxes);
                using var model = ImageClassificationModel.From(trained.Trained);
                (Heatmap Map, PixelBox Box)[] right = [.. boxes.Records
                    .Zip(model.Explain(boxes.Records.Select(r => r.Path)))
                    .Where(p => p.First.Label == p.Second.Prediction.Label)
                    .Select(p => (p.Second.Heatmap!, ExplanationBoxes.Of(boxes, p.First)))];
                Assert.True(right.Length > boxes.Records.Count / 2, $"{features}: {right.Length} are right");
                return (right.Average(r => r.Map.Peak() is var (x, y) && r.Box.Contains((int)x, (int)y) ? 1.0 : 0),
                    right.Average(r => ExplanationMeasures.Energy(r.Map.OverOriginal(), r.Map.Geometry.SourceWidth, r.Box)));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Rank_correlation_and_structural_similarity_of_known_maps()
    {
        Assert.Equal(1, ExplanationMeasures.RankCorrelation([1, 2, 3, 4], [0, 10, 11, 100]), 12);
        Assert.Equal(-1, ExplanationMeasures.RankCorrelation([1, 2, 3, 4], [4, 3, 2, 1]), 12);

        // Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: the products' sum 4.5 by the root of 4.5 times 5.
        Assert.Equal(4.5 / Math.Sqrt(22.5), ExplanationMeasures.RankCorrelation([1, 2, 2, 3], [1, 2, 3, 4]), 12);
        Assert.Equal(0, ExplanationMeasures.RankCorrelation([1, 1], [1, 2]));
        Assert.Equal(1, ExplanationMeasures.RankCorrelation([1, 1], [1, 1]));

        float[] steps = [.. Enumerable.Range(0, 256).Select(i => i % 16 / 15f)];
        Assert.Equal(1, ExplanationMeasures.Similarity(steps, steps, 16), 9);
        Assert.InRange(ExplanationMeasures.Similarity(steps, [.. steps.Select(v => 1 - v)], 16), -1, 0);

        // Flat maps differ in their means alone: (2 p q + c) / (p^2 + q^2 + c).
        float[] Flat(float value) => [.. Enumerable.Repeat(value, 64)];
        Assert.Equal(1.0001 / 1.2501, ExplanationMeasures.Similarity(Flat(1), Flat(0.5f), 8), 6);
    }

    [Fact]
    public void Boxes_are_read_in_every_form_and_of_the_test_pictures_alone()
    {
        static ImageRecord Record(string label, params (string, string)[] columns) => new("a.png", label)
        {
            Extra = columns.ToDictionary(c => c.Item1, c => c.Item2),
            Line = 3,
        };
        var data = new ImageDataSet("/data", []) { ManifestPath = "boxes.tsv" };
        var box = new PixelBox(2, 3, 10, 1);

        Assert.Equal(box, ExplanationBoxes.Of(data,
            Record("a", ("left", "2"), ("top", "3"), ("width", "10"), ("height", "1"))));
        Assert.Equal(box, ExplanationBoxes.Of(data, Record("a", ("x0", "2"), ("y0", "3"), ("x1", "11"), ("y1", "3"))));
        Assert.Equal(box, ExplanationBoxes.Of(data, Record("a", ("xmin", "2"), ("ymin", "3"), ("xmax", "11"), ("ymax", "3"))));
        var error = Assert.Throws<JobException>(() => ExplanationBoxes.Of(data,
            Record("a", ("x0", "2"), ("y0", "3"), ("x1", "1"), ("y1", "3"))));
        Assert.Contains("boxes.tsv, line 3: '1' in the column 'x1' is no number of at least 2", error.Message,
            StringComparison.Ordinal);
    }

    private sealed class LeftColumn : IScoredPicture
    {
        public Preprocessing Preprocessing { get; } = new() { Width = 2, Height = 1, Grayscale = true };

        public float[] Score(int count, Action<int, float[]> change)
        {
            var scores = new float[2 * count];
            for (var i = 0; i < count; i++)
            {
                float[] pixels = [1, 1];
                change(i, pixels);
                scores[2 * i] = 1000 * pixels[0];
            }

            return scores;
        }
    }
}
