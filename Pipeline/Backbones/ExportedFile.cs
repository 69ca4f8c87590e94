using System.Text;
using System.Text.Json;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Pipeline.Models;

namespace MlPipeline.Pipeline.Backbones;

/// <summary>What a file that this library has exported says of itself, in its metadata.</summary>
internal static class ExportedFile
{
    /// <summary>The key of the class names: a list in JSON.</summary>
    public const string ClassNames = "class_names";

    /// <summary>The key of the model's preprocessing in JSON. Colour order and normalisation are inside the file.</summary>
    public const string Recipe = "preprocessing";

    /// <summary>The network of a file: of an exported one without the label and the heatmap, which hold it to one size.</summary>
    public static Graph NetworkOf(OnnxModel file)
    {
        var graph = file.ToGraph();
        return IsExported(file) ? graph.WithOutputs(graph.Outputs[0]) : graph;
    }

    /// <summary>What is known of such a file; nothing of any other.</summary>
    /// <exception cref="BackboneException">The metadata is not what was exported.</exception>
    public static BackboneOptions OptionsOf(OnnxModel file, string name)
    {
        if (!IsExported(file))
            return new BackboneOptions();
        try
        {
            var model = Read<Preprocessing>(file, Recipe);
            return new BackboneOptions
            {
                ClassNames = Read<string[]>(file, ClassNames),
                Preprocessing = PreprocessingRecipes.Find("raw")! with
                {
                    Width = model.Width,
                    Height = model.Height,
                    Resize = model.Resize,
                    ShorterSide = model.ShorterSide,
                    Filter = model.Filter,
                },
            };
        }
        catch (JsonException error)
        {
            throw new BackboneException(
                $"{name}: its metadata '{ClassNames}' or '{Recipe}' is not what was exported: {error.Message}", error);
        }
    }

    private static T Read<T>(OnnxModel file, string key) =>
        ModelJson.FromBytes<T>(Encoding.UTF8.GetBytes(file.MetadataProperties[key]));

    private static bool IsExported(OnnxModel file) => file.ProducerName == OnnxWriteOptions.Default.ProducerName
        && file.MetadataProperties.ContainsKey(ClassNames) && file.MetadataProperties.ContainsKey(Recipe);
}
