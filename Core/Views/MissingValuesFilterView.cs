namespace MlPipeline.Core;

/// <summary>Rows in which no value (and no item of a vector) of some columns is missing: NaN, or key 0.</summary>
internal sealed class MissingValuesFilterView(IDataView source, DataViewSchema.Column[] columns) : FilterView(source, columns)
{
    public static bool CanBeMissing(DataViewType type)
    {
        DataViewType item = type.GetItemType();
        return item is KeyDataViewType || item.Equals(NumberDataViewType.Single) || item.Equals(NumberDataViewType.Double);
    }

    protected override Func<bool> CreateTest(DataViewRow row)
    {
        Func<bool>[] complete = Array.ConvertAll(TestedColumns, column => Complete(row, column));
        return () =>
        {
            foreach (Func<bool> test in complete)
            {
                if (!test())
                    return false;
            }
            return true;
        };
    }

    private static Func<bool> Complete(DataViewRow row, DataViewSchema.Column column) => column.Type.GetItemType().RawType switch
    {
        Type t when t == typeof(float) => Complete<float>(row, column, float.IsNaN),
        Type t when t == typeof(double) => Complete<double>(row, column, double.IsNaN),
        Type t when t == typeof(byte) => Complete<byte>(row, column, key => key == 0),
        Type t when t == typeof(ushort) => Complete<ushort>(row, column, key => key == 0),
        Type t when t == typeof(uint) => Complete<uint>(row, column, key => key == 0),
        _ => Complete<ulong>(row, column, key => key == 0),
    };

    private static Func<bool> Complete<T>(DataViewRow row, DataViewSchema.Column column, Predicate<T> isMissing)
    {
        if (column.Type is not VectorDataViewType)
        {
            ValueGetter<T> getter = row.GetGetter<T>(column);
            T value = default!;
            return () =>
            {
                getter(ref value);
                return !isMissing(value);
            };
        }
        ValueGetter<VBuffer<T>> vectorGetter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> vector = default;
        return () =>
        {
            vectorGetter(ref vector);
            if (!vector.IsDense && isMissing(default!))
                return false;
            foreach (T item in vector.GetValues())
            {
                if (isMissing(item))
                    return false;
            }
            return true;
        };
    }
}
