namespace MlPipeline.Core;

/// <summary>Makes data views from sources, such as text files.</summary>
public interface IDataLoader<in TSource> : ICanSaveModel
{
    /// <summary>The data of a source, read lazily.</summary>
    IDataView Load(TSource source);

    /// <summary>The columns of what <see cref="Load"/> gives.</summary>
    DataViewSchema GetOutputSchema();
}
