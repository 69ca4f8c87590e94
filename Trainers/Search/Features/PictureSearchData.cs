using System.Security.Cryptography;
using System.Text;
using MlPipeline.Pipeline.Features;

namespace MlPipeline.Trainers.Search;

/// <summary>
/// Labelled pictures whose features were computed once by one or more networks: the search chooses the network ("backbone"), the
/// input size ("inputSize"), whether pictures are cropped or stretched to it ("resize"), the depths ("features"; "features@NAME"
/// with several networks), the views that are rows to train on ("views") and those whose scores are averaged ("testViews"). What
/// there is only one of is no parameter. All views of a picture stay together.
/// </summary>
public sealed class PictureSearchData : HeadSearchData
{
    private const int SetsWorthASearch = 2;

    // A log-loss within this factor of the least is as good: the difference is within what some hundreds of pictures can tell.
    private const double AsGood = 1.05;

    private readonly IReadOnlyList<FeatureBank> _banks;
    private readonly Dictionary<string, IReadOnlyList<FeatureBank>> _offered;
    private readonly double? _suitableL2;
    private readonly bool _isNarrowed;
    private readonly PictureChoices _choices;
    private readonly string[] _networks;
    private readonly int[] _labels;
    private readonly Dictionary<string, IReadOnlyList<string>> _features;

    /// <summary>Makes the data of banks of the same pictures.</summary>
    /// <param name="banks">One for each network and input size; all with the same pictures, and the features and views of the
    /// choices.</param>
    /// <param name="classNames">The classes; every picture's label is one of them.</param>
    /// <param name="choices">What may be chosen; null for the pooled features as they are.</param>
    /// <param name="groups">Pictures with equal numbers stay on one side of every split; null when all may be parted.</param>
    /// <exception cref="ArgumentException">Banks or labels do not fit together.</exception>
    public PictureSearchData(IReadOnlyList<FeatureBank> banks, IReadOnlyList<string> classNames, PictureChoices? choices = null,
        IReadOnlyList<int>? groups = null)
    {
        ArgumentNullException.ThrowIfNull(banks);
        ArgumentNullException.ThrowIfNull(classNames);
        if (banks.Count == 0 || banks[0].Rows.Count == 0)
            throw new ArgumentException("There is no picture to search on.", nameof(banks));
        if (banks.FirstOrDefault(b => !b.Rows.Select(r => r.Path)
            .SequenceEqual(banks[0].Rows.Select(r => r.Path), StringComparer.Ordinal)) is { } other)
        {
            throw new ArgumentException($"The banks of '{banks[0].Backbone.Name}' and '{other.Backbone.Name}' hold different "
                + "pictures.", nameof(banks));
        }

        (_banks, _choices, ClassNames, Groups) = (banks, choices ?? new PictureChoices(), classNames, groups);
        var keys = classNames.Select((name, i) => (name, i))
            .ToDictionary(c => c.name, c => c.i, StringComparer.Ordinal);
        _labels = [.. banks[0].Rows.Select(r => keys.TryGetValue(r.Label, out var key)
            ? key : throw new ArgumentException($"{r.Path}: '{r.Label}' is none of the classes.", nameof(classNames)))];
        _networks = [.. banks.Select(b => b.Backbone.Name).Distinct(StringComparer.Ordinal)];
        _offered = _networks.ToDictionary(n => n, n =>
            (IReadOnlyList<FeatureBank>)[.. banks.Where(b => b.Backbone.Name == n)], StringComparer.Ordinal);
        _features = _networks.ToDictionary(n => n, n =>
            FeatureBank.Expand(_offered[n][0].Backbone, _choices.Features), StringComparer.Ordinal);
        Choices = Space();
    }

    private PictureSearchData(PictureSearchData whole, Dictionary<string, IReadOnlyList<FeatureBank>> offered,
        Dictionary<string, IReadOnlyList<string>> features,
        double suitableL2)
    {
        (_banks, _choices, _networks, _labels, ClassNames, Groups) = (whole._banks, whole._choices, whole._networks,
            whole._labels, whole.ClassNames, whole.Groups);
        (_offered, _features, _suitableL2, _isNarrowed) = (offered, features, suitableL2, true);
        GivenSplit = whole.GivenSplit;
        Choices = Space();
    }

    /// <inheritdoc/>
    public override int Count => _labels.Length;

    /// <inheritdoc/>
    public override int FeatureCount => _networks.Max(n => _features[n].Max(_offered[n][0].CountOf));

    /// <inheritdoc/>
    public override IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<int>? Groups { get; }

    /// <inheritdoc/>
    public override SearchSpace Choices { get; }

    internal override double? SuitableL2 => _suitableL2;

    /// <inheritdoc/>
    public override int LabelOf(int example) => _labels[example];

    /// <summary>The features that a point chooses.</summary>
    public PictureSelection SelectionOf(Parameter point)
    {
        ArgumentNullException.ThrowIfNull(point);
        var network = point.TryGetValue("backbone", out var name) ? name.AsType<string>() : _networks[0];
        int? size = point.TryGetValue(NameFor("inputSize", network), out var side) ? side.AsType<int>() : null;
        var resize = point.TryGetValue(NameFor("resize", network), out var mode) ? mode.AsType<string>() : null;
        var bank = _banks.First(b => b.Backbone.Name == network && (size is null || SizeOf(b) == size)
            && (resize is null || ResizeOf(b) == resize));
        return new PictureSelection(
            bank,
            point.TryGetValue(NameFor("features", network), out var features)
                ? features.AsType<string>() : FeaturesOf(network)[0],
            point.TryGetValue("views", out var views) ? ViewsOf(views) : _choices.TrainingViews[0],
            point.TryGetValue("testViews", out var testViews) ? ViewsOf(testViews) : _choices.TestViews[0]);
    }

    /// <inheritdoc/>
    public override FeatureMatrix TrainingRows(Parameter point, IReadOnlyList<int> examples) =>
        TrainingRows(SelectionOf(point), examples);

    /// <summary>The rows to train on with some features: each row of an example has an equal share of its weight.</summary>
    public FeatureMatrix TrainingRows(PictureSelection selection, IReadOnlyList<int> examples)
    {
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentNullException.ThrowIfNull(examples);
        var builder = new FeatureMatrixBuilder(selection.Bank.CountOf(selection.Features), ClassNames, examples.Count);
        var isAlone = selection.TrainingViews == Augmentations.None
            && (Groups is null || examples.Select(e => Groups[e]).Distinct().Count() == examples.Count);
        foreach (var example in examples)
        {
            var rows = selection.TrainingRowsOf(example);
            foreach (var row in rows)
                builder.Add(row, _labels[example], 1f / rows.Count, isAlone ? null : Groups?[example] ?? example);
        }

        return builder.Build();
    }

    /// <inheritdoc/>
    public override FeatureMatrix TestRows(Parameter point, IReadOnlyList<int> examples) =>
        TestRows(SelectionOf(point), examples);

    /// <summary>The rows to be judged on with some features.</summary>
    public FeatureMatrix TestRows(PictureSelection selection, IReadOnlyList<int> examples)
    {
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentNullException.ThrowIfNull(examples);
        var builder = new FeatureMatrixBuilder(selection.Bank.CountOf(selection.Features), ClassNames, examples.Count);
        foreach (var example in examples)
            builder.Add(selection.TestRowOf(example), _labels[example]);
        return builder.Build();
    }

    /// <summary>
    /// Where sets of features are tried automatically: for each network the two that a probe finds best (by log-loss), at the
    /// input size and with the resizing that suit them best. A search has too few trials to tell many of them apart while it
    /// looks for the head's options too.
    /// </summary>
    internal override HeadSearchData Narrowed(LinearHeadOptions options, IReadOnlyList<int>? examples = null)
    {
        if (!_choices.Features.Contains(FeatureBank.Auto) || _isNarrowed)
            return this;
        var offered = new Dictionary<string, IReadOnlyList<FeatureBank>>(StringComparer.Ordinal);
        var features = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        double suitableL2 = 0;
        foreach (var network in _networks)
        {
            // All sets on the first bank, then the best of them on the others.
            var banks = _offered[network];
            var judged = Probe([banks[0]], _features[network], options, examples);
            if (banks.Count > 1)
                judged.AddRange(Probe([.. banks.Skip(1)], Best(judged), options, examples));
            var best = judged.MinBy(j => j.Judged.LogLoss).Bank;
            judged.RemoveAll(j => j.Bank != best);
            offered[network] = [best];
            features[network] = Best(judged);
            if (network == _networks[0])
                suitableL2 = judged.First(j => j.Judged.Features == features[network][0]).Judged.L2Regularization;
        }

        return new PictureSearchData(this, offered, features, suitableL2);

        // First the smallest set of those that are as good as the best, as where features are chosen without a search: on
        // pictures that none of this saw the larger ones do worse.
        static IReadOnlyList<string> Best(IReadOnlyList<(FeatureBank Bank, FeatureCandidate Judged)> judged)
        {
            var least = judged.Min(j => j.Judged.LogLoss);
            return [.. judged.OrderBy(j => j.Judged.LogLoss <= AsGood * least ? j.Judged.Dimension : int.MaxValue)
                .ThenBy(j => j.Judged.LogLoss)
                .Take(SetsWorthASearch).Select(j => j.Judged.Features)];
        }
    }

    /// <inheritdoc/>
    public override string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var bank in _banks)
        {
            hash.AppendData(
                Encoding.UTF8.GetBytes(
                $"{bank.Backbone.Sha256} {bank.Backbone.Preprocessing.Fingerprint} {bank.Backbone.FeaturesFrom}\n"));
            foreach (var row in bank.Rows)
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"{row.Label}\n"));
                hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(row.Features.AsSpan()));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private static int SizeOf(FeatureBank bank) => bank.Backbone.Preprocessing.Width;

    private static string ResizeOf(FeatureBank bank) => bank.Backbone.Preprocessing.Resize == ResizeMode.Fill
        ? "stretch" : "crop";

    private static string NameOf(Augmentations views) => views.ToString().ToLowerInvariant();

    private static Augmentations ViewsOf(Parameter parameter) =>
        Enum.Parse<Augmentations>(parameter.AsType<string>(), ignoreCase: true);

    private List<(FeatureBank Bank, FeatureCandidate Judged)> Probe(IReadOnlyList<FeatureBank> banks, IReadOnlyList<string> sets,
        LinearHeadOptions options, IReadOnlyList<int>? examples)
    {
        PictureSelection[] selections =
            [.. banks.SelectMany(b =>
            sets.Select(s => new PictureSelection(b, s, _choices.TrainingViews[0], _choices.TestViews[0])))];
        return [.. selections.Select(s => s.Bank).Zip(FeatureProbe.Run(this, selections, examples, options).Candidates)];
    }

    private IReadOnlyList<string> FeaturesOf(string network) => _features[network];

    private string NameFor(string parameter, string network) => _networks.Length == 1 ? parameter : $"{parameter}@{network}";

    private SearchSpace Space()
    {
        SearchSpace space = [];
        if (_networks.Length > 1)
            space.Add("backbone", new ChoiceOption([.. _networks.Cast<object>()]));
        foreach (var network in _networks)
        {
            // What was narrowed to one choice stays a parameter: a point says by itself what it stands for.
            FeatureBank[] own = [.. _banks.Where(b => b.Backbone.Name == network)];
            int[] sizes = [.. own.Select(SizeOf).Distinct()];
            string[] modes = [.. own.Select(ResizeOf).Distinct(StringComparer.Ordinal)];
            if (own.Length != sizes.Length * modes.Length)
            {
                throw new ArgumentException($"There must be one bank of '{network}' for each input size and way of resizing; "
                    + $"there are {own.Length} for {sizes.Length} and {modes.Length}.");
            }

            if (sizes.Length > 1)
                Add(NameFor("inputSize", network), network, [.. _offered[network].Select(SizeOf).Distinct().Cast<object>()]);
            if (modes.Length > 1)
            {
                Add(NameFor("resize", network), network,
                    [.. _offered[network].Select(ResizeOf).Distinct(StringComparer.Ordinal)]);
            }

            if (_isNarrowed || FeaturesOf(network).Count > 1)
                Add(NameFor("features", network), network, [.. FeaturesOf(network)]);
        }

        if (_choices.TrainingViews.Count > 1)
            space.Add("views", new ChoiceOption([.. _choices.TrainingViews.Select(v => (object)NameOf(v))]));
        if (_choices.TestViews.Count > 1)
            space.Add("testViews", new ChoiceOption([.. _choices.TestViews.Select(v => (object)NameOf(v))]));
        return space;

        void Add(string name, string network, object[] values)
        {
            space.Add(name, new ChoiceOption(values));
            if (_networks.Length > 1)
                space.When(name, "backbone", network);
        }
    }
}
