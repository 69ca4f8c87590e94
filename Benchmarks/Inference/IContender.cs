namespace MlPipeline.Benchmarks.Inference;

/// <summary>One network on one runtime, in this process or in one of its own.</summary>
internal interface IContender : IDisposable
{
    /// <summary>Runs once; milliseconds.</summary>
    double Run(int batch);

    /// <summary>Runs once; the network's output.</summary>
    float[] Output(int batch);
}
