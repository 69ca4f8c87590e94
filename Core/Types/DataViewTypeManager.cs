using System.Diagnostics.CodeAnalysis;

namespace MlPipeline.Core;

/// <summary>Which column type belongs to which CLR type (with which attribute), for types that are not built in.</summary>
public static class DataViewTypeManager
{
    private readonly record struct UserType(Type Type, DataViewTypeAttribute? Attribute);

    private static readonly Lock _lock = new();
    private static readonly Dictionary<UserType, DataViewType> _columnTypes = [];
    private static readonly Dictionary<DataViewType, UserType> _userTypes = [];

    /// <summary>
    /// Ties <paramref name="dataViewType"/> to fields of CLR type <paramref name="type"/> that bear the attribute.
    /// </summary>
    /// <exception cref="InvalidOperationException">Either side is already tied to something else.</exception>
    public static void Register(DataViewType dataViewType, Type type, DataViewTypeAttribute? typeAttribute = null)
    {
        ArgumentNullException.ThrowIfNull(dataViewType);
        ArgumentNullException.ThrowIfNull(type);
        if (DataViewTypeExtensions.PrimitiveFromRawType(type) != null)
            throw new InvalidOperationException($"Type {type} belongs to a built-in column type already.");
        var userType = new UserType(type, typeAttribute);
        lock (_lock)
        {
            if (_columnTypes.TryGetValue(userType, out DataViewType? known) && !known.Equals(dataViewType))
                throw new InvalidOperationException(
                    $"Type {type} is registered as {known} already; it cannot be {dataViewType} too.");
            if (_userTypes.TryGetValue(dataViewType, out UserType taken) && taken != userType)
                throw new InvalidOperationException($"Column type {dataViewType} is registered for {taken.Type} already.");
            _columnTypes[userType] = dataViewType;
            _userTypes[dataViewType] = userType;
        }
    }

    /// <summary>As the other overload, with the attribute that is a <see cref="DataViewTypeAttribute"/> among several.</summary>
    /// <exception cref="ArgumentException">More than one <see cref="DataViewTypeAttribute"/> is given.</exception>
    public static void Register(DataViewType dataViewType, Type type, IEnumerable<Attribute>? typeAttributes)
    {
        DataViewTypeAttribute[] found = (typeAttributes ?? []).OfType<DataViewTypeAttribute>().ToArray();
        if (found.Length > 1)
            throw new ArgumentException("Only one DataViewTypeAttribute can belong to a column type.", nameof(typeAttributes));
        Register(dataViewType, type, found.FirstOrDefault());
    }

    /// <summary>The registered column type of a field, or false.</summary>
    internal static bool TryGetDataViewType(
        Type type, DataViewTypeAttribute? attribute, [NotNullWhen(true)] out DataViewType? dataViewType)
    {
        attribute?.Register();
        lock (_lock)
            return _columnTypes.TryGetValue(new UserType(type, attribute), out dataViewType);
    }
}
