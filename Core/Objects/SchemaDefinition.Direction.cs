namespace MlPipeline.Core;

public sealed partial class SchemaDefinition
{
    /// <summary>Whether objects are read, written or both; a property without a setter can only be read.</summary>
    [Flags]
    public enum Direction
    {
        /// <summary>Objects become rows.</summary>
        Read = 1,
        /// <summary>Rows become objects.</summary>
        Write = 2,
        /// <summary>Either.</summary>
        Both = Read | Write,
    }
}
