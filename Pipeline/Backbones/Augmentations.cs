namespace MlPipeline;

/// <summary>Which views of a picture a network is shown. What it says of them is averaged.</summary>
public enum Augmentations
{
    /// <summary>The picture as the preprocessing cuts it out: one view.</summary>
    None,

    /// <summary>It and its mirror image: two views.</summary>
    Flips,

    /// <summary>The middle and the four corners, each with its mirror image: ten views (Krizhevsky, Sutskever and Hinton
    /// 2012).</summary>
    Crops,

    /// <summary>The picture as the preprocessing cuts it out, the whole of it stretched to the input, and the mirror images of
    /// both: four views.</summary>
    Whole,

    /// <summary>Those of <see cref="Crops"/> and of <see cref="Whole"/>: twelve views.</summary>
    All,
}
