namespace MlPipeline.Engine.Plans.Steps;

/// <summary>Copies blocks of elements that lie a fixed distance apart; both places are row-major. The items are the
/// blocks.</summary>
internal sealed unsafe class BlockCopyStep(
    string name, int threads, Place source, Place target, int blocks, long block, long sourceStart, long sourceStride,
    long targetStart,
    long targetStride)
    : RangeStep(name, threads, blocks, blocks * block, source, target)
{
    public override string Algorithm => "copy";

    protected override void DoRange(Workspace workspace, int worker, int first, int end)
    {
        float* from = workspace.Address(source) + sourceStart, to = workspace.Address(target) + targetStart;
        for (var i = first; i < end; i++)
        {
            new ReadOnlySpan<float>(from + (i * sourceStride), (int)block)
                .CopyTo(new Span<float>(to + (i * targetStride), (int)block));
        }
    }
}
