namespace MlPipeline.Engine.Runtimes;

/// <summary>One step of a plan, and the time it took.</summary>
/// <param name="Step">Its number in the plan, from 1.</param>
/// <param name="Layer">The node that it comes from, or the value that it copies.</param>
/// <param name="Operation">What is computed: the node's operator and those fused into it.</param>
/// <param name="Algorithm">How.</param>
/// <param name="OutputShape">Of the node's first output, the batch in front.</param>
/// <param name="Milliseconds">The median over the runs.</param>
/// <param name="MultiplyAdds">Multiply-adds by definition: what a faster algorithm saves counts too. 0 where other arithmetic
/// dominates.</param>
/// <param name="Bytes">What is read and written at least once: inputs, weights, output.</param>
public sealed record StepTiming(int Step, string Layer, string Operation, string Algorithm, IReadOnlyList<int> OutputShape,
    double Milliseconds, long MultiplyAdds, long Bytes)
{
    /// <summary>Arithmetic speed in 10^9 operations a second, a multiply-add counted as two.</summary>
    public double Gigaflops => Milliseconds > 0 ? 2e-6 * MultiplyAdds / Milliseconds : 0;
}
