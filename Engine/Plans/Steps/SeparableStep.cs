using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Depthwise;

namespace MlPipeline.Engine.Plans.Steps;

/// <summary>
/// A depthwise convolution with the pointwise one after it, and the one before it where there is one, a few rows at a time: the
/// maps between them, wider than what goes in and comes out (Sandler et al. 2018, section 3.3), stay in the second-level cache.
/// </summary>
/// <remarks>
/// Rows of the first map that the next few rows read too are kept. Every pixel is computed as by the three steps, one after the
/// other: results are the same bits.
/// </remarks>
internal sealed unsafe class SeparableStep : PlanStep
{
    private const int Alignment = 64;

    private readonly ConvolutionStep _last;
    private readonly ImplicitGemm? _expand;
    private readonly DepthwiseConvolution _depthwise;
    private readonly ImplicitGemm _project;
    private readonly Place _input;
    private readonly int _rows;
    private readonly int _segments;
    private readonly long _wideFloats;
    private readonly long _filteredFloats;

    /// <param name="expand">Null: there is none.</param>
    /// <param name="depthwise">Reads what <paramref name="expand"/> writes.</param>
    /// <param name="project">Reads what <paramref name="depthwise"/> writes.</param>
    /// <param name="rows">Rows of the depthwise convolution's output at a time.</param>
    /// <param name="threads">Threads that the work is cut for.</param>
    public SeparableStep(ConvolutionStep? expand, ConvolutionStep depthwise, ConvolutionStep project, int rows, int threads)
        : base($"{(expand ?? depthwise).Name} to {project.Name}", (expand ?? depthwise).Input, project.Output, project.Residual)
    {
        ConvolutionStep[] steps = [.. new[] { expand, depthwise, project }.OfType<ConvolutionStep>()];
        (_last, _rows, _input) = (project, rows, steps[0].Input);
        _expand = (ImplicitGemm?)expand?.Kernel;
        _depthwise = (DepthwiseConvolution)depthwise.Kernel;
        _project = (ImplicitGemm)project.Kernel;
        var g = _depthwise.Geometry;

        // Enough for all threads, no more: where segments meet, rows are expanded for both.
        _segments = threads == 1 ? 1 : Math.Min(((2 * threads) + g.Batch - 1) / g.Batch, g.OutputHeight);
        _wideFloats = _expand is null ? 0 : RoundUp((long)InputRows(g, rows) * g.InputWidth * g.InputChannels);
        _filteredFloats = RoundUp((long)rows * g.OutputWidth * g.OutputChannels);
        ScratchFloats = _wideFloats + _filteredFloats + steps.Max(s => s.ScratchFloats);
        MultiplyAdds = steps.Sum(s => s.MultiplyAdds);
        Origin = new StepOrigin(string.Join(", ", steps.Select(s => s.Origin!.Operation)), project.Origin!.OutputShape,
            steps.Sum(s => s.Origin!.Bytes) - (2 * sizeof(float) * steps.SkipLast(1).Sum(s => s.Output.Length)));
    }

    public override string Algorithm => $"{_rows} rows at a time";

    public override long MultiplyAdds { get; }

    public override long ScratchFloats { get; }

    /// <summary>The rows of input that so many rows of output read.</summary>
    public static int InputRows(ConvolutionGeometry g, int rows) =>
        Math.Min(g.InputHeight, ((rows - 1) * g.StrideY) + ((g.KernelHeight - 1) * g.DilationY) + 1);

    public override int Tasks(int phase) => _depthwise.Geometry.Batch * _segments;

    public override void Execute(Workspace workspace, int phase, int task, int worker)
    {
        var g = _depthwise.Geometry;
        int image = task / _segments, segment = task % _segments;
        var first = (int)((long)g.OutputHeight * segment / _segments);
        var end = (int)((long)g.OutputHeight * (segment + 1) / _segments);
        nint wideRow = (nint)g.InputWidth * g.InputChannels, filteredRow = (nint)g.OutputWidth * g.OutputChannels;
        float* wide = workspace.Scratch(worker), filtered = wide + _wideFloats;
        ConvolutionBuffers expand = default, depthwise = default, project = default;
        expand.Input = depthwise.Input = workspace.Address(_input);
        expand.Scratch = project.Scratch = filtered + _filteredFloats;
        project.Output = workspace.Address(_last.Output);
        project.Residual = _last.Residual is null ? null : workspace.Address(_last.Residual);
        int begin = 0, have = 0;
        for (var row = first; row < end; row += _rows)
        {
            // Rows are counted from the first image's first on, and pointers moved back by those that are not there.
            var stop = Math.Min(end, row + _rows);
            if (_expand is not null)
            {
                var top = Math.Clamp((row * g.StrideY) - g.PadTop, 0, g.InputHeight);
                var bottom = Math.Clamp(((stop - 1) * g.StrideY) - g.PadTop + ((g.KernelHeight - 1) * g.DilationY) + 1, top,
                    g.InputHeight);
                var kept = row == first ? 0 : Math.Max(0, have - top);
                if (kept > 0)
                {
                    var bytes = kept * wideRow * sizeof(float);
                    Buffer.MemoryCopy(wide + ((top - begin) * wideRow), wide, bytes, bytes);
                }

                var above = (nint)image * g.InputHeight;
                depthwise.Input = expand.Output = wide - ((above + top) * wideRow);
                _expand.ExecuteRows(expand, (int)(above + top + kept) * g.InputWidth, (int)(above + bottom) * g.InputWidth);
                (begin, have) = (top, bottom);
            }

            var firstRow = (image * g.OutputHeight) + row;
            var endRow = firstRow + stop - row;
            project.Input = depthwise.Output = filtered - (firstRow * filteredRow);
            _depthwise.ExecuteRows(depthwise, firstRow, endRow);
            _project.ExecuteRows(project, firstRow * g.OutputWidth, endRow * g.OutputWidth);
        }
    }

    public override string ToString() => $"{Name}, {Algorithm}";

    private static long RoundUp(long floats) => (floats + Alignment - 1) / Alignment * Alignment;
}
