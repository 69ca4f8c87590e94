using System.CommandLine;
using System.Net;
using NuGet.Configuration;

namespace MlPipeline.Cli.Commands;

/// <summary>Downloads a published backbone.</summary>
internal static class PullCommand
{
    private const double Megabyte = 1e6;

    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "A backbone of 'backbones list' that is known." };
        var mirror = new Option<string?>("--mirror")
        {
            Description = "A folder or web address that files are taken from instead of where they were published: under the "
                + "path of their published address or under their names; packages as in a NuGet feed. Default: "
                + $"{BackbonePullOptions.MirrorVariable}, or none.",
        };
        var proxy = new Option<string?>("--proxy")
        {
            Description = "Address of a proxy, such as http://proxy.example:3128. Default: HTTPS_PROXY, HTTP_PROXY, NO_PROXY.",
        };
        var command = new Command("pull", "Download a published backbone, check it, and keep it for use by its name.")
        {
            name, mirror, proxy,
        };
        CommandContext.Bind(command, (parsed, context) =>
        {
            var wanted = parsed.GetRequiredValue(name);
            var (sources, credentials) = PackageSources();
            IJobStage? stage = null;
            try
            {
                var entry = BackboneCatalog.PullAsync(wanted, new BackbonePullOptions
                {
                    Mirror = parsed.GetValue(mirror),
                    Proxy = parsed.GetValue(proxy),
                    PackageSources = sources,
                    Credentials = credentials,
                    Note = context.Progress.Note,
                    Progress = (bytes, of) =>
                    {
                        stage ??= context.Progress.Begin(wanted, (long)(of / Megabyte), "MB", (long)(bytes / Megabyte));
                        stage.Report((long)(bytes / Megabyte));
                    },
                }, cancellation: context.Cancellation).GetAwaiter().GetResult();
                stage?.Dispose();
                stage = null;
                context.Write(entry, e => Console.WriteLine($"pulled '{e.Name}': {e.Path}, SHA-256 {e.Sha256}"));
                return CommandLine.Good;
            }
            finally
            {
                stage?.Dispose();
            }
        });
        return command;
    }

    // The feeds of the user's nuget.config, for networks that come in packages.
    private static (IReadOnlyList<string> Sources, ICredentials Credentials) PackageSources()
    {
        try
        {
            var cache = new CredentialCache();
            List<string> sources = [];
            var settings = Settings.LoadDefaultSettings(Environment.CurrentDirectory);
            foreach (var source in PackageSourceProvider.LoadPackageSources(settings).Where(s => s.IsEnabled))
            {
                sources.Add(source.Source);
                if (source.Credentials is { } known && source.IsHttp)
                    cache.Add(source.SourceUri, "Basic", new NetworkCredential(known.Username, known.Password));
            }

            return (sources, cache);
        }
        catch (NuGetConfigurationException e)
        {
            throw new BackboneException($"The settings of NuGet cannot be read: {e.Message}", e);
        }
    }
}
