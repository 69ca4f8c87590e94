namespace MlPipeline.Engine.Runtimes;

/// <summary>The runtimes by name.</summary>
public static class Runtime
{
    // A new runtime is its file and one line here.
    private static readonly Dictionary<string, Func<IRuntime>> Makers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["managed"] = () => new ManagedRuntime(),
        ["reference"] = () => new ReferenceRuntime(),
        ["onnxruntime"] = () => new OnnxRuntime(),
    };

    /// <summary>The names that <see cref="ByName"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Makers.Keys];

    /// <summary>Begins to compile what every network needs on the managed runtime, on a thread of its own and once per process;
    /// returns at once. Whoever is about to read a network file gains time by it.</summary>
    public static void WarmUp() => Warmup.Begin();

    /// <summary>The runtime of a name: <c>reference</c>, <c>managed</c>, <c>onnxruntime</c>.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static IRuntime ByName(string name) => Makers.TryGetValue(name, out var make)
        ? make()
        : throw new ArgumentException($"There is no runtime '{name}'; there are {string.Join(", ", Names)}.", nameof(name));
}
