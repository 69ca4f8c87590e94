using System.Runtime.CompilerServices;

namespace MlPipeline.Trainers.Solvers;

/// <summary>Range checks that name the option at fault.</summary>
internal static class OptionCheck
{
    public static double NonNegative(double value, [CallerMemberName] string option = "") =>
        value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(option, value, $"{option} must be finite and at least 0.");

    public static double Positive(double value, [CallerMemberName] string option = "") =>
        value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(option, value, $"{option} must be finite and above 0.");

    public static double Fraction(double value, [CallerMemberName] string option = "") =>
        value is >= 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(option, value, $"{option} must be at least 0 and below 1.");

    public static double Share(double value, [CallerMemberName] string option = "") =>
        value is > 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(option, value, $"{option} must be above 0 and at most 1.");

    public static int AtLeast(int least, int value, [CallerMemberName] string option = "") =>
        value >= least
            ? value
            : throw new ArgumentOutOfRangeException(option, value, $"{option} must be at least {least}.");
}
