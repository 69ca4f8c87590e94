using System.Globalization;
using System.Text;

namespace MlPipeline.Core;

/// <summary>
/// Writes a confusion matrix as text. Names too long for a column are replaced in the header by the class index, which then
/// also stands before the name in each row.
/// </summary>
internal static class ConfusionTable
{
    private const string Truth = "TRUTH     ";
    private const string Predicted = "PREDICTED ";
    private const string Precision = "Precision ";
    private const string Blank = "          ";

    public static string Format(ConfusionMatrix matrix)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        IReadOnlyList<string> names = matrix.ClassNames;
        int classes = matrix.NumberOfClasses;
        int columnWidth = classes == 2 ? 8 : 5;
        int nameWidth = names.Count == 0 ? 0 : names.Max(name => name.Length);
        bool indices = nameWidth > columnWidth;
        int digits = indices ? Math.Max((classes - 1).ToString(culture).Length, 1) : 0;
        int rowWidth = Math.Max(9, indices ? nameWidth + digits + 2 : nameWidth);
        string pad = new(' ', rowWidth - 9);
        string rule = string.Concat(Enumerable.Repeat(classes > 2 ? "========" : "===========", classes));

        StringBuilder table = new();
        table.AppendLine().AppendLine("Confusion table");
        table.Append(Blank).Append(pad).Append("||").AppendLine(rule);
        table.Append(Predicted).Append(pad).Append("||");
        for (int i = 0; i < classes; i++)
            table.Append(' ').Append((indices ? i.ToString(culture) : names[i]).PadLeft(columnWidth)).Append(" |");
        table.AppendLine(" Recall");
        table.Append(Truth).Append(pad).Append("||").AppendLine(rule);

        for (int i = 0; i < classes; i++)
        {
            string label = indices
                ? $"{i.ToString(culture).PadLeft(digits)}. {names[i].PadLeft(rowWidth - digits - 2)}"
                : names[i].PadLeft(rowWidth);
            table.Append(label).Append(" ||");
            for (int j = 0; j < classes; j++)
                table.Append(' ').Append(matrix.Counts[i][j].ToString("N0", culture).PadLeft(columnWidth)).Append(" |");
            table.Append(' ').AppendLine(matrix.PerClassRecall[i].ToString("F4", culture).PadLeft(5));
        }

        table.Append(Blank).Append(pad).Append("||").AppendLine(rule);
        table.Append(Precision).Append(pad).Append("||");
        for (int i = 0; i < classes; i++)
            table.Append(matrix.PerClassPrecision[i].ToString("N4", culture).PadLeft(columnWidth + 1)).Append(" |");
        return table.AppendLine().ToString();
    }
}
