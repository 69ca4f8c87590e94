namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>A way to say where in a picture a class is seen. One method is one file and one line in
/// <see cref="HeatmapMethods"/>. Methods keep nothing from one call to the next.</summary>
public interface IHeatmapMethod
{
    /// <summary>The name that <see cref="HeatmapMethods.ByName"/> takes.</summary>
    string Name { get; }

    /// <summary>Whether it runs the network again (<see cref="HeatmapInput.Network"/>): not for columns, where the network is
    /// not at hand.</summary>
    bool RunsNetwork { get; }

    /// <summary>Whether it reads the gradient of the class's score by the map (<see cref="HeatmapInput.Gradient"/>):
    /// such a method
    /// can look at any layer of a network. False by default.</summary>
    bool UsesGradient => false;

    /// <summary>Whether it can be used where the feature map is pooled in this way.</summary>
    bool Fits(MapPooling pooling);

    /// <summary>Computes the map of a class: signed, as computed; what is above 0 speaks for the class.</summary>
    /// <param name="input">The feature map, the head and the class.</param>
    /// <param name="map">H x W numbers to be written.</param>
    void Compute(in HeatmapInput input, Span<float> map);
}
