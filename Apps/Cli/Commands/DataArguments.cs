using System.CommandLine;
using MlPipeline.Data.Sources;

namespace MlPipeline.Cli.Commands;

/// <summary>The argument of every command that reads a data set, and the options that say how it is read.</summary>
internal sealed class DataArguments
{
    private const string What = "A folder with one sub-folder per class, or a TSV/CSV manifest (path, label)";

    private readonly Argument<string> _path = new("data")
    {
        Description = $"{What}. Folders train, val and test, or a column 'split', say which pictures are for what.",
    };

    private readonly Option<BadImagePolicy> _badImages = new("--bad-images")
    {
        Description = "What to do with pictures, links and class folders that cannot be used: throw (name all and stop) or skip "
            + "(leave them out and list them).",
        DefaultValueFactory = _ => BadImagePolicy.Throw,
    };

    private readonly Option<bool> _followLinks = new("--follow-links")
    {
        Description = "Follow symbolic links that lead out of the folder.",
    };

    private readonly Option<string?> _test = new("--test")
    {
        Description = $"A test set of one's own, which no share is held out for: {char.ToLowerInvariant(What[0])}{What[1..]}.",
        HelpName = "data",
    };

    public DataArguments(Command command, bool takesTest = false)
    {
        command.Arguments.Add(_path);
        if (takesTest)
            command.Options.Add(_test);
        command.Options.Add(_badImages);
        command.Options.Add(_followLinks);
    }

    public string PathOf(ParseResult parsed) => parsed.GetRequiredValue(_path);

    public BadImagePolicy BadImages(ParseResult parsed) => parsed.GetValue(_badImages);

    /// <summary>Opens the data set and says what of it is not used.</summary>
    public ImageDataSet Open(ParseResult parsed, CommandContext context)
    {
        var options = new DataSourceOptions { BadImages = BadImages(parsed), FollowLinks = parsed.GetValue(_followLinks) };
        var data = DataSource.Open(PathOf(parsed), options);
        if (parsed.GetValue(_test) is { } test)
            data = data.WithTest(DataSource.Open(test, options));
        foreach (var reason in data.Ignored.GroupBy(i => i.Reason))
        {
            var names = NameList.Of(reason.Select(i => Path.GetRelativePath(data.Root, i.Path)));
            context.Progress.Note($"note: not used, {reason.Key}: {names}");
        }

        if (data.Test is not null)
        {
            context.Progress.Note($"note: the data set is split: {data.Records.Count} pictures to train on, "
                + $"{(data.Validation is { } validation ? $"{validation.Records.Count} to choose by, " : "")}"
                + $"{data.Test.Records.Count} to test on");
        }

        return data;
    }
}
