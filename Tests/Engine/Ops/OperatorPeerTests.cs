using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tests.Runtimes;

namespace MlPipeline.Engine.Tests.Ops;

/// <summary>
/// The operators' cases by ONNX Runtime: a second opinion on the expected outputs, and a check of the files that it is given.
/// </summary>
public class OperatorPeerTests
{
    // ONNX's definition takes the output's length before it is rounded here, ONNX Runtime the length after; and it lets
    // padding wrap around more than once.
    private static readonly string[] KnownDifferences =
    [
        "Resize 11 align_corners nearest (1, 1, 0.75, 0.5)", "Resize 11 align_corners linear (1, 1, 0.75, 0.5)",
    ];

    [PeerFact]
    public void OnnxRuntimeAgreesWhereItHasTheOperator()
    {
        var peer = Runtime.ByName("onnxruntime");
        List<string> different = [];
        var compared = 0;
        foreach (var test in OperatorCase.All.Values)
        {
            var graph = test.ToGraph(othersAreConstant: true);
            try
            {
                using var session = peer.CreateSession(graph);
                var outputs = session.Run(test.InputsOf(graph));
                for (var i = 0; i < test.Outputs.Length; i++)
                    TensorAssert.Close(test.Outputs[i], outputs[$"y{i}"], 2e-5f);

                compared++;
            }
            catch (OnnxRuntimeException)
            {
                // It has no kernel for this version or type.
            }
            catch (Xunit.Sdk.XunitException)
            {
                different.Add(test.Name);
            }
        }

        Assert.Equal(KnownDifferences, different);
        Assert.True(compared > 150, $"only {compared} cases could be compared");
    }
}
