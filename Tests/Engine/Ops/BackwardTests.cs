using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Tests.Ops;

/// <summary>Every backward pass against central differences of the forward pass.</summary>
public class BackwardTests
{
    private const int MostElements = 25;
    private const int Draws = 210;

    // Inputs after the first that are no numbers to differentiate by: bounds, ratios, what is filled in.
    private static readonly HashSet<string> s_firstOnly = ["Clip", "Pad", "Dropout"];

    public static TheoryData<string> Names() =>
        [.. OperatorCase.All.Values.Where(c => OpRegistry.Of(c.Node).NeededByBackward(c.Node) is not null
            && c.Inputs[0]!.Type == ElementType.Float32).Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void IsTheSlopeOfTheForwardPass(string name)
    {
        var test = OperatorCase.All[name];
        Check(test.Node, test.Inputs, name);
    }

    [Fact]
    public void IsTheSlopeForDrawnOperators()
    {
        var compared = 0;
        for (var seed = 0; seed < Draws; seed++)
        {
            (var make, var inputs, var text) = RandomOperator.Draw(seed);
            try
            {
                var graph = make();
                var node = graph.Nodes[0];
                if (OpRegistry.Of(node).NeededByBackward(node) is null)
                    continue;
                Tensor?[] given = [.. node.Inputs.Select(i =>
                    inputs.GetValueOrDefault(i) ?? graph.Constants.GetValueOrDefault(i))];
                compared += Check(node, given, text);
            }
            catch (OnnxException error)
            {
                Assert.Equal("n", error.Node);
            }
        }

        Assert.True(compared > 800, $"{compared} slopes were compared");
    }

    [Fact]
    public void EveryOperatorOfTheClassicNetworksHasOne()
    {
        string[] needed = ["Add", "AveragePool", "BatchNormalization", "Clip", "Concat", "Conv", "Div", "Dropout", "Elu",
            "Flatten", "Gelu", "Gemm", "GlobalAveragePool", "GlobalMaxPool", "HardSigmoid", "HardSwish", "Identity", "LRN",
            "LeakyRelu", "LogSoftmax", "MatMul", "MaxPool", "Mul", "PRelu", "Pad", "ReduceMean", "Relu", "Reshape", "Selu",
            "Sigmoid", "Slice", "Softmax", "Squeeze", "Sub", "Sum", "Tanh", "Transpose", "Unsqueeze"];
        foreach (var op in needed)
        {
            var node = new Node(op, ["x", "a", "b"], ["y"]);
            Assert.NotNull(OpRegistry.Of(node).NeededByBackward(node));
        }
    }

    /// <summary>Compares some slopes of a random sum of the outputs; how many.</summary>
    private static int Check(Node node, IReadOnlyList<Tensor?> inputs, string text)
    {
        var op = OpRegistry.Of(node);
        var outputs = op.Run(node, inputs);
        var random = new Random(1);
        float[][] directions = [.. outputs.Select(o => Enumerable.Range(0, o.Length)
            .Select(_ => (random.NextSingle() * 2) - 1).ToArray())];
        Tensor?[] slopes = [.. inputs.Select((x, i) => x is { Type: ElementType.Float32 } && !op.ShapedBy(node, i)
            && (i == 0 || !s_firstOnly.Contains(node.OpType)) ? Tensor.Zeros(ElementType.Float32, x.Shape) : null)];
        Tensor?[] given = [.. outputs.Select((o, i) => o.Type == ElementType.Float32 ? Tensor.Of(directions[i], o.Shape) : null)];
        if (given.All(g => g is null))
            return 0;
        op.Backward(node, new OpInputs(node, [.. inputs.Select(t => t is null ? null : Fact.Of(t))]),
            new OpGradients(outputs, given, slopes));
        var compared = 0;
        for (var input = 0; input < inputs.Count; input++)
        {
            for (var n = 0; slopes[input] is { Length: > 0 } slope && n < MostElements; n++)
            {
                var element = slope.Length <= MostElements ? n : random.Next(slope.Length);
                if (element >= slope.Length)
                    break;
                double wide = Difference(input, element, 0.02f), narrow = Difference(input, element, 0.01f);
                var tolerance = 0.01 * (1 + Math.Abs(narrow));

                // Where they differ, or one side from the other, there is a bend.
                if (double.IsNaN(wide + narrow) || Math.Abs(wide - narrow) > tolerance
                    || Math.Abs(Bend(input, element, 0.01f)) > 10 * tolerance)
                {
                    continue;
                }

                Assert.True(Math.Abs(slope.Floats[element] - ((4 * narrow) - wide) / 3) < 2 * tolerance,
                    $"{text}: the slope of input {input}, element {element} is {narrow}, not {slope.Floats[element]}");
                compared++;
            }
        }

        return compared;

        double Difference(int input, int element, float step) =>
            (Value(input, element, step) - Value(input, element, -step)) / (2 * step);

        // How much the slopes of both sides differ.
        double Bend(int input, int element, float step) =>
            (Value(input, element, step) + Value(input, element, -step) - (2 * Value(input, element, 0))) / step;

        double Value(int input, int element, float shift)
        {
            var moved = inputs[input]!.Clone();
            moved.Floats[element] += shift;
            var made = op.Run(node, [.. inputs.Select((t, i) => i == input ? moved : t)]);
            double sum = 0;
            for (var o = 0; o < made.Length; o++)
            {
                for (var i = 0; given[o] is not null && i < directions[o].Length; i++)
                    sum += (double)directions[o][i] * made[o].Floats[i];
            }

            return sum;
        }
    }
}
