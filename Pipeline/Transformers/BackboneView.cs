
namespace MlPipeline.Pipeline.Transformers;

/// <summary>A data view with a backbone's outputs. The network runs only for cursors that ask for them.</summary>
internal sealed class BackboneView : IDataView
{
    private readonly IDataView _source;
    private readonly BackboneMapping _mapping;
    private readonly MappedView _plain;

    public BackboneView(IDataView source, BackboneMapping mapping)
    {
        _source = source;
        _mapping = mapping;
        _plain = new MappedView(source, mapping);
    }

    public DataViewSchema Schema => _mapping.OutputSchema;

    public bool CanShuffle => _source.CanShuffle;

    private bool Skips => _mapping.Owner.Options.BadImages == BadImagePolicy.Skip;

    public long? GetRowCount() => Skips ? null : _source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var needed = columnsNeeded.ToArray();
        var active = _mapping.Active(needed);
        var outputs = _mapping.OutputsOf(active);

        // Without an output there is nothing to compute; but rows that are skipped must be missing in every pass.
        if (outputs == BackboneOutput.None && !Skips)
            return _plain.GetRowCursor(needed, rand);
        var sourceColumns = _mapping.InputColumns(active).Append(_mapping.InputColumn).DistinctBy(c => c.Index);
        return new BackboneCursor(_source.GetRowCursor(sourceColumns, rand), _mapping, active, outputs);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
