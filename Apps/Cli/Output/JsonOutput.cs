using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MlPipeline.Data.Sources;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Cli.Output;

/// <summary>How results are written as JSON: one flat object, camelCase keys, numbers that are not finite as strings, absent
/// values
/// left out.</summary>
internal static class JsonOutput
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOut } },
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DictionaryKeyPolicy = null,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new TrialConverter(), new ParameterConverter(),
        },
    };

    // What jobs keep together stands at the top in what is printed.
    private static readonly string[] s_flattened = ["result", "training", "evaluation", "recipe", "scoring", "setting"];

    // The model itself, and lists that are only for code.
    private static readonly Type[] s_left =
        [typeof(TrainedModel), typeof(HeadExperimentResult), typeof(IReadOnlyList<ImageRecord>),
            typeof(IReadOnlyList<EvaluatedPicture>)];

    public static string Serialize<T>(T value, string? report = null)
    {
        var node = JsonSerializer.SerializeToNode(value, s_options);
        if (node is not JsonObject whole)
            return node?.ToJsonString(s_options) ?? "null";
        foreach (var name in s_flattened)
        {
            if (whole[name] is JsonObject part)
            {
                whole.Remove(name);
                foreach (var (key, inner) in part.ToList())
                {
                    part.Remove(key);
                    whole.TryAdd(key, inner);
                }
            }
        }

        if (report is not null)
            whole["report"] = report;
        return whole.ToJsonString(s_options);
    }

    private static void LeaveOut(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(p => s_left.Contains(p.PropertyType)).ToList())
            type.Properties.Remove(property);
    }

    private sealed class TrialConverter : JsonConverter<TrialRecord>
    {
        public override TrialRecord Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Trials are read from their study.");

        public override void Write(Utf8JsonWriter writer, TrialRecord value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer,
                new { value.Number, value.Parameters, value.Value, value.State, value.Error, value.Seconds }, options);
    }

    private sealed class ParameterConverter : JsonConverter<Parameter>
    {
        public override Parameter Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Parameters are read from their study.");

        public override void Write(Utf8JsonWriter writer, Parameter value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.ToJson());
    }
}
