namespace MlPipeline.Engine.Plans;

/// <summary>A stretch of a graph's nodes, done for some images of the batch at a time.</summary>
/// <param name="First">First node.</param>
/// <param name="End">Node after the last.</param>
/// <param name="Images">Images at a time; 0: the whole batch, step by step.</param>
/// <param name="Leaving">Values made in the stretch that are read after it.</param>
internal sealed record SubBatch(int First, int End, int Images, IReadOnlyList<string> Leaving);

/// <summary>
/// What a part of a plan that sees a few images at a time shares with the plan around it: values made before, values read after.
/// </summary>
/// <param name="whole">The builder of the plan around.</param>
/// <param name="leaving">Values, and concatenations, that are made inside and read outside.</param>
/// <param name="wholeBuffers">Their buffers for the whole batch, made by whoever needs one first.</param>
/// <param name="batch">Images of the whole batch.</param>
/// <param name="images">Images at a time.</param>
internal sealed class SubBatchBoundary(
    PlanBuilder whole, IReadOnlySet<string> leaving, Dictionary<string, PlanBuffer> wholeBuffers, int batch, int images)
{
    private readonly Dictionary<PlanBuffer, PlanBuffer> _parts = [];

    /// <summary>A buffer for a value, or a concatenation, about to be made inside.</summary>
    public PlanBuffer NewBuffer(string name, long floats)
    {
        if (!leaving.Contains(name))
            return new PlanBuffer(floats);
        if (!wholeBuffers.TryGetValue(name, out var buffer))
            wholeBuffers.Add(name, buffer = new PlanBuffer(floats / images * batch));
        return PartOf(buffer, floats / images);
    }

    /// <summary>The part of a value that was made outside.</summary>
    /// <param name="value">Its name.</param>
    /// <param name="dimensions">Its sizes inside.</param>
    public Place Enter(string value, int[] dimensions)
    {
        var place = whole.Any(value);
        return place.Layout switch
        {
            Layout.Object => Place.OfTensor(place.Slot, dimensions),
            Layout.RowMajor => Place.RowMajor(PartOf(place.Buffer!, place.Length / place.Batch), dimensions, place.Start),
            _ => Place.ChannelsLast(
                PartOf(place.Buffer!, (long)place.Height * place.Width * place.PixelStride), dimensions, place.Start,
                place.PixelStride),
        };
    }

    /// <summary>Where a value that leaves is for those outside.</summary>
    /// <param name="place">Where it is inside: in a part of a buffer of the whole batch.</param>
    /// <param name="dimensions">Its sizes outside.</param>
    public static Place Leave(Place place, int[] dimensions) => place.Layout == Layout.RowMajor
        ? Place.RowMajor(place.Buffer!.Whole!, dimensions, place.Start)
        : Place.ChannelsLast(place.Buffer!.Whole!, dimensions, place.Start, place.PixelStride);

    private PlanBuffer PartOf(PlanBuffer buffer, long imageFloats)
    {
        if (!_parts.TryGetValue(buffer, out var part))
            _parts.Add(buffer, part = buffer.ForImages(images, imageFloats));
        return part;
    }
}
