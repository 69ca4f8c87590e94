using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Runtimes;

/// <summary>The check that every runtime makes of what it is given.</summary>
internal static class SessionInputs
{
    /// <summary>Throws unless there is exactly one tensor for each input, of its type and a shape that it may have.</summary>
    public static void Check(IReadOnlyList<ValueInfo> expected, IReadOnlyDictionary<string, Tensor> given)
    {
        foreach (var input in expected)
        {
            if (!given.TryGetValue(input.Name, out var tensor))
                throw new ArgumentException($"Input {input} is missing.", nameof(given));
            if (tensor.Type != input.Type)
                throw new ArgumentException($"Input {input} cannot be {tensor}.", nameof(given));
            GraphProbe.CheckFits(input, tensor.Dimensions);
        }

        foreach (var name in given.Keys)
        {
            if (!expected.Any(e => e.Name == name))
            {
                throw new ArgumentException($"There is no input '{name}'; there are {string.Join(", ", expected)}.",
                    nameof(given));
            }
        }
    }
}
