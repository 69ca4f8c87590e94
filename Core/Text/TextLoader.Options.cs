namespace MlPipeline.Core;

public sealed partial class TextLoader
{
    /// <summary>How text is read.</summary>
    public class Options
    {
        /// <summary>Whether a field may be in double quotes, and then contain separators; a quote inside is escaped.</summary>
        public bool AllowQuoting;

        /// <summary>Whether a line may give a number of fields and then only some of them, as index:value.</summary>
        public bool AllowSparse;

        /// <summary>What escapes a double quote inside a quoted field: another double quote, or a backslash.</summary>
        public char EscapeChar = '"';

        /// <summary>Whether a quoted field may go on over several lines; <see cref="AllowQuoting"/> must be set.</summary>
        public bool ReadMultilines;

        /// <summary>How many fields a line has; null: as many as the first line of the sample.</summary>
        public int? InputSize;

        /// <summary>What separates fields.</summary>
        public char[] Separators = ['\t'];

        /// <summary>What separates the whole part of a number from the rest: a point or a comma.</summary>
        public char DecimalMarker = '.';

        /// <summary>The columns; null: a Label of Single from the first field and Features of Single from all others.</summary>
        public Column[] Columns = null!;

        /// <summary>Whether spaces around fields that are not quoted are taken away.</summary>
        public bool TrimWhitespace;

        /// <summary>A file with a header that names the fields, instead of the data's own.</summary>
        public string? HeaderFile;

        /// <summary>The most rows read; null for all.</summary>
        public long? MaxRows;

        /// <summary>Whether the first line of each file is a header; in vectors its fields name the slots.</summary>
        public bool HasHeader;

        /// <summary>Whether lines may be read ahead on other threads. The rows are the same either way.</summary>
        public bool UseThreads = true;

        /// <summary>Whether an empty field of a floating-point column is NaN rather than 0.</summary>
        public bool MissingRealsAsNaNs;

        /// <summary>Options to be filled in.</summary>
        public Options()
        {
        }

        internal Options Clone()
        {
            var clone = (Options)MemberwiseClone();
            clone.Separators = [.. Separators];
            return clone;
        }

        internal void Check()
        {
            if (Separators is not { Length: > 0 } || Separators.Any(c => c is '"' or '\r' or '\n' or '\0'))
                throw new ArgumentException(
                    "Name at least one separator; none may be a quote, a line end or NUL.", nameof(Separators));
            if (EscapeChar is not ('"' or '\\'))
                throw new ArgumentException("A double quote or a backslash escapes quotes.", nameof(EscapeChar));
            if (DecimalMarker is not ('.' or ',') || Separators.Contains(DecimalMarker))
                throw new ArgumentException("A point or a comma, and no separator, marks decimals.", nameof(DecimalMarker));
            if (ReadMultilines && !AllowQuoting)
                throw new ArgumentException(
                    "Only quoted fields can go over several lines: set AllowQuoting.", nameof(ReadMultilines));
            if (MaxRows < 0)
                throw new ArgumentOutOfRangeException(nameof(MaxRows), MaxRows, "Must not be negative.");
            if (InputSize < 1)
                throw new ArgumentOutOfRangeException(nameof(InputSize), InputSize, "Must be positive.");
        }
    }
}
