namespace MlPipeline.Trainers.Search;

/// <summary>What a <see cref="Parameter"/> holds.</summary>
public enum ParameterType
{
    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A floating-point number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Bool,

    /// <summary>Text.</summary>
    String,

    /// <summary>Parameters by name.</summary>
    Object,
}
