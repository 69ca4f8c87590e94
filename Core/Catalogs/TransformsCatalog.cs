namespace MlPipeline.Core;

/// <summary>Transformations of columns; the methods are extensions.</summary>
public sealed class TransformsCatalog
{
    internal TransformsCatalog(Host host)
    {
        Host = host;
        Categorical = new CategoricalTransforms(host);
        Conversion = new ConversionTransforms(host);
        Text = new TextTransforms(host);
        FeatureSelection = new FeatureSelectionTransforms(host);
    }

    /// <summary>Categories.</summary>
    public CategoricalTransforms Categorical { get; }

    /// <summary>Conversions of types, keys and values.</summary>
    public ConversionTransforms Conversion { get; }

    /// <summary>Text.</summary>
    public TextTransforms Text { get; }

    /// <summary>Selection of features.</summary>
    public FeatureSelectionTransforms FeatureSelection { get; }

    internal Host Host { get; }

    /// <summary>Categories.</summary>
    public sealed class CategoricalTransforms
    {
        internal CategoricalTransforms(Host host) => Host = host;

        internal Host Host { get; }
    }

    /// <summary>Conversions of types, keys and values.</summary>
    public sealed class ConversionTransforms
    {
        internal ConversionTransforms(Host host) => Host = host;

        internal Host Host { get; }
    }

    /// <summary>Text.</summary>
    public sealed class TextTransforms
    {
        internal TextTransforms(Host host) => Host = host;

        internal Host Host { get; }
    }

    /// <summary>Selection of features.</summary>
    public sealed class FeatureSelectionTransforms
    {
        internal FeatureSelectionTransforms(Host host) => Host = host;

        internal Host Host { get; }
    }
}
