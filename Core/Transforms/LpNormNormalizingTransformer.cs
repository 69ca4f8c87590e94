using static MlPipeline.Core.LpNormNormalizingEstimatorBase;

namespace MlPipeline.Core;

/// <summary>Scales each row's vector by itself; see <see cref="LpNormNormalizingEstimatorBase"/>.</summary>
public sealed class LpNormNormalizingTransformer : OneToOneTransformerBase
{
    internal const string Signature = "LpNorm";

    // A vector whose factor would be smaller than this is left as it is.
    private const float SmallestFactor = 1e-8f;

    private readonly NormFunction _norm;
    private readonly bool _ensureZeroMean;
    private readonly float _scale;

    internal LpNormNormalizingTransformer(
        Host host, string outputColumnName, string inputColumnName, NormFunction norm, bool ensureZeroMean, float scale)
        : base(host, [(outputColumnName, inputColumnName)])
    {
        if (!(scale > 0 && float.IsFinite(scale)))
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "Must be positive.");
        if (!Enum.IsDefined(norm))
            throw new ArgumentOutOfRangeException(nameof(norm), norm, "Not a norm.");
        _norm = norm;
        _ensureZeroMean = ensureZeroMean;
        _scale = scale;
    }

    internal static LpNormNormalizingTransformer Load(ModelLoadContext ctx)
    {
        string output = ctx.ReadName();
        string input = ctx.ReadName();
        int norm = ctx.ReadInt32InRange((int)NormFunction.L2, (int)NormFunction.Infinity, "norm");
        bool ensureZeroMean = ctx.Reader.ReadBoolean();
        float scale = ctx.Reader.ReadSingle();
        ctx.Check(scale > 0 && float.IsFinite(scale), $"scale {scale}");
        return new LpNormNormalizingTransformer(ctx.Host, output, input, (NormFunction)norm, ensureZeroMean, scale);
    }

    private protected override RowMapper MakeRowMapper(DataViewSchema inputSchema) => new Mapper(inputSchema, this);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetSignature(Signature, version: 1);
        ctx.Writer.Write(ColumnPairs[0].OutputColumnName);
        ctx.Writer.Write(ColumnPairs[0].InputColumnName);
        ctx.Writer.Write((int)_norm);
        ctx.Writer.Write(_ensureZeroMean);
        ctx.Writer.Write(_scale);
    }

    private void Normalize(in VBuffer<float> source, ref VBuffer<float> destination)
    {
        // The values that a sparse vector leaves out are zeros: they count in means, but in no norm unless a mean is taken off.
        double mean = _ensureZeroMean && source.Length > 0 ? Sum(source.GetValues()) / source.Length : 0;
        if (mean == 0)
            source.CopyTo(ref destination);
        else
            source.CopyToDense(ref destination);
        Span<float> values = VBufferEditor.CreateFromBuffer(ref destination).Values;
        if (mean != 0)
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)(values[i] - mean);
        }

        float norm = Norm(values, source.Length);
        float factor = norm > 0 ? _scale / norm : _scale;
        if (factor < SmallestFactor)
            factor = 1;
        for (int i = 0; i < values.Length; i++)
            values[i] *= factor;
    }

    private float Norm(ReadOnlySpan<float> values, int length)
    {
        double sum = 0;
        switch (_norm)
        {
            case NormFunction.L1:
                foreach (float value in values)
                    sum += Math.Abs(value);
                return (float)sum;
            case NormFunction.Infinity:
                float largest = 0;
                foreach (float value in values)
                    largest = Math.Max(largest, Math.Abs(value));
                return largest;
            case NormFunction.StandardDeviation:
                double mean = length > 0 ? Sum(values) / length : 0;
                foreach (float value in values)
                    sum += (value - mean) * (value - mean);
                sum += (length - values.Length) * mean * mean;
                return length > 0 ? (float)Math.Sqrt(sum / length) : 0;
            default:
                foreach (float value in values)
                    sum += (double)value * value;
                return (float)Math.Sqrt(sum);
        }
    }

    private static double Sum(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
            sum += value;
        return sum;
    }

    private sealed class Mapper : OneToOneRowMapper
    {
        private readonly LpNormNormalizingTransformer _parent;

        public Mapper(DataViewSchema inputSchema, LpNormNormalizingTransformer parent)
            : base(inputSchema, parent)
        {
            _parent = parent;
            DataViewSchema.Column column = InputColumns[0];
            if (column.Type is not VectorDataViewType { IsKnownSize: true } vector
                || vector.ItemType != NumberDataViewType.Single)
                throw Errors.ColumnType("input", column.Name, Expected, column.Type.ToString()!);
        }

        public override Delegate CreateGetter(DataViewRow input, int output)
        {
            ValueGetter<VBuffer<float>> source = input.GetGetter<VBuffer<float>>(InputColumns[output]);
            VBuffer<float> buffer = default;
            return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> destination) =>
            {
                source(ref buffer);
                _parent.Normalize(buffer, ref destination);
            });
        }

        protected override DataViewSchema.DetachedColumn[] GetOutputColumnsCore() =>
            [new DataViewSchema.DetachedColumn(OutputName(0), InputColumns[0].Type, NormalizedAnnotations.Of(InputColumns[0]))];
    }
}
