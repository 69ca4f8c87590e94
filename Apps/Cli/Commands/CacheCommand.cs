using System.CommandLine;
using System.Globalization;
using MlPipeline.Data.FeatureCache;
using MlPipeline.Pipeline.Features;
using Spectre.Console;

namespace MlPipeline.Cli.Commands;

/// <summary>Shows, checks and clears the features that training keeps.</summary>
internal static class CacheCommand
{
    private const int MostShown = 20;

    public static Command Create() =>
        new("cache", "Show, check or clear the features that are kept, so that each picture goes through a network only once.")
        {
            CreateInfo(), CreateVerify(), CreatePrune(),
        };

    public static Option<bool> NoCacheOption() => new("--no-cache")
    {
        Description = "Compute all features anew, and keep none (see 'cache').",
    };

    private static Command CreateInfo()
    {
        var command = new Command("info",
            "List the cache files: for which network, how many pictures, how large, when last used.");
        CommandContext.Bind(command, (_, context) =>
        {
            context.Write(new Result(CachedFeatureExtractor.DefaultFolder,
                FeatureCacheFolder.List(CachedFeatureExtractor.DefaultFolder)), r =>
            {
                Print(r);
                Console.WriteLine($"{r.Pictures:N0} pictures in {r.Bytes:N0} bytes at {r.Folder}");
            });
            return CommandLine.Good;
        });
        return command;
    }

    private static Command CreateVerify()
    {
        var command = new Command("verify",
            "Check every row against its checksum. Damaged rows are never used; they are computed again when needed.");
        CommandContext.Bind(command, (_, context) =>
        {
            var result = new Result(CachedFeatureExtractor.DefaultFolder,
                FeatureCacheFolder.Verify(CachedFeatureExtractor.DefaultFolder));
            var isGood = result.Files.All(f => f.Damaged is null or 0 && f.Problem == null);
            context.Write(result with { IsGood = isGood }, r =>
            {
                Print(r);
                PrintDamage(r);
                Console.WriteLine(isGood
                    ? $"all {r.Pictures:N0} rows are good"
                    : $"{r.Pictures:N0} rows are good; "
                        + $"damaged: {r.Damaged:N0} rows, {r.Files.Count(f => f.Problem != null)} files");
            });
            return (result with { IsGood = isGood }).Error?.ExitCode ?? CommandLine.Good;
        });
        return command;
    }

    private static Command CreatePrune()
    {
        var days = new Option<int>("--unused-for")
        {
            Description = "Delete the files that were not used for this many days.",
            DefaultValueFactory = _ => 30,
        };
        var all = new Option<bool>("--all") { Description = "Delete all files." };
        var command = new Command("prune",
            "Delete cache files that were not used for a while and what was set aside, and clear damaged rows out of the others.")
        {
            days, all,
        };
        CommandContext.Bind(command, (parsed, context) =>
        {
            var count = parsed.GetValue(days);
            if (count is < 0 or > 36500)
                throw new UsageException($"--unused-for must be between 0 and 36500 days, not {count}.");
            var since = parsed.GetValue(all) ? DateTime.MaxValue : DateTime.UtcNow.AddDays(-count);
            var result = new Result(CachedFeatureExtractor.DefaultFolder,
                FeatureCacheFolder.Prune(CachedFeatureExtractor.DefaultFolder, since));
            var cleared = FeatureCacheFolder.ClearDamaged(CachedFeatureExtractor.DefaultFolder).Sum(f => f.Damaged ?? 0);
            context.Write(result with { Cleared = cleared }, r =>
            {
                Print(r);
                Console.WriteLine(
                    $"deleted {r.Files.Count} files "
                    + $"of {r.Bytes:N0} bytes{(cleared > 0 ? $", cleared {cleared:N0} damaged rows out of others" : "")}");
            });
            return CommandLine.Good;
        });
        return command;
    }

    private static void Print(Result result)
    {
        if (result.Files.Count == 0)
            return;
        var table = new Table().Border(TableBorder.Simple)
            .AddColumns("file", "backbone", "features", "pictures", "damaged", "bytes", "last used");
        foreach (var file in result.Files)
        {
            table.AddRow(Markup.Escape(Path.GetFileName(file.Path)), Markup.Escape(file.Backbone), $"{file.FeatureCount}",
                $"{file.Pictures:N0}", $"{file.Damaged:N0}",
                $"{file.Bytes:N0}", file.LastUsedUtc.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
        }

        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 180;
        AnsiConsole.Write(table);
        foreach (var file in result.Files.Where(f => f.Problem != null))
            Console.WriteLine($"{Path.GetFileName(file.Path)}: {file.Problem}");
    }

    private static void PrintDamage(Result result)
    {
        foreach ((var file, var row) in result.Files.SelectMany(f => f.DamagedRows.Select(r => (f, r))).Take(MostShown))
        {
            Console.WriteLine(
                $"{Path.GetFileName(file.Path)}: row {row.Row} (picture {row.Picture[..16]}...) is damaged and never used; "
                + (row.IsReplaced ? "its features were computed again since"
                    : "its features are computed again when they are needed"));
        }

        if (result.Damaged > 0)
        {
            Console.WriteLine(
                $"{(result.Damaged > MostShown ? $"... and {result.Damaged - MostShown} more; " : "")}'cache prune' clears "
                + $"damaged rows out");
        }
    }

    private sealed record Result(string Folder, IReadOnlyList<FeatureCacheEntry> Files)
    {
        public long Pictures => Files.Sum(f => f.Pictures);

        public long Bytes => Files.Sum(f => f.Bytes);

        public long? Damaged => Files.Any(f => f.Damaged != null) || IsGood != null ? Files.Sum(f => f.Damaged ?? 0) : null;

        /// <summary>Damaged rows that were taken out; null when that was not asked for.</summary>
        public long? Cleared { get; init; }

        /// <summary>Whether all was found in order; null when it was not checked.</summary>
        public bool? IsGood { get; init; }

        /// <summary>What a check found wrong; null when nothing.</summary>
        public CommandError? Error => IsGood != false ? null : new CommandError(
            $"damaged: {Damaged:N0} rows, {Files.Count(f => f.Problem != null)} files; 'cache prune' clears them out",
            CommandLine.Failed);
    }
}
