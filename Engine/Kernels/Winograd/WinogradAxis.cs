namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>A minimal filtering algorithm F(m, r) along one side of a tile: m outputs of a filter of r taps.</summary>
/// <param name="Outputs">m.</param>
/// <param name="Taps">r.</param>
internal sealed record WinogradAxis(int Outputs, int Taps)
{
    /// <summary>The side on which a filter is one pixel wide.</summary>
    public static WinogradAxis None { get; } = new(1, 1);

    public static WinogradAxis F2Of3 { get; } = new(2, 3);

    public static WinogradAxis F4Of3 { get; } = new(4, 3);

    public static WinogradAxis F2Of5 { get; } = new(2, 5);

    public static WinogradAxis F4Of7 { get; } = new(4, 7);

    /// <summary>Inputs of a tile, and components: m + r - 1.</summary>
    public int Inputs => Outputs + Taps - 1;
}
