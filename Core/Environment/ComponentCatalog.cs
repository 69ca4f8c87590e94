namespace MlPipeline.Core;

/// <summary>The assemblies in which a saved model's own components, such as custom mappings, are looked for.</summary>
public sealed class ComponentCatalog
{
    private readonly Lock _lock = new();
    private readonly List<System.Reflection.Assembly> _assemblies = [];

    internal ComponentCatalog()
    {
    }

    /// <summary>Makes the components of an assembly known, such as factories of custom mappings.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="throwOnError">Whether a component that cannot be registered throws.</param>
    public void RegisterAssembly(System.Reflection.Assembly assembly, bool throwOnError = true)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        _ = throwOnError;
        lock (_lock)
        {
            if (!_assemblies.Contains(assembly))
                _assemblies.Add(assembly);
        }
    }

    internal IReadOnlyList<System.Reflection.Assembly> Assemblies
    {
        get
        {
            lock (_lock)
                return _assemblies.ToArray();
        }
    }
}
