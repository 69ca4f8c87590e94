using MlPipeline.Optimizers;

namespace MlPipeline.Trainers.Tests.Heads;

public class HeadFoldsTests
{
    // Ten examples of noise, each four times: whoever tells copies apart from others knows their label.
    [Fact]
    public void Views_of_one_example_are_not_parted_where_rows_are_held_out()
    {
        var random = new Random(3);
        float[][] examples = [.. Enumerable.Range(0, 24).Select(_ => Enumerable.Range(0, 30).Select(_ => random.NextSingle()).ToArray())];
        float[] rows = [.. examples.SelectMany(e => Enumerable.Repeat(e, 4).SelectMany(r => r.Select(v => v + random.NextSingle() * 0.01f)))];
        int[] labels = [.. Enumerable.Range(0, 96).Select(i => i / 4 % 2)];
        var alone = new TrainingSamples(rows, 30, labels, 2);
        var together = alone.WithGroups([.. Enumerable.Range(0, 96).Select(i => i / 4)]);

        double parted = HeadTraining.Train(alone).L2Regularization, kept = HeadTraining.Train(together).L2Regularization;
        Assert.True(kept >= 100 * parted, $"L2 {kept} with views kept together, {parted} with views parted");
    }

    [Fact]
    public void Groups_stay_with_their_rows()
    {
        var samples = new TrainingSamples([1, 2, 3, 4], 1, [0, 1, 0, 1], 2).WithGroups([7, 8, 7, 9]);
        Assert.Equal([9, 7], samples.Subset([3, 2]).Groups.ToArray());
        Assert.Equal([7, 8, 7, 9], samples.WithClassWeights([1, 2]).Groups.ToArray());
        Assert.Throws<ArgumentException>(() => samples.WithGroups([1]));
    }
}
