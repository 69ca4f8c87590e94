using System.CommandLine;
using MlPipeline.Engine.Runtimes;

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

    public RuntimeArguments(Command command)
    {
        foreach (var option in (Option[])[_runtime, _provider, _optimization, _batch])
            command.Options.Add(option);
    }

    public BackboneRunOptions RunOptions(ParseResult parsed, CommandContext context)
    {
        if (parsed.GetValue(_batch) is < 1 or > 1024)
            throw new UsageException($"--batch must be between 1 and 1024, not {parsed.GetValue(_batch)}.");
        return new BackboneRunOptions
        {
            Runtime = ResolveRuntime(parsed),
            BatchSize = parsed.GetValue(_batch) ?? 0,
            Threads = context.Threads
        };
    }

    private IRuntime ResolveRuntime(ParseResult parsed)
    {
        var name = parsed.GetRequiredValue(_runtime);
        if (!Runtime.Names.Contains(name, StringComparer.OrdinalIgnoreCase))
            throw new UsageException($"--runtime must be one of {string.Join(", ", Runtime.Names)}, not '{name}'.");
        return string.Equals(name, "onnxruntime", StringComparison.OrdinalIgnoreCase)
            ? new OnnxRuntime(new OnnxRuntimeOptions
            {
                Provider = parsed.GetRequiredValue(_provider),
                Optimization = parsed.GetValue(_optimization),
            })
            : Runtime.ByName(name);
    }
}
