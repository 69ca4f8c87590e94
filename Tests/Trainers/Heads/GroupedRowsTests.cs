using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Heads;

namespace MlPipeline.Trainers.Tests.Heads;

public class GroupedRowsTests
{
    // Ten examples of noise, each four times: whoever tells copies apart from others knows their label.
    [Fact]
    public void Augmentations_of_one_example_are_not_parted_where_rows_are_held_out()
    {
        var random = new Random(3);
        float[][] examples = [.. Enumerable.Range(0, 24)
            .Select(_ => Enumerable.Range(0, 30).Select(_ => random.NextSingle()).ToArray())];
        float[] rows = [.. examples.SelectMany(e => Enumerable.Repeat(e, 4)
            .SelectMany(r => r.Select(v => v + random.NextSingle() * 0.01f)))];
        int[] labels = [.. Enumerable.Range(0, 96).Select(i => i / 4 % 2)];
        var alone = new FeatureMatrix(rows, 30, labels, ["a", "b"]);
        var together = alone.WithGroups([.. Enumerable.Range(0, 96).Select(i => i / 4)]);

        double parted = LinearHead.Fit(alone).L2Regularization, kept = LinearHead.Fit(together).L2Regularization;
        Assert.True(kept >= 100 * parted, $"L2 {kept} with views kept together, {parted} with views parted");
    }

    [Fact]
    public void Groups_stay_with_their_rows()
    {
        var samples = new FeatureMatrix([1, 2, 3, 4], 1, [0, 1, 0, 1], ["a", "b"]).WithGroups([7, 8, 7, 9]);
        Assert.Equal([9, 7], samples.Subset([3, 2]).Groups.ToArray());
        Assert.Equal([7, 8, 7, 9], samples.WithClassWeights([1, 2]).Groups.ToArray());
        Assert.Throws<ArgumentException>(() => samples.WithGroups([1]));
    }
}
