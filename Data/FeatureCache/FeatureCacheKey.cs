using System.Security.Cryptography;
using System.Text;

namespace MlPipeline.Data.FeatureCache;

/// <summary>What features depend on beside the picture's content. Each key has a file of its own.</summary>
public sealed record FeatureCacheKey
{
    /// <summary>All that tells how a picture is decoded and prepared: equal texts mean equal pixels.</summary>
    public required string Preprocessing { get; init; }

    /// <summary>All that tells the network, the value taken from it and the arithmetic: equal texts mean equal bits for equal
    /// pixels.</summary>
    public required string Graph { get; init; }

    /// <summary>The number of features, K.</summary>
    public required int FeatureCount { get; init; }

    /// <summary>The network's name, for people; not part of the identity.</summary>
    public string Backbone { get; init; } = "";

    internal byte[] Hash =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"features {FeatureCacheHeader.CurrentVersion}\n{Preprocessing}\n{Graph}"));

    internal string FileName => Convert.ToHexStringLower(Hash.AsSpan(0, 16)) + FeatureCacheFolder.Extension;
}
