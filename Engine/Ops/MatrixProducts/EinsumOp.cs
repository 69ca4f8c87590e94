using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.MatrixProducts;

/// <summary>
/// Einstein's sum: products of elements whose dimensions are named by letters, summed over the letters that the result does not
/// have. An ellipsis stands for further dimensions, which are broadcast.
/// </summary>
internal sealed class EinsumOp() : Op("Einsum", 1, int.MaxValue, "equation")
{
    // Letters that stand for the dimensions of an ellipsis, from the last on.
    private const string Further = "0123456789";

    public override bool MixesRows(Node node, IReadOnlyList<Fact?> inputs)
    {
        (var terms, var result) = Terms(node, [.. inputs.Select(f => f!.Shape!.Length)]);
        return result.Length == 0
            || terms.Where((_, i) => inputs[i]!.Value == null).Any(t => t.LastIndexOf(result[0]) != 0);
    }

    protected override void Validate(Node node)
    {
        if (node.Attributes.Text("equation").Length == 0)
            throw node.Error("attribute 'equation' is missing");
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        (var terms, var result) = Terms(node, inputs);
        var sizes = Sizes(node, inputs, terms);
        Strided.CheckSize(node, [.. sizes.Keys.Except(result).Select(letter => sizes[letter])]);
        return [[.. result.Select(letter => sizes[letter])]];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        (var terms, var result) = Terms(node, inputs);
        var sizes = Sizes(node, inputs, terms);
        char[] summed = [.. sizes.Keys.Except(result)];
        int[] shape = [.. summed.Select(letter => sizes[letter])];
        int[][] Offsets(int[] over, IEnumerable<char> letters) =>
            [.. terms.Select((term, i) => Strided.Offsets(over, Strides(inputs.Shape(i), term, letters)))];

        int[][] starts = Offsets(outputs[0].Shape, result), steps = Offsets(shape, summed);
        for (var at = 0; at < outputs[0].Length; at++)
        {
            double sum = 0;
            for (var k = 0; k < steps[0].Length; k++)
            {
                double product = 1;
                for (var i = 0; i < terms.Length; i++)
                    product *= inputs.Floats(i)[starts[i][at] + steps[i][k]];
                sum += product;
            }

            outputs[0].Floats[at] = (float)sum;
        }
    }

    // How far neighbours along each letter lie apart in a tensor whose dimensions a term names.
    private static int[] Strides(int[] shape, string term, IEnumerable<char> letters)
    {
        var own = Strided.Strides(shape);
        int StrideOf(char letter) =>
            Enumerable.Range(0, term.Length).Where(d => term[d] == letter && shape[d] != 1).Sum(d => own[d]);
        return [.. letters.Select(StrideOf)];
    }

    private static Dictionary<char, int> Sizes(Node node, OpInputs inputs, string[] terms)
    {
        Dictionary<char, int> sizes = [];
        for (var i = 0; i < terms.Length; i++)
        {
            for (var d = 0; d < terms[i].Length; d++)
            {
                (var letter, var size) = (terms[i][d], inputs.Shape(i)[d]);
                var known = sizes.GetValueOrDefault(letter, size);
                if (known != size && !(Further.Contains(letter) && (known == 1 || size == 1)))
                    throw node.Error($"'{letter}' is {known} in one input and {size} in another");
                sizes[letter] = known == 1 ? size : known;
            }
        }

        return sizes;
    }

    private static (string[] Terms, string Result) Terms(Node node, OpInputs inputs) =>
        Terms(node, [.. Enumerable.Range(0, inputs.Count).Select(inputs.Rank)]);

    // The letters of each input's dimensions and of the result's.
    private static (string[] Terms, string Result) Terms(Node node, int[] ranks)
    {
        var equation = node.Attributes.Text("equation").Replace(" ", "", StringComparison.Ordinal);
        var sides = equation.Split("->");
        var terms = sides[0].Split(',');
        OnnxException Problem() =>
            node.Error($"has the equation '{equation}' for inputs of {string.Join(", ", ranks)} dimensions");
        if (sides.Length > 2 || terms.Length != ranks.Length)
            throw Problem();
        var longest = "";
        for (var i = 0; i < terms.Length; i++)
        {
            var further = ranks[i] - terms[i].Length + 3;
            if (!terms[i].Contains("...", StringComparison.Ordinal))
                further = 0;
            else if (further < 0 || further > Further.Length)
                throw Problem();
            string names = new([.. Further[..further].Reverse()]);
            longest = names.Length > longest.Length ? names : longest;
            terms[i] = terms[i].Replace("...", names, StringComparison.Ordinal);
            if (terms[i].Length != ranks[i])
                throw Problem();
        }

        var all = string.Concat(terms);
        var result = sides.Length == 2 ? sides[1].Replace("...", longest, StringComparison.Ordinal)
            : longest + new string([.. all.Where(char.IsAsciiLetter).Where(c => all.Count(o => o == c) == 1).Order()]);
        var isRight = all.All(c => char.IsAsciiLetter(c) || longest.Contains(c)) && result.All(c => all.Contains(c))
            && result.Distinct().Count() == result.Length && !equation.Any(char.IsDigit) && longest.All(result.Contains);
        return isRight ? (terms, result) : throw Problem();
    }
}
