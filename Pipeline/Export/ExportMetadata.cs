using System.Text.Encodings.Web;
using System.Text.Json;
using MlPipeline.Pipeline.Backbones;
using MlPipeline.Pipeline.Models;

namespace MlPipeline.Pipeline.Export;

/// <summary>What an exported file says of itself, by key: all that a program needs to use it, and what people should
/// know.</summary>
internal static class ExportMetadata
{
    private static readonly JsonSerializerOptions s_oneLine = new(ModelJson.Options)
    {
        WriteIndented = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static IReadOnlyDictionary<string, string> Of(ImageClassificationModel model, PixelSource source)
    {
        var (card, recipe) = (model.Trained.Card, model.Backbone.Preprocessing);
        var size = $"{recipe.Width} x {recipe.Height}";
        SortedDictionary<string, string> notes = new(StringComparer.Ordinal)
        {
            [ExportedFile.ClassNames] = Json(model.ClassNames),
            ["input"] = "float N x 3 x height x width, RGB, 0..255, planes; "
                + (source switch
                {
                    PixelSource.AnySize => "any height and width: resize and crop are inside",
                    PixelSource.MlNet when recipe.Resize == ResizeMode.ShorterSide =>
                        $"the middle square of a picture, resized to {recipe.ShorterSide} x {recipe.ShorterSide}; "
                        + $"the middle {size} are cut out inside",
                    PixelSource.MlNet => $"pictures stretched to {PictureNodes.Oversampling} times {size} by the nearest pixel",
                    _ when recipe.Resize == ResizeMode.Fill => $"pictures resized to {size}",
                    _ => $"pictures whose shorter side was resized to {recipe.ShorterSide}, of which the middle {size} were cut "
                        + "out",
                })
                + "; the normalisation is inside",
            [ExportedFile.Recipe] = Json(recipe),
            ["backbone"] = model.Backbone.Name,
            ["backbone_sha256"] = model.Backbone.Sha256,
            ["metrics"] = Json(card.Metrics),
            ["properties"] = Json(card.Properties),
            ["temperature"] = Json(model.Temperature),
        };
        Add("backbone_licence", model.Backbone.Licence);
        Add("data_fingerprint", card.DataFingerprint);
        Add("answer_threshold", model.AnswerThreshold is { } threshold ? Json(threshold) : null);
        return notes;

        void Add(string key, string? value)
        {
            if (value is not null)
                notes[key] = value;
        }
    }

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, s_oneLine);
}
