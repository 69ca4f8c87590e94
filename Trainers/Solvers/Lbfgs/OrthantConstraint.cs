using System.Runtime.CompilerServices;

namespace MlPipeline.Trainers.Solvers.Lbfgs;

/// <summary>
/// L1 regularisation of the first parameters: the penalty is smooth inside an orthant, so each step stays in
/// one (Andrew and Gao 2007, section 3).
/// </summary>
internal sealed class OrthantConstraint(double l1, int constrained)
{
    private readonly sbyte[] _orthant = new sbyte[constrained];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Penalty(ReadOnlySpan<double> point)
    {
        double sum = 0;
        foreach (var value in point[..constrained])
            sum += Math.Abs(value);
        return l1 * sum;
    }

    /// <summary>The steepest feasible ascent: the one-sided derivative, or 0 where both sides rise.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void PseudoGradient(ReadOnlySpan<double> point, ReadOnlySpan<double> gradient, Span<double> result)
    {
        for (var i = 0; i < constrained; i++)
        {
            var g = gradient[i];
            if (point[i] > 0)
                result[i] = g + l1;
            else if (point[i] < 0)
                result[i] = g - l1;
            else if (g + l1 < 0)
                result[i] = g + l1;
            else if (g - l1 > 0)
                result[i] = g - l1;
            else
                result[i] = 0;
        }

        gradient[constrained..].CopyTo(result[constrained..]);
    }

    /// <summary>Drops the components of a direction that do not descend along the pseudo-gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Align(ReadOnlySpan<double> pseudoGradient, Span<double> direction)
    {
        for (var i = 0; i < constrained; i++)
        {
            if (direction[i] * pseudoGradient[i] >= 0)
                direction[i] = 0;
        }
    }

    /// <summary>Fixes the orthant of the next step: that of the point, or for zeros that of the descent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Choose(ReadOnlySpan<double> point, ReadOnlySpan<double> pseudoGradient)
    {
        for (var i = 0; i < constrained; i++)
            _orthant[i] = (sbyte)(point[i] != 0 ? Math.Sign(point[i]) : -Math.Sign(pseudoGradient[i]));
    }

    /// <summary>Sets what left the orthant to 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Project(Span<double> point)
    {
        for (var i = 0; i < constrained; i++)
        {
            if (point[i] * _orthant[i] <= 0)
                point[i] = 0;
        }
    }
}
