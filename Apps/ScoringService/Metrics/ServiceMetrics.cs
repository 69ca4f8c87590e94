using System.Diagnostics.Metrics;

namespace MlPipeline.ScoringService;

/// <summary>What operators watch. Names and units are those of OpenTelemetry; Prometheus reads them with underscores.</summary>
internal sealed class ServiceMetrics : IDisposable
{
    public const string MeterName = "MlPipeline.ScoringService";

    private static readonly double[] s_seconds =
        [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private static readonly double[] s_sizes = [1, 2, 4, 8, 16, 32];

    private static readonly double[] s_shares = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

    private static readonly double[] s_distances = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 5, 10, 20];

    private readonly Meter _meter = new(MeterName);
    private readonly Histogram<double> _stages;
    private readonly Histogram<int> _batches;
    private readonly Histogram<double> _scores;
    private readonly Histogram<double> _distances;
    private readonly Counter<long> _badImages;
    private readonly Counter<long> _predictions;
    private readonly Counter<long> _reloads;
    private readonly Dictionary<string, FeatureDrift> _drifts = [];

    public ServiceMetrics()
    {
        _stages = Histogram<double>("mlpipeline.stage.duration", "s",
            "How long a stage took: body, decode, queue, network and head (of a whole batch), explain.", s_seconds);
        _batches = Histogram<int>("mlpipeline.batch.size", "{picture}", "Pictures in one run of the network.",
            [.. s_sizes.Select(s => (int)s)]);
        _scores = Histogram<double>("mlpipeline.score", "1", "The score of the predicted class.", s_shares);
        _distances = Histogram<double>("mlpipeline.feature.distance", "1",
            "Mean squared difference of a picture's features from the training pictures' mean, in their deviations: about 1 for "
            + "a picture like those.", s_distances);
        _badImages = _meter.CreateCounter<long>("mlpipeline.bad_images", "{picture}", "Pictures that could not be used.");
        _predictions = _meter.CreateCounter<long>("mlpipeline.predictions", "{picture}", "Pictures by predicted class.");
        _reloads = _meter.CreateCounter<long>("mlpipeline.reloads", "{reload}", "Newer models by what became of them.");
        _meter.CreateObservableGauge("mlpipeline.feature.drift", Drifts, "1",
            "Mean squared difference of the recent pictures' mean features from the training pictures', in their deviations: "
            + "about 0 while pictures are like those.");
    }

    /// <summary>Watches what waits for the models, and the bytes that are held for requests.</summary>
    public void Watch(IReadOnlyCollection<ModelScorer> scorers, HeldBytes held)
    {
        _meter.CreateObservableGauge("mlpipeline.queue.length",
            () => scorers.Select(s => new Measurement<int>(s.Waiting, Tag("model", s.Name))), "{picture}",
            "Pictures that were taken and are not answered yet.");
        _meter.CreateObservableGauge("mlpipeline.held", () => held.Count, "By", "Bytes of requests that are held.");
        _meter.CreateObservableGauge("mlpipeline.model.loaded",
            () => scorers.Select(s => new Measurement<double>(s.Host.Status.LoadedAt.ToUnixTimeMilliseconds() / 1000.0,
                Tag("model", s.Name), Tag("version", s.Host.Status.Version))), "s",
            "When the served model was loaded, in seconds since 1970.");
    }

    public void Stage(string model, string stage, TimeSpan time) =>
        _stages.Record(time.TotalSeconds, Tag("model", model), Tag("stage", stage));

    public void Batch(string model, int size) => _batches.Record(size, Tag("model", model));

    public void BadImage(string model, string reason) => _badImages.Add(1, Tag("model", model), Tag("reason", reason));

    public void Reload(string model, ReloadOutcome outcome) =>
        _reloads.Add(1, Tag("model", model), Tag("outcome", outcome.ToString()));

    public void Predicted(string model, ImagePrediction prediction)
    {
        _predictions.Add(1, Tag("model", model), Tag("class", prediction.Label), Tag("abstained", prediction.Abstained));
        _scores.Record(prediction.Score, Tag("model", model));
    }

    /// <summary>Compares features with those that the model was trained on.</summary>
    public void Features(string model, string version, FeatureStatistics training,
        IReadOnlyList<ReadOnlyMemory<float>> features)
    {
        FeatureDrift? drift;
        lock (_drifts)
        {
            if (!_drifts.TryGetValue(model, out drift) || drift.Version != version)
                _drifts[model] = drift = new FeatureDrift(version, training);
        }

        foreach (var picture in features)
            _distances.Record(drift.Add(picture.Span), Tag("model", model));
    }

    public void Dispose() => _meter.Dispose();

    private Histogram<T> Histogram<T>(string name, string unit, string description, IReadOnlyList<T> boundaries)
        where T : struct =>
        _meter.CreateHistogram(name, unit, description, tags: null,
            advice: new InstrumentAdvice<T> { HistogramBucketBoundaries = boundaries });

    private List<Measurement<double>> Drifts()
    {
        lock (_drifts)
            return [.. _drifts.Select(d => new Measurement<double>(d.Value.Value, Tag("model", d.Key)))];
    }

    private static KeyValuePair<string, object?> Tag(string name, object? value) => new(name, value);
}
