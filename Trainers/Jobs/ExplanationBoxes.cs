using MlPipeline.Data.Sources;
using MlPipeline.Imaging;

namespace MlPipeline;

/// <summary>Reads objects' boxes from the columns of a manifest, in the forms that data sets have them in.</summary>
internal static class ExplanationBoxes
{
    private static readonly Form[] s_forms =
    [
        new(["left", "top", "width", "height"], IsSize: true),
        new(["x0", "y0", "x1", "y1"], IsSize: false),
        new(["xmin", "ymin", "xmax", "ymax"], IsSize: false),
    ];

    /// <summary>The box of a picture.</summary>
    /// <exception cref="JobException">There is none, or it is none; the message names the line and the column.</exception>
    public static PixelBox Of(ImageDataSet data, ImageRecord record)
    {
        var form = s_forms.FirstOrDefault(f => f.Columns.All(record.Extra.ContainsKey)) ?? throw new JobException(
            $"{data.ManifestPath ?? data.Root}: there are no boxes: a manifest with the columns path, label and "
            + $"{string.Join(", or ", s_forms.Select(f => string.Join(", ", f.Columns)))} is needed, in pixels of the upright "
            + "picture.");
        var (left, top) = (Number(0, 0), Number(1, 0));
        return form.IsSize ? new PixelBox(left, top, Number(2, 1), Number(3, 1))
            : new PixelBox(left, top, Number(2, left) - left + 1, Number(3, top) - top + 1);

        int Number(int index, int least)
        {
            var (column, text) = (form.Columns[index], record.Extra[form.Columns[index]]);
            return PlainNumber.TryParse<double>(text.AsSpan().Trim(), out var number) && Math.Round(number) >= least
                && number <= 1e6
                ? (int)Math.Round(number)
                : throw new JobException($"{data.ManifestPath}, line {record.Line}: '{text}' in the column '{column}' is no "
                    + $"number of at least {least}.");
        }
    }

    /// <param name="Columns">Two of the box's first column and row, and two of its size, or of its last column and row.</param>
    /// <param name="IsSize">Whether the last two are its size.</param>
    private sealed record Form(string[] Columns, bool IsSize);
}
