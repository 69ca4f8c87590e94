namespace MlPipeline.Optimizers;

/// <summary>What a solver tells while it works.</summary>
/// <param name="Iteration">Iterations (L-BFGS) or passes over the data (the others) done, from 1.</param>
/// <param name="Loss">The objective that the solver minimises, at the current model.</param>
public readonly record struct SolverProgress(int Iteration, double Loss);
