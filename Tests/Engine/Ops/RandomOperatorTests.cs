using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tests.Runtimes;

namespace MlPipeline.Engine.Tests.Ops;

/// <summary>Drawn operators by all runtimes: the same results, or a refusal when the graph is made.</summary>
public class RandomOperatorTests
{
    private const int Draws = 1400;
    private const float Tolerance = 1e-4f;

    [Fact]
    public void TheManagedEngineGivesWhatThePlainDefinitionsGive()
    {
        ManagedRuntime managed = new();
        Assert.True(Compare(managed) > Draws / 2);
    }

    [PeerFact]
    public void OnnxRuntimeGivesWhatThePlainDefinitionsGive() => Assert.True(Compare(new OnnxRuntime()) > Draws / 2);

    // How many draws made sense.
    private static int Compare(IRuntime runtime)
    {
        var compared = 0;
        ReferenceRuntime reference = new();
        for (var seed = 0; seed < Draws; seed++)
        {
            (var make, var inputs, var text) = RandomOperator.Draw(seed);
            Graph graph;
            try
            {
                graph = make();
            }
            catch (OnnxException error)
            {
                Assert.Equal("n", error.Node);
                continue;
            }

            using var plain = reference.CreateSession(graph);
            var expected = plain.Run(inputs)["y"];
            try
            {
                using var session = runtime.CreateSession(graph, new SessionOptions { Threads = 1 });
                TensorAssert.Close(expected, session.Run(inputs)["y"], Tolerance);
                compared++;
            }
            catch (OnnxRuntimeException)
            {
                // The peer has no kernel for it.
            }
            catch (Xunit.Sdk.XunitException error)
            {
                Assert.Fail($"{text}: {error.Message}");
            }
        }

        return compared;
    }
}
