using MlPipeline.Data.Splits;
using MlPipeline.Pipeline.Features;

namespace MlPipeline.Trainers.Search;

/// <summary>
/// Labelled examples that heads are searched on. Their features may themselves be chosen by the search: <see cref="Choices"/>
/// says what there is to choose.
/// </summary>
public abstract class HeadSearchData
{
    /// <summary>The number of examples.</summary>
    public abstract int Count { get; }

    /// <summary>The features of an example, at the point with the most.</summary>
    public abstract int FeatureCount { get; }

    /// <summary>The names of the classes.</summary>
    public abstract IReadOnlyList<string> ClassNames { get; }

    /// <summary>Examples with equal numbers stay on one side of every split; null when all may be parted.</summary>
    public abstract IReadOnlyList<int>? Groups { get; }

    /// <summary>The one split that every trial is judged by; null when the splits are drawn.</summary>
    internal DataSplit? GivenSplit { get; init; }

    /// <summary>The parameters by which features are chosen; empty when there is one set of them.</summary>
    public virtual SearchSpace Choices { get; } = [];

    /// <summary>Examples whose features are what they are.</summary>
    public static HeadSearchData Of(FeatureMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return new Fixed(matrix);
    }

    /// <summary>The class of an example.</summary>
    public abstract int LabelOf(int example);

    /// <summary>The rows to train on: one or more for each of the examples, with weights that sum to one for each.</summary>
    /// <param name="point">A point of a space with <see cref="Choices"/>.</param>
    /// <param name="examples">The examples.</param>
    public abstract FeatureMatrix TrainingRows(Parameter point, IReadOnlyList<int> examples);

    /// <summary>The rows to be judged on: one for each of the examples, in their order.</summary>
    /// <param name="point">A point of a space with <see cref="Choices"/>.</param>
    /// <param name="examples">The examples.</param>
    public abstract FeatureMatrix TestRows(Parameter point, IReadOnlyList<int> examples);

    /// <summary>A digest of the data, for the study file.</summary>
    public abstract string Digest();

    /// <summary>The point without the parameters of <see cref="Choices"/>: what is left is about the head.</summary>
    public Parameter HeadPart(Parameter point)
    {
        ArgumentNullException.ThrowIfNull(point);
        return Parameter.CreateNestedParameter([.. point.Where(p => !Choices.ContainsKey(p.Key))]);
    }

    /// <summary>The same examples with no more to choose than is worth a search's trials, judged on some of them.</summary>
    /// <param name="options">How heads are trained to judge.</param>
    /// <param name="examples">Those to judge by; null for all.</param>
    internal virtual HeadSearchData Narrowed(LinearHeadOptions options, IReadOnlyList<int>? examples = null) => this;

    /// <summary>The L2 regularisation that suited the first of the features best where they were narrowed; null if nothing is
    /// known.</summary>
    internal virtual double? SuitableL2 => null;

    /// <summary>Some of the examples.</summary>
    internal HeadSearchData Subset(IReadOnlyList<int> examples) => new Part(this, examples);

    private sealed class Fixed(FeatureMatrix matrix) : HeadSearchData
    {
        public override int Count => matrix.Count;

        public override int FeatureCount => matrix.FeatureCount;

        public override IReadOnlyList<string> ClassNames => matrix.ClassNames;

        public override IReadOnlyList<int>? Groups { get; } = matrix.Groups.IsEmpty ? null : matrix.Groups.ToArray();

        public override int LabelOf(int example) => matrix.Labels[example];

        public override FeatureMatrix TrainingRows(Parameter point, IReadOnlyList<int> examples) => matrix.Subset(examples);

        public override FeatureMatrix TestRows(Parameter point, IReadOnlyList<int> examples) => matrix.Subset(examples);

        public override string Digest() => matrix.Digest();
    }

    private sealed class Part(HeadSearchData whole, IReadOnlyList<int> examples) : HeadSearchData
    {
        private readonly int[]? _groups = whole.Groups is { } groups ? [.. examples.Select(e => groups[e])] : null;

        public override int Count => examples.Count;

        public override int FeatureCount => whole.FeatureCount;

        public override IReadOnlyList<string> ClassNames => whole.ClassNames;

        public override IReadOnlyList<int>? Groups => _groups;

        public override SearchSpace Choices => whole.Choices;

        internal override double? SuitableL2 => whole.SuitableL2;

        public override int LabelOf(int example) => whole.LabelOf(examples[example]);

        internal override HeadSearchData Narrowed(LinearHeadOptions options, IReadOnlyList<int>? chosen = null)
        {
            var narrowed = whole.Narrowed(options, chosen is null ? examples : Of(chosen));
            return narrowed == whole ? this : new Part(narrowed, examples);
        }

        public override FeatureMatrix TrainingRows(Parameter point, IReadOnlyList<int> chosen) =>
            whole.TrainingRows(point, Of(chosen));

        public override FeatureMatrix TestRows(Parameter point, IReadOnlyList<int> chosen) => whole.TestRows(point, Of(chosen));

        public override string Digest() =>
            $"{whole.Digest()} less {string.Join(' ', Enumerable.Range(0, whole.Count).Except(examples))}";

        private int[] Of(IReadOnlyList<int> chosen) => [.. chosen.Select(e => examples[e])];
    }
}
