namespace MlPipeline.Core;

public sealed partial class DataViewSchema
{
    /// <summary>One column of a schema.</summary>
    public readonly struct Column
    {
        private readonly Annotations? _annotations;

        internal Column(string name, int index, bool isHidden, DataViewType type, Annotations? annotations)
        {
            Name = name;
            Index = index;
            IsHidden = isHidden;
            Type = type;
            _annotations = annotations;
        }

        /// <summary>The name; several columns may have the same.</summary>
        public string Name { get; }

        /// <summary>The place in the schema, from 0.</summary>
        public int Index { get; }

        /// <summary>Whether a later column of the same name hides this one.</summary>
        public bool IsHidden { get; }

        /// <summary>The type of the values.</summary>
        public DataViewType Type { get; }

        /// <summary>What else is known of the column: slot names, key values and the like.</summary>
        public Annotations Annotations => _annotations ?? Annotations.Empty;

        /// <inheritdoc/>
        public override string ToString() => IsHidden ? $"{Name}: {Type} (hidden)" : $"{Name}: {Type}";
    }
}
