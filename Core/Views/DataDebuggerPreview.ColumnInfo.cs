namespace MlPipeline.Core;

public sealed partial class DataDebuggerPreview
{
    /// <summary>One column.</summary>
    public sealed class ColumnInfo
    {
        internal ColumnInfo(DataViewSchema.Column column, object[] values)
        {
            Column = column;
            Values = values;
        }

        /// <summary>The column.</summary>
        public DataViewSchema.Column Column { get; }

        /// <summary>Its value in each row.</summary>
        public object[] Values { get; }

        /// <summary>The column's name and type.</summary>
        public override string ToString() => $"{Column.Name}: {Column.Type}";
    }
}
