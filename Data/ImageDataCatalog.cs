using MlPipeline.Data.Sources;

namespace MlPipeline;

/// <summary>Labelled pictures as data views.</summary>
public static class ImageDataCatalog
{
    /// <summary>Opens labelled pictures: a folder with one sub-folder for each class, or a TSV or CSV file with the columns
    /// <c>path</c> and <c>label</c>. No picture is read.</summary>
    /// <param name="catalog">The data catalog.</param>
    /// <param name="path">The folder or file.</param>
    /// <returns>A data view with the text columns <c>ImagePath</c> and <c>Label</c>.</returns>
    /// <exception cref="DataSourceException">There is nothing at the path, or it holds no data set.</exception>
    public static IDataView LoadImageFolder(this DataOperationsCatalog catalog, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return catalog.LoadFromEnumerable(
            DataSource.Open(path).Records.Select(r => new ImageRow { ImagePath = r.Path, Label = r.Label }));
    }
}
