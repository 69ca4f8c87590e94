namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>A minimal filtering algorithm F(m, r) along one side of a tile: m outputs of a filter of r taps.</summary>
/// <param name="Outputs">m.</param>
/// <param name="Taps">r.</param>
/// <param name="Stride">1, or 2 for three taps in two parts: see <see cref="IStridedWinogradTransform{TVec}"/>.</param>
internal sealed record WinogradAxis(int Outputs, int Taps, int Stride = 1)
{
    /// <summary>The side on which a filter is one pixel wide.</summary>
    public static WinogradAxis None { get; } = new(1, 1);

    public static WinogradAxis F2Of3 { get; } = new(2, 3);

    public static WinogradAxis F4Of3 { get; } = new(4, 3);

    public static WinogradAxis F2Of5 { get; } = new(2, 5);

    public static WinogradAxis F4Of7 { get; } = new(4, 7);

    public static WinogradAxis F2Of3Strided { get; } = new(2, 3, 2);

    public static WinogradAxis F4Of3Strided { get; } = new(4, 3, 2);

    /// <summary>Inputs of a tile, and as many components: m + r - 1 for stride 1.</summary>
    public int Inputs => (Stride * (Outputs - 1)) + Taps;

    /// <summary>Transformed weights of a filter: of stride 2, all m products of odd pixels are with the same weight.</summary>
    public int Weights => Stride == 1 ? Inputs : Outputs + 2;
}
