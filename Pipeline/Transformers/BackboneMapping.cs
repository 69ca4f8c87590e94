using MlPipeline.Engine.Tensors;
using MlPipeline.Pipeline.Backbones;

namespace MlPipeline.Pipeline.Transformers;

/// <summary>A backbone bound to a schema. By itself it runs the network on one row at a time, for prediction engines.</summary>
internal sealed class BackboneMapping : RowMapping
{
    private readonly IReadOnlyList<(string Column, BackboneOutput Output)> _outputs;
    private readonly int _input;

    public BackboneMapping(DataViewSchema schema, BackboneTransformer owner, int input)
        : base(schema, owner.AddedColumns())
    {
        Owner = owner;
        _input = input;
        _outputs = owner.Outputs;
    }

    public BackboneTransformer Owner { get; }

    public DataViewSchema.Column InputColumn => InputSchema[_input];

    /// <summary>The outputs that a set of active columns asks for.</summary>
    public BackboneOutput OutputsOf(bool[] active)
    {
        var outputs = BackboneOutput.None;
        for (var i = 0; i < _outputs.Count; i++)
            outputs |= active[InputSchema.Count + i] ? _outputs[i].Output : BackboneOutput.None;
        return outputs;
    }

    /// <summary>The output that an added column is.</summary>
    public BackboneOutput OutputAt(int addedColumn) => _outputs[addedColumn].Output;

    /// <summary>Copies one picture's part of a batch: the mean over its views, or the map of the first one.</summary>
    public void CopyRow(IReadOnlyDictionary<string, Tensor> batches, int index, BackboneOutput output, ref VBuffer<float> value)
    {
        var views = Owner.Views.Count;
        if (output.HasFlag(BackboneOutput.FeatureMap))
        {
            Owner.Network.CopyMap(batches, index * views, output.HasFlag(BackboneOutput.Products), ref value);
            return;
        }

        var batch = batches[Owner.Network.ValueOf(output)];
        var length = batch.Length / batch.Dimensions[0];
        var rows = batch.Floats.Slice(index * views * length, views * length);
        var isSeparate = Owner.SeparateViews && output == BackboneOutput.Features;
        var editor = VBufferEditor.Create(ref value, isSeparate ? rows.Length : length);
        if (isSeparate || views == 1)
            rows.CopyTo(editor.Values);
        else
            Augmentation.Average(rows, editor.Values);
        value = editor.Commit();
    }

    protected override IEnumerable<int> DependenciesOf(int addedColumn) => [_input];

    protected override Delegate?[] CreateGetters(DataViewRow input, Func<int, bool> isActive)
    {
        var getters = new Delegate?[_outputs.Count];
        if (!Enumerable.Range(0, getters.Length).Any(isActive))
            return getters;
        var run = new OneRow(this, input);
        for (var i = 0; i < getters.Length; i++)
        {
            if (isActive(i))
            {
                var output = _outputs[i].Output;
                getters[i] = (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
                    CopyRow(run.Values(output), 0, output, ref value));
            }
        }

        return getters;
    }

    /// <summary>The network's values for the current row. Prediction engines make every column active and read a few: only
    /// outputs that were read once are computed, from then on together.</summary>
    private sealed class OneRow
    {
        private readonly BackboneMapping _mapping;
        private readonly DataViewRow _row;
        private readonly RowInput _input;
        private readonly float[] _pixels;
        private IReadOnlyDictionary<string, Tensor>? _values;
        private BackboneOutput _wanted;
        private long _position = -1;

        public OneRow(BackboneMapping mapping, DataViewRow row)
        {
            (_mapping, _row) = (mapping, row);
            _input = RowInput.Create(row, row.Schema[mapping._input], 1, mapping.Owner);
            _pixels = new float[mapping.Owner.InputLength];
        }

        public IReadOnlyDictionary<string, Tensor> Values(BackboneOutput output)
        {
            if (_values is null || _position != _row.Position || !_wanted.HasFlag(output))
            {
                _wanted |= output;
                _values = null;
                _input.Read(0);
                try
                {
                    _input.Prepare(0, _pixels);
                }
                catch (Exception e) when (BadImageException.IsBadImage(e))
                {
                    throw new BadImageException(_input.NameOf(0), _row.Position, e);
                }

                _values = _mapping.Owner.Network.Run(_wanted, _pixels, _mapping.Owner.Views.Count);
                _position = _row.Position;
            }

            return _values;
        }
    }
}
