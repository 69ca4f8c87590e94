using System.Reflection;

namespace MlPipeline.PublicApi.Tests;

/// <summary>What an assembly shows to the outside, written as mlnet-api.txt writes it.</summary>
internal static class ApiSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    // Every type may have these; the facts leave them out.
    private static readonly HashSet<string> _leftOut = ["Equals", "GetHashCode", "ToString", "Finalize"];

    public static IReadOnlyDictionary<string, HashSet<string>> Read(Assembly assembly)
    {
        Dictionary<string, HashSet<string>> types = new(StringComparer.Ordinal);
        foreach (Type type in assembly.GetExportedTypes())
            types.Add(Key(type), IsDelegate(type) ? [Delegate(type)] : [.. Members(type).Where(line => line.Length > 0)]);
        return types;
    }

    private static string Key(Type type) =>
        type.DeclaringType is { } outer ? $"{Key(outer)}.{ApiNames.Own(type)}" : ApiNames.Own(type);

    private static bool IsDelegate(Type type) => typeof(MulticastDelegate).IsAssignableFrom(type);

    private static string Delegate(Type type)
    {
        MethodInfo invoke = type.GetMethod("Invoke")!;
        return $"delegate {ApiNames.Of(invoke.ReturnType)} {ApiNames.Own(type)}({ApiNames.Parameters(invoke)})";
    }

    private static IEnumerable<string> Members(Type type)
    {
        yield return Head(type);
        if (type.IsEnum)
        {
            foreach (object value in Enum.GetValues(type))
                yield return $"{value}={Convert.ToInt64(value)}";
            yield break;
        }

        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
            yield return $": {ApiNames.Of(parent)}";
        IEnumerable<Type> inherited = type.BaseType?.GetInterfaces() ?? [];
        foreach (Type implemented in type.GetInterfaces().Where(item => item.IsVisible).Except(inherited))
            yield return $": {ApiNames.Of(implemented)}";
        foreach (ConstructorInfo constructor in type.GetConstructors(Declared).Where(item => IsSeen(item) && !item.IsStatic))
            yield return $"{Protected(constructor)}.ctor({ApiNames.Parameters(constructor)})";
        foreach (FieldInfo field in type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily))
        {
            string modifiers = (field.IsFamily ? "protected " : "") + (field.IsStatic ? "static " : "");
            yield return $"{modifiers}field {ApiNames.Of(field.FieldType)} {field.Name}";
        }

        foreach (PropertyInfo property in type.GetProperties(Declared))
            yield return Property(property);
        foreach (EventInfo item in type.GetEvents(Declared).Where(item => IsSeen(item.AddMethod!)))
            yield return $"event {ApiNames.Of(item.EventHandlerType!)} {item.Name}";
        foreach (MethodInfo method in type.GetMethods(Declared))
            yield return Method(method);
    }

    private static string Head(Type type)
    {
        string modifier = type.IsValueType || type.IsInterface ? ""
            : type.IsAbstract && type.IsSealed ? "static "
            : type.IsAbstract ? "abstract "
            : type.IsSealed ? "sealed "
            : "";
        string kind = type.IsEnum ? "enum" : type.IsValueType ? "struct" : type.IsInterface ? "interface" : "class";
        return modifier + kind;
    }

    private static string Property(PropertyInfo property)
    {
        MethodInfo? getter = property.GetMethod is { } get && IsSeen(get) ? get : null;
        MethodInfo? setter = property.SetMethod is { } set && IsSeen(set) ? set : null;
        MethodInfo? either = getter ?? setter;
        if (either is null)
            return "";
        string accessors = $"{{ {(getter is null ? "" : "get; ")}{(setter is null ? "" : "set; ")}}}";
        string name = property.GetIndexParameters().Length > 0 ? $"this[{ApiNames.Parameters(property)}]" : property.Name;
        return $"{Protected(either)}{(either.IsStatic ? "static " : "")}{ApiNames.Of(property.PropertyType)} {name} {accessors}";
    }

    private static string Method(MethodInfo method)
    {
        if (!IsSeen(method) || method.IsSpecialName || _leftOut.Contains(method.Name))
            return "";
        bool repeatsProtected = method.IsFamily && method.GetBaseDefinition() != method;
        if (repeatsProtected)
            return "";
        string modifiers = Protected(method)
            + (method.IsStatic ? "static " : "")
            + (method.IsAbstract && !method.DeclaringType!.IsInterface ? "abstract " : "");
        return $"{modifiers}{ApiNames.Of(method.ReturnType)} {method.Name}"
            + $"{ApiNames.Arguments(method.GetGenericArguments())}({ApiNames.Parameters(method)})";
    }

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Protected(MethodBase method) => method.IsPublic ? "" : "protected ";
}
