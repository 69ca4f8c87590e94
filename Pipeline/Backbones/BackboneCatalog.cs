using System.Text.Json;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Pipeline.Backbones;
using MlPipeline.Pipeline.Models;

namespace MlPipeline;

/// <summary>
/// Finds backbones by name or file: the one inside this library, those of packages beside the program, those registered on this
/// machine, published files that were pulled or are recognised by their SHA-256, and any other ONNX file by what is said of it.
/// </summary>
public static class BackboneCatalog
{
    /// <summary>The backbone that is used when none is named: ResNet-18 with ImageNet's weights, of the package
    /// Microsoft.ML.DnnImageFeaturizer.ResNet18.</summary>
    public const string Default = "resnet18";

    /// <summary>The backbone inside this library: a small ResNet trained on Tiny ImageNet, for tests and where no package is
    /// wanted.</summary>
    public const string Bootstrap = EmbeddedBackbones.Bootstrap;

    // Trained at 64 x 64; 128 x 128 serves photographs better. The normalisation is inside the graph.
    private static readonly BackboneOptions s_bootstrap = new()
    {
        Name = Bootstrap,
        Preprocessing = new Preprocessing { Width = 128, Height = 128, Resize = ResizeMode.Fill, ShorterSide = 128 },
        FeatureMap = "feature_map",
        Pooled = "pooled",
        Logits = "logits",
        Licence = "made for this project",
    };

    /// <summary>The folder of registrations: MLPIPELINE_HOME, or "mlpipeline" in the user's local application data.</summary>
    public static string Home => BackboneStore.DefaultHome;

    /// <summary>Opens a backbone.</summary>
    /// <param name="nameOrPath">A name of <see cref="List"/>, or the path of an ONNX file.</param>
    /// <param name="options">What is said of it; the rest comes, in this order, from a sidecar file.onnx.json, the registration,
    /// the table of published files, and the graph.</param>
    /// <param name="home">The folder of registrations; <see cref="Home"/> when null.</param>
    /// <exception cref="BackboneException">There is no such backbone, or the file cannot serve as one.</exception>
    public static Backbone Resolve(string nameOrPath, BackboneOptions? options = null, string? home = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        Runtime.WarmUp();
        options ??= new BackboneOptions();
        if (EmbeddedBackbones.Names.Contains(nameOrPath))
            return OpenEmbedded(nameOrPath, options);
        var registered = new BackboneStore(home ?? Home).Read();
        if (registered.FirstOrDefault(e => e.Name == nameOrPath) is { } entry)
            return OpenRegistered(entry, options);
        if (PackagedBackbones.Here.FirstOrDefault(e => e.Name == nameOrPath) is { } packaged)
            return OpenFile(packaged.Path!, options.Or(packaged.Options), registered);
        if (KnownBackbones.Pulled(home ?? Home).FirstOrDefault(e => e.Name == nameOrPath) is { } pulled)
            return OpenPulled(pulled, options, registered);
        return File.Exists(nameOrPath) ? OpenFile(nameOrPath, options, registered)
            : throw NotFound(nameOrPath, registered, home ?? Home);
    }

    /// <summary>Gets the file of a published backbone, after which <see cref="Resolve"/> finds it by its name. What was pulled
    /// already is not pulled again; a download that broke off goes on where it ended; a file whose checksum is not the published
    /// one is not taken. Any number of processes may pull at once.</summary>
    /// <param name="name">A name of <see cref="List"/> whose kind is <see cref="BackboneKind.Known"/> or
    /// <see cref="BackboneKind.Pulled"/>.</param>
    /// <param name="options">Mirror, proxy, time-outs, and who is told of the progress.</param>
    /// <param name="home">The folder of registrations; <see cref="Home"/> when null.</param>
    /// <param name="cancellation">Ends the download; what has come stays for the next call.</param>
    /// <exception cref="BackboneException">There is no published backbone of that name, or no place gives its file; the message
    /// says where it is to be had and where to put it.</exception>
    public static async Task<BackboneEntry> PullAsync(string name, BackbonePullOptions? options = null, string? home = null,
        CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var entry = KnownBackbones.Entries.FirstOrDefault(e => e.Name == name);
        if (entry is null)
        {
            var alike = KnownBackbones.Entries.Select(e => e.Name)
                .Where(n => n.StartsWith(name, StringComparison.OrdinalIgnoreCase)).ToList();
            throw new BackboneException($"There is no published backbone '{name}'; " + (alike.Count > 0
                ? $"there is {string.Join(", ", alike)}." : "'backbones list' names those that can be pulled."));
        }

        await new BackbonePull(entry, KnownBackbones.PlaceOf(entry, home ?? Home), options ?? new BackbonePullOptions())
            .RunAsync(cancellation).ConfigureAwait(false);
        return KnownBackbones.Pulled(home ?? Home).First(e => e.Name == name);
    }

    /// <summary>All backbones: of packages, embedded, registered, and published files that would be recognised.</summary>
    /// <param name="home">The folder of registrations; <see cref="Home"/> when null.</param>
    public static IReadOnlyList<BackboneEntry> List(string? home = null)
    {
        var embedded =
            EmbeddedBackbones.Names.Select(n =>
                new BackboneEntry { Name = n, Kind = BackboneKind.Embedded, Options = OptionsOfEmbedded(n) });
        var registered = new BackboneStore(home ?? Home).Read();
        var packaged = PackagedBackbones.Here;
        var pulled = KnownBackbones.Pulled(home ?? Home).ToList();
        var known = KnownBackbones.Entries.Where(k => !registered.Concat(packaged).Concat(pulled)
            .Any(r => r.Name == k.Name || (r.Sha256 is not null && r.Sha256 == k.Sha256)));
        return [.. packaged, .. embedded, .. registered, .. pulled, .. known];
    }

    /// <summary>Registers an ONNX file under a name, after opening it as a backbone; an older one of that name is
    /// replaced.</summary>
    /// <param name="path">The file; it stays where it is.</param>
    /// <param name="options">What is said of it, with the name (the file's name by default). A preprocessing that nobody knows
    /// stays open.</param>
    /// <param name="home">The folder of registrations; <see cref="Home"/> when null.</param>
    /// <exception cref="BackboneException">The file cannot serve as a backbone, or the name is taken by an embedded
    /// one.</exception>
    public static BackboneEntry Add(string path, BackboneOptions? options = null, string? home = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new BackboneException($"{path}: there is no such ONNX file.");
        var store = new BackboneStore(home ?? Home);
        var registered = store.Read();
        var backbone = OpenFile(path, options ?? new BackboneOptions(), registered);
        if (EmbeddedBackbones.Names.Contains(backbone.Name))
            throw new BackboneException($"The name '{backbone.Name}' belongs to an embedded backbone; choose another one.");
        var description = backbone.Describe();
        var entry = new BackboneEntry
        {
            Name = backbone.Name,
            Kind = BackboneKind.Registered,
            Path = Path.GetFullPath(path),
            Sha256 = backbone.Sha256,
            Bytes = backbone.ReadOnnx().LongLength,
            Options = new BackboneOptions
            {
                Name = backbone.Name,
                Preprocessing = backbone.PreprocessingIsGuessed ? null : description.Preprocessing,
                PreprocessingEvidence = description.PreprocessingEvidence,
                Outputs = description.Outputs,
                FeatureMap = description.FeatureMap,
                Pooled = description.Pooled,
                FeaturesFrom = description.FeaturesFrom,
                Logits = description.Logits,
                ClassNames = options?.ClassNames,
                Licence = description.Licence,
            },
        };
        store.Write([.. registered.Where(e => e.Name != entry.Name), entry]);
        return entry;
    }

    /// <summary>Takes a registration away, whose file stays; or deletes the file of a backbone that was pulled.</summary>
    /// <returns>False when there was none of that name.</returns>
    public static bool Remove(string name, string? home = null)
    {
        var store = new BackboneStore(home ?? Home);
        var registered = store.Read();
        var rest = registered.Where(e => e.Name != name).ToList();
        if (rest.Count < registered.Count)
        {
            store.Write(rest);
            return true;
        }

        if (KnownBackbones.Pulled(home ?? Home).FirstOrDefault(e => e.Name == name) is not { } pulled)
            return false;
        File.Delete(pulled.Path!);
        File.Delete(KnownBackbones.ChecksumOf(pulled.Path!));
        return true;
    }

    /// <summary>Checks that every registered file is there and is the one that was registered, that those that were pulled are
    /// the published ones, and that the others open.</summary>
    /// <param name="name">One backbone; all when null.</param>
    /// <param name="home">The folder of registrations; <see cref="Home"/> when null.</param>
    /// <exception cref="BackboneException">There is no backbone of that name here.</exception>
    public static IReadOnlyList<BackboneVerification> Verify(string? name = null, string? home = null)
    {
        var here = List(home).Where(e => e.Kind != BackboneKind.Known && (name is null || e.Name == name)).ToList();
        return here.Count > 0 ? [.. here.Select(Verify)]
            : throw NotFound(name!, new BackboneStore(home ?? Home).Read(), home ?? Home);
    }

    internal static Backbone? ResolveByHash(CardBackbone description)
    {
        foreach (var name in EmbeddedBackbones.Names)
        {
            var bytes = EmbeddedBackbones.Read(name);
            if (Backbone.HashOf(bytes) == description.Sha256)
                return Backbone.FromDescription(description, bytes, new OnnxResource(name));
        }

        var entry = new BackboneStore(Home).Read().Concat(KnownBackbones.Pulled(Home))
            .FirstOrDefault(e => e.Sha256 == description.Sha256 && File.Exists(e.Path));
        if (entry is null)
            return null;
        var source = new OnnxFile(entry.Path!);
        var onnx = source.Read();
        CheckHash(entry, onnx);
        return Backbone.FromDescription(description, onnx, source);
    }

    private static Backbone OpenEmbedded(string name, BackboneOptions options) =>
        Backbone.Create(new OnnxResource(name), EmbeddedBackbones.Read(name), options.Or(OptionsOfEmbedded(name)));

    private static BackboneOptions OptionsOfEmbedded(string name) =>
        s_bootstrap with { ClassNames = EmbeddedBackbones.ClassNames(name) };

    private static Backbone OpenRegistered(BackboneEntry entry, BackboneOptions options)
    {
        var source = new OnnxFile(entry.Path!);
        var onnx = source.Read();
        CheckHash(entry, onnx);
        return Backbone.Create(source, onnx, options.Or(entry.Options), sha256: entry.Sha256);
    }

    private static Backbone OpenPulled(BackboneEntry entry, BackboneOptions options, IReadOnlyList<BackboneEntry> registered)
    {
        if (entry.Sha256 is not null)
            CheckHash(entry, new OnnxFile(entry.Path!).Read());
        return OpenFile(entry.Path!, options.Or(entry.Options), registered);
    }

    private static Backbone OpenFile(string path, BackboneOptions options, IReadOnlyList<BackboneEntry> registered)
    {
        var source = new OnnxFile(path);
        var onnx = source.Read();
        var sha256 = Backbone.HashOf(onnx);
        var known = registered.FirstOrDefault(e => e.Sha256 == sha256) ?? KnownBackbones.ByHash(sha256);

        // A sidecar is the user's own word about this file, so it comes before tables; its name may differ from the file's.
        var settled = options.Or(Sidecar(path)).Or(known is null ? null : known.Options with { Name = null });
        var model = OnnxModel.Parse(onnx, path);
        return Backbone.Create(source, onnx, settled.Or(PackagedBackbones.Recognise(model, path)), model, sha256);
    }

    private static BackboneOptions? Sidecar(string path)
    {
        var sidecar = path + ".json";
        if (!File.Exists(sidecar))
            return null;
        try
        {
            return SidecarFile.Read(File.ReadAllBytes(sidecar));
        }
        catch (Exception e) when (e is JsonException or BackboneException)
        {
            throw new BackboneException($"{sidecar}: the file does not say what a network is: {e.Message}", e);
        }
    }

    private static BackboneVerification Verify(BackboneEntry entry)
    {
        try
        {
            if (entry.Kind == BackboneKind.Embedded)
                OpenEmbedded(entry.Name, new BackboneOptions());
            else if (entry.Kind == BackboneKind.Package)
                Resolve(entry.Name);
            else if (entry.Sha256 is null)
                OpenFile(entry.Path!, entry.Options, []);
            else
                CheckHash(entry, new OnnxFile(entry.Path!).Read());
            return new BackboneVerification(entry.Name, entry.Path, null);
        }
        catch (Exception e) when (e is BackboneException or OnnxException)
        {
            return new BackboneVerification(entry.Name, entry.Path, e.Message);
        }
    }

    private static void CheckHash(BackboneEntry entry, byte[] onnx)
    {
        if (Backbone.HashOf(onnx) is var found && found != entry.Sha256)
        {
            throw new BackboneException(entry.Kind == BackboneKind.Pulled
                ? $"{entry.Path}: the file is not the published '{entry.Name}' (SHA-256 {found}, expected {entry.Sha256}); "
                    + $"'backbones pull {entry.Name}' gets it again."
                : $"{entry.Path}: the file is not the one that was registered as "
                    + $"'{entry.Name}' (SHA-256 {found}, expected {entry.Sha256}); "
                    + "register it again with 'backbones add' if that is meant.");
        }
    }

    private static BackboneException NotFound(string name, IReadOnlyList<BackboneEntry> registered, string home)
    {
        var known = KnownBackbones.Entries.FirstOrDefault(e => e.Name == name)
            ?? KnownBackbones.Entries.FirstOrDefault(e => e.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase));
        var here = string.Join(", ", EmbeddedBackbones.Names.Concat(registered.Concat(KnownBackbones.Pulled(home))
            .Select(e => e.Name)));
        return new BackboneException(known is null
            ? $"There is no backbone '{name}': no such file, and the names here are {here}."
            : $"The backbone '{known.Name}' is known, but is not on this machine: get it with 'backbones pull {known.Name}'"
                + (known.Package is { } package ? $", or with a reference to the package {package.Split('/')[0]}" : "") + ". "
                + $"{KnownBackbones.ByHand(known, KnownBackbones.PlaceOf(known, home))}. The names here are {here}.");
    }
}
