using System.Globalization;
using System.Reflection;

namespace MlPipeline.PublicApi.Tests;

/// <summary>Types, parameters and defaults, written as mlnet-api.txt writes them.</summary>
internal static class ApiNames
{
    private static readonly Dictionary<Type, string> _aliases = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    /// <summary>The name of a type with the type it is nested in.</summary>
    public static string Of(Type type)
    {
        if (type.IsByRef)
            return Of(type.GetElementType()!);
        if (type.IsArray)
            return $"{Of(type.GetElementType()!)}[]";
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return $"{Of(underlying)}?";
        if (_aliases.TryGetValue(type, out string? alias))
            return alias;
        if (type.IsGenericParameter)
            return type.Name;
        string name = Own(type);
        return type.DeclaringType is { } outer ? $"{Plain(outer)}.{name}" : name;
    }

    /// <summary>The name of a type by itself; of its type arguments only those that its outer type has not.</summary>
    public static string Own(Type type) =>
        type.IsGenericType ? $"{Plain(type)}{Arguments(type.GetGenericArguments())}" : type.Name;

    public static string Arguments(Type[] arguments) =>
        arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(Of))}>";

    public static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    public static string Parameters(PropertyInfo indexer) => string.Join(", ", indexer.GetIndexParameters().Select(Parameter));

    private static string Plain(Type type) => type.Name.Split('`')[0];

    private static string Parameter(ParameterInfo parameter)
    {
        string direction = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : "";
        string text = $"{direction}{Of(parameter.ParameterType)} {parameter.Name}";
        return parameter.HasDefaultValue ? $"{text} = {Default(parameter.DefaultValue)}" : text;
    }

    private static string Default(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool truth => truth ? "true" : "false",
        IFormattable number and not Enum => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
