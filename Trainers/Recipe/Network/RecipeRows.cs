namespace MlPipeline.Trainers.Recipe;

/// <summary>Some rows of the data, standardised by the mean and deviation of the rows that are trained on.</summary>
internal sealed class RecipeRows
{
    private readonly float[] _values;

    private RecipeRows(float[] values, int[] labels, int features, int classes)
    {
        _values = values;
        Labels = labels;
        FeatureCount = features;
        ClassCount = classes;
    }

    public int Count => Labels.Length;

    public int FeatureCount { get; }

    public int ClassCount { get; }

    public int[] Labels { get; }

    public ReadOnlySpan<float> this[int row] => _values.AsSpan(row * FeatureCount, FeatureCount);

    /// <summary>The rows to train on and those held out. Constant features become zero.</summary>
    public static (RecipeRows Train, RecipeRows Held, int Constant) Split(RecipeData data, IReadOnlyList<int> train, IReadOnlyList<int> held)
    {
        var width = data.FeatureCount;
        var mean = new double[width];
        var square = new double[width];
        foreach (var i in train)
        {
            for (var k = 0; k < width; k++)
                mean[k] += data.Features[i * width + k];
        }

        for (var k = 0; k < width; k++)
            mean[k] /= train.Count;

        foreach (var i in train)
        {
            for (var k = 0; k < width; k++)
                square[k] += Math.Pow(data.Features[i * width + k] - mean[k], 2);
        }

        var constant = 0;
        var scale = new double[width];
        for (var k = 0; k < width; k++)
        {
            var deviation = Math.Sqrt(square[k] / train.Count);
            var varies = deviation > 1e-6 * Math.Abs(mean[k]) && deviation > 0;
            scale[k] = varies ? 1 / deviation : 0;
            constant += varies ? 0 : 1;
        }

        return (Take(train), Take(held), constant);

        RecipeRows Take(IReadOnlyList<int> rows)
        {
            var values = new float[rows.Count * width];
            for (var r = 0; r < rows.Count; r++)
            {
                for (var k = 0; k < width; k++)
                    values[r * width + k] = (float)((data.Features[rows[r] * width + k] - mean[k]) * scale[k]);
            }

            return new RecipeRows(values, [.. rows.Select(i => data.Labels[i])], width, data.ClassCount);
        }
    }

    /// <summary>The first rows of each class in turn, so that every class has a part.</summary>
    public RecipeRows Handful(int count)
    {
        int[] order = [.. Enumerable.Range(0, Count).GroupBy(i => Labels[i])
            .SelectMany(rows => rows.Select((row, turn) => (row, turn))).OrderBy(p => p.turn).ThenBy(p => p.row).Take(count).Select(p => p.row)];
        var values = new float[order.Length * FeatureCount];
        for (var r = 0; r < order.Length; r++)
            this[order[r]].CopyTo(values.AsSpan(r * FeatureCount));

        return new RecipeRows(values, [.. order.Select(i => Labels[i])], FeatureCount, ClassCount);
    }

    /// <summary>Share of each class.</summary>
    public double[] Shares()
    {
        var shares = new double[ClassCount];
        foreach (var label in Labels)
            shares[label] += 1.0 / Count;

        return shares;
    }
}
