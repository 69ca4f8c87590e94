namespace MlPipeline.Core;

public sealed partial class DataDebuggerPreview
{
    /// <summary>One row.</summary>
    public sealed class RowInfo
    {
        internal RowInfo(DataViewSchema schema, object[] values) =>
            Values = [.. schema.Select(column => KeyValuePair.Create(column.Name, values[column.Index]))];

        /// <summary>Each column's name and value.</summary>
        public KeyValuePair<string, object>[] Values { get; }

        /// <summary>How many columns there are.</summary>
        public override string ToString() => $"{Values.Length} columns";
    }
}
