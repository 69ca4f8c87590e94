namespace MlPipeline.Cli.Output;

/// <summary>A command line that can be copied into a shell and runs this program.</summary>
internal static class ShellCommand
{
    private const string Plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";

    public static string Of(IEnumerable<string> arguments) => string.Join(' ', Program().Concat(arguments).Select(Quoted));

    // As this process was started: by its name where that is found, else by its path, or by what runs it.
    private static IEnumerable<string> Program()
    {
        var program = Environment.ProcessPath ?? "mlpipeline";
        if (Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
            return ["dotnet", Path.GetFullPath(Environment.GetCommandLineArgs()[0])];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return folders.Contains(Path.GetDirectoryName(program), StringComparer.Ordinal)
            ? [Path.GetFileNameWithoutExtension(program)] : [program];
    }

    private static string Quoted(string word)
    {
        if (OperatingSystem.IsWindows())
            return word.Length > 0 && word.All(c => c == '\\' || Plain.Contains(c) && c != '%') ? word : $"\"{Escaped(word)}\"";
        return word.Length > 0 && word.All(Plain.Contains) ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }

    // Windows programs take backslashes as they are, but for those before a quotation mark.
    private static string Escaped(string word)
    {
        var text = word.Replace("\"", "\\\"", StringComparison.Ordinal);
        return text + new string('\\', text.Length - text.TrimEnd('\\').Length);
    }
}
