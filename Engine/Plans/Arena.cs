namespace MlPipeline.Engine.Plans;

/// <summary>Lays buffers into one stretch of memory so that only those alive at the same time are apart.</summary>
internal static class Arena
{
    /// <summary>
    /// Floats between buffers' beginnings are multiples of this: a cache line, and kernels may read a little past an end.
    /// </summary>
    private const int Alignment = 16;
    private const int Gap = 64;

    /// <summary>Sets the offsets; returns the floats needed. Largest first, each as low as it fits.</summary>
    public static long Lay(IEnumerable<PlanBuffer> buffers)
    {
        var laid = new List<PlanBuffer>();
        long end = 0;
        var used = buffers.Where(b => b.FirstStep >= 0);
        foreach (var buffer in used.OrderByDescending(b => b.Floats).ThenBy(b => b.FirstStep))
        {
            long offset = 0;
            foreach (var other in laid)
            {
                // Laid ones are in order of offset.
                var together = other.FirstStep <= buffer.LastStep && buffer.FirstStep <= other.LastStep;
                if (together && offset + Size(buffer) > other.Offset && offset < other.Offset + Size(other))
                    offset = other.Offset + Size(other);
            }

            buffer.Offset = offset;
            end = Math.Max(end, offset + Size(buffer));
            var index = laid.FindIndex(o => o.Offset > offset);
            laid.Insert(index < 0 ? laid.Count : index, buffer);
        }

        return end;
    }

    private static long Size(PlanBuffer buffer) => (buffer.Floats + Gap + Alignment - 1) / Alignment * Alignment;
}
