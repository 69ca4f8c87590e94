namespace MlPipeline;

/// <summary>What a look for a newer model came to.</summary>
public enum ReloadOutcome
{
    /// <summary>The newer model is served now.</summary>
    Replaced,

    /// <summary>There is no newer one.</summary>
    Unchanged,

    /// <summary>The newer one cannot be had, loaded or accepted; the older one is still served.</summary>
    Refused,
}

/// <summary>The result of a look for a newer model.</summary>
/// <param name="Outcome">What it came to.</param>
/// <param name="Version">The SHA-256, in lower-case hexadecimal, of the file of the model that is served from now on.</param>
/// <param name="Error">A sentence that names the file and says why it was refused; null otherwise.</param>
/// <param name="Duration">How long it took, from the look to the swap.</param>
public sealed record ModelReload(ReloadOutcome Outcome, string Version, string? Error, TimeSpan Duration);
