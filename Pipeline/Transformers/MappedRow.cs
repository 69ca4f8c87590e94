namespace MlPipeline.Pipeline.Transformers;

/// <summary>A row with the added columns of a mapping; owns the row below it.</summary>
internal sealed class MappedRow : DataViewRow
{
    private readonly MappedColumns _columns;

    public MappedRow(DataViewRow input, RowMapping mapping, bool[] active)
    {
        _columns = new MappedColumns(input, mapping, active);
    }

    public override DataViewSchema Schema => _columns.Mapping.OutputSchema;

    public override long Position => _columns.Input.Position;

    public override long Batch => _columns.Input.Batch;

    public override ValueGetter<DataViewRowId> GetIdGetter() => _columns.Input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => _columns.IsActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _columns.GetGetter<TValue>(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _columns.Input.Dispose();
        base.Dispose(disposing);
    }
}
