namespace MlPipeline.Core;

/// <summary>What all components of one <see cref="MLContext"/> share: seed and log.</summary>
public interface IHostEnvironment : IChannelProvider, IProgressChannelProvider
{
    internal Host Host { get; }
}
