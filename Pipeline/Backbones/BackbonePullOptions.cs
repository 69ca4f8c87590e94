using System.Net;

namespace MlPipeline;

/// <summary>How <see cref="BackboneCatalog.PullAsync"/> gets a file.</summary>
public sealed record BackbonePullOptions
{
    /// <summary>The environment variable that names a mirror.</summary>
    public const string MirrorVariable = "MLPIPELINE_MIRROR";

    /// <summary>A folder or web address that files are taken from instead of where they were published: under the path of their
    /// published address, or under their names; packages as in a NuGet feed (its index.json, or its folder of packages). By
    /// default what <see cref="MirrorVariable"/> says; nowhere else is looked then.</summary>
    public string? Mirror { get; init; }

    /// <summary>The address of a proxy; by default that of HTTPS_PROXY, HTTP_PROXY and NO_PROXY.</summary>
    public string? Proxy { get; init; }

    /// <summary>NuGet feeds, addresses or folders, that are asked for networks which come in packages.</summary>
    public IReadOnlyList<string> PackageSources { get; init; } = [];

    /// <summary>What servers that ask for a name and password are told.</summary>
    public ICredentials? Credentials { get; init; }

    /// <summary>How long a server may send nothing; 30 seconds by default.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many attempts in a row may fail without bringing a megabyte; 5 by default.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>What is waited after the first failed attempt, and twice as long after each further one; a second by
    /// default.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Is told how many bytes are here, and of how many (0 when that is not known).</summary>
    public Action<long, long>? Progress { get; init; }

    /// <summary>Is told of attempts that failed, and of waiting for another process.</summary>
    public Action<string>? Note { get; init; }
}
