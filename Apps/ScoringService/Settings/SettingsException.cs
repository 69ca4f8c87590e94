namespace MlPipeline.ScoringService;

/// <summary>A setting is wrong: the message names the flag, the variable or the key of the file, and what would be
/// right.</summary>
public sealed class SettingsException(string message) : Exception(message);
