namespace MlPipeline.Pipeline.Backbones;

/// <summary>
/// A depth of a backbone: the last map of one spatial resolution through which all that is deeper goes.
/// </summary>
/// <param name="Name">stage1 (the shallowest), stage2, ... up to the feature map; the same for every input size.</param>
/// <param name="Value">The value in the graph.</param>
/// <param name="Shape">The map's shape at the backbone's input size.</param>
/// <param name="Stride">Input pixels from one place of the map to the next.</param>
public sealed record BackboneStage(string Name, string Value, FeatureMapShape Shape, int Stride);
