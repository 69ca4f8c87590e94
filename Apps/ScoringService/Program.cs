using System.CommandLine;
using MlPipeline;
using MlPipeline.ScoringService;

var settings = new ServiceSettings();
var root = new RootCommand("Answers HTTP requests with what trained models say of pictures.") { settings.ModelsArgument };
foreach (var option in settings.Options)
    root.Options.Add(option);
var threads = new Option<int>("--threads") { Description = "Threads of the network; 0 means one per core." };
root.Options.Add(threads);
root.SetAction(async (parsed, cancellation) =>
{
    try
    {
        var options = settings.Read(parsed, parsed.GetValue(threads));
        await ServiceRun.UntilStoppedAsync(options, (_, _) => { }, cancellation);
        return 0;
    }
    catch (Exception e) when (e is SettingsException or ModelFileException or IOException or ArgumentException)
    {
        await Console.Error.WriteLineAsync($"error: {e.Message}");
        return e is SettingsException ? 2 : 1;
    }
});
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromHours(2) });
