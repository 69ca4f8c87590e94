namespace MlPipeline.Core;

public sealed partial class SchemaShape
{
    /// <summary>What is known of one column.</summary>
    public readonly struct Column
    {
        /// <summary>Whether a column holds vectors.</summary>
        public enum VectorKind
        {
            /// <summary>One value.</summary>
            Scalar = 0,
            /// <summary>A vector of known size.</summary>
            Vector = 1,
            /// <summary>A vector whose size may differ from row to row.</summary>
            VariableVector = 2,
        }

        /// <summary>The name.</summary>
        public readonly string Name;

        /// <summary>One value, a vector, or a vector of varying size.</summary>
        public readonly VectorKind Kind;

        /// <summary>The type of the items; for keys, the number type that holds them.</summary>
        public readonly DataViewType ItemType;

        /// <summary>Whether the items are keys.</summary>
        public readonly bool IsKey;

        /// <summary>What is known of the annotations.</summary>
        public readonly SchemaShape Annotations;

        internal Column(string name, VectorKind kind, DataViewType itemType, bool isKey, SchemaShape? annotations = null)
        {
            ArgumentException.ThrowIfNullOrEmpty(name);
            if (itemType is KeyDataViewType or VectorDataViewType)
                throw new ArgumentException($"Column '{name}': give the items' plain type, not {itemType}.", nameof(itemType));
            Name = name;
            Kind = kind;
            ItemType = itemType;
            IsKey = isKey;
            Annotations = annotations ?? Empty;
        }

        /// <summary>The shape of a column of a schema.</summary>
        internal static Column Create(DataViewSchema.Column column) => Create(column.Name, column.Type, column.Annotations);

        internal static Column Create(string name, DataViewType type, DataViewSchema.Annotations? annotations = null)
        {
            VectorKind kind = type is not VectorDataViewType vector ? VectorKind.Scalar
                : vector.IsKnownSize ? VectorKind.Vector
                : VectorKind.VariableVector;
            DataViewType item = type.GetItemType();
            bool isKey = item is KeyDataViewType;
            if (isKey)
                item = DataViewTypeExtensions.PrimitiveFromRawType(item.RawType)!;
            return new Column(name, kind, item, isKey, annotations == null ? null : SchemaShape.Create(annotations.Schema));
        }

        internal bool IsVector => Kind != VectorKind.Scalar;

        /// <summary>The same under another name.</summary>
        internal Column Renamed(string name) => new(name, Kind, ItemType, IsKey, Annotations);

        /// <summary>Whether a column of shape <paramref name="source"/> may stand where this one is asked for.</summary>
        internal bool IsCompatibleWith(Column source) =>
            source.Name == Name && source.Kind == Kind && source.ItemType.Equals(ItemType) && source.IsKey == IsKey
            && Annotations.All(wanted =>
                source.Annotations.TryFindColumn(wanted.Name, out Column found) && wanted.IsCompatibleWith(found));

        internal string GetTypeString()
        {
            string item = IsKey ? $"Key<{ItemType}>" : ItemType.ToString()!;
            return Kind switch
            {
                VectorKind.Vector => $"Vector<{item}>",
                VectorKind.VariableVector => $"VarVector<{item}>",
                _ => item,
            };
        }
    }
}
