using System.Numerics;

namespace MlPipeline.Core;

/// <summary>
/// What a fitted normaliser does to each slot of a column (a scalar has one). Affine: (x - offset) * scale. CDF: the normal
/// distribution function with offset as mean and scale as standard deviation.
/// </summary>
internal abstract class NormalizerFunction
{
    protected NormalizerFunction(bool isVector, bool isCdf)
    {
        IsVector = isVector;
        IsCdf = isCdf;
    }

    public bool IsVector { get; }

    public bool IsCdf { get; }

    public abstract int Size { get; }

    public abstract NumberDataViewType ItemType { get; }

    public abstract Delegate CreateGetter(DataViewRow input, DataViewSchema.Column column);

    public abstract void Save(BinaryWriter writer);

    public static NormalizerFunction Load(ModelLoadContext ctx)
    {
        bool isSingle = ctx.Reader.ReadBoolean();
        bool isVector = ctx.Reader.ReadBoolean();
        bool isCdf = ctx.Reader.ReadBoolean();
        return isSingle ? Load<float>(ctx, isVector, isCdf) : Load<double>(ctx, isVector, isCdf);
    }

    private static NormalizerFunction<T> Load<T>(ModelLoadContext ctx, bool isVector, bool isCdf)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] scale = ctx.ReadArray<T>();
        T[] offset = ctx.ReadArray<T>();
        ctx.Check(
            scale.Length == offset.Length && scale.Length > 0 && (isVector || scale.Length == 1), "sizes of scale and offset");
        return new NormalizerFunction<T>(isVector, isCdf, scale, offset);
    }
}

/// <inheritdoc/>
internal sealed class NormalizerFunction<T> : NormalizerFunction
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T[] _scale;
    private readonly T[] _offset;
    private readonly bool _keepsZero;

    public NormalizerFunction(bool isVector, bool isCdf, T[] scale, T[] offset)
        : base(isVector, isCdf)
    {
        _scale = scale;
        _offset = offset;
        _keepsZero = !isCdf && offset.All(value => value == T.Zero);
    }

    public override int Size => _scale.Length;

    public override NumberDataViewType ItemType =>
        typeof(T) == typeof(float) ? NumberDataViewType.Single : NumberDataViewType.Double;

    public override Delegate CreateGetter(DataViewRow input, DataViewSchema.Column column) =>
        IsVector ? VectorGetter(input.GetGetter<VBuffer<T>>(column)) : ScalarGetter(input.GetGetter<T>(column));

    public override void Save(BinaryWriter writer)
    {
        writer.Write(typeof(T) == typeof(float));
        writer.Write(IsVector);
        writer.Write(IsCdf);
        writer.WriteArray<T>(_scale);
        writer.WriteArray<T>(_offset);
    }

    private T Apply(T value, int slot) =>
        !IsCdf ? (value - _offset[slot]) * _scale[slot]
        : _scale[slot] > T.Zero ? T.CreateSaturating(NormalDistribution.Cdf(
            double.CreateSaturating(value), double.CreateSaturating(_offset[slot]), double.CreateSaturating(_scale[slot])))
        : T.Zero;

    private ValueGetter<T> ScalarGetter(ValueGetter<T> source) => (ref T destination) =>
    {
        source(ref destination);
        destination = Apply(destination, 0);
    };

    private ValueGetter<VBuffer<T>> VectorGetter(ValueGetter<VBuffer<T>> source)
    {
        VBuffer<T> buffer = default;
        return (ref VBuffer<T> destination) =>
        {
            source(ref buffer);
            if (buffer.Length != Size)
                throw new InvalidDataException($"A vector of {buffer.Length} slots cannot be normalised: {Size} were fitted.");
            if (buffer.IsDense || _keepsZero)
            {
                ReadOnlySpan<T> values = buffer.GetValues();
                ReadOnlySpan<int> indices = buffer.GetIndices();
                VBufferEditor<T> editor = VBufferEditor.Create(ref destination, buffer.Length, values.Length);
                indices.CopyTo(editor.Indices);
                for (int i = 0; i < values.Length; i++)
                    editor.Values[i] = Apply(values[i], indices.IsEmpty ? i : indices[i]);
                destination = editor.Commit();
                return;
            }

            buffer.CopyToDense(ref destination);
            VBufferEditor<T> dense = VBufferEditor.CreateFromBuffer(ref destination);
            for (int i = 0; i < dense.Values.Length; i++)
                dense.Values[i] = Apply(dense.Values[i], i);
            destination = dense.Commit();
        };
    }
}
