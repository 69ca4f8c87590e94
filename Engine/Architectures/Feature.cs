namespace MlPipeline.Engine.Architectures;

/// <summary>A value of a network under construction: its name and its shape for one image.</summary>
/// <param name="Name">The value's name in the graph.</param>
/// <param name="Channels">Channels, or the length of a vector.</param>
/// <param name="Height">Rows; 1 for a vector.</param>
/// <param name="Width">Columns; 1 for a vector.</param>
internal readonly record struct Feature(string Name, int Channels, int Height, int Width);
