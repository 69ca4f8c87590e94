using MlPipeline.Pipeline.Models;
using MlPipeline.Pipeline.Tests;
using MlPipeline.Pipeline.Transformers;

[assembly: SavedTransformer<TestHead>("tests.head")]

namespace MlPipeline.Pipeline.Tests;

/// <summary>A linear head with given weights: Features to Score.</summary>
internal sealed class TestHeadEstimator(LinearHeadWeights weights) : IEstimator<TestHead>
{
    public TestHead Fit(IDataView input) => new(weights);

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
}

/// <summary>The transformer of <see cref="TestHeadEstimator"/>.</summary>
internal sealed class TestHead(LinearHeadWeights weights) : RowTransformer, ISavedTransformer<TestHead>
{
    public override string Kind => "tests.head";

    public override void Write(ModelWriter writer)
    {
        writer.WriteJson("classes", weights.ClassNames);
        writer.WriteFloats("weights", weights.Weights);
        writer.WriteFloats("biases", weights.Biases);
    }

    public static TestHead Read(ModelReader reader)
    {
        var names = reader.ReadJson<List<string>>("classes");
        return new TestHead(new LinearHeadWeights(reader.ReadFloats("weights"), reader.ReadFloats("biases", names.Count), names));
    }

    protected override RowMapping Bind(DataViewSchema inputSchema) => new Mapping(weights, inputSchema);

    private sealed class Mapping(LinearHeadWeights weights, DataViewSchema schema)
        : RowMapping(schema,
            [new("Score", new VectorDataViewType(NumberDataViewType.Single, weights.ClassCount), Annotations(weights))])
    {
        private static DataViewSchema.Annotations Annotations(LinearHeadWeights weights)
        {
            var names = weights.ClassNames.Select(n => n.AsMemory()).ToArray();
            var builder = new DataViewSchema.Annotations.Builder();
            builder.Add("SlotNames", new VectorDataViewType(TextDataViewType.Instance, names.Length),
                (ref VBuffer<ReadOnlyMemory<char>> value) => value = new(names.Length, names));
            weights.AddTo(builder);
            return builder.ToAnnotations();
        }

        protected override IEnumerable<int> DependenciesOf(int addedColumn) => [InputSchema["Features"].Index];

        protected override Delegate?[] CreateGetters(DataViewRow input, Func<int, bool> isActive)
        {
            if (!isActive(0))
                return [null];

            var getter = input.GetGetter<VBuffer<float>>(input.Schema["Features"]);
            VBuffer<float> features = default;
            return [(ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
            {
                getter(ref features);
                var editor = VBufferEditor.Create(ref value, weights.ClassCount);
                for (var c = 0; c < weights.ClassCount; c++)
                {
                    editor.Values[c] = weights.Biases[c];
                    for (var k = 0; k < weights.FeatureCount; k++)
                        editor.Values[c] += weights.WeightsOf(c)[k] * features.GetValues()[k];
                }

                value = editor.Commit();
            })];
        }
    }
}
