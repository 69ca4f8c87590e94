using System.CommandLine;
using System.CommandLine.Parsing;
using System.Numerics;
using System.Text.Json;
using MlPipeline.Data.Sources;

namespace MlPipeline.Cli;

/// <summary>
/// Makes every option of a command and of those below it read its numbers as <see cref="PlainNumber"/> does, and its words as
/// words: System.CommandLine reads "0,5" as 5, and any number as a word of a list.
/// </summary>
internal static class StrictValues
{
    public static void Apply(Command command)
    {
        foreach (var option in command.Options)
            Apply(option);
        foreach (var inner in command.Subcommands)
            Apply(inner);
    }

    private static void Apply(Option option)
    {
        switch (option)
        {
            case Option<int> one: one.CustomParser = r => One<int>(r, option.Name) ?? 0; break;
            case Option<int?> one: one.CustomParser = r => One<int>(r, option.Name); break;
            case Option<int[]> many: many.CustomParser = r => Many<int>(r, option.Name); break;
            case Option<double> one: one.CustomParser = r => One<double>(r, option.Name) ?? 0; break;
            case Option<double?> one: one.CustomParser = r => One<double>(r, option.Name); break;
            case Option<double[]> many: many.CustomParser = r => Many<double>(r, option.Name); break;
            default:
                var type = option.ValueType.GetElementType() ?? Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
                if (type.IsEnum)
                    option.Validators.Add(result => RefuseNumbers(result, type));
                else if (type.IsPrimitive && type != typeof(bool))
                    throw new NotSupportedException($"{option.Name}: nothing says how its {type.Name} is read.");
                break;
        }
    }

    private static T? One<T>(ArgumentResult result, string option)
        where T : struct, INumber<T> => Many<T>(result, option) is [var only] ? only : null;

    private static T[] Many<T>(ArgumentResult result, string option)
        where T : struct, INumber<T>
    {
        List<T> values = [];
        foreach (var token in result.Tokens)
        {
            if (PlainNumber.TryParse<T>(token.Value, out var value))
                values.Add(value);
            else if (typeof(T) == typeof(int))
                result.AddError($"{option} takes a whole number, not '{token.Value}'");
            else
                result.AddError($"{option} takes a number, not '{token.Value}': write it with a decimal point, as 0.5");
        }

        return [.. values];
    }

    private static void RefuseNumbers(OptionResult result, Type words)
    {
        if (result.Tokens.FirstOrDefault(t => t.Value is ['-' or '+' or (>= '0' and <= '9'), ..]) is { } token)
        {
            var names = Enum.GetNames(words).Select(JsonNamingPolicy.CamelCase.ConvertName);
            result.AddError($"{result.Option.Name} takes one of {string.Join(", ", names)}, not '{token.Value}'");
        }
    }
}
