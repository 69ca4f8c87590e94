namespace MlPipeline.Pipeline;

/// <summary>Which views of a picture a network is shown. What it says of them is averaged.</summary>
public enum PictureViews
{
    /// <summary>The picture as the preprocessing cuts it out: one view.</summary>
    None,

    /// <summary>It and its mirror image: two views.</summary>
    Flips,

    /// <summary>The middle and the four corners, each with its mirror image: ten views (Krizhevsky, Sutskever and Hinton 2012).</summary>
    Crops,
}
