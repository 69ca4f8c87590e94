using System.CommandLine;
using MlPipeline.Cli.Help;

namespace MlPipeline.Cli.Commands;

/// <summary>The options that say which views of pictures are trained on and tested.</summary>
internal sealed class ViewArguments
{
    private static readonly string s_names = string.Join(", ", Enum.GetNames<Augmentations>().Select(n => n.ToLowerInvariant()));

    private readonly Option<Augmentations[]> _augment = new("--augment")
    {
        Description =
            $"Views of each picture that are trained on: {s_names}. flips: the mirror image too; crops: the four corners too, "
            + $"and their mirror images; whole: the whole picture, stretched, too; none: the mean over the test views.",
        DefaultValueFactory = _ => [Augmentations.None],
    };

    private readonly Option<Augmentations[]> _testViews = new("--test-views")
    {
        Description = $"Views of each picture whose scores are averaged when the model is used: {s_names}.",
        DefaultValueFactory = _ => [Augmentations.None],
    };

    public ViewArguments(Command command, bool several = false)
    {
        foreach (var option in (Option<Augmentations[]>[])[_augment, _testViews])
        {
            option.AllowMultipleArgumentsPerToken = several;
            if (several)
                option.Description += " Several are tried by the search.";
        }

        command.AddGroup(HelpGroup.Views, [_augment, _testViews]);
    }

    public IReadOnlyList<Augmentations> Training(ParseResult parsed) => parsed.GetRequiredValue(_augment);

    public IReadOnlyList<Augmentations> Test(ParseResult parsed) => parsed.GetRequiredValue(_testViews);

    /// <summary>Whether the command line says nothing of views.</summary>
    public bool IsSilent(ParseResult parsed) => parsed.GetResult(_augment) is null or { Implicit: true }
        && parsed.GetResult(_testViews) is null or { Implicit: true };

    public Augmentations OneForTraining(ParseResult parsed) => One(parsed, _augment);

    public Augmentations OneForTest(ParseResult parsed) => One(parsed, _testViews);

    private static Augmentations One(ParseResult parsed, Option<Augmentations[]> option) =>
        parsed.GetRequiredValue(option) is [var only]
        ? only
        : throw new UsageException($"{option.Name} takes one value here; 'tune' tries several.");
}
