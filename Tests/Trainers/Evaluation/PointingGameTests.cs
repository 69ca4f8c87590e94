using MlPipeline.Trainers.Evaluation;

namespace MlPipeline.Trainers.Tests;

public class PointingGameTests
{
    [Fact]
    public void Counts_peaks_inside_of_pictures_classified_correctly()
    {
        var game = new PointingGame();
        float[] map = [0, 0, 0, 0, 5, 0, 0, 0]; // 4 x 2: the peak is at column 0, row 1
        game.Add(true, map, 4, 2, (0, 0.5, 0.25, 1));
        game.Add(true, map, 4, 2, (0.5, 0, 1, 1));
        game.Add(true, map, 4, 2, (0.5, 0, 1, 1), (0, 0.6, 0.2, 0.9));
        game.Add(false, map, 4, 2, (0, 0, 1, 1));
        Assert.Equal((3, 2), (game.Played, game.Hits));
        Assert.Equal(2.0 / 3, game.Share, 12);
        Assert.Equal((0.125, 0.75), PointingGame.Peak(map, 4, 2));
        Assert.Throws<ArgumentException>(() => PointingGame.Peak(map, 3, 2));
    }
}
