namespace MlPipeline;

/// <summary>How a picture is brought to the size a network takes.</summary>
public enum ResizeMode
{
    /// <summary>The shorter side is brought to a length, then the middle is cut out: the sides' ratio is kept, the rims are
    /// lost.</summary>
    ShorterSide,

    /// <summary>Stretched to the size: nothing is lost, the sides' ratio is.</summary>
    Fill,
}
