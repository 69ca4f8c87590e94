using System.Buffers;
using System.Diagnostics;
using MlPipeline.Engine.Tensors;
using MlPipeline.Pipeline.Images;
using MlPipeline.Pipeline.Models;
using MlPipeline.Pipeline.Transformers;

namespace MlPipeline;

/// <summary>
/// A model's prediction in two steps, for callers that put batches together themselves: pictures are prepared on any threads, and
/// those that are ready go through the network as one batch. The numbers are those of
/// <see cref="ImageClassificationModel.Predict(Picture)"/> to the bit, whatever the batch.
/// </summary>
public sealed class BatchPredictor : IDisposable
{
    /// <summary>As many sizes of batches as networks keep plans for.</summary>
    private const int KeptInputs = 6;

    private readonly BackboneMapping _mapping;
    private readonly BackboneOutput _outputs;
    private readonly NetworkRow _row;
    private readonly DataViewRow _scored;
    private readonly ValueGetter<VBuffer<float>> _score;
    private readonly Func<string, float[], ImagePrediction> _answer;
    private readonly Dictionary<int, float[]> _inputs = [];

    internal BatchPredictor(PredictionChain chain, Func<string, float[], ImagePrediction> answer)
    {
        if (chain.Schema[chain.PictureColumn].Type is not PictureDataViewType)
        {
            throw new ArgumentException("it loads pictures from files, with ML.NET's LoadImages: only a model that takes "
                + "pictures as they are can be given pictures in memory");
        }

        _answer = answer;
        _mapping = chain.MappingOfBackbone();
        var mapper = ((ITransformer)new TransformerChain<ITransformer>([.. chain.After]))
            .GetRowToRowMapper(_mapping.OutputSchema);
        var score = mapper.OutputSchema[PredictionChain.ScoreColumn];
        _outputs = _mapping.OutputsOf(_mapping.Active(mapper.GetDependencies([score])));
        _row = new NetworkRow(_mapping);
        _scored = mapper.GetRow(_row, [score]);
        _score = _scored.GetGetter<VBuffer<float>>(score);
    }

    /// <summary>Decodes a picture and prepares it for the network. For any number of threads at once.</summary>
    /// <exception cref="BadImageException">The picture cannot be used.</exception>
    public PreparedPicture Prepare(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var length = _mapping.Owner.InputLength;
        var pixels = ArrayPool<float>.Shared.Rent(length);
        try
        {
            _mapping.Owner.Prepare(picture, pixels.AsSpan(0, length));
        }
        catch (Exception e)
        {
            ArrayPool<float>.Shared.Return(pixels);
            if (BadImageException.IsBadImage(e))
                throw new BadImageException(picture.Name, -1, e);
            throw;
        }

        return new PreparedPicture(picture, pixels, length);
    }

    /// <summary>Runs the network once on prepared pictures, and the head on each. For one caller at a time.</summary>
    /// <remarks>The network keeps plans for the six sizes of batches that were used last: callers keep to few sizes, such as the
    /// powers of two.</remarks>
    /// <param name="pictures">What <see cref="Prepare"/> gave, at least one; they are not disposed.</param>
    public PredictedBatch Predict(IReadOnlyList<PreparedPicture> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentOutOfRangeException.ThrowIfZero(pictures.Count);
        var clock = Stopwatch.StartNew();
        var input = InputFor(pictures.Count);
        for (var i = 0; i < pictures.Count; i++)
            pictures[i].Pixels.CopyTo(input.AsSpan(i * pictures[i].Length));
        var network = _mapping.Owner.Network;
        var values = network.Run(_outputs, input, pictures.Count * _mapping.Owner.Views.Count);
        var networkTime = clock.Elapsed;

        var predictions = new ImagePrediction[pictures.Count];
        List<ReadOnlyMemory<float>> features = new(pictures.Count);
        VBuffer<float> scores = default, row = default;
        for (var i = 0; i < pictures.Count; i++)
        {
            _row.Set(pictures[i].Picture, values, i);
            _score(ref scores);
            predictions[i] = _answer(pictures[i].Picture.Name, scores.DenseValues().ToArray());
            if (_outputs.HasFlag(BackboneOutput.Features))
            {
                _mapping.CopyRow(values, i, BackboneOutput.Features, ref row);
                features.Add(row.GetValues().ToArray());
            }
        }

        return new PredictedBatch(predictions, features, networkTime, clock.Elapsed - networkTime);
    }

    /// <inheritdoc/>
    public void Dispose() => _scored.Dispose();

    private float[] InputFor(int count)
    {
        if (!_inputs.TryGetValue(count, out var input))
        {
            if (_inputs.Count == KeptInputs)
                _inputs.Clear();
            _inputs[count] = input = new float[count * _mapping.Owner.InputLength];
        }

        return input;
    }

    /// <summary>One picture of a batch that went through the network: what the links behind the backbone read.</summary>
    private sealed class NetworkRow(BackboneMapping mapping) : DataViewRow
    {
        private IReadOnlyDictionary<string, Tensor> _values = new Dictionary<string, Tensor>();
        private Picture? _picture;
        private int _index;
        private long _position = -1;

        public override DataViewSchema Schema => mapping.OutputSchema;

        public override long Position => _position;

        public override long Batch => 0;

        public void Set(Picture picture, IReadOnlyDictionary<string, Tensor> values, int index) =>
            (_picture, _values, _index, _position) = (picture, values, index, _position + 1);

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) =>
            value = new DataViewRowId((ulong)_position, 0);

        public override bool IsColumnActive(DataViewSchema.Column column) =>
            column.Index >= mapping.InputSchema.Count || column.Type is PictureDataViewType;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            var added = mapping.CheckedIndex(column) - mapping.InputSchema.Count;
            if (added >= 0)
            {
                var output = mapping.OutputAt(added);
                return (ValueGetter<TValue>)(Delegate)(ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
                    mapping.CopyRow(_values, _index, output, ref value));
            }

            return column.Type is PictureDataViewType
                ? (ValueGetter<TValue>)(Delegate)(ValueGetter<Picture>)((ref Picture value) => value = _picture!)
                : throw new InvalidOperationException(
                    $"The model needs the column '{column.Name}', which a picture does not have.");
        }
    }
}
