namespace MlPipeline.Core;

public sealed partial class TextLoader
{
    /// <summary>Which fields of a line a column is read from, counted from 0.</summary>
    public sealed class Range
    {
        /// <summary>The first field.</summary>
        public int Min;

        /// <summary>
        /// The last field, included; null: the only one is <see cref="Min"/>, unless one of the flags says otherwise.
        /// </summary>
        public int? Max;

        /// <summary>To the last field of the line that the loader was made from.</summary>
        public bool AutoEnd;

        /// <summary>To the last field of each line: a vector of varying length.</summary>
        public bool VariableEnd;

        /// <summary>All fields from <see cref="Min"/> on that no other range names.</summary>
        public bool AllOther;

        /// <summary>Whether a single field makes a vector of one slot rather than a scalar.</summary>
        public bool ForceVector;

        /// <summary>A range to be filled in.</summary>
        public Range()
        {
        }

        /// <summary>One field.</summary>
        public Range(int index)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            Min = index;
            Max = index;
        }

        /// <summary>Fields from <paramref name="min"/> to <paramref name="max"/>, both included; null: to the last.</summary>
        public Range(int min, int? max)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(min);
            if (max < min)
                throw new ArgumentOutOfRangeException(nameof(max), max, $"Must not be less than {min}.");
            Min = min;
            Max = max;
            AutoEnd = max is null;
        }
    }
}
