namespace MlPipeline.Core;

/// <summary>Which columns are asked for of a view, and so of what it is made from.</summary>
internal static class MappedColumns
{
    /// <summary>Which columns of the output schema are asked for.</summary>
    public static bool[] ActiveFlags(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[schema.Count];
        foreach (DataViewSchema.Column column in columns)
        {
            schema.CheckColumn(column);
            active[column.Index] = true;
        }
        return active;
    }

    /// <summary>The input columns needed for them: those passed on and those computed from.</summary>
    public static IEnumerable<DataViewSchema.Column> InputsOf(RowMapper mapper, bool[] active)
    {
        int inputCount = mapper.InputSchema.Count;
        var needed = new bool[inputCount];
        for (int i = 0; i < active.Length; i++)
        {
            if (!active[i])
                continue;
            if (i < inputCount)
            {
                needed[i] = true;
                continue;
            }
            foreach (int dependency in mapper.GetDependencies(i - inputCount))
                needed[dependency] = true;
        }
        return mapper.InputSchema.Where(column => needed[column.Index]).ToArray();
    }
}
