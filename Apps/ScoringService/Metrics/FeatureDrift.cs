namespace MlPipeline.ScoringService;

/// <summary>How far the recent pictures' features lie from those that a model was trained on.</summary>
internal sealed class FeatureDrift(string version, FeatureStatistics training)
{
    /// <summary>The mean goes over about as many pictures; its noise alone makes a drift of half of its inverse.</summary>
    private const int Window = 1000;

    private readonly float[] _means = new float[training.Means.Count];
    private readonly Lock _gate = new();
    private int _count;

    public string Version => version;

    public double Value
    {
        get
        {
            lock (_gate)
                return _count == 0 ? 0 : training.DistanceOf(_means);
        }
    }

    /// <summary>Takes a picture in and gives its own distance. The first pictures have equal weights, later ones falling
    /// ones.</summary>
    public double Add(ReadOnlySpan<float> features)
    {
        lock (_gate)
        {
            _count = Math.Min(_count + 1, Window);
            for (var k = 0; k < _means.Length; k++)
                _means[k] += (features[k] - _means[k]) / _count;
        }

        return training.DistanceOf(features);
    }
}
