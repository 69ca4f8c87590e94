namespace MlPipeline.Tests.Support;

/// <summary>A fact that needs an entry of the shared folder, and is skipped, with the reason, where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute(params string[] entry)
    {
        if (!SharedData.Exists(entry))
            Skip = $"needs shared/{string.Join('/', entry)}, which is not beside this checkout";
    }
}

/// <summary>A theory that needs an entry of the shared folder, and is skipped, with the reason, where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute(params string[] entry)
    {
        if (!SharedData.Exists(entry))
            Skip = $"needs shared/{string.Join('/', entry)}, which is not beside this checkout";
    }
}
