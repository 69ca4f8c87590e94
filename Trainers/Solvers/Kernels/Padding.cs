namespace MlPipeline.Trainers.Solvers.Kernels;

/// <summary>How scores and rows are laid out for the vector kernels.</summary>
internal static class Padding
{
    /// <summary>Floats in the vectors of the kernels.</summary>
    public const int Lanes = 8;

    /// <summary>The smallest multiple of the vector length that holds the values.</summary>
    public static int RoundUp(int count) => checked((count + Lanes - 1) / Lanes * Lanes);
}
