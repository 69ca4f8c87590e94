using MlPipeline.Data.Demo;
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
                Backbone = BackboneCatalog.Resolve(BackboneCatalog.Bootstrap),
                UseCache = false,
                TestFraction = 0,
            }).Run(DataSource.Open(pictures));
            using var model = ImageClassificationModel.From(trained.Trained);
            var job = new ExplanationJob(model, new ExplanationOptions { Methods = ["cam", "random"], MostPictures = 14 });
            var boxes = DataSource.Open(Path.Combine(pictures, SampleSet.BoxesFile));

            var result = job.Run(boxes);

            var (cam, random) = (result.Methods[0], result.Methods[1]);
            Assert.True(result.Correct > 7, $"{result.Correct}");
            Assert.True(cam.Pointing > random.Pointing && cam.Energy > random.Energy, $"{cam} {random}");
            Assert.All(result.Methods, m => Assert.True(m.Deletion is > 0 and < 1 && m.Insertion is > 0 and < 1));
            Assert.Equal(cam with { Seconds = 0 }, job.Run(boxes).Methods[0] with { Seconds = 0 });
            var error = Assert.Throws<JobException>(() => job.Run(DataSource.Open(pictures)));
            Assert.Contains("left, top, width, height", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
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
