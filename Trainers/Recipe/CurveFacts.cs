namespace MlPipeline.Trainers.Recipe;

/// <summary>The quantities that an eye takes from learning curves.</summary>
internal sealed class CurveFacts
{
    private readonly IReadOnlyList<double> _train;
    private readonly IReadOnlyList<double> _validation;
    private readonly int _last;

    /// <summary>Epochs at the end that are looked at for what goes on there: a fifth, at least two where there are as
    /// many.</summary>
    private readonly int _tail;

    public CurveFacts(LearningCurves curves)
    {
        Curves = curves;
        _train = curves.TrainLoss;
        _validation = curves.ValidationLoss;
        _last = curves.Epochs;
        _tail = Math.Min(_last, Math.Max(2, _last / 5));
        Chance = curves.Chance ?? 1.0 / curves.ClassCount;
        ChanceLoss = curves.ChanceLoss ?? Math.Log(curves.ClassCount);
    }

    public LearningCurves Curves { get; }

    public double Chance { get; }

    public double ChanceLoss { get; }

    public double TrainAccuracy => Curves.TrainAccuracy[_last];

    public double ValidationAccuracy => Curves.ValidationAccuracy[_last];

    public double Gap => TrainAccuracy - ValidationAccuracy;

    /// <summary>Standard error of the held-out accuracy of a guess.</summary>
    public double ChanceError => Math.Sqrt(Chance * (1 - Chance) / Math.Max(1, Curves.ValidationCount));

    public double ValidationError =>
        Math.Sqrt(Math.Max(0.01, ValidationAccuracy * (1 - ValidationAccuracy)) / Math.Max(1, Curves.ValidationCount));

    /// <summary>The share of the chance loss that training has taken away.</summary>
    public double LearnedShare => (Math.Min(_train[0], ChanceLoss) - _train[_last]) / ChanceLoss;

    /// <summary>
    /// The loss is not a number, ends above its start, or was far above it on the way: large steps may separate the training
    /// samples in the end as a perceptron does, but their path shows.
    /// </summary>
    public bool Diverges
    {
        get
        {
            var start = Math.Max(_train[0], ChanceLoss);
            return _train.Concat(_validation).Any(loss => !double.IsFinite(loss))
                || Curves.PeakLoss is { } seen && !(seen <= 1.5 * start)
                || _train[_last] > 1.2 * start
                || _train.Max() > 2 * start;
        }
    }

    /// <summary>A nearly straight, hardly sloping way down.</summary>
    public bool FallsSlowly
    {
        get
        {
            var fall = _train[0] - _train[_last];
            if (_last < 2 || fall <= 1e-12 * _train[0] || _train[_last] < 0.8 * Math.Min(_train[0], ChanceLoss))
                return false;
            var down = Enumerable.Range(1, _last).Count(i => _train[i] < _train[i - 1]);
            var later = _train[_last / 2] - _train[_last];
            var even = later / (_last - _last / 2) / (fall / _last);
            return down >= 0.9 * _last && even >= 0.6;
        }
    }

    public bool Tiny => Curves.TrainCount < 10 * Curves.ClassCount || Curves.ValidationCount < 20;

    public bool ValidationAtChance => ValidationAccuracy <= Chance + 2.5 * ChanceError;

    public bool GapIsReal => Gap >= 0.1 && Gap > 2 * ValidationError;

    /// <summary>The mean fall of the held-out loss for each of the last epochs, as a share of it.</summary>
    public double ValidationPace => (_validation[_last - _tail] - _validation[_last]) / _tail / _validation[_last];

    public double TrainPace => (_train[_last - _tail] - _train[_last]) / _tail / _train[_last];

    public bool StillFalling => _last >= 2 && ValidationPace > 0.01 && ValidationAccuracy < 0.99
        && _validation[_last] < _validation[_last - _tail]
            && (_validation[_last - _tail] - _validation[_last]) / _tail > 0.002 * ChanceLoss;

    public bool Overfits => GapIsReal && (Gap >= 0.15 || _validation[_last] > 1.1 * _validation.Min());

    public bool Decayed => Curves.LearningRates[_last - 1] < 0.5 * Curves.LearningRates[0];

    public bool Low => TrainAccuracy < Chance + 0.6 * (1 - Chance);

    // Flat, bouncing or low at a constant rate; a loss that is small already is no plateau worth mending.
    public bool OnPlateau => _last >= 6 && !Decayed && Math.Abs(TrainPace) < 0.005 && TrainAccuracy < 0.98
        && (Low || Bounce > 0.01);

    /// <summary>The mean jump of the training loss from epoch to epoch near the end, as a share of it.</summary>
    public double Bounce
    {
        get
        {
            var span = Math.Max(1, _last / 3);
            return Enumerable.Range(_last - span + 1, span).Average(i => Math.Abs(_train[i] - _train[i - 1])) / _train[_last];
        }
    }

    public bool Underfits => Low && !GapIsReal && !StillFalling;

    /// <summary>The first fall of the rate came while the loss fell by over 2% an epoch, and took most of that pace
    /// away.</summary>
    public bool DecayedTooEarly
    {
        get
        {
            var rates = Curves.LearningRates;
            var at = Enumerable.Range(1, _last - 1).FirstOrDefault(i => rates[i] < 0.5 * rates[i - 1]);
            if (at < 2 || _last - at < 2 || TrainAccuracy >= 0.98)
                return false;
            var before = (_train[at - 2] - _train[at]) / 2;
            var after = (_train[at] - _train[_last]) / (_last - at);
            return before > 0.02 * _train[at] && before > 0.005 * ChanceLoss && after < 0.3 * before
                && _train[at] > 0.2 * ChanceLoss;
        }
    }

    public Dictionary<string, double> Numbers() => new()
    {
        ["epochs"] = _last,
        ["initialLoss"] = _train[0],
        ["trainLoss"] = _train[_last],
        ["validationLoss"] = _validation[_last],
        ["trainAccuracy"] = TrainAccuracy,
        ["validationAccuracy"] = ValidationAccuracy,
        ["gap"] = Gap,
        ["chance"] = Chance,
        ["validationError"] = ValidationError,
    };
}
