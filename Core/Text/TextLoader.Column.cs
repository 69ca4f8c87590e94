namespace MlPipeline.Core;

public sealed partial class TextLoader
{
    /// <summary>A column, and the fields of a line it is read from.</summary>
    public sealed class Column
    {
        /// <summary>The name.</summary>
        public string Name = null!;

        /// <summary>The fields; a single one makes a scalar, more make a vector.</summary>
        public Range[] Source = null!;

        /// <summary>How many keys there are, for a column of keys; null for others.</summary>
        public KeyCount? KeyCount;

        /// <summary>A column to be filled in.</summary>
        public Column()
        {
        }

        /// <summary>A column from one field.</summary>
        public Column(string name, DataKind dataKind, int index)
            : this(name, dataKind, [new Range(index)])
        {
        }

        /// <summary>A vector from fields <paramref name="minIndex"/> to <paramref name="maxIndex"/>, both included.</summary>
        public Column(string name, DataKind dataKind, int minIndex, int maxIndex)
            : this(name, dataKind, [new Range(minIndex, maxIndex)])
        {
        }

        /// <summary>A column from ranges of fields.</summary>
        public Column(string name, DataKind dataKind, Range[] source, KeyCount? keyCount = null)
        {
            ArgumentException.ThrowIfNullOrEmpty(name);
            ArgumentNullException.ThrowIfNull(source);
            Name = name;
            DataKind = dataKind;
            Source = source;
            KeyCount = keyCount;
        }

        /// <summary>The type of the items.</summary>
        public DataKind DataKind { get; set; } = DataKind.Single;
    }
}
