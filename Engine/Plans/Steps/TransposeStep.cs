using System.Runtime.CompilerServices;

namespace MlPipeline.Engine.Plans.Steps;

/// <summary>Dimensions in another order, row-major; the items are runs along the output's last dimension.</summary>
internal sealed unsafe class TransposeStep : RangeStep
{
    private readonly Place _input;
    private readonly Place _output;
    private readonly int[] _sizes;
    private readonly nint[] _strides;

    /// <param name="name">For reports.</param>
    /// <param name="threads">Threads that the work is cut for.</param>
    /// <param name="input">Row-major.</param>
    /// <param name="output">Row-major.</param>
    /// <param name="order">For each dimension of the output: which one of the input it is.</param>
    public TransposeStep(string name, int threads, Place input, Place output, int[] order)
        : this(name, threads, input, output, Joined(input.Dimensions, order))
    {
    }

    private TransposeStep(string name, int threads, Place input, Place output, (int[] Sizes, nint[] Strides) form)
        : base(name, threads, (int)(output.Length / form.Sizes[^1]), output.Length, input, output)
    {
        _input = input;
        _output = output;
        (_sizes, _strides) = form;
    }

    public override string ToString() => $"transpose {string.Join('x', _sizes)}";

    protected override void DoRange(Workspace workspace, int worker, int first, int end)
    {
        float* from = workspace.Address(_input), to = workspace.Address(_output);
        int last = _sizes.Length - 1, length = _sizes[last];
        var stride = _strides[last];
        for (var item = first; item < end; item++)
        {
            nint offset = 0;
            var rest = item;
            for (var axis = last - 1; axis >= 0; axis--)
            {
                offset += rest % _sizes[axis] * _strides[axis];
                rest /= _sizes[axis];
            }

            CopyRun(from + offset, stride, to + ((nint)item * length), length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyRun(float* from, nint stride, float* to, int length)
    {
        if (stride == 1)
        {
            new ReadOnlySpan<float>(from, length).CopyTo(new Span<float>(to, length));
            return;
        }

        for (var i = 0; i < length; i++)
            to[i] = from[i * stride];
    }

    // The output's sizes with the input's strides; dimensions that follow each other in both become one.
    private static (int[] Sizes, nint[] Strides) Joined(int[] shape, int[] order)
    {
        var own = new nint[shape.Length];
        nint step = 1;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            own[i] = step;
            step *= shape[i];
        }

        List<int> sizes = [];
        List<nint> strides = [];
        foreach (var axis in order)
        {
            if (sizes.Count > 0 && strides[^1] == own[axis] * shape[axis])
            {
                sizes[^1] *= shape[axis];
                strides[^1] = own[axis];
            }
            else
            {
                sizes.Add(shape[axis]);
                strides.Add(own[axis]);
            }
        }

        return ([.. sizes], [.. strides]);
    }
}
