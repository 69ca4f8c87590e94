using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Architectures;

/// <summary>A network of the literature that can be built for any number of classes and input size, with fresh weights.</summary>
public sealed class Architecture
{
    private readonly Func<ArchitectureOptions, Graph> _build;
    private readonly int _classes;

    internal Architecture(string name, string source, int inputSize, long publishedParameters, string publishedBy,
        Func<ArchitectureOptions, Graph> build, long? torchvisionParameters = null, int classes = 1000)
    {
        Name = name;
        Source = source;
        DefaultInputSize = inputSize;
        PublishedParameters = publishedParameters;
        PublishedBy = publishedBy;
        TorchvisionParameters = torchvisionParameters;
        _build = build;
        _classes = classes;
    }

    /// <summary>The name on the command line, such as <c>resnet18</c>.</summary>
    public string Name { get; }

    /// <summary>The paper.</summary>
    public string Source { get; }

    /// <summary>Height and width of the input, in pixels, in the paper.</summary>
    public int DefaultInputSize { get; }

    /// <summary>Parameters with the default input size and classes, as published: weights, biases, scales and shifts.</summary>
    public long PublishedParameters { get; }

    /// <summary>Where <see cref="PublishedParameters"/> was published.</summary>
    public string PublishedBy { get; }

    /// <summary>The count of torchvision's model of this name where that differs, or null.</summary>
    public long? TorchvisionParameters { get; }

    /// <summary>The default options: the paper's input size and number of classes.</summary>
    public ArchitectureOptions Defaults => new() { InputSize = DefaultInputSize, Classes = _classes };

    /// <summary>Builds the graph: input <c>input</c> [N, 3, S, S] (with one channel N, 1, S, S), output
    /// <c>logits</c> [N, classes].</summary>
    /// <param name="options">Classes, input size, channels and seed; default <see cref="Defaults"/>.</param>
    /// <exception cref="Onnx.OnnxException">The input is too small for the network's strides.</exception>
    public Graph Build(ArchitectureOptions? options = null) => _build(options ?? Defaults);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
