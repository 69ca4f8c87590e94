using System.Collections;
using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace MlPipeline.Trainers.Search;

/// <summary>A value from a search space: a number, text, a truth value, or parameters by name. Equal when its JSON is
/// equal.</summary>
public sealed class Parameter : IDictionary<string, Parameter>, IEquatable<Parameter>
{
    // Options classes may have fields, and choices among the values of an enumeration.
    private static readonly JsonSerializerOptions s_json = new()
    {
        IncludeFields = true,
        Converters = { new JsonStringEnumConverter() }
    };
    private readonly JsonNode _value;

    private Parameter(JsonNode value) => _value = value;

    /// <summary>What it holds.</summary>
    public ParameterType ParameterType => _value.GetValueKind() switch
    {
        JsonValueKind.Object => ParameterType.Object,
        JsonValueKind.String => ParameterType.String,
        JsonValueKind.True or JsonValueKind.False => ParameterType.Bool,
        _ => _value.ToJsonString().AsSpan().IndexOfAny(".eE") < 0 ? ParameterType.Integer : ParameterType.Number,
    };

    /// <inheritdoc/>
    public ICollection<string> Keys => [.. AsObject().Select(p => p.Key)];

    /// <inheritdoc/>
    public ICollection<Parameter> Values => [.. AsObject().Select(p => new Parameter(p.Value!))];

    /// <inheritdoc/>
    public int Count => AsObject().Count;

    /// <inheritdoc/>
    public bool IsReadOnly => false;

    /// <summary>The nested parameter of a name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public Parameter this[string key]
    {
        get => TryGetValue(key, out var value)
            ? value : throw new KeyNotFoundException($"There is no parameter '{key}'; there are {string.Join(", ", Keys)}.");
        set => AsObject()[key] = value._value.DeepClone();
    }

    /// <summary>Makes a parameter of a truth value.</summary>
    public static Parameter FromBool(bool value) => new(JsonValue.Create(value));

    /// <summary>Makes a parameter of a number.</summary>
    public static Parameter FromDouble(double value) =>
        new(JsonNode.Parse(WithPoint(value.ToString("R", CultureInfo.InvariantCulture)))!);

    /// <summary>Makes a parameter of a number.</summary>
    public static Parameter FromFloat(float value) =>
        new(JsonNode.Parse(WithPoint(value.ToString("R", CultureInfo.InvariantCulture)))!);

    /// <summary>Makes a parameter of a whole number.</summary>
    public static Parameter FromInt(int value) => new(JsonValue.Create(value));

    /// <summary>Makes a parameter of a whole number.</summary>
    public static Parameter FromLong(long value) => new(JsonValue.Create(value));

    /// <summary>Makes a parameter of text.</summary>
    public static Parameter FromString(string value) => new(JsonValue.Create(value)!);

    /// <summary>Makes a parameter of an enumeration's value, by its name.</summary>
    public static Parameter FromEnum<T>(T value)
        where T : struct, Enum => FromString(value.ToString());

    /// <summary>Makes a parameter of an object through its JSON.</summary>
    public static Parameter FromObject<T>(T value)
        where T : class => new(JsonSerializer.SerializeToNode(value, s_json)!);

    /// <summary>Makes a parameter of any of the values that a choice may hold.</summary>
    /// <exception cref="ArgumentException">The value is of another type.</exception>
    public static Parameter From(object value) => value switch
    {
        Parameter parameter => parameter,
        bool flag => FromBool(flag),
        int number => FromInt(number),
        long number => FromLong(number),
        float number => FromFloat(number),
        double number => FromDouble(number),
        string text => FromString(text),
        Enum member => FromString(member.ToString()),
        _ => throw new ArgumentException(
            $"A parameter cannot be a {value?.GetType().Name ?? "null"}; numbers, text, truth values and enumerations can."),
    };

    /// <summary>Makes an object of parameters by name.</summary>
    public static Parameter CreateNestedParameter(params KeyValuePair<string, Parameter>[] parameters)
    {
        var node = new JsonObject();
        foreach ((var name, var value) in parameters)
        {
            node[name] = value._value.DeepClone();
        }

        return new Parameter(node);
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static Parameter FromJson(string json) =>
        new(JsonNode.Parse(json) ?? throw new JsonException("A parameter cannot be null."));

    /// <summary>The parameter as JSON; numbers keep every bit.</summary>
    public string ToJson() => _value.ToJsonString();

    /// <summary>The value as a type: a number, text, an enumeration, or an object with settable properties.</summary>
    /// <exception cref="InvalidOperationException">The value is not of that type.</exception>
    public T AsType<T>()
    {
        if (typeof(T) == typeof(Parameter))
            return (T)(object)this;
        try
        {
            if (typeof(T).IsEnum)
                return (T)Enum.Parse(typeof(T), _value.GetValue<string>());
            if (typeof(T) == typeof(string) && _value.GetValueKind() != JsonValueKind.String)
                return (T)(object)_value.ToJsonString();
            return _value.Deserialize<T>(s_json)
                ?? throw new InvalidOperationException($"Parameter {ToJson()} is no {typeof(T).Name}.");
        }
        catch (Exception error) when (error is JsonException or ArgumentException or FormatException)
        {
            throw new InvalidOperationException($"Parameter {ToJson()} is no {typeof(T).Name}.", error);
        }
    }

    /// <inheritdoc/>
    public void Add(string key, Parameter value) => AsObject().Add(key, value._value.DeepClone());

    /// <inheritdoc/>
    public void Add(KeyValuePair<string, Parameter> item) => Add(item.Key, item.Value);

    /// <inheritdoc/>
    public void Clear() => AsObject().Clear();

    /// <inheritdoc/>
    public bool Contains(KeyValuePair<string, Parameter> item) => TryGetValue(item.Key, out var value)
        && value.Equals(item.Value);

    /// <inheritdoc/>
    public bool ContainsKey(string key) => AsObject().ContainsKey(key);

    /// <inheritdoc/>
    public void CopyTo(KeyValuePair<string, Parameter>[] array, int arrayIndex)
    {
        foreach (var item in this)
            array[arrayIndex++] = item;
    }

    /// <inheritdoc/>
    public bool Remove(string key) => AsObject().Remove(key);

    /// <inheritdoc/>
    public bool Remove(KeyValuePair<string, Parameter> item) => Contains(item) && Remove(item.Key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out Parameter value)
    {
        var found = AsObject().TryGetPropertyValue(key, out var node) && node != null;
        value = found ? new Parameter(node!) : null;
        return found;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, Parameter>> GetEnumerator() =>
        new ReadOnlyCollection<KeyValuePair<string, Parameter>>(
            [.. AsObject().Select(p => KeyValuePair.Create(p.Key, new Parameter(p.Value!)))]).GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(Parameter? other) => other != null && JsonNode.DeepEquals(_value, other._value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Parameter);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        StringComparer.Ordinal.GetHashCode(_value.GetValueKind() == JsonValueKind.Object
        ? string.Join(',', Keys.Order(StringComparer.Ordinal)) : ToJson());

    /// <inheritdoc/>
    public override string ToString() => ToJson();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static string WithPoint(string number) => number.AsSpan().IndexOfAny(".eE") < 0 ? number + ".0" : number;

    private JsonObject AsObject() => _value as JsonObject
        ?? throw new InvalidOperationException($"Parameter {ToJson()} has no named parts.");
}

/// <summary>What a <see cref="Parameter"/> holds.</summary>
public enum ParameterType
{
    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A floating-point number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Bool,

    /// <summary>Text.</summary>
    String,

    /// <summary>Parameters by name.</summary>
    Object,
}
