using MlPipeline.Pipeline.Transformers;

namespace MlPipeline.Pipeline.Models;

/// <summary>A transformer that can be made from what it wrote.</summary>
/// <typeparam name="TSelf">The transformer.</typeparam>
public interface ISavedTransformer<TSelf>
    where TSelf : RowTransformer, ISavedTransformer<TSelf>
{
    /// <summary>Makes a transformer equal to the one whose <see cref="RowTransformer.Write"/> wrote this.</summary>
    /// <exception cref="InvalidDataException">What was written makes no such transformer.</exception>
    static abstract TSelf Read(ModelReader reader);
}

/// <summary>Says of an assembly who reads which kind of transformer from a model file; see
/// <see cref="SavedTransformerAttribute{T}"/>.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public abstract class SavedTransformerAttribute : Attribute
{
    private protected SavedTransformerAttribute(string kind) => Kind = kind;

    /// <summary>The <see cref="RowTransformer.Kind"/>.</summary>
    public string Kind { get; }

    internal abstract RowTransformer Read(ModelReader reader);
}

/// <summary>Says of an assembly that <typeparamref name="T"/> reads a kind of transformer: one line for each kind, beside the
/// transformer.</summary>
/// <typeparam name="T">The transformer.</typeparam>
/// <param name="kind">What its <see cref="RowTransformer.Kind"/> gives; never changed once files with it exist.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class SavedTransformerAttribute<T>(string kind) : SavedTransformerAttribute(kind)
    where T : RowTransformer, ISavedTransformer<T>
{
    internal override RowTransformer Read(ModelReader reader) => T.Read(reader);
}
