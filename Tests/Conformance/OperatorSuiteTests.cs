using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Rewrites;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Conformance.Tests;

/// <summary>
/// ONNX's operator tests (onnx/backend/test/data/node of its repository), where the environment variable ONNX_NODE_TESTS says
/// they are:
/// each must give the expected output, or be refused by node or value name when it is loaded.
/// </summary>
public class OperatorSuiteTests
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("ONNX_NODE_TESTS");

    [SuiteFact]
    public void EachIsRightOrRefused()
    {
        List<string> wrong = [];
        List<string> refused = [];
        var right = 0;
        foreach (var test in Directory.GetDirectories(Folder!).Order(StringComparer.Ordinal))
        {
            Graph graph;
            try
            {
                graph = OnnxModel.Load(Path.Combine(test, "model.onnx")).ToGraph();
            }
            catch (OnnxException error)
            {
                refused.Add(error.Message);
                continue;
            }

            string[] problems = [.. Directory.GetDirectories(test).SelectMany(d => Problems(graph, d))];
            right += problems.Length == 0 ? 1 : 0;
            wrong.AddRange(problems.Select(p => $"{Path.GetFileName(test)}: {p}"));
        }

        if (Environment.GetEnvironmentVariable("ONNX_NODE_TESTS_REPORT") is { } report)
        {
            File.WriteAllLines(report, [$"{right} right, {refused.Count} refused, {wrong.Count} wrong", .. wrong, "",
                .. refused]);
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(right > 0);
    }

    private static IEnumerable<string> Problems(Graph graph, string data)
    {
        Dictionary<string, Tensor> inputs = [];
        for (var i = 0; i < graph.Inputs.Count; i++)
        {
            if (TensorFiles.TryRead(Path.Combine(data, $"input_{i}.pb")) is not { } input)
                yield break;

            inputs[graph.Inputs[i].Name] = input;
        }

        foreach (var runtime in Engines.Managed)
        {
            foreach (var optimise in new[] { false, true })
            {
                for (var i = 0; i < graph.Outputs.Count; i++)
                {
                    string? problem;
                    try
                    {
                        using var session = Runtime.ByName(runtime).CreateSession(optimise ? GraphOptimizer.Optimize(graph)
                            : graph);
                        var output = session.Run(inputs)[graph.Outputs[i]];
                        problem = TensorFiles.TryRead(Path.Combine(data, $"output_{i}.pb")) is { } expected
                            ? Close.Difference(expected, output, relative: 1e-3f, absolute: 1e-6f)
                            : "the expected output cannot be read";
                    }
                    catch (Exception error) when (error is not OutOfMemoryException)
                    {
                        problem = error.Message;
                    }

                    if (problem != null)
                        yield return $"{runtime}{(optimise ? ", optimised" : "")}: {problem}";
                }
            }
        }
    }

    private sealed class SuiteFactAttribute : FactAttribute
    {
        public SuiteFactAttribute()
        {
            if (string.IsNullOrEmpty(Folder) || !Directory.Exists(Folder))
                Skip = "needs ONNX's operator tests, in the folder that the environment variable ONNX_NODE_TESTS names";
        }
    }
}
