namespace MlPipeline.Engine.Summaries;

/// <summary>One layer of a network, for one image.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Kind">The operator.</param>
/// <param name="Kernel">Height and width of the window, or null where there is none.</param>
/// <param name="Stride">Vertical and horizontal step of the window, or null.</param>
/// <param name="Padding">Padding at top, left, bottom and right, or null.</param>
/// <param name="OutputShape">Shape of the first output for one image, the batch included as 1.</param>
/// <param name="Parameters">Learned numbers: K*K*C*N + N for a convolution; scales and shifts, but no statistics, for batch
/// norm.</param>
/// <param name="MultiplyAdds">Multiplications with an addition: OH*OW*N*K*K*C for a convolution; 0 for layers that have
/// none.</param>
/// <param name="ReceptiveField">Height and width, in input pixels, that one output element sees, or null once a layer mixes
/// all.</param>
/// <param name="Share">The layer's part of the network's multiply-adds, 0 to 1.</param>
public sealed record LayerSummary(string Name, string Kind, IReadOnlyList<int>? Kernel, IReadOnlyList<int>? Stride,
    IReadOnlyList<int>? Padding, IReadOnlyList<int> OutputShape, long Parameters, long MultiplyAdds,
    IReadOnlyList<int>? ReceptiveField,
    double Share);
