namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>A picture and the network that scores it, for methods that look at what changes when the picture is
/// changed.</summary>
public interface IScoredPicture
{
    /// <summary>How the picture was prepared.</summary>
    Preprocessing Preprocessing { get; }

    /// <summary>Scores changed copies of the picture, in whole batches.</summary>
    /// <param name="count">How many copies.</param>
    /// <param name="change">Is given a copy's number and its prepared pixels, to change them in place.</param>
    /// <returns>Count x C scores of the linear head, row by row: before any softmax.</returns>
    float[] Score(int count, Action<int, float[]> change);
}
