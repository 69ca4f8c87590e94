using MlPipeline.Data.Sources;

namespace MlPipeline;

/// <summary>Labelled pictures as data views.</summary>
public static class ImageDataCatalog
{
    /// <summary>Opens labelled pictures: a folder with one sub-folder for each class, or a TSV or CSV file with the columns
    /// <c>path</c> and <c>label</c>. Of each picture no more than the first bytes are read. Of a data set that is split these are
    /// the pictures to train on; <see cref="DataSource.Open"/> gives the others too.</summary>
    /// <param name="catalog">The data catalog.</param>
    /// <param name="path">The folder or file.</param>
    /// <param name="options">What happens with what cannot be used, and whether links are followed; null: the defaults.</param>
    /// <returns>A data view with the text columns <c>ImagePath</c> and <c>Label</c>.</returns>
    /// <exception cref="DataSourceException">There is nothing at the path, it holds no data set, or there are files, links or
    /// folders in it that cannot be used and are not to be skipped.</exception>
    public static IDataView LoadImageFolder(this DataOperationsCatalog catalog, string path, DataSourceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return catalog.LoadFromEnumerable(
            DataSource.Open(path, options).Records.Select(r => new ImageRow { ImagePath = r.Path, Label = r.Label }));
    }
}
