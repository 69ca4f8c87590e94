using MlPipeline.Trainers.Evaluation;

namespace MlPipeline.Trainers.Tests.Evaluation;

public class ConfidentLearningTests
{
    // The thresholds are the means 0.475, 0.4 and 0.4. Row 1 is above two of them and counted for the higher probability.
    [Fact]
    public void Finds_the_rows_that_are_above_the_threshold_of_another_class_by_their_margin()
    {
        var found = ConfidentLearning.Find([0, 0, 1, 1, 2, 2],
        [
            [0.9f, 0.05f, 0.05f], [0.05f, 0.5f, 0.45f],
            [0.2f, 0.6f, 0.2f], [0.5f, 0.2f, 0.3f],
            [0.2f, 0.2f, 0.6f], [0.05f, 0.75f, 0.2f],
        ]);

        Assert.Equal([new LabelIssue(5, 1, 0.2f, 0.75f), new LabelIssue(1, 1, 0.05f, 0.5f), new LabelIssue(3, 0, 0.2f, 0.5f)],
            found);
    }

    // Row 2 is an error; but the threshold of class 1 is 0.9, and it has 0.55 for it.
    [Fact]
    public void An_error_that_is_less_sure_than_the_rows_of_its_answer_is_not_reported() => Assert.Empty(ConfidentLearning.Find(
        [0, 0, 0, 1, 1], [[0.95f, 0.05f], [0.95f, 0.05f], [0.45f, 0.55f], [0.1f, 0.9f], [0.1f, 0.9f]]));

    [Fact]
    public void A_class_without_rows_is_never_suggested() =>
        Assert.Empty(ConfidentLearning.Find([0, 0], [[0.6f, 0.4f], [0.1f, 0.9f]]));

    [Fact]
    public void Labels_without_a_probability_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ConfidentLearning.Find([0], []));
        Assert.Throws<ArgumentException>(() => ConfidentLearning.Find([2], [[0.5f, 0.5f]]));
    }
}
