using System.Numerics;

namespace MlPipeline.Core;

/// <summary>Numbers and raw keys of any width, as doubles.</summary>
internal static class NumberReader
{
    public static Func<double> Create(DataViewRow row, DataViewSchema.Column column) => column.Type.RawType switch
    {
        Type t when t == typeof(float) => Of<float>(row, column),
        Type t when t == typeof(double) => Of<double>(row, column),
        Type t when t == typeof(sbyte) => Of<sbyte>(row, column),
        Type t when t == typeof(byte) => Of<byte>(row, column),
        Type t when t == typeof(short) => Of<short>(row, column),
        Type t when t == typeof(ushort) => Of<ushort>(row, column),
        Type t when t == typeof(int) => Of<int>(row, column),
        Type t when t == typeof(uint) => Of<uint>(row, column),
        Type t when t == typeof(long) => Of<long>(row, column),
        Type t when t == typeof(ulong) => Of<ulong>(row, column),
        _ => throw Errors.ColumnType("number", column.Name, "a number", column.Type.ToString()!),
    };

    private static Func<double> Of<T>(DataViewRow row, DataViewSchema.Column column)
        where T : INumberBase<T>
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = T.Zero;
        return () =>
        {
            getter(ref value);
            return double.CreateTruncating(value);
        };
    }
}
