using System.Runtime.CompilerServices;
using MlPipeline.Trainers.Solvers.Kernels;
using MlPipeline.Trainers.Solvers.Objectives;

namespace MlPipeline.Trainers.Solvers.Lbfgs;

/// <summary>The state of one minimisation.</summary>
internal sealed class LbfgsRun
{
    private const double SufficientDecrease = 1e-4;
    private const double CurvatureFraction = 0.9;
    private const int MostTrials = 30;

    /// <summary>Relative differences of the objective that are within the rounding of single-precision scores.</summary>
    private const double Noise = 2e-9;

    private readonly SoftmaxObjective _objective;
    private readonly LbfgsOptions _options;
    private readonly OrthantConstraint? _orthant;
    private readonly LbfgsHistory _history;
    private readonly Action<SolverProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly double[] _direction;
    private readonly double[] _steepest;
    private double[] _point;
    private double[] _gradient;
    private double[] _trial;
    private double[] _trialGradient;
    private double _value;
    private double _trialValue;

    /// <param name="objective">What is minimised.</param>
    /// <param name="options">How far.</param>
    /// <param name="start">The first parameters, which are overwritten.</param>
    /// <param name="progress">Told after each iteration.</param>
    /// <param name="cancellation">Stops it.</param>
    public LbfgsRun(SoftmaxObjective objective, LbfgsOptions options, double[] start, Action<SolverProgress>? progress,
        CancellationToken cancellation)
    {
        _objective = objective;
        _options = options;
        _orthant = options.L1Regularization > 0 ? new OrthantConstraint(options.L1Regularization, objective.WeightCount) : null;
        _history = new LbfgsHistory(options.HistorySize);
        _progress = progress;
        _cancellation = cancellation;
        _point = start;
        _gradient = new double[start.Length];
        _trial = new double[start.Length];
        _trialGradient = new double[start.Length];
        _direction = new double[start.Length];
        _steepest = _orthant is null ? [] : new double[start.Length];
    }

    public SolverResult Minimize()
    {
        _value = Evaluate(_point, _gradient);
        double meanImprovement = 0;
        var converged = false;
        var iteration = 0;
        while (!converged && iteration < _options.MaximumIterations)
        {
            var gradient = DescentGradient();
            if (DoubleVectors.LargestMagnitude(gradient) == 0)
            {
                converged = true;
                break;
            }

            if (!Advance(gradient))
            {
                // No decrease along the approximated Newton step: forget the curvature, then give up at the limit of precision.
                converged = _history.IsEmpty;
                _history.Clear();
                continue;
            }

            iteration++;
            var improvement = _value - _trialValue;
            _history.Add(_point, _trial, _gradient, _trialGradient);
            (_point, _trial) = (_trial, _point);
            (_gradient, _trialGradient) = (_trialGradient, _gradient);
            _value = _trialValue;
            _progress?.Invoke(new SolverProgress(iteration, _value));

            // The criterion of ML.NET's optimiser: improvements averaged with weights 1/2, 1/4, 1/8 ...
            meanImprovement = improvement + 0.5 * meanImprovement;
            converged = iteration > 1 && 0.5 * meanImprovement < _options.Tolerance * Math.Abs(_value);
        }

        return new SolverResult(_objective.ModelOf(_point), _value, iteration, converged);
    }

    private double Evaluate(double[] point, double[] gradient)
    {
        _cancellation.ThrowIfCancellationRequested();
        var value = _objective.Evaluate(point, gradient);
        return _orthant is null ? value : value + _orthant.Penalty(point);
    }

    private double[] DescentGradient()
    {
        if (_orthant is null)
            return _gradient;
        _orthant.PseudoGradient(_point, _gradient, _steepest);
        return _steepest;
    }

    /// <summary>Finds the next point in <see cref="_trial"/>; false when no decrease could be found.</summary>
    private bool Advance(double[] gradient)
    {
        _history.Direction(gradient, _direction);
        _orthant?.Align(gradient, _direction);
        var slope = DoubleVectors.Dot(gradient, _direction);
        if (!(slope < 0))
            return false;

        // The first step has no curvature to scale it.
        var step = _history.IsEmpty ? Math.Min(1, 1 / Math.Sqrt(DoubleVectors.Dot(gradient, gradient))) : 1;
        return _orthant is null ? SearchSmooth(slope, step) : SearchOrthant(gradient, step);
    }

    /// <summary>A step that satisfies the weak Wolfe conditions, by bracketing and cubic interpolation.</summary>
    private bool SearchSmooth(double slope, double step)
    {
        double low = 0, lowValue = _value, lowSlope = slope;
        double high = double.PositiveInfinity, highValue = 0, highSlope = 0;
        var slack = Noise * Math.Abs(_value);
        for (var trial = 0; trial < MostTrials; trial++)
        {
            DoubleVectors.Step(_point, step, _direction, _trial);
            _trialValue = Evaluate(_trial, _trialGradient);
            var trialSlope = DoubleVectors.Dot(_trialGradient, _direction);
            if (!(_trialValue <= _value + SufficientDecrease * step * slope + slack))
                (high, highValue, highSlope) = (step, _trialValue, trialSlope);
            else if (trialSlope < CurvatureFraction * slope)
                (low, lowValue, lowSlope) = (step, _trialValue, trialSlope);
            else
                return true;
            step = double.IsInfinity(high)
                ? 4 * step
                : Interpolate(low, lowValue, lowSlope, high, highValue, highSlope);
        }

        return false;
    }

    /// <summary>Backtracking along the direction, projected onto the orthant (Andrew and Gao, section 3.2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool SearchOrthant(double[] gradient, double step)
    {
        var slack = Noise * Math.Abs(_value);
        _orthant!.Choose(_point, gradient);
        for (var trial = 0; trial < MostTrials; trial++)
        {
            DoubleVectors.Step(_point, step, _direction, _trial);
            _orthant.Project(_trial);
            double expected = 0;
            for (var i = 0; i < gradient.Length; i++)
                expected += gradient[i] * (_trial[i] - _point[i]);
            _trialValue = Evaluate(_trial, _trialGradient);
            if (_trialValue <= _value + SufficientDecrease * expected + slack && expected < 0)
                return true;
            step *= _history.IsEmpty ? 0.1 : 0.5;
        }

        return false;
    }

    /// <summary>The minimum of the cubic through both ends, held inside the middle eight tenths of the bracket.</summary>
    private static double Interpolate(double low, double lowValue, double lowSlope, double high, double highValue,
        double highSlope)
    {
        var length = high - low;
        var middle = low + 0.5 * length;
        if (!double.IsFinite(highValue) || !double.IsFinite(highSlope))
            return low + 0.1 * length;
        var d1 = lowSlope + highSlope - 3 * (highValue - lowValue) / length;
        var under = d1 * d1 - lowSlope * highSlope;
        if (under < 0)
            return middle;
        var d2 = Math.Sqrt(under);
        var at = high - length * (highSlope + d2 - d1) / (highSlope - lowSlope + 2 * d2);
        return double.IsFinite(at) ? Math.Clamp(at, low + 0.1 * length, high - 0.1 * length) : middle;
    }
}
