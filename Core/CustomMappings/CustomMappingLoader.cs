using System.Reflection;

namespace MlPipeline.Core;

/// <summary>
/// A saved custom mapping is a contract name and the simple name of the assembly with the function. The factory is looked
/// for in assemblies registered with the context, in those already loaded, and in the application's own of that name.
/// </summary>
internal static class CustomMappingLoader
{
    public const string Signature = "CustomMapping";

    public static void Save(ModelSaveContext ctx, string? contractName, MethodInfo function, Type source)
    {
        if (string.IsNullOrEmpty(contractName))
            throw new NotSupportedException("A custom mapping without a contract name cannot be saved.");
        ctx.SetSignature(Signature, version: 1);
        ctx.Writer.Write(contractName);
        ctx.Writer.Write((function.DeclaringType ?? source).Assembly.GetName().Name ?? "");
    }

    public static object Load(ModelLoadContext ctx)
    {
        string contract = ctx.ReadName();
        string assemblyName = ctx.Reader.ReadString();
        foreach (Assembly assembly in Candidates(ctx.Host, assemblyName))
        {
            foreach (Type type in assembly.GetTypes())
            {
                if (type.GetCustomAttribute<CustomMappingFactoryAttributeAttribute>()?.ContractName != contract)
                    continue;
                if (type.IsAbstract || Activator.CreateInstance(type, nonPublic: true) is not ICustomMappingFactory factory)
                    throw new InvalidDataException(
                        $"Class {type} for the custom mapping '{contract}' is no CustomMappingFactory.");
                return factory.CreateTransformer(ctx.Host, contract);
            }
        }
        throw new InvalidDataException(
            $"No class has [CustomMappingFactoryAttribute(\"{contract}\")], which a custom mapping of the model needs. It "
                + $"was saved from assembly '{assemblyName}': register it with MLContext.ComponentCatalog.RegisterAssembly.");
    }

    private static IEnumerable<Assembly> Candidates(Host host, string assemblyName)
    {
        foreach (Assembly assembly in host.Components.Assemblies)
            yield return assembly;
        bool isLoaded = false;
        foreach (Assembly assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            if (!assembly.IsDynamic && assembly.GetName().Name == assemblyName)
            {
                isLoaded = true;
                yield return assembly;
            }
        }
        if (!isLoaded && TryLoad(assemblyName) is Assembly loaded)
            yield return loaded;
    }

    private static Assembly? TryLoad(string assemblyName)
    {
        try
        {
            return assemblyName.Length == 0 ? null : Assembly.Load(new AssemblyName { Name = assemblyName });
        }
        catch (Exception e) when (e is FileNotFoundException or FileLoadException or BadImageFormatException)
        {
            return null;
        }
    }
}
