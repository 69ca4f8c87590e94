namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>A minimal filtering algorithm F(m, r) along one side of a tile: m outputs of a filter of r taps.</summary>
/// <param name="Outputs">m.</param>
/// <param name="Taps">r.</param>
/// <param name="Stride">1, or 2 for three taps in two parts: see <see cref="IStridedWinogradTransform{TVec}"/>.</param>
internal sealed record WinogradAxis(int Outputs, int Taps, int Stride = 1)
{
    /// <summary>The side on which a filter is one pixel wide.</summary>
    public static WinogradAxis None { get; } = new(1, 1);

    public static WinogradAxis F2Of3 { get; } = new(2, 3) { Edges = [new(1, 3) { Missing = 0b1000 }] };

    public static WinogradAxis F4Of3 { get; } = new(4, 3)
    {
        Edges = [new(1, 3) { Missing = 0b111000 }, new(2, 3) { Missing = 0b011000 }, new(3, 3) { Missing = 0b100000 }],
    };

    public static WinogradAxis F2Of5 { get; } = new(2, 5);

    public static WinogradAxis F4Of7 { get; } = new(4, 7);

    public static WinogradAxis F2Of3Strided { get; } = new(2, 3, 2) { Edges = [new(1, 3, 2) { Missing = 0b10100 }] };

    public static WinogradAxis F4Of3Strided { get; } = new(4, 3, 2);

    /// <summary>A bit for each component of a whole tile that what is left of one at a map's edge does not need.</summary>
    public int Missing { get; private init; }

    /// <summary>Inputs of a tile, and as many components: m + r - 1 for stride 1.</summary>
    public int Inputs => (Stride * (Outputs - 1)) + Taps;

    /// <summary>Transformed weights of a filter: of stride 2, all m products of odd pixels are with the same weight.</summary>
    public int Weights => Stride == 1 ? Inputs : Outputs + 2;

    /// <summary>Algorithms for less than a tile, which use some of its components.</summary>
    private WinogradAxis[] Edges { get; init; } = [];

    /// <summary>Whether it uses a component of the whole tile.</summary>
    public bool Has(int component) => ((Missing >> component) & 1) == 0;

    /// <summary>
    /// What does the outputs left over when so many are cut into tiles; null: a whole tile, over the edge, as there is nothing
    /// less or it would save less than a twentieth of the components.
    /// </summary>
    public WinogradAxis? EdgeOf(int outputs) =>
        Array.Find(Edges, e => e.Outputs == outputs % Outputs && 20 * (Inputs - e.Inputs) >= TilesOf(outputs) * Inputs);

    /// <summary>Tiles that cover so many outputs.</summary>
    public int TilesOf(int outputs) => (outputs + Outputs - 1) / Outputs;

    /// <summary>Components of all tiles that cover so many outputs.</summary>
    public int ComponentsOf(int outputs) =>
        (TilesOf(outputs) * Inputs) - (EdgeOf(outputs) is { } edge ? Inputs - edge.Inputs : 0);
}
