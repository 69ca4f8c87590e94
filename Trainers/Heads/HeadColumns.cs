using System.Runtime.CompilerServices;

namespace MlPipeline.Trainers.Heads;

/// <summary>The columns that heads read and promise. Uses only what ML.NET makes public.</summary>
internal static class HeadColumns
{
    private const string KeyValues = "KeyValues";
    private static readonly MLContext s_context = new();

    /// <summary>Checks that an option names a column.</summary>
    public static string Named(string value, [CallerMemberName] string option = "") =>
        string.IsNullOrEmpty(value) ? throw new ArgumentException($"{option} must name a column.", option) : value;

    /// <summary>
    /// What a head adds: the predicted label of ML.NET's maximum entropy trainer, which also refuses missing and mistyped columns
    /// by name, and the scores, under the names asked for.
    /// </summary>
    public static SchemaShape Promise(SchemaShape input, string label, string features, string? weight, string score,
        string predicted)
    {
        ArgumentNullException.ThrowIfNull(input);
        var promised = s_context.MulticlassClassification.Trainers
            .LbfgsMaximumEntropy(label, features, weight).GetOutputSchema(input);
        var renamed = predicted == "PredictedLabel"
            ? promised
            : s_context.Transforms.CopyColumns(predicted, "PredictedLabel").GetOutputSchema(promised);
        return HeadAnnotations.PromiseScore(
            new SchemaShape(
                [.. input.Where(column => column.Name != predicted), renamed.First(column => column.Name == predicted)]), score);
    }

    /// <summary>The column of labels: a key of known count.</summary>
    public static DataViewSchema.Column Label(DataViewSchema schema, string name)
    {
        var column = Find(schema, name, "label");
        return column.Type is KeyDataViewType { Count: <= int.MaxValue }
            ? column
            : throw Mismatch("label", name, "a key (map values to keys first)", column.Type);
    }

    /// <summary>The column of features: a vector of floats of known size.</summary>
    public static DataViewSchema.Column Features(DataViewSchema schema, string name, int? size = null)
    {
        var column = Find(schema, name, "feature");
        var fits = column.Type is VectorDataViewType { IsKnownSize: true } vector
            && vector.ItemType.Equals(NumberDataViewType.Single) && (size is null || vector.Size == size);
        return fits
            ? column
            : throw Mismatch("feature", name, $"a vector of {size?.ToString() ?? "known size, of"} floats", column.Type);
    }

    /// <summary>The column of weights: a float.</summary>
    public static DataViewSchema.Column Weight(DataViewSchema schema, string name)
    {
        var column = Find(schema, name, "weight");
        return column.Type.Equals(NumberDataViewType.Single) ? column : throw Mismatch("weight", name, "a float", column.Type);
    }

    /// <summary>The column that rows which belong together share: a key or a whole number.</summary>
    public static DataViewSchema.Column SamplingKey(DataViewSchema schema, string name)
    {
        var column = Find(schema, name, "sampling key");
        var type = column.Type.RawType;
        return type == typeof(int) || type == typeof(uint) || type == typeof(long) || type == typeof(ulong)
            ? column
            : throw Mismatch("sampling key", name, "a key or a whole number of 32 or 64 bits", column.Type);
    }

    /// <summary>The names of the classes: the key values as text, or the keys' numbers from 0.</summary>
    public static string[] ClassNames(DataViewSchema.Column label)
    {
        var count = (int)((KeyDataViewType)label.Type).Count;
        var type = label.Annotations.Schema.GetColumnOrNull(KeyValues)?.Type as VectorDataViewType;
        if (type?.Size != count)
            return [.. Enumerable.Range(0, count).Select(i => i.ToString())];
        if (type.ItemType is TextDataViewType)
        {
            VBuffer<ReadOnlyMemory<char>> texts = default;
            label.Annotations.GetValue(KeyValues, ref texts);
            return [.. texts.DenseValues().Select(text => text.ToString())];
        }

        return Values(label, type.ItemType.RawType);
    }

    private static string[] Values(DataViewSchema.Column label, Type type)
    {
        return Type.GetTypeCode(type) switch
        {
            TypeCode.Byte => Of<byte>(),
            TypeCode.SByte => Of<sbyte>(),
            TypeCode.Int16 => Of<short>(),
            TypeCode.UInt16 => Of<ushort>(),
            TypeCode.Int32 => Of<int>(),
            TypeCode.UInt32 => Of<uint>(),
            TypeCode.Int64 => Of<long>(),
            TypeCode.UInt64 => Of<ulong>(),
            TypeCode.Single => Of<float>(),
            TypeCode.Double => Of<double>(),
            TypeCode.Boolean => Of<bool>(),
            _ => [.. Enumerable.Range(0, (int)((KeyDataViewType)label.Type).Count).Select(i => i.ToString())],
        };

        string[] Of<T>()
            where T : notnull
        {
            VBuffer<T> values = default;
            label.Annotations.GetValue(KeyValues, ref values);
            return [.. values.DenseValues().Select(value => value.ToString()!)];
        }
    }

    private static DataViewSchema.Column Find(DataViewSchema schema, string name, string role) =>
        schema.GetColumnOrNull(name) ?? throw new ArgumentOutOfRangeException(
            nameof(name),
            $"Could not find {role} column '{name}'; the columns are {string.Join(", ", schema.Select(c => c.Name))}.");

    private static ArgumentOutOfRangeException Mismatch(string role, string name, string expected, DataViewType found) =>
        new(nameof(name), $"Schema mismatch for {role} column '{name}': expected {expected}, got {found}.");
}
