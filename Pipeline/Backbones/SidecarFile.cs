using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MlPipeline.Pipeline.Models;

namespace MlPipeline.Pipeline.Backbones;

/// <summary>
/// What a file NAME.onnx.json says of the network beside it: the properties of <see cref="BackboneOptions"/> in camelCase. The
/// preprocessing is a recipe's name, or an object whose missing sizes are the network's. Properties that are not known are
/// errors.
/// </summary>
internal static class SidecarFile
{
    private static readonly JsonSerializerOptions s_strict = new(ModelJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    private static readonly JsonDocumentOptions s_document =
        new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <exception cref="JsonException">It is no JSON, or a property is unknown or of the wrong type.</exception>
    /// <exception cref="BackboneException">There is no recipe of the name.</exception>
    public static BackboneOptions Read(byte[] bytes)
    {
        var node = JsonNode.Parse(bytes, documentOptions: s_document) as JsonObject
            ?? throw new JsonException("an object in braces is expected");
        Preprocessing? named = null;
        const string Key = "preprocessing";
        if (node[Key] is JsonValue name && name.TryGetValue<string>(out var recipe))
        {
            named = PreprocessingRecipes.Find(recipe) ?? throw new BackboneException(
                $"there is no recipe '{recipe}'; there are {string.Join(", ", PreprocessingRecipes.Names)}.");
            node.Remove(Key);
        }
        else if (node[Key] is JsonObject said)
        {
            foreach (var size in (string[])["width", "height", "shorterSide"])
                said.TryAdd(size, 0);
        }

        var options = node.Deserialize<BackboneOptions>(s_strict)!;
        return named is null ? options : options with { Preprocessing = named };
    }
}
