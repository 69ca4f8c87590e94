namespace MlPipeline.Data.FeatureCache;

/// <summary>One file of a feature cache folder.</summary>
public sealed record FeatureCacheEntry
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>The network's name; empty when the file cannot be read.</summary>
    public string Backbone { get; init; } = "";

    /// <summary>What tells the network and the value; the beginning of it when it is long.</summary>
    public string Graph { get; init; } = "";

    /// <summary>What tells the preprocessing; the beginning of it when it is long.</summary>
    public string Preprocessing { get; init; } = "";

    /// <summary>Features for each picture.</summary>
    public int FeatureCount { get; init; }

    /// <summary>Whole rows in the file; after <see cref="FeatureCacheFolder.Verify"/> the intact ones.</summary>
    public long Pictures { get; init; }

    /// <summary>Rows whose checksum is wrong; null when they were not checked. They are skipped, and computed again when
    /// needed.</summary>
    public long? Damaged { get; init; }

    /// <summary>Those rows; empty when they were not checked.</summary>
    public IReadOnlyList<DamagedFeatures> DamagedRows { get; init; } = [];

    /// <summary>Bytes of a row at the end that was being written when a process was killed; the next row is written over
    /// them.</summary>
    public long TornBytes { get; init; }

    /// <summary>The file's size.</summary>
    public long Bytes { get; init; }

    /// <summary>When it was last opened for training, or added to.</summary>
    public DateTime LastUsedUtc { get; init; }

    /// <summary>Why the file cannot be used; null when it can.</summary>
    public string? Problem { get; init; }
}
