namespace MlPipeline.Core;

/// <summary>Where components send their messages.</summary>
public interface IChannelProvider : IExceptionContext
{
}
