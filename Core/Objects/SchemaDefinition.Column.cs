namespace MlPipeline.Core;

public sealed partial class SchemaDefinition
{
    /// <summary>One member and its column.</summary>
    public sealed class Column
    {
        private readonly List<Action<DataViewSchema.Annotations.Builder>> _annotations = [];

        internal Column(string memberName, DataViewType columnType, string columnName)
        {
            MemberName = memberName;
            ColumnType = columnType;
            ColumnName = columnName;
        }

        /// <summary>The field or property.</summary>
        public string MemberName { get; }

        /// <summary>The column's name.</summary>
        public string ColumnName { get; set; }

        /// <summary>
        /// The column's type; it may say more than the member can, such as a vector's size or the number of keys.
        /// </summary>
        public DataViewType ColumnType { get; set; }

        /// <summary>The annotations that the column will have.</summary>
        public DataViewSchema.Annotations Annotations
        {
            get
            {
                var builder = new DataViewSchema.Annotations.Builder();
                foreach (Action<DataViewSchema.Annotations.Builder> add in _annotations)
                    add(builder);
                return builder.ToAnnotations();
            }
        }

        /// <summary>Gives the column an annotation.</summary>
        /// <exception cref="ArgumentException">
        /// The kind is there already, or <typeparamref name="T"/> is not the raw type.
        /// </exception>
        public void AddAnnotation<T>(string kind, T value, DataViewType annotationType)
        {
            ArgumentException.ThrowIfNullOrEmpty(kind);
            ArgumentNullException.ThrowIfNull(annotationType);
            if (Annotations.Schema.GetColumnOrNull(kind) != null)
                throw new ArgumentException($"Column '{ColumnName}' has an annotation '{kind}' already.", nameof(kind));
            if (annotationType.RawType != typeof(T))
                throw new ArgumentException(
                    $"An annotation of type {annotationType} holds {annotationType.RawType}, not {typeof(T)}.",
                    nameof(annotationType));
            _annotations.Add(builder => builder.Add<T>(kind, annotationType, (ref T target) => target = value));
        }

        internal void AddAnnotations(DataViewSchema.Annotations annotations) =>
            _annotations.Add(builder => builder.Add(annotations, kind => true));
    }
}
