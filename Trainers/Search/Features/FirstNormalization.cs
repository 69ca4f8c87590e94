using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Trainers.Search;

/// <summary>The first batch normalisation of a network: what it takes, and the mean and variance of that in training.</summary>
/// <param name="Value">The value that it takes.</param>
/// <param name="Means">Of each channel.</param>
/// <param name="Variances">Of each channel.</param>
/// <param name="Epsilon">What it adds to variances.</param>
internal sealed record FirstNormalization(string Value, float[] Means, float[] Variances, double Epsilon)
{
    /// <summary>Null where there is none whose statistics are in the file.</summary>
    public static FirstNormalization? Of(Graph graph)
    {
        var node = graph.Nodes.FirstOrDefault(n => n.OpType == "BatchNormalization"
            && n.HasInput(4) && graph.Constants.ContainsKey(n.Inputs[3]) && graph.Constants.ContainsKey(n.Inputs[4])
            && !(IsAll(0, n.Inputs[3]) && IsAll(1, n.Inputs[4])));
        return node is null ? null : new FirstNormalization(node.Inputs[0], graph.Constants[node.Inputs[3]].Floats.ToArray(),
            graph.Constants[node.Inputs[4]].Floats.ToArray(), node.Attributes.Float("epsilon", 1e-5f));

        // Scales and shifts written as a normalisation were not measured on anything.
        bool IsAll(float value, string constant) => !graph.Constants[constant].Floats.ContainsAnyExcept(value);
    }

    public Moments Measure() => new(this);

    /// <summary>The means and variances of some pictures' activations.</summary>
    internal sealed class Moments(FirstNormalization owner)
    {
        private readonly double[] _sums = new double[owner.Means.Length];
        private readonly double[] _squares = new double[owner.Means.Length];
        private long _count;

        /// <summary>Adds a batch: N x K x places.</summary>
        public void Add(Tensor batch)
        {
            var (channels, rows) = (owner.Means.Length, batch.Dimensions[0]);
            var places = batch.Length / (rows * channels);
            for (var plane = 0; plane < rows * channels; plane++)
            {
                foreach (double value in batch.Floats.Slice(plane * places, places))
                {
                    _sums[plane % channels] += value;
                    _squares[plane % channels] += value * value;
                }
            }

            _count += (long)rows * places;
        }

        /// <summary>The Bhattacharyya distance of two normal distributions, mean over the channels.</summary>
        public double Distance() => owner.Means.Index().Average(c =>
        {
            var mean = _sums[c.Index] / _count;
            var seen = Math.Max(0, _squares[c.Index] / _count - mean * mean) + owner.Epsilon;
            var kept = owner.Variances[c.Index] + owner.Epsilon;
            return (mean - c.Item) * (mean - c.Item) / (4 * (seen + kept))
                + Math.Log((seen + kept) / (2 * Math.Sqrt(seen * kept))) / 2;
        });
    }
}
