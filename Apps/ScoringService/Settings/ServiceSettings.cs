using System.CommandLine;
using System.Net;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;
using MlPipeline.Imaging.Decoding;

namespace MlPipeline.ScoringService;

/// <summary>The settings of the service, from flags, from the environment and from a JSON file, checked together.</summary>
public sealed partial class ServiceSettings
{
    private const string ModelsKey = "models";
    private const string ModelsVariable = "MLPIPELINE_MODELS";
    private const string KeyVariable = "MLPIPELINE_API_KEY";
    private const double Mega = 1e6;

    private readonly Argument<string[]> _models = new(ModelsKey)
    {
        Description = "Model files that train or demo wrote, or their http or https addresses; NAME=FILE names one, else it is "
            + "called as its file. Requests that name no model mean the first.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _config = new("--config")
    {
        Description = "A JSON file of settings; each has the name of its flag in camelCase, and 'models' is an object.",
        HelpName = "file",
    };

    private readonly Setting<string> _listen = new("listen", "http://127.0.0.1:8080",
        "Addresses to listen at, divided by commas; port 0 takes a free one.", "http addresses such as http://127.0.0.1:8080");

    private readonly Setting<string> _keys = new("api-keys", "",
        $"A file of keys, one a line, or their SHA-256 as 'sha256:HEX'; also {KeyVariable}. Without a key the service listens on "
        + "its own machine only.", "a file");

    private readonly Setting<string> _log = new("log", "text", "How log lines are written, on stderr: text or json.",
        "text or json", v => v is "text" or "json");

    private readonly Setting<int> _batch = new("batch-size", 8, "Pictures in one run of the network at most.",
        "a power of two from 1 to 32", v => v is >= 1 and <= 32 && BitOperations.IsPow2(v));

    private readonly Setting<int> _queue = new("queue", 256,
        "Pictures that wait for one model at most; more are refused with 429.", "from 1 to 10000", Within(1, 10_000));

    private readonly Setting<int> _requests = new("requests", 256,
        "Requests that are worked on at once; more are refused with 429.", "from 1 to 100000", Within(1, 100_000));

    private readonly Setting<int> _connections = new("connections", 1024, "Open connections at most.", "from 1 to 1000000",
        Within(1, 1_000_000));

    private readonly Setting<double> _timeout = new("timeout", 30, "Seconds that a request may take, its body included.",
        "more than 0 and at most 3600", v => v is > 0 and <= 3600);

    private readonly Setting<int> _pictures = new("max-pictures", 32, "Pictures in one request at most.", "from 1 to 1000",
        Within(1, 1000));

    private readonly Setting<double> _pictureMegabytes = new("max-picture-mb", 20, "Megabytes of one picture at most.",
        "more than 0 and at most 1000", v => v is > 0 and <= 1000);

    private readonly Setting<double> _requestMegabytes = new("max-request-mb", 64, "Megabytes of one request at most.",
        "more than 0 and at most 2000", v => v is > 0 and <= 2000);

    private readonly Setting<double> _heldMegabytes = new("max-held-mb", 512,
        "Megabytes of all requests together that are held at once; more are refused with 429.", "more than 0", v => v > 0);

    private readonly Setting<double> _pixels = new("max-pixels", 50, "Megapixels of the largest picture that is decoded.",
        $"more than 0 and at most {DecodeOptions.MostPixels / 1_000_000}",
        v => v * Mega >= 1 && v * Mega <= DecodeOptions.MostPixels);

    private readonly Setting<double> _bodyRate = new("min-body-rate", 1000,
        "Bytes a second below which a body is too slow, after five seconds; 0 waits for any, up to --timeout.", "0 or more",
        v => v >= 0);

    private readonly Setting<double> _watch = new("watch", 1,
        "Seconds between looks at the model files for newer ones; 0 looks only when told to.", "0, or from 0.1 to 86400",
        v => v is 0 or (>= 0.1 and <= 86_400));

    private readonly Setting<double> _poll = new("poll", 300,
        "Seconds between questions to web servers for newer models; 0 asks only when told to.", "0, or from 1 to 86400",
        v => v is 0 or (>= 1 and <= 86_400));

    private readonly Setting<string> _samples = new("samples", "",
        "Labelled pictures (a folder or a manifest; NAME=DATA for one of several models, divided by commas): a newer model that "
        + "gets fewer of them right than the served one is refused.", "a folder or a manifest");

    private readonly Setting<double> _sampleLoss = new("sample-loss", 0.02,
        "The share of the samples that a newer model may get right less.", "from 0 to 1", v => v is >= 0 and <= 1);

    private readonly Setting<double> _drain = new("drain", 0,
        "Seconds to go on after being told to stop, so that load balancers see that the service is no longer ready.",
        "from 0 to 3600", v => v is >= 0 and <= 3600);

    private readonly Setting<double> _shutdown = new("shutdown", 25,
        "Seconds that requests which are under way may take to end after that.", "from 0 to 3600", v => v is >= 0 and <= 3600);

    /// <summary>The argument that names the models.</summary>
    public Argument<string[]> ModelsArgument => _models;

    /// <summary>All options.</summary>
    public IEnumerable<Option> Options => [.. AccessOptions, .. QueueOptions, .. ReloadOptions, .. LimitOptions];

    /// <summary>Where the service listens, who may ask, and the file of settings.</summary>
    public IEnumerable<Option> AccessOptions => [_config, _listen.Option, _keys.Option, _log.Option];

    /// <summary>Batches, waiting and stopping.</summary>
    public IEnumerable<Option> QueueOptions =>
        [_batch.Option, _queue.Option, _timeout.Option, _drain.Option, _shutdown.Option];

    /// <summary>Newer models.</summary>
    public IEnumerable<Option> ReloadOptions => [_watch.Option, _poll.Option, _samples.Option, _sampleLoss.Option];

    /// <summary>What is refused.</summary>
    public IEnumerable<Option> LimitOptions => [_pictures.Option, _pictureMegabytes.Option, _pixels.Option,
        _requestMegabytes.Option, _heldMegabytes.Option, _requests.Option, _connections.Option, _bodyRate.Option];

    private IEnumerable<ISetting> All => [_listen, _keys, _log, _batch, _queue, _timeout, _watch, _poll, _samples, _sampleLoss,
        _drain, _shutdown, _pictures, _pictureMegabytes, _pixels, _requestMegabytes, _heldMegabytes, _requests, _connections,
        _bodyRate];

    /// <summary>Puts the settings together.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="threads">Threads of the network; 0 for one for each core.</param>
    /// <param name="environment">Reads a variable; the process's own when null.</param>
    /// <exception cref="SettingsException">One is wrong.</exception>
    public ServiceOptions Read(ParseResult parsed, int threads = 0, Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        var path = parsed.GetValue(_config) ?? environment("MLPIPELINE_CONFIG");
        var file = string.IsNullOrEmpty(path) ? SettingsFile.None
            : SettingsFile.Read(path, All.Select(s => s.Key).Append(ModelsKey));
        var sources = new SettingSources(parsed, environment, file);
        var keys = ApiKeys.Read(_keys.Resolve(sources), KeyVariable, environment(KeyVariable));
        Uri[] listen = [.. _listen.Resolve(sources).Split(',', StringSplitOptions.TrimEntries).Select(AddressOf)];
        if (keys.IsEmpty && Array.Find(listen, a => !IsOwnMachine(a)) is { } open)
        {
            throw new SettingsException($"--listen: {open} can be reached from other machines, and there is no key: name a file "
                + $"of keys with --api-keys, set {KeyVariable}, or listen at http://127.0.0.1:{open.Port}.");
        }

        var (watch, poll) = (_watch.Resolve(sources), _poll.Resolve(sources));
        var (picture, request) = (_pictureMegabytes.Resolve(sources) * Mega, _requestMegabytes.Resolve(sources) * Mega);
        return new ServiceOptions
        {
            Listen = listen,
            Keys = keys,
            BatchSize = _batch.Resolve(sources),
            Queue = _queue.Resolve(sources),
            Requests = _requests.Resolve(sources),
            Connections = _connections.Resolve(sources),
            Timeout = TimeSpan.FromSeconds(_timeout.Resolve(sources)),
            MaxPictures = _pictures.Resolve(sources),
            MaxPictureBytes = (long)picture,
            MaxRequestBytes = (long)Math.Max(picture, request),
            MaxHeldBytes = (long)(_heldMegabytes.Resolve(sources) * Mega),
            MaxPixels = (long)(_pixels.Resolve(sources) * Mega),
            MinBodyRate = _bodyRate.Resolve(sources),
            Threads = threads,
            Watch = watch > 0 ? TimeSpan.FromSeconds(watch) : null,
            Poll = poll > 0 ? TimeSpan.FromSeconds(poll) : null,
            SampleLoss = _sampleLoss.Resolve(sources),
            Drain = TimeSpan.FromSeconds(_drain.Resolve(sources)),
            Shutdown = TimeSpan.FromSeconds(_shutdown.Resolve(sources)),
            JsonLog = _log.Resolve(sources) == "json",
            Models = WithSamples(ModelsOf(sources), _samples.Resolve(sources)),
        };
    }

    private List<ServedFile> ModelsOf(SettingSources sources)
    {
        List<ServedFile> models;
        if (sources.Parsed.GetValue(_models) is { Length: > 0 } words)
        {
            models = [.. words.Select(ModelOf)];
        }
        else if (sources.Environment(ModelsVariable) is { Length: > 0 } variable)
        {
            models = [.. variable.Split(',', StringSplitOptions.TrimEntries).Select(ModelOf)];
        }
        else if (sources.File.Find(ModelsKey) is { } found)
        {
            models = ModelsOf(found, sources.File.Path);
        }
        else
        {
            throw new SettingsException(
                $"Which model? Name a model file, set {ModelsVariable}, or name a --config with 'models'.");
        }

        foreach (var model in models)
        {
            if (!ModelName().IsMatch(model.Name))
            {
                throw new SettingsException($"{model.Location}: '{model.Name}' cannot be a model's name in an address; use "
                    + "letters, digits, '.', '_' and '-', and write NAME=FILE.");
            }
        }

        return models.CountBy(m => m.Name).FirstOrDefault(m => m.Value > 1).Key is { } twice
            ? throw new SettingsException($"There are two models named '{twice}': write NAME=FILE to name one otherwise.")
            : models;
    }

    private static List<ServedFile> ModelsOf(JsonElement json, string path)
    {
        const string Right = "'models' must be an object of at least one name and file, such as {\"flowers\": \"flowers.zip\"}";
        if (json.ValueKind != JsonValueKind.Object || !json.EnumerateObject().Any()
            || json.EnumerateObject().Any(p => p.Value.ValueKind != JsonValueKind.String))
        {
            throw new SettingsException($"{path}: {Right}.");
        }

        return [.. json.EnumerateObject().Select(p => new ServedFile(p.Name, p.Value.GetString()!))];
    }

    private static ServedFile ModelOf(string word)
    {
        // An address may have a '=' of its own, behind its '?'.
        if (new ServedFile("", word).Address is { } address)
            return new ServedFile(Path.GetFileNameWithoutExtension(Uri.UnescapeDataString(address.Segments[^1])), word);
        var equals = word.IndexOf('=');
        return equals > 0 && !File.Exists(word) ? new ServedFile(word[..equals], word[(equals + 1)..])
            : new ServedFile(Path.GetFileNameWithoutExtension(word), word);
    }

    private static List<ServedFile> WithSamples(List<ServedFile> models, string setting)
    {
        foreach (var word in setting.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = word.IndexOf('=');
            var isNamed = equals > 0 && !Path.Exists(word);
            var (name, path) = isNamed ? (word[..equals], word[(equals + 1)..]) : (models[0].Name, word);
            if (!isNamed && models.Count > 1)
            {
                throw new SettingsException(
                    $"--samples: there are {models.Count} models: write NAME={word} for the one that is meant.");
            }

            var place = models.FindIndex(m => m.Name == name);
            if (place < 0)
            {
                throw new SettingsException(
                    $"--samples: there is no model '{name}'; there are {string.Join(", ", models.Select(m => m.Name))}.");
            }

            if (models[place].Samples is not null)
                throw new SettingsException($"--samples: '{name}' has two sets of samples; one is compared with.");
            try
            {
                models[place] = models[place] with { Samples = KeptSamples.Open(path) };
            }
            catch (DataSourceException e)
            {
                throw new SettingsException($"--samples: {e.Message}");
            }
        }

        return models;
    }

    private static Uri AddressOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == "http" && address.AbsolutePath == "/"
            && (address.Host == "localhost" || IPAddress.TryParse(address.Host, out _))
            ? address
            : throw new SettingsException($"--listen: '{text}' is no address; write http://, the number of a network address or "
                + "localhost, and a port, such as http://0.0.0.0:8080. For https put a proxy in front.");

    private static bool IsOwnMachine(Uri address) =>
        address.Host == "localhost" || IPAddress.IsLoopback(IPAddress.Parse(address.Host));

    private static Func<int, bool> Within(int least, int most) => value => value >= least && value <= most;

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    private static partial Regex ModelName();
}
