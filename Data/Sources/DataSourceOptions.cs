namespace MlPipeline;

/// <summary>How <see cref="DataSource"/> opens a data set. Immutable.</summary>
public sealed record DataSourceOptions
{
    /// <summary>
    /// <see cref="BadImagePolicy.Throw"/> (default): anything that should be a picture or a class and cannot be used is an error,
    /// all of it named at once. <see cref="BadImagePolicy.Skip"/>: it is left out, and named in
    /// <see cref="ImageDataSet.Ignored"/> or, where that shows only when the picture is decoded, in the result of the work.
    /// </summary>
    public BadImagePolicy BadImages { get; init; }

    /// <summary>Whether symbolic links that lead out of a folder are followed. Default false.</summary>
    public bool FollowLinks { get; init; }

    /// <summary>
    /// A TSV/CSV table of the objects' boxes, of pictures in the folder that is opened: the path column starts there, and without
    /// a column of classes the name of a picture's folder is its class. The pictures of the table are the data set. Null
    /// (default) for none.
    /// </summary>
    public string? Boxes { get; init; }
}
