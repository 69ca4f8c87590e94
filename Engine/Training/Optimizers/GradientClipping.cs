namespace MlPipeline.Engine.Training.Optimizers;

/// <summary>Gradients kept from growing without bound.</summary>
public static class GradientClipping
{
    /// <summary>Scales all gradients so that their length, taken together, is at most this (Pascanu et al. 2013).</summary>
    /// <param name="parameters">The parameters whose gradients count.</param>
    /// <param name="largestNorm">The greatest length.</param>
    /// <returns>The length before.</returns>
    public static double ByGlobalNorm(IEnumerable<TrainedParameter> parameters, double largestNorm)
    {
        if (!(largestNorm > 0))
            throw new ArgumentOutOfRangeException(nameof(largestNorm), largestNorm, "The greatest norm must be positive.");
        TrainedParameter[] all = [.. parameters];
        double squares = 0;
        foreach (var parameter in all)
        {
            foreach (var value in parameter.Gradient.Floats)
                squares += (double)value * value;
        }

        var norm = Math.Sqrt(squares);
        if (norm > largestNorm)
        {
            var factor = (float)(largestNorm / norm);
            foreach (var parameter in all)
            {
                foreach (ref var value in parameter.Gradient.Floats)
                    value *= factor;
            }
        }

        return norm;
    }
}
