using MlPipeline.Data.Sources;
using MlPipeline.Pipeline.Images;
using MlPipeline.Pipeline.Models;
using MlPipeline.Pipeline.Transformers;

[assembly: SavedTransformer<ImageDecodingTransformer>(ImageDecodingTransformer.SavedKind)]

namespace MlPipeline.Pipeline.Images;

/// <summary>Adds a column of ML.NET's images, decoded upright and within limits.</summary>
public sealed class ImageDecodingTransformer : RowTransformer, ISavedTransformer<ImageDecodingTransformer>
{
    internal const string SavedKind = "images.decode";

    private readonly SkippedImages _skipped = new();

    internal ImageDecodingTransformer(string output, string input, ImageDecodingOptions options) =>
        (OutputColumnName, InputColumnName, Options) = (output, input, options);

    /// <inheritdoc/>
    public override string Kind => SavedKind;

    /// <summary>The column of images that is made.</summary>
    public string OutputColumnName { get; }

    /// <summary>The column of pictures that is read.</summary>
    public string InputColumnName { get; }

    /// <summary>Limits, size, policy for bad pictures.</summary>
    public ImageDecodingOptions Options { get; }

    /// <summary>The pictures that were skipped so far by all passes, each once, with the reason.</summary>
    public IReadOnlyList<SkippedImage> SkippedImages => _skipped.List;

    private bool Skips => Options is { BadImages: BadImagePolicy.Skip, ErrorColumnName: null };

    /// <inheritdoc/>
    public override void Write(ModelWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteJson("state", new State(OutputColumnName, InputColumnName, Options));
    }

    static ImageDecodingTransformer ISavedTransformer<ImageDecodingTransformer>.Read(ModelReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var state = reader.ReadJson<State>("state");
        return new ImageDecodingTransformer(state.Output, state.Input, state.Options.Validate());
    }

    /// <inheritdoc/>
    public override IDataView Transform(IDataView input)
    {
        var view = base.Transform(input);
        return Skips ? new GoodRowsView(view, view.Schema[OutputColumnName], _skipped) : view;
    }

    internal IReadOnlyList<(string Name, DataViewType Type)> AddedColumns()
    {
        var image = Options.Resizes ? new ImageDataViewType(Options.Height, Options.Width) : new ImageDataViewType();
        return Options.ErrorColumnName is { } error
            ? [(OutputColumnName, image), (error, TextDataViewType.Instance)]
            : [(OutputColumnName, image)];
    }

    /// <inheritdoc/>
    protected internal override RowMapping Bind(DataViewSchema inputSchema)
    {
        var input = ColumnCheck.Require(inputSchema, InputColumnName, PictureReader.IsPicture, PictureReader.Expected);
        return new Mapping(this, inputSchema, input.Index);
    }

    private MLImage Decode(Picture picture)
    {
        var recipe = Options.Resizes
            ? new Preprocessing
            {
                Width = Options.Width,
                Height = Options.Height,
                Resize = Options.Resize,
                ShorterSide = Math.Max(Options.Width, Options.Height)
            }
            : null;
        using var raster = picture.Decode(recipe is null
            ? Options.Decode : Options.Decode with { AtLeast = recipe.EnoughSource });
        using var prepared = recipe?.Prepare(raster);
        var image = ImagePixels.ToImage(prepared ?? raster);
        image.Tag = picture.Path;
        return image;
    }

    private sealed record State(string Output, string Input, ImageDecodingOptions Options);

    private sealed class Mapping(ImageDecodingTransformer owner, DataViewSchema schema, int input)
        : RowMapping(schema, [.. owner.AddedColumns().Select(c => new DataViewSchema.DetachedColumn(c.Name, c.Type))])
    {
        protected override IEnumerable<int> DependenciesOf(int addedColumn) => [input];

        protected override Delegate?[] CreateGetters(DataViewRow row, Func<int, bool> isActive)
        {
            if (!isActive(0) && !(owner.Options.ErrorColumnName is not null && isActive(1)))
                return owner.Options.ErrorColumnName is null ? [null] : [null, null];
            var current = new OneRow(owner, row, input);
            ValueGetter<MLImage?> image = (ref MLImage? value) =>
            {
                value?.Dispose();
                value = current.Image();
            };
            ValueGetter<ReadOnlyMemory<char>> error = (ref ReadOnlyMemory<char> value) => value = current.Error().AsMemory();
            return owner.Options.ErrorColumnName is null ? [image] : [image, error];
        }
    }

    /// <summary>The picture of the current row.</summary>
    private sealed class OneRow(ImageDecodingTransformer owner, DataViewRow row, int input)
    {
        private readonly Func<Picture?> _getter = PictureReader.Getter(row, input);
        private MLImage? _decoded;
        private string? _error;
        private long _position = -1;

        /// <summary>An image that the caller owns; null for a bad picture whose row stays.</summary>
        public MLImage? Image()
        {
            Decode();
            (var image, _decoded) = (_decoded, null);
            if (image is null && _error is null)
            {
                // It was handed out before: ML.NET's callers each dispose their own.
                _position = -1;
                return Image();
            }

            return image;
        }

        public string Error()
        {
            Decode();
            return _error ?? "";
        }

        private void Decode()
        {
            if (_position == row.Position)
                return;
            _decoded?.Dispose();
            (_decoded, _error) = (null, null);
            var picture = _getter();
            try
            {
                _decoded = owner.Decode(PictureReader.Required(picture));
            }
            catch (Exception e) when (BadImageException.IsBadImage(e))
            {
                if (owner.Options.ErrorColumnName is null)
                    throw new BadImageException(picture?.Name ?? $"(column '{owner.InputColumnName}')", row.Position, e);
                _error = BadImageException.ReasonOf(e);
            }

            _position = row.Position;
        }
    }
}
