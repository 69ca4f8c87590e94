using MlPipeline.Data.Demo;

namespace MlPipeline.ScoringService.Tests;

/// <summary>Two small models of drawn shapes, the pictures, and a service with the first one that tests may share as long as they
/// leave it as it is.</summary>
public sealed class ServiceFixture : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("mlpipeline-service-").FullName;

    public string Model => Path.Combine(_root, "shapes.zip");

    public string OtherModel => Path.Combine(_root, "other.zip");

    public IReadOnlyList<string> Pictures { get; private set; } = [];

    internal RunningService Shared { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var folder = Path.Combine(_root, "pictures");
        SampleSet.Write(folder, new SampleSetOptions { ImagesPerClass = 6, Size = 96, Seed = 5 });
        var data = DataSource.Open(folder);
        Pictures = [.. data.Records.Select(r => r.Path)];
        foreach (var (path, seed) in (IEnumerable<(string, int)>)[(Model, 1), (OtherModel, 2)])
        {
            new TrainingJob(new TrainingOptions
            {
                Backbone = BackboneCatalog.Resolve("bootstrap-resnet"),
                UseCache = false,
                Seed = seed,
            }).Run(data).Save(path);
        }

        Shared = await StartAsync();
    }

    /// <summary>A service of a test's own, on a free port.</summary>
    internal async Task<RunningService> StartAsync(Func<ServiceOptions, ServiceOptions>? change = null)
    {
        var options = new ServiceOptions
        {
            Models = [new ServedFile("shapes", Model)],
            Listen = [new Uri("http://127.0.0.1:0")],
            Watch = null,
        };
        return new RunningService(await ScoringServer.StartAsync(change?.Invoke(options) ?? options));
    }

    public string Scratch(string name) => Path.Combine(_root, name);

    public async Task DisposeAsync()
    {
        await Shared.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }
}

[CollectionDefinition(nameof(ServiceFixture))]
public sealed class ServiceCollection : ICollectionFixture<ServiceFixture>;
