using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace MlPipeline.ScoringService;

/// <summary>
/// Trained models behind HTTP: it listens once all models are loaded, and when it is stopped it says so at <c>/readyz</c>, goes
/// on for <see cref="ServiceOptions.Drain"/>, takes no new connections, and finishes what it took.
/// </summary>
public sealed class ScoringServer : IAsyncDisposable
{
    private const int HeaderCount = 64;
    private const int HeaderBytes = 16 << 10;
    private const int RequestLineBytes = 4 << 10;

    private readonly ServiceOptions _options;
    private readonly WebApplication _app;
    private readonly ServedModels _models;
    private readonly ServiceMetrics _metrics;
    private volatile bool _stopping;

    private ScoringServer(ServiceOptions options, WebApplication app, ServedModels models, ServiceMetrics metrics) =>
        (_options, _app, _models, _metrics) = (options, app, models, metrics);

    /// <summary>Where it listens.</summary>
    public IReadOnlyList<Uri> Addresses => [.. _app.Services.GetRequiredService<IServer>().Features
        .Get<IServerAddressesFeature>()!.Addresses.Select(a => new Uri(a))];

    /// <summary>The models, each with the version (SHA-256) that is served now.</summary>
    public IReadOnlyList<(string Name, string Version)> Models =>
        [.. _models.All.Select(m => (m.Name, m.Host.Status.Version))];

    /// <summary>Loads the models and listens.</summary>
    /// <exception cref="ModelFileException">A model cannot be loaded.</exception>
    /// <exception cref="IOException">An address is in use or not of this machine.</exception>
    public static async Task<ScoringServer> StartAsync(ServiceOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);

        NativeHeap.ReturnLargeBlocks();

        // Decoding takes threads of the pool; those that read and answer must not wait until it grows.
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, (2 * Environment.ProcessorCount) + 4), completions);
        var metrics = new ServiceMetrics();
        var loading = Task.Run(() => new ServedModels(options, metrics), cancellation);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        Configure(builder, options);
        var app = builder.Build();
        ServedModels models;
        try
        {
            models = await loading.ConfigureAwait(false);
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            metrics.Dispose();
            throw;
        }

        var server = new ScoringServer(options, app, models, metrics);
        try
        {
            server.Map();
            await app.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return server;
    }

    /// <summary>Says that it is no longer ready, goes on for a while, and ends when what it took is answered.</summary>
    public async Task StopAsync()
    {
        _stopping = true;
        await Task.Delay(_options.Drain).ConfigureAwait(false);
        using CancellationTokenSource late = new(_options.Shutdown);
        await _app.StopAsync(late.Token).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync().ConfigureAwait(false);
        _models.Dispose();
        _metrics.Dispose();
    }

    private static void Configure(WebApplicationBuilder builder, ServiceOptions options)
    {
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            var limits = kestrel.Limits;
            limits.MaxConcurrentConnections = options.Connections;

            // RequestBody holds to the limit. Where Kestrel does, it breaks the connection before clients have read why.
            limits.MaxRequestBodySize = null;
            limits.MaxRequestHeaderCount = HeaderCount;
            limits.MaxRequestHeadersTotalSize = HeaderBytes;
            limits.MaxRequestLineSize = RequestLineBytes;
            limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
            limits.MinRequestBodyDataRate =
                options.MinBodyRate > 0 ? new MinDataRate(options.MinBodyRate, options.SlowBodyGrace) : null;
            foreach (var address in options.Listen)
            {
                if (address.Host == "localhost")
                    kestrel.Listen(IPAddress.Loopback, address.Port, Http1);
                else
                    kestrel.Listen(IPAddress.Parse(address.Host), address.Port, Http1);
            }
        });
        var services = builder.Services;
        services.AddRoutingCore();
        services.AddOpenApi(o => o.Describe());
        services.AddOpenTelemetry().WithMetrics(m => m
            .AddMeter(ServiceMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel",
                "System.Runtime")
            .AddPrometheusExporter());
        services.AddSingleton<IHostLifetime, NoLifetime>();
        services.Configure<HostOptions>(o => o.ShutdownTimeout = options.Shutdown);
        builder.Logging.SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning).AddFilter("OpenTelemetry", LogLevel.Warning);
        if (options.JsonLog)
            builder.Logging.AddJsonConsole(o => (o.UseUtcTimestamp, o.TimestampFormat) = (true, "yyyy-MM-ddTHH:mm:ss.fffZ"));
        else
            builder.Logging.AddSimpleConsole(o => (o.SingleLine, o.TimestampFormat) = (true, "HH:mm:ss "));
        services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        static void Http1(ListenOptions listen) => listen.Protocols = HttpProtocols.Http1;
    }

    private void Map()
    {
        var log = _app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("service");
        var held = new HeldBytes(_options.MaxHeldBytes);
        _metrics.Watch(_models.All, held);
        foreach (var model in _models.All)
        {
            model.Host.Reloaded += (_, reload) =>
            {
                var (name, version, error) = (model.Name, reload.Version, reload.Error);
                _metrics.Reload(name, reload.Outcome);
                if (error is not null)
                    log.LogWarning("the newer model of {Model} is not served: {Error}", name, error);
                else
                    log.LogInformation("{Model} is served in version {Version}", name, version);
            };
        }

        var gate = new Gate(_options.Keys);
        _app.Use((context, next) =>
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            return Problems.GuardAsync(context, () =>
            {
                gate.Check(context);
                return next(context);
            }, log);
        });
        _app.UseRouting();
        _app.MapPrometheusScrapingEndpoint("/metrics");
        _app.MapOpenApi("/openapi/{documentName}.json");
        _app.MapPage();
        _app.MapReference();
        _app.MapGet("/healthz", context => HealthAsync(context, isGood: true));
        _app.MapGet("/readyz", context => HealthAsync(context, isGood: !_stopping));
        ScoringEndpoints scoring = new(_models, _options, new RequestBody(_options), held, _metrics);
        ModelEndpoints models = new(_models);
        _app.MapPost("/v1/predict", scoring.PredictAsync).Describe(scoring.PredictAsync);
        _app.MapPost("/v1/explain", scoring.ExplainAsync).Describe(scoring.ExplainAsync);
        _app.MapGet("/v1/models", models.ListAsync).Describe(models.ListAsync);
        _app.MapGet("/v1/models/{name}", models.ShowAsync).Describe(models.ShowAsync);
        _app.MapPost("/v1/models/{name}/reload", models.ReloadAsync).Describe(models.ReloadAsync);
    }

    private static Task HealthAsync(HttpContext context, bool isGood) => isGood
        ? context.Response.WriteAsJsonAsync(new HealthAnswer("good"), ServiceJson.Default.HealthAnswer)
        : Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "the service is being stopped");

    /// <summary>Signals are the affair of whoever starts the service.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
