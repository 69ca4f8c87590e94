using System.Text.Json;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;
using MlPipeline.Tests.Support;

namespace MlPipeline.Engine.Tests.Ops;

/// <summary>
/// One operator with inputs and the outputs that it must give, from Cases/operator-cases.json (written by generate.py beside it).
/// </summary>
internal sealed record OperatorCase(string Name, Node Node, Tensor?[] Inputs, Tensor[] Outputs)
{
    public static IReadOnlyDictionary<string, OperatorCase> All { get; } = Load();

    /// <summary>The case as a graph: the first input comes in the run; the others too, or as constants.</summary>
    public Graph ToGraph(bool othersAreConstant)
    {
        List<ValueInfo> inputs = [];
        Dictionary<string, Tensor> constants = [];
        for (var i = 0; i < Inputs.Length; i++)
        {
            if (Inputs[i] is not { } value)
                continue;

            if (i > 0 && othersAreConstant)
                constants[Node.Inputs[i]] = value;
            else
                inputs.Add(new ValueInfo(Node.Inputs[i], value.Type, value.Dimensions.ToArray()));
        }

        return new Graph(Name, inputs, [Node], constants, Node.Outputs);
    }

    public Dictionary<string, Tensor> InputsOf(Graph graph) =>
        graph.Inputs.ToDictionary(i => i.Name, i => Inputs[Node.Inputs.ToList().IndexOf(i.Name)]!);

    private static Dictionary<string, OperatorCase> Load()
    {
        var path = Path.Combine(SharedData.RepositoryRoot, "Tests", "Engine", "Ops", "Cases", "operator-cases.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.EnumerateArray().Select(Parse).ToDictionary(c => c.Name);
    }

    private static OperatorCase Parse(JsonElement json)
    {
        Tensor?[] inputs = [.. json.GetProperty("inputs").EnumerateArray().Select(ParseTensor)];
        Tensor[] outputs = [.. json.GetProperty("outputs").EnumerateArray().Select(o => ParseTensor(o)!)];
        NodeAttributes attributes = new(json.GetProperty("attributes").EnumerateObject()
            .Select(a => KeyValuePair.Create(a.Name, ParseAttribute(a.Value))));
        Node node = new(json.GetProperty("op").GetString()!, inputs.Select((v, i) => v == null ? "" : $"x{i}"),
            outputs.Select((_, i) => $"y{i}"), attributes, "node", json.GetProperty("opset").GetInt32());
        return new OperatorCase(json.GetProperty("name").GetString()!, node, inputs, outputs);
    }

    // In the file a real number always has a point or an exponent.
    private static object ParseAttribute(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString()!,
        JsonValueKind.Array when json.EnumerateArray().All(IsWhole) => json.EnumerateArray().Select(v => v.GetInt64()).ToArray(),
        JsonValueKind.Array => json.EnumerateArray().Select(v => v.GetSingle()).ToArray(),
        _ => IsWhole(json) ? json.GetInt64() : (object)json.GetSingle(),
    };

    private static bool IsWhole(JsonElement json) => !json.GetRawText().AsSpan().ContainsAny('.', 'e');

    private static Tensor? ParseTensor(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Null)
            return null;

        int[] shape = [.. json.GetProperty("shape").EnumerateArray().Select(s => s.GetInt32())];
        var values = json.GetProperty("values");
        return json.GetProperty("type").GetString() switch
        {
            "Float32" => Tensor.Of([.. values.EnumerateArray().Select(v => v.GetSingle())], shape),
            "Int64" => Tensor.Of([.. values.EnumerateArray().Select(v => v.GetInt64())], shape),
            "Int32" => Tensor.Of([.. values.EnumerateArray().Select(v => v.GetInt32())], shape),
            _ => Tensor.Of([.. values.EnumerateArray().Select(v => v.GetInt32() != 0)], shape),
        };
    }
}
