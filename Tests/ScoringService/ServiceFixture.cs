using MlPipeline.Data.Demo;

namespace MlPipeline.ScoringService.Tests;

/// <summary>Two small models of drawn shapes, the pictures, and a service with the first one that tests may share as long as they
/// leave it as it is.</summary>
public sealed class ServiceFixture : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("mlpipeline-service-").FullName;

    public string Model => Path.Combine(_root, "shapes.zip");

    public string OtherModel => Path.Combine(_root, "other.zip");

    /// <summary>A model of the same classes that takes each for the next one.</summary>
    public string SwappedModel => Path.Combine(_root, "swapped.zip");

    /// <summary>The pictures that the models were trained on, in a folder for each class.</summary>
    public string Samples => Path.Combine(_root, "pictures");

    public IReadOnlyList<string> Pictures { get; private set; } = [];

    internal RunningService Shared { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        SampleSet.Write(Samples, new SampleSetOptions { ImagesPerClass = 6, Size = 96, Seed = 5 });
        var data = DataSource.Open(Samples);
        var classes = data.ClassNames;
        ImageDataSet swapped = new(data.Root, [.. data.Records.Select(r => r with
        {
            Label = classes[(classes.ToList().IndexOf(r.Label) + 1) % classes.Count],
        })]);
        Pictures = [.. data.Records.Select(r => r.Path)];
        foreach (var (path, seed, set) in
            ((string, int, ImageDataSet)[])[(Model, 1, data), (OtherModel, 2, data), (SwappedModel, 1, swapped)])
        {
            new TrainingJob(new TrainingOptions
            {
                Backbone = BackboneCatalog.Resolve("bootstrap-resnet"),
                UseCache = false,
                Seed = seed,
            }).Run(set).Save(path);
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
