using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Benchmarks.Training;

/// <summary>The residual network of 20 layers for pictures of 32x32 (He et al. 2015, section 4.2), with convolutions as
/// shortcuts.</summary>
internal sealed class ResNet20
{
    private readonly Random _random = new(1);
    private readonly List<Node> _nodes = [];
    private readonly Dictionary<string, Tensor> _constants = [];

    public static Graph Build(int size)
    {
        var net = new ResNet20();
        var x = net.Add("Relu", net.ConvNorm("input", 3, 16, 3, 1));
        var channels = 16;
        for (var block = 0; block < 9; block++)
        {
            int width = 16 << (block / 3), stride = block is 3 or 6 ? 2 : 1;
            var y = net.Add("Relu", net.ConvNorm(x, channels, width, 3, stride));
            y = net.ConvNorm(y, width, width, 3, 1);
            x = net.Add("Relu", net.Add("Add", y, stride == 1 ? x : net.ConvNorm(x, channels, width, 1, stride)));
            channels = width;
        }

        x = net.Add("Flatten", net.Add("GlobalAveragePool", x));
        x = net.Add("Gemm", [x, net.Weight(64, 10, 64), net.Filled(10, 0)], ("transB", 1L));
        var input = new ValueInfo("input", ElementType.Float32, [-1, 3, size, size]);
        return new Graph("resnet20", [input], net._nodes, net._constants, [x]);
    }

    private string ConvNorm(string x, int inputs, int outputs, int kernel, int stride)
    {
        long pad = kernel / 2;
        var y = Add("Conv", [x, Weight(inputs * kernel * kernel, outputs, inputs, kernel, kernel)],
            ("strides", new long[] { stride, stride }), ("pads", new[] { pad, pad, pad, pad }));
        return Add("BatchNormalization", y, Filled(outputs, 1), Filled(outputs, 0), Filled(outputs, 0), Filled(outputs, 1));
    }

    private string Add(string op, params string[] inputs) => Add(op, inputs.AsEnumerable());

    private string Add(string op, IEnumerable<string> inputs, params (string Name, object Value)[] attributes)
    {
        var output = $"v{_nodes.Count}";
        _nodes.Add(new Node(op, inputs, [output], NodeAttributes.Of(attributes)));
        return output;
    }

    private string Weight(int fanIn, params int[] shape)
    {
        var values = new float[shape.Aggregate(1, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
            values[i] = ((2 * _random.NextSingle()) - 1) * MathF.Sqrt(6f / fanIn);
        return Constant(Tensor.Of(values, shape));
    }

    private string Filled(int length, float value) => Constant(Tensor.Of([.. Enumerable.Repeat(value, length)], length));

    private string Constant(Tensor tensor)
    {
        var name = $"c{_constants.Count}";
        _constants.Add(name, tensor);
        return name;
    }
}
