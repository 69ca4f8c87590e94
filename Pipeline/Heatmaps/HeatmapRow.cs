using MlPipeline.Imaging.Decoding;
using MlPipeline.Pipeline.Images;

namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>The heatmap of the current row, computed once whichever columns are read.</summary>
internal sealed class HeatmapRow
{
    private readonly HeatmapTransformer _owner;
    private readonly DataViewRow _row;
    private readonly ValueGetter<VBuffer<float>> _map;
    private readonly ValueGetter<VBuffer<float>>? _score;
    private readonly Func<Picture?>? _picture;
    private readonly HeatmapComputer _computer;
    private VBuffer<float> _buffer;
    private VBuffer<float> _scores;
    private Heatmap? _heatmap;
    private Picture? _current;
    private long _position = -1;

    public HeatmapRow(HeatmapTransformer owner, DataViewRow row, int map, int picture, int score)
    {
        (_owner, _row) = (owner, row);
        _map = row.GetGetter<VBuffer<float>>(row.Schema[map]);
        _score = score >= 0 ? row.GetGetter<VBuffer<float>>(row.Schema[score]) : null;
        _picture = picture >= 0 ? PictureReader.Getter(row, picture) : null;
        _computer = new HeatmapComputer(owner.Shape, owner.Head, owner.Method, owner.Pooling);
    }

    public Heatmap Current()
    {
        if (_heatmap is null || _position != _row.Position)
        {
            _heatmap = null;
            _map(ref _buffer);
            var values = _buffer.IsDense ? _buffer.GetValues() : _buffer.DenseValues().ToArray();
            var index = _owner.ClassIndex >= 0 ? _owner.ClassIndex : _score is null
                ? _computer.HighestClass(values) : HighestScore();
            _heatmap = _computer.Compute(values, index, Geometry());
            _position = _row.Position;
        }

        return _heatmap;
    }

    private int HighestScore()
    {
        _score!(ref _scores);
        var scores = _scores.DenseValues().ToArray();
        return Array.IndexOf(scores, scores.Max());
    }

    /// <summary>The original picture with the map and the box over it.</summary>
    public byte[] OverlayPng()
    {
        var heatmap = Current();
        using var original = OnPicture(picture => picture.Decode());
        using var overlay = heatmap.OverlayOn(original, box: heatmap.Box(_owner.Options.BoxThreshold));
        return PngEncoder.Encode(overlay);
    }

    private ImageGeometry Geometry()
    {
        if (_picture is null)
            return ImageGeometry.Identity(_owner.Recipe.Width, _owner.Recipe.Height);
        _current = _picture();
        return OnPicture(picture => picture.GeometryFor(_owner.Recipe));
    }

    private T OnPicture<T>(Func<Picture, T> use)
    {
        try
        {
            return use(PictureReader.Required(_current));
        }
        catch (Exception e) when (BadImageException.IsBadImage(e))
        {
            throw new BadImageException(_current?.Name ?? $"(column '{_owner.Options.PictureColumnName}')", _row.Position, e);
        }
    }
}
