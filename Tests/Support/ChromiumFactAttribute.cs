namespace MlPipeline.Tests.Support;

/// <summary>A fact that needs Chromium, and is skipped, with the reason, where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ChromiumFactAttribute : FactAttribute
{
    public const string Browser = "/usr/bin/chromium";

    public ChromiumFactAttribute()
    {
        if (!File.Exists(Browser))
            Skip = $"needs {Browser}";
    }
}
