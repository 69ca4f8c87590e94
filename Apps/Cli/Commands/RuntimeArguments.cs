using System.CommandLine;
using MlPipeline.Cli.Help;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Cli.Commands;

/// <summary>The options of every command that runs a network: by what, and how many pictures at a time.</summary>
internal sealed class RuntimeArguments
{
    private readonly Option<string> _runtime = new("--runtime")
    {
        Description = $"What runs the network: {string.Join(", ", Runtime.Names)}.",
        DefaultValueFactory = _ => "managed",
    };

    private readonly Option<string> _provider = new("--provider")
    {
        Description = "Execution provider of ONNX Runtime: CPU, or CUDA where the program was built with the GPU package.",
        DefaultValueFactory = _ => "CPU",
    };

    private readonly Option<GraphOptimizationLevel> _optimization = new("--graph-optimization")
    {
        Description = "How much ONNX Runtime may rewrite the graph.",
        DefaultValueFactory = _ => GraphOptimizationLevel.All,
    };

    private readonly Option<int?> _batch =
        new("--batch") { Description = "Pictures in one run of the network; default by their size." };

    private readonly Option<double> _maxPixels = new("--max-pixels")
    {
        Description = "Megapixels of the largest picture that is read.",
        HelpName = "megapixels",
        DefaultValueFactory = _ => DecodeOptions.Default.MaxPixels / 1e6,
    };

    /// <param name="command">Gets the options.</param>
    /// <param name="readsPictures">Whether the network is fed with pictures from files.</param>
    public RuntimeArguments(Command command, bool readsPictures = true)
    {
        command.AddGroup(HelpGroup.Running, [_runtime, _provider, _optimization, _batch]);
        if (readsPictures)
            command.AddGroup(HelpGroup.Running, [_maxPixels]);
    }

    public BackboneRunOptions RunOptions(ParseResult parsed, CommandContext context)
    {
        if (parsed.GetValue(_batch) is < 1 or > 1024)
            throw new UsageException($"--batch must be between 1 and 1024, not {parsed.GetValue(_batch)}.");
        return new BackboneRunOptions
        {
            Runtime = ResolveRuntime(parsed),
            BatchSize = parsed.GetValue(_batch) ?? 0,
            Threads = context.Threads,
            Decode = Decode(parsed),
        };
    }

    /// <summary>The limits for pictures that the command line sets.</summary>
    public DecodeOptions Decode(ParseResult parsed)
    {
        // A command that has no such option knows no result of it either.
        if (parsed.GetResult(_maxPixels) is null)
            return DecodeOptions.Default;
        var (megapixels, most) = (parsed.GetValue(_maxPixels), DecodeOptions.MostPixels / 1_000_000);
        return megapixels * 1e6 >= 1 && megapixels <= most
            ? DecodeOptions.Default with { MaxPixels = (long)(megapixels * 1e6) }
            : throw new UsageException($"--max-pixels must be above 0 and at most {most} megapixels, not {megapixels}.");
    }

    private IRuntime ResolveRuntime(ParseResult parsed)
    {
        var name = parsed.GetRequiredValue(_runtime);
        if (!Runtime.Names.Contains(name, StringComparer.OrdinalIgnoreCase))
            throw new UsageException($"--runtime must be one of {string.Join(", ", Runtime.Names)}, not '{name}'.");
        var isOnnxRuntime = string.Equals(name, "onnxruntime", StringComparison.OrdinalIgnoreCase);
        var unused = ((Option[])[_provider, _optimization]).FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false });
        if (!isOnnxRuntime && unused is not null)
            throw new UsageException($"{unused.Name} is for --runtime onnxruntime, not for {name}.");
        return isOnnxRuntime
            ? new OnnxRuntime(new OnnxRuntimeOptions
            {
                Provider = parsed.GetRequiredValue(_provider),
                Optimization = parsed.GetValue(_optimization),
            })
            : Runtime.ByName(name);
    }
}
