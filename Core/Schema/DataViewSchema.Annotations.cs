namespace MlPipeline.Core;

public sealed partial class DataViewSchema
{
    /// <summary>Named values that tell more about a column; each kind is a column of a one-row schema.</summary>
    public sealed partial class Annotations
    {
        private readonly Delegate[] _getters;

        private Annotations(DataViewSchema schema, Delegate[] getters)
        {
            Schema = schema;
            _getters = getters;
        }

        /// <summary>No annotations.</summary>
        public static Annotations Empty { get; } = new(new DataViewSchema([]), []);

        /// <summary>The kinds there are, with their types.</summary>
        public DataViewSchema Schema { get; }

        /// <summary>A getter of one kind's value.</summary>
        /// <exception cref="InvalidOperationException"><typeparamref name="TValue"/> is not the raw type of the kind.</exception>
        public ValueGetter<TValue> GetGetter<TValue>(Column column)
        {
            if ((uint)column.Index >= (uint)_getters.Length || column.Name != Schema[column.Index].Name)
                throw Errors.UnknownColumn(column, Schema);
            return _getters[column.Index] as ValueGetter<TValue>
                ?? throw Errors.GetterType(column.Name, column.Type, typeof(TValue));
        }

        /// <summary>Fetches the value of a kind.</summary>
        /// <exception cref="InvalidOperationException">There is no such kind, or it has another type.</exception>
        public void GetValue<TValue>(string kind, ref TValue value)
        {
            Column column = Schema.GetColumnOrNull(kind)
                ?? throw new InvalidOperationException($"There is no annotation '{kind}'.");
            GetGetter<TValue>(column)(ref value);
        }

        /// <inheritdoc/>
        public override string ToString() => string.Join(", ", Schema.Select(c => $"{c.Name}: {c.Type}"));

        internal Delegate GetGetterDelegate(Column column) => _getters[column.Index];
    }
}
