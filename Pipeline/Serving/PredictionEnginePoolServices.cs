using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MlPipeline;

/// <summary>Adds prediction engine pools to the services of a program.</summary>
public static class PredictionEnginePoolServices
{
    /// <summary>Adds a <see cref="PredictionEnginePool{TSrc, TDst}"/>. Its models are loaded when it is first asked for; a second
    /// call for the same classes adds to the same pool.</summary>
    /// <typeparam name="TSrc">A class with the model's input columns.</typeparam>
    /// <typeparam name="TDst">A class with the output columns that are wanted; only those are computed.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="context">The context that loads; a new one by default.</param>
    public static PredictionEnginePoolBuilder<TSrc, TDst> AddPredictionEnginePool<TSrc, TDst>(this IServiceCollection services,
        MLContext? context = null)
        where TSrc : class
        where TDst : class, new()
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Select(s => s.ImplementationInstance).OfType<PredictionEnginePoolBuilder<TSrc, TDst>>().FirstOrDefault()
            is { } earlier)
        {
            return earlier;
        }

        var builder = new PredictionEnginePoolBuilder<TSrc, TDst>(services, context ?? new MLContext());
        services.AddSingleton(builder);
        services.AddSingleton(provider => new PredictionEnginePool<TSrc, TDst>(builder.Context, builder.Sources,
            provider.GetService<ILoggerFactory>()?.CreateLogger("MlPipeline.PredictionEnginePool")));
        return builder;
    }
}
