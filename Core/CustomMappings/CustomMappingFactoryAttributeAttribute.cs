namespace MlPipeline.Core;

/// <summary>
/// Marks a <see cref="CustomMappingFactory{TSrc, TDst}"/> with the contract name that saved models keep. Written as
/// <c>[CustomMappingFactoryAttribute("name")]</c>; the doubled ending is ML.NET's.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class CustomMappingFactoryAttributeAttribute : Attribute
{
    /// <summary>A factory for this contract.</summary>
    public CustomMappingFactoryAttributeAttribute(string contractName) => ContractName = contractName;

    internal string ContractName { get; }
}
