namespace MlPipeline.Core;

/// <summary>Where components report their progress.</summary>
public interface IProgressChannelProvider
{
}
