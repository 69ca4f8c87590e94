namespace MlPipeline.Core.Tests;

/// <summary>Labelled rows in memory, as a data view that owes nothing to the loaders.</summary>
internal sealed class RowsView : IDataView
{
    private readonly float[][] _features;
    private readonly uint[] _labels;
    private readonly float[] _weights;

    public RowsView(float[][] features, uint[] labels, int classes, float[]? weights = null, string[]? names = null,
        DataViewType? labelType = null)
    {
        _features = features;
        _labels = labels;
        _weights = weights ?? [.. labels.Select(_ => 1f)];
        var annotations = new DataViewSchema.Annotations.Builder();
        if (names != null)
            annotations.AddKeyValues(names);
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Label", labelType ?? new KeyDataViewType(typeof(uint), classes), annotations.ToAnnotations());
        builder.AddColumn("Features", new VectorDataViewType(NumberDataViewType.Single, features[0].Length));
        builder.AddColumn("Weight", NumberDataViewType.Single);
        Schema = builder.ToSchema();
    }

    public bool CanShuffle => false;

    public DataViewSchema Schema { get; }

    public static RowsView Blobs(int count, int features, int classes, int seed = 1, string[]? names = null)
    {
        var random = new Random(seed);
        float[][] centres = [.. Enumerable.Range(0, classes).Select(_ => Draw(random, features, 1.5f))];
        uint[] labels = [.. Enumerable.Range(0, count).Select(i => (uint)(i % classes) + 1)];
        float[][] rows =
            [.. labels.Select(label => centres[label - 1].Zip(Draw(random, features, 1), (a, b) => a + b).ToArray())];
        return new RowsView(rows, labels, classes, [.. labels.Select(_ => (float)random.Next(1, 4))], names);
    }

    public static float[] Draw(Random random, int count, float scale) =>
        [.. Enumerable.Range(0, count).Select(
            _ => scale * (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5))];

    public long? GetRowCount() => _labels.Length;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(RowsView view) : DataViewRowCursor
    {
        private int _row = -1;

        public override long Position => _row;

        public override long Batch => 0;

        public override DataViewSchema Schema => view.Schema;

        public override bool MoveNext() => ++_row < view._labels.Length;

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId id) => id = new DataViewRowId((ulong)_row, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            ValueGetter<uint> label = (ref uint value) => value = view._labels[_row];
            ValueGetter<float> weight = (ref float value) => value = view._weights[_row];
            ValueGetter<VBuffer<float>> features = (ref VBuffer<float> value) =>
                VBuffer<float>.Copy(view._features[_row], 0, ref value, view._features[_row].Length);
            Delegate getter = column.Name switch { "Label" => label, "Weight" => weight, _ => features };
            return (ValueGetter<TValue>)getter;
        }
    }
}
