namespace MlPipeline.Trainers.Solvers;

/// <summary>What a solver found.</summary>
/// <param name="Model">The model.</param>
/// <param name="Objective">The solver's objective at the model, regularisation included.</param>
/// <param name="Iterations">Iterations (L-BFGS) or passes over the data (the others).</param>
/// <param name="Converged">Whether the tolerance was reached before the iterations ran out.</param>
internal sealed record SolverResult(LinearModel Model, double Objective, int Iterations, bool Converged);

/// <summary>What a solver tells while it works.</summary>
/// <param name="Iteration">Iterations (L-BFGS) or passes over the data (the others) done, from 1.</param>
/// <param name="Loss">The objective that the solver minimises, at the current model.</param>
public readonly record struct SolverProgress(int Iteration, double Loss);
