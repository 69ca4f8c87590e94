namespace MlPipeline.ScoringService;

/// <summary>What a scoring service serves, where, and within which limits. <see cref="ServiceSettings"/> reads it from flags, the
/// environment and a file, and checks it.</summary>
public sealed record ServiceOptions
{
    /// <summary>The models, of which the first is the one that requests mean when they name none.</summary>
    public required IReadOnlyList<ServedFile> Models { get; init; }

    /// <summary>Addresses such as <c>http://127.0.0.1:8080</c>; port 0 takes a free one.</summary>
    public IReadOnlyList<Uri> Listen { get; init; } = [new("http://127.0.0.1:8080")];

    /// <summary>The keys that requests must bear one of; without any the service answers its own machine only.</summary>
    internal ApiKeys Keys { get; init; } = ApiKeys.None;

    /// <summary>Pictures in one run of the network at most: a power of two up to 32. Default 8: networks on processors
    /// gain little from more, and while they run the next pictures arrive.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Pictures that are taken and not answered yet, of one model; more are refused with 429.</summary>
    public int Queue { get; init; } = 256;

    /// <summary>Requests that are worked on at once; more are refused with 429.</summary>
    public int Requests { get; init; } = 256;

    /// <summary>Open connections at most.</summary>
    public int Connections { get; init; } = 1024;

    /// <summary>How long a request may take, its body included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Pictures in one request at most.</summary>
    public int MaxPictures { get; init; } = 32;

    /// <summary>Bytes of one picture at most.</summary>
    public long MaxPictureBytes { get; init; } = 20_000_000;

    /// <summary>Bytes of one request's body at most.</summary>
    public long MaxRequestBytes { get; init; } = 64_000_000;

    /// <summary>Bytes of all bodies together that are held at once; more are refused with 429.</summary>
    public long MaxHeldBytes { get; init; } = 512_000_000;

    /// <summary>Pixels of one picture at most.</summary>
    public long MaxPixels { get; init; } = 50_000_000;

    /// <summary>The slowest body that is waited for, in bytes a second, after the first five seconds.</summary>
    public double MinBodyRate { get; init; } = 1000;

    /// <summary>Threads of the network; 0 for one for each core.</summary>
    public int Threads { get; init; }

    /// <summary>How often model files are looked at for changes; null for never.</summary>
    public TimeSpan? Watch { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often web servers are asked for newer models; null for never.</summary>
    public TimeSpan? Poll { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The share of kept samples that a newer model may get right less than the served
    /// one.</summary>
    public double SampleLoss { get; init; } = 0.02;

    /// <summary>How long the service goes on after it was told to stop, so that balancers see that it is no longer
    /// ready.</summary>
    public TimeSpan Drain { get; init; }

    /// <summary>How long requests that are under way may take to end after that.</summary>
    public TimeSpan Shutdown { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Log lines as JSON objects.</summary>
    public bool JsonLog { get; init; }

    /// <summary>How long a body may be slower than <see cref="MinBodyRate"/>.</summary>
    internal TimeSpan SlowBodyGrace { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>A model that is served.</summary>
/// <param name="Name">Its name in addresses.</param>
/// <param name="Location">Its file, or the http or https address of it.</param>
public sealed record ServedFile(string Name, string Location)
{
    /// <summary>Labelled pictures on which newer models are compared with the served one; null for none.</summary>
    internal KeptSamples? Samples { get; init; }

    /// <summary>The address, where the file is on a web server.</summary>
    internal Uri? Address => Uri.TryCreate(Location, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
        ? address : null;
}
