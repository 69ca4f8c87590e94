namespace MlPipeline.Core;

/// <summary>Which fields of a text file, counted from 0, a member is read from.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = false, Inherited = true)]
public sealed class LoadColumnAttribute : Attribute
{
    /// <summary>One field.</summary>
    public LoadColumnAttribute(int fieldIndex) => Sources = [(fieldIndex, fieldIndex)];

    /// <summary>Fields <paramref name="start"/> to <paramref name="end"/>, both included.</summary>
    public LoadColumnAttribute(int start, int end) => Sources = [(start, end)];

    /// <summary>Several single fields.</summary>
    public LoadColumnAttribute(int[] columnIndexes) => Sources = columnIndexes.Select(i => (i, i)).ToArray();

    internal IReadOnlyList<(int Min, int Max)> Sources { get; }
}
