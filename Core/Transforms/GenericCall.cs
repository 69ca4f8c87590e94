using System.Reflection;

namespace MlPipeline.Core;

/// <summary>
/// Calls generic methods whose type argument is known only from a column's type, and reads columns of such types.
/// </summary>
internal static class GenericCall
{
    private const BindingFlags Any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly MethodInfo _getter = typeof(GenericCall).GetMethod(nameof(Getter), Any)!;

    /// <summary>Calls the method of that name with these type arguments; exceptions come through as they are.</summary>
    public static object Invoke(Type owner, object? target, string name, Type[] typeArguments, params object?[] arguments) =>
        owner.GetMethod(name, Any)!.MakeGenericMethod(typeArguments)
            .Invoke(target, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;

    /// <summary>The getter of a column, as a <see cref="ValueGetter{TValue}"/> of its raw type.</summary>
    public static Delegate GetGetter(this DataViewRow row, DataViewSchema.Column column) =>
        (Delegate)_getter.MakeGenericMethod(column.Type.RawType)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [row, column], null)!;

    private static ValueGetter<T> Getter<T>(DataViewRow row, DataViewSchema.Column column) => row.GetGetter<T>(column);
}
