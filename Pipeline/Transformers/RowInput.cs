using MlPipeline.Pipeline.Images;

namespace MlPipeline.Pipeline.Transformers;

/// <summary>The network's input column over a block of rows: read on the thread that moves the cursor, prepared on any
/// thread.</summary>
internal abstract class RowInput
{
    /// <summary>Makes the input for a column of pictures, or for a vector of pixels.</summary>
    public static RowInput Create(DataViewRow row, DataViewSchema.Column column, int capacity, BackboneTransformer owner) =>
        PictureReader.IsPicture(column.Type)
            ? new PictureInput(row, column.Index, capacity, owner)
            : new PixelInput(row, column, capacity);

    /// <summary>Remembers the current row's input.</summary>
    public abstract void Read(int slot);

    /// <summary>Writes the numbers that the network takes, view after view.</summary>
    public abstract void Prepare(int slot, Span<float> values);

    /// <summary>Checks that the input could be prepared, for a pass that does not need the numbers.</summary>
    public abstract void Check(int slot);

    /// <summary>The file of a row, or null.</summary>
    public abstract string? PathOf(int slot);

    /// <summary>The words for a row's input in messages.</summary>
    public abstract string NameOf(int slot);

    private sealed class PictureInput(DataViewRow row, int column, int capacity, BackboneTransformer owner) : RowInput
    {
        private readonly Func<Picture?> _getter = PictureReader.Getter(row, column);
        private readonly Picture?[] _pictures = new Picture?[capacity];
        private readonly string _column = row.Schema[column].Name;

        public override void Read(int slot) => _pictures[slot] = _getter();

        public override void Prepare(int slot, Span<float> values) =>
            owner.Prepare(PictureReader.Required(_pictures[slot]), values);

        public override void Check(int slot) => PictureReader.Required(_pictures[slot]).Decode(owner.Decode).Dispose();

        public override string? PathOf(int slot) => _pictures[slot]?.Path;

        public override string NameOf(int slot) => _pictures[slot]?.Name ?? $"(column '{_column}')";
    }

    private sealed class PixelInput : RowInput
    {
        private readonly ValueGetter<VBuffer<float>> _getter;
        private readonly VBuffer<float>[] _values;

        public PixelInput(DataViewRow row, DataViewSchema.Column column, int capacity)
        {
            _getter = row.GetGetter<VBuffer<float>>(column);
            _values = new VBuffer<float>[capacity];
        }

        public override void Read(int slot) => _getter(ref _values[slot]);

        public override void Prepare(int slot, Span<float> values) => _values[slot].CopyTo(values);

        public override void Check(int slot)
        {
        }

        public override string? PathOf(int slot) => null;

        public override string NameOf(int slot) => "(pixels)";
    }
}
