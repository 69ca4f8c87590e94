namespace MlPipeline.Core;

public sealed partial class DataViewSchema
{
    /// <summary>A column that belongs to no schema yet.</summary>
    public readonly struct DetachedColumn
    {
        private readonly Annotations? _annotations;

        /// <summary>A column of that name and type.</summary>
        public DetachedColumn(string name, DataViewType type, Annotations? annotations = null)
        {
            ArgumentException.ThrowIfNullOrEmpty(name);
            ArgumentNullException.ThrowIfNull(type);
            Name = name;
            Type = type;
            _annotations = annotations;
        }

        /// <summary>A copy of a schema's column.</summary>
        public DetachedColumn(Column column)
            : this(column.Name, column.Type, column.Annotations)
        {
        }

        /// <summary>The name.</summary>
        public string Name { get; }

        /// <summary>The type of the values.</summary>
        public DataViewType Type { get; }

        /// <summary>What else is known of the column.</summary>
        public Annotations Annotations => _annotations ?? Annotations.Empty;
    }
}
