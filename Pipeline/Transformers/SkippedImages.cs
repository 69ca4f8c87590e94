using System.Collections.Concurrent;
using MlPipeline.Data.Sources;

namespace MlPipeline.Pipeline.Transformers;

/// <summary>What a backbone transformer learned about files: which were skipped and why, and which are good. Each file is listed
/// once.</summary>
internal sealed class SkippedImages
{
    private readonly ConcurrentDictionary<string, SkippedImage?> _verdicts = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<SkippedImage> _skipped = new();

    public IReadOnlyList<SkippedImage> List => [.. _skipped];

    public void Skip(string name, string reason)
    {
        var skipped = new SkippedImage(name, reason);
        if (_verdicts.TryAdd(name, skipped))
            _skipped.Enqueue(skipped);
    }

    public void Accept(string? path)
    {
        if (path is not null)
            _verdicts.TryAdd(path, null);
    }

    public bool TryGet(string? path, out SkippedImage? skipped)
    {
        skipped = null;
        return path is not null && _verdicts.TryGetValue(path, out skipped);
    }
}
