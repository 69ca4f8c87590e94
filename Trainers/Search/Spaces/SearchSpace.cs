using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace MlPipeline.Trainers.Search;

/// <summary>Options by name, each of which may itself be a space; with conditions and constraints over them.</summary>
public class SearchSpace : OptionBase, IDictionary<string, OptionBase>
{
    private readonly List<KeyValuePair<string, OptionBase>> _options = [];
    private readonly Dictionary<string, Condition> _conditions = new(StringComparer.Ordinal);
    private readonly List<Func<Parameter, bool>> _constraints = [];

    /// <summary>Makes an empty space.</summary>
    public SearchSpace()
    {
    }

    /// <summary>Makes the space that the attributes on a type's fields and properties describe.</summary>
    /// <exception cref="ArgumentException">The type has no such attributes.</exception>
    protected SearchSpace(Type typeInfo)
    {
        foreach (var member in typeInfo.GetMembers(BindingFlags.Public | BindingFlags.Instance))
        {
            var option = member.GetCustomAttribute<RangeAttribute>()?.ToOption()
                ?? member.GetCustomAttribute<ChoiceAttribute>()?.ToOption();
            if (option == null && member.GetCustomAttribute<NestOptionAttribute>() != null)
                option = new SearchSpace(member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType);
            if (option != null)
                Add(member.Name, option);
        }

        if (_options.Count == 0)
        {
            throw new ArgumentException(
                $"{typeInfo.Name} has no field or property with [Range], [Choice], [BooleanChoice] or [NestOption].",
                nameof(typeInfo));
        }
    }

    /// <summary>The conditions by the parameter that they bring in.</summary>
    public IReadOnlyDictionary<string, Condition> Conditions => _conditions;

    /// <inheritdoc/>
    public override int FeatureSpaceDim => _options.Sum(o => o.Value.FeatureSpaceDim);

    /// <inheritdoc/>
    public override double[] Default => [.. _options.SelectMany(o => o.Value.Default)];

    /// <inheritdoc/>
    public override int?[] Step => [.. _options.SelectMany(o => o.Value.Step)];

    /// <inheritdoc/>
    public ICollection<string> Keys => [.. _options.Select(o => o.Key)];

    /// <inheritdoc/>
    public ICollection<OptionBase> Values => [.. _options.Select(o => o.Value)];

    /// <inheritdoc/>
    public int Count => _options.Count;

    /// <inheritdoc/>
    public bool IsReadOnly => false;

    /// <inheritdoc/>
    public OptionBase this[string key]
    {
        get => TryGetValue(key, out var option)
            ? option : throw new KeyNotFoundException($"The space has no option '{key}'; it has {string.Join(", ", Keys)}.");
        set
        {
            var index = _options.FindIndex(o => o.Key == key);
            if (index < 0)
                Add(key, value);
            else
                _options[index] = new(key, value);
        }
    }

    /// <summary>Lets a parameter take part only when a choice that was added before it has one of some values.</summary>
    /// <returns>This space.</returns>
    /// <exception cref="ArgumentException">There is no such parameter or choice, or the choice comes later.</exception>
    public SearchSpace When(string parameter, string choice, params object[] values)
    {
        var at = _options.FindIndex(o => o.Key == parameter);
        var decides = _options.FindIndex(o => o.Key == choice);
        if (at < 0 || decides < 0 || decides >= at || _options[decides].Value is not ChoiceOption option)
        {
            throw new ArgumentException(
                $"'{parameter}' can depend only on a choice that was added before it, and '{choice}' is none.", nameof(choice));
        }

        Parameter[] wanted = [.. values.Select(Parameter.From)];
        if (wanted.FirstOrDefault(w => !option.Choices.Contains(w)) is { } unknown)
        {
            throw new ArgumentException(
                $"'{choice}' is never {unknown}; it is one of {string.Join(", ", option.Choices.AsEnumerable())}.",
                nameof(values));
        }

        _conditions[parameter] = new Condition(choice, wanted);
        return this;
    }

    /// <summary>Leaves out every point for which a rule is false; parameters whose condition does not hold are not there to
    /// ask.</summary>
    /// <returns>This space.</returns>
    public SearchSpace Where(Func<Parameter, bool> rule)
    {
        _constraints.Add(rule);
        return this;
    }

    /// <summary>A space with this one's options and then another's, with the conditions and constraints of both.</summary>
    /// <exception cref="ArgumentException">Both have an option of one name.</exception>
    internal SearchSpace Then(SearchSpace other)
    {
        var joined = new SearchSpace();
        foreach (var part in (SearchSpace[])[this, other])
        {
            foreach ((var name, var option) in part._options)
            {
                joined.Add(name, option);
            }

            foreach ((var name, var condition) in part._conditions)
            {
                joined._conditions.Add(name, condition);
            }

            joined._constraints.AddRange(part._constraints);
        }

        return joined;
    }

    /// <summary>Whether a point keeps all constraints, those of nested spaces included.</summary>
    public bool Allows(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return _constraints.TrueForAll(rule => rule(parameter))
            && _options.TrueForAll(o => o.Value is not SearchSpace nested || !parameter.TryGetValue(o.Key, out var part)
                || nested.Allows(part));
    }

    /// <summary>The options in all depths that have coordinates, in the coordinates' order, with their dotted names.</summary>
    public IEnumerable<(string Name, OptionBase Option)> Flatten(string prefix = "") => _options.SelectMany(o =>
        o.Value is SearchSpace nested ? nested.Flatten(prefix + o.Key + ".") : [(prefix + o.Key, o.Value)]);

    /// <summary>The parameter at coordinates; options whose condition does not hold are left out of it.</summary>
    public override Parameter SampleFromFeatureSpace(double[] values)
    {
        Check(values);
        var parameter = Parameter.CreateNestedParameter();
        var offset = 0;
        foreach ((var name, var option) in _options)
        {
            var own = values[offset..(offset + option.FeatureSpaceDim)];
            offset += option.FeatureSpaceDim;
            if (IsActive(name, parameter))
                parameter.Add(name, option.SampleFromFeatureSpace(own));
        }

        return parameter;
    }

    /// <summary>The coordinates of a parameter; what it leaves out is at its default.</summary>
    public override double[] MappingToFeatureSpace(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return [.. _options.SelectMany(o => parameter.TryGetValue(o.Key, out var value)
            ? o.Value.MappingToFeatureSpace(value) : o.Value.Default)];
    }

    /// <summary>For each coordinate, whether a parameter has a value for it.</summary>
    public bool[] ActiveCoordinates(Parameter? parameter) => [.. _options.SelectMany(o =>
    {
        Parameter? value = null;
        var present = parameter != null && parameter.TryGetValue(o.Key, out value);
        return o.Value is SearchSpace nested
            ? nested.ActiveCoordinates(present ? value : null)
            : Enumerable.Repeat(present, o.Value.FeatureSpaceDim);
    })];

    /// <inheritdoc/>
    public void Add(string key, OptionBase value)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (ContainsKey(key))
            throw new ArgumentException($"The space has an option '{key}' already.", nameof(key));
        _options.Add(new(key, value));
    }

    /// <inheritdoc/>
    public void Add(KeyValuePair<string, OptionBase> item) => Add(item.Key, item.Value);

    /// <inheritdoc/>
    public void Clear()
    {
        _options.Clear();
        _conditions.Clear();
        _constraints.Clear();
    }

    /// <inheritdoc/>
    public bool Contains(KeyValuePair<string, OptionBase> item) => _options.Contains(item);

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _options.Exists(o => o.Key == key);

    /// <inheritdoc/>
    public void CopyTo(KeyValuePair<string, OptionBase>[] array, int arrayIndex) => _options.CopyTo(array, arrayIndex);

    /// <inheritdoc/>
    public bool Remove(string key)
    {
        _conditions.Remove(key);
        return _options.RemoveAll(o => o.Key == key) > 0;
    }

    /// <inheritdoc/>
    public bool Remove(KeyValuePair<string, OptionBase> item) => Contains(item) && Remove(item.Key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out OptionBase value)
    {
        value = _options.Find(o => o.Key == key).Value;
        return value != null;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, OptionBase>> GetEnumerator() => _options.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // A choice that is itself left out brings nothing in.
    private bool IsActive(string name, Parameter soFar) => !_conditions.TryGetValue(name, out var condition)
        || (soFar.TryGetValue(condition.Parameter, out var value) && condition.Values.Contains(value));
}

/// <summary>The space that the attributes on an options class describe.</summary>
/// <typeparam name="T">The options class; its searched members must be settable.</typeparam>
public sealed class SearchSpace<T> : SearchSpace
    where T : class, new()
{
    /// <summary>Makes the space.</summary>
    public SearchSpace() : base(typeof(T))
    {
    }

    /// <summary>The options at coordinates between 0 and 1.</summary>
    public T OptionsAt(double[] feature) => SampleFromFeatureSpace(feature).AsType<T>();
}

/// <summary>When a parameter takes part: another parameter, a choice of the same space, has one of some values.</summary>
/// <param name="Parameter">The name of the choice.</param>
/// <param name="Values">The values that bring the parameter in.</param>
public sealed record Condition(string Parameter, IReadOnlyList<Parameter> Values);
