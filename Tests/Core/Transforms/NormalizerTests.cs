using MlPipeline.Core.Tests.Evaluation;

namespace MlPipeline.Core.Tests.Transforms;

public class NormalizerTests
{
    private static readonly MLContext _ml = new(1);

    private sealed class Row
    {
        [VectorType(4)]
        public float[] In { get; set; } = [];
    }

    private sealed class Normalized
    {
        public float[] Out { get; set; } = [];
    }

    public static TheoryData<string> Names => ["minMax", "minMaxNotFixZero", "meanVariance", "meanVarianceNotFixZero", "lpNorm"];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_values_are_those_of_MLNET(string name)
    {
        IDataView data = _ml.Data.LoadFromEnumerable(ReferenceFacts.Table("input").Select(values => new Row { In = values }));
        IEstimator<ITransformer> estimator = name switch
        {
            "minMax" => _ml.Transforms.NormalizeMinMax("Out", "In"),
            "minMaxNotFixZero" => _ml.Transforms.NormalizeMinMax("Out", "In", fixZero: false),
            "meanVariance" => _ml.Transforms.NormalizeMeanVariance("Out", "In"),
            "meanVarianceNotFixZero" => _ml.Transforms.NormalizeMeanVariance("Out", "In", fixZero: false),
            _ => _ml.Transforms.NormalizeLpNorm("Out", "In"),
        };
        float[][] actual = [.. _ml.Data
            .CreateEnumerable<Normalized>(estimator.Fit(data).Transform(data), reuseRowObject: false, ignoreMissingColumns: true)
            .Select(row => row.Out)];
        Assert.Equal(ReferenceFacts.Table(name), actual);
    }

    [Theory]
    [InlineData(0, 0, 1, 0.5)]
    [InlineData(1, 0, 1, 0.84134474606854293)]
    [InlineData(-1.5, 0.5, 2, 0.15865525393145707)]
    [InlineData(-8, 0, 1, 6.22096057427178e-16)]
    [InlineData(40, 0, 1, 1)]
    public void The_normal_distribution_function_is_right(double value, double mean, double deviation, double expected) =>
        Assert.Equal(1, NormalDistribution.Cdf(value, mean, deviation) / expected, 12);

    [Fact]
    public void Only_the_first_rows_are_looked_at_when_so_asked_and_others_may_exceed_the_range()
    {
        IDataView data =
            _ml.Data.LoadFromEnumerable(new[] { 1f, 2, 8 }.Select(value => new Row { In = [value, value, 0, float.NaN] }));
        IDataView output = _ml.Transforms.NormalizeMinMax("Out", "In", maximumExampleCount: 2).Fit(data).Transform(data);
        float[][] rows = [.. _ml.Data.CreateEnumerable<Normalized>(output, false, true).Select(row => row.Out)];
        Assert.Equal(4, rows[2][0]);
        Assert.Equal(0, rows[2][2]);
    }

    [Theory]
    [InlineData(LpNormNormalizingEstimatorBase.NormFunction.L1, false, new[] { 0.25f, -0.5f, 0, 0.25f })]
    [InlineData(LpNormNormalizingEstimatorBase.NormFunction.Infinity, false, new[] { 0.5f, -1, 0, 0.5f })]
    [InlineData(
        LpNormNormalizingEstimatorBase.NormFunction.StandardDeviation, true, new[] { 0.8164966f, -1.6329932f, 0, 0.8164966f })]
    public void Each_norm_divides_by_itself(
        LpNormNormalizingEstimatorBase.NormFunction norm, bool ensureZeroMean, float[] expected)
    {
        IDataView data = _ml.Data.LoadFromEnumerable([new Row { In = [1, -2, 0, 1] }, new Row { In = [0, 0, 0, 0] }]);
        IDataView output = _ml.Transforms.NormalizeLpNorm("Out", "In", norm, ensureZeroMean).Fit(data).Transform(data);
        float[][] rows = [.. _ml.Data.CreateEnumerable<Normalized>(output, false, true).Select(row => row.Out)];
        Assert.Equal(expected, rows[0], (a, b) => Math.Abs(a - b) < 1e-6f);
        Assert.Equal([0, 0, 0, 0], rows[1]);
    }
}
