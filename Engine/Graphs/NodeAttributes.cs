using System.Collections;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Graphs;

/// <summary>
/// The attributes of a node, by name: whole numbers (<see cref="long"/>), reals (<see cref="float"/>), texts, tensors, and arrays
/// of the first three. Immutable.
/// </summary>
public sealed class NodeAttributes : IEnumerable<KeyValuePair<string, object>>
{
    private readonly Dictionary<string, object> _values;

    /// <summary>Attributes with these names and values.</summary>
    /// <exception cref="ArgumentException">A value is of a type that attributes do not have, or a name comes twice.</exception>
    public NodeAttributes(IEnumerable<KeyValuePair<string, object>> values)
    {
        _values = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach ((var name, var value) in values)
        {
            var stored = value switch
            {
                int small => (long)small,
                bool flag => flag ? 1L : 0L,
                int[] small => Array.ConvertAll(small, v => (long)v),
                long or float or string or long[] or float[] or string[] or Tensor => value,
                _ => throw new ArgumentException($"Attribute '{name}' cannot be a {value.GetType().Name}.", nameof(values)),
            };
            if (!_values.TryAdd(name, stored))
                throw new ArgumentException($"Attribute '{name}' is given twice.", nameof(values));
        }
    }

    /// <summary>No attributes.</summary>
    public static NodeAttributes None { get; } = new([]);

    /// <summary>The names, in the order given.</summary>
    public IEnumerable<string> Names => _values.Keys;

    /// <summary>Attributes from name and value pairs.</summary>
    public static NodeAttributes Of(params (string Name, object Value)[] values) =>
        new(values.Select(v => KeyValuePair.Create(v.Name, v.Value)));

    /// <summary>Whether the attribute is given.</summary>
    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>A whole number, or the default if it is not given.</summary>
    public long Int(string name, long ifAbsent = 0) => Get<long>(name, ifAbsent);

    /// <summary>A real number, or the default if it is not given.</summary>
    public float Float(string name, float ifAbsent = 0) => Get<float>(name, ifAbsent);

    /// <summary>A text, or the default if it is not given.</summary>
    public string Text(string name, string ifAbsent = "") => Get(name, ifAbsent);

    /// <summary>Whole numbers, or null if not given.</summary>
    public long[]? Ints(string name) => Get<long[]?>(name, null);

    /// <summary>Real numbers, or null if not given.</summary>
    public float[]? Floats(string name) => Get<float[]?>(name, null);

    /// <summary>A tensor, or null if not given.</summary>
    public Tensor? TensorValue(string name) => Get<Tensor?>(name, null);

    /// <summary>A copy in which one attribute has another value.</summary>
    public NodeAttributes With(string name, object value) =>
        new(_values.Where(v => v.Key != name).Append(KeyValuePair.Create(name, value)));

    /// <summary>A copy without the named attributes.</summary>
    public NodeAttributes Without(params string[] names) => new(_values.Where(v => !names.Contains(v.Key)));

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => _values.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private T Get<T>(string name, T ifAbsent)
    {
        if (!_values.TryGetValue(name, out var value))
            return ifAbsent;
        return value is T typed
            ? typed
            : throw OnnxException.In(null, $"attribute '{name}' is a {value.GetType().Name}, where a {typeof(T).Name} is needed");
    }
}
