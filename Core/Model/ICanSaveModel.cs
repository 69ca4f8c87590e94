namespace MlPipeline.Core;

/// <summary>Something that can be saved as part of a model.</summary>
public interface ICanSaveModel
{
    /// <summary>Writes what is needed to load it again.</summary>
    void Save(ModelSaveContext ctx);
}
