namespace MlPipeline.Pipeline.Backbones;

/// <summary>The result of checking a backbone's file against its SHA-256.</summary>
/// <param name="Name">The backbone.</param>
/// <param name="Path">Its file; null for an embedded one.</param>
/// <param name="Problem">What is wrong; null when all is well.</param>
public sealed record BackboneVerification(string Name, string? Path, string? Problem)
{
    /// <summary>True when the file is there and is the one that was registered.</summary>
    public bool IsGood => Problem is null;
}
