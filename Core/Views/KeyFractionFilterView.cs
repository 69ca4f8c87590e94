namespace MlPipeline.Core;

/// <summary>
/// Rows whose key, taken as the middle of its share of the whole range of keys, lies in [lower, upper), or up to the end
/// when upper is 1 or more. Missing keys lie nowhere.
/// </summary>
internal sealed class KeyFractionFilterView(IDataView source, DataViewSchema.Column column, double lower, double upper)
    : FilterView(source, column)
{
    protected override Func<bool> CreateTest(DataViewRow row)
    {
        Func<double> number = NumberReader.Create(row, column);
        double count = ((KeyDataViewType)column.Type).Count;
        return () =>
        {
            double key = number();
            double fraction = (key - 0.5) / count;
            return key >= 1 && key <= count && lower <= fraction && (fraction < upper || upper >= 1);
        };
    }
}
