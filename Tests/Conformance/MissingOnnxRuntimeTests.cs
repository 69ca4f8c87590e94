using MlPipeline.Engine.Runtimes;

namespace MlPipeline.Conformance.Tests;

/// <summary>This suite is a program that lacks the package with the native ONNX Runtime.</summary>
public class MissingOnnxRuntimeTests
{
    [Fact]
    public void The_packages_that_bring_the_native_library_are_named()
    {
        var error = Assert.Throws<OnnxRuntimeException>(() => Runtime.ByName("onnxruntime"));
        Assert.Contains("Microsoft.ML.OnnxRuntime (", error.Message, StringComparison.Ordinal);
        Assert.Contains("Microsoft.ML.OnnxRuntime.Gpu", error.Message, StringComparison.Ordinal);
    }
}
