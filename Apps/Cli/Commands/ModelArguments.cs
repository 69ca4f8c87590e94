using System.CommandLine;
using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Cli.Commands;

/// <summary>The argument of every command that uses a trained model, and how its network is run.</summary>
internal sealed class ModelArguments
{
    private readonly Argument<string> _model = new("model") { Description = "A model file that train or demo wrote." };
    private readonly RuntimeArguments _runtime;

    public ModelArguments(Command command)
    {
        command.Arguments.Add(_model);
        _runtime = new RuntimeArguments(command);
    }

    public string PathOf(ParseResult parsed) => parsed.GetRequiredValue(_model);

    public DecodeOptions Decode(ParseResult parsed) => _runtime.Decode(parsed);

    public ImageClassificationModel Load(ParseResult parsed, CommandContext context) =>
        ImageClassificationModel.Load(PathOf(parsed), RunOptions(parsed, context));

    public BackboneRunOptions RunOptions(ParseResult parsed, CommandContext context) => _runtime.RunOptions(parsed, context);
}
