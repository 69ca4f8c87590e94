namespace MlPipeline.Core;

/// <summary>Rows whose number lies in [lower, upper); NaN lies nowhere.</summary>
internal sealed class RangeFilterView(IDataView source, DataViewSchema.Column column, double lower, double upper)
    : FilterView(source, column)
{
    protected override Func<bool> CreateTest(DataViewRow row)
    {
        Func<double> number = NumberReader.Create(row, column);
        return () =>
        {
            double value = number();
            return lower <= value && value < upper;
        };
    }
}
