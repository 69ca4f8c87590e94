namespace MlPipeline.Core;

/// <summary>A column to write and the column it is made from.</summary>
public sealed class InputOutputColumnPair
{
    /// <summary>A pair; without an input the output's name serves for both.</summary>
    public InputOutputColumnPair(string outputColumnName, string? inputColumnName = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        OutputColumnName = outputColumnName;
        InputColumnName = inputColumnName ?? outputColumnName;
    }

    /// <summary>The column that is read.</summary>
    public string InputColumnName { get; }

    /// <summary>The column that is written.</summary>
    public string OutputColumnName { get; }

    internal static (string OutputColumnName, string InputColumnName)[] ToPairs(InputOutputColumnPair[] columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Length == 0)
            throw new ArgumentException("At least one pair of columns is needed.", nameof(columns));
        return columns.Select(pair => (pair.OutputColumnName, pair.InputColumnName)).ToArray();
    }
}
