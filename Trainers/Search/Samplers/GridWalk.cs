namespace MlPipeline.Trainers.Search;

/// <summary>The points of a grid over a space, walked only as far as they are asked for.</summary>
internal sealed class GridWalk
{
    private const int MostWholeNumbers = 16;
    private readonly List<double[]> _found = [];
    private readonly IEnumerator<double[]> _rest;

    public GridWalk(SearchSpace space, int pointsPerRange)
    {
        Space = space;
        _rest = Walk(space, [.. space.Flatten().SelectMany(o => AxesOf(o.Option, pointsPerRange))]).GetEnumerator();
    }

    public SearchSpace Space { get; }

    /// <summary>The point of a number from 0, or null beyond the last.</summary>
    public double[]? At(int number)
    {
        while (_found.Count <= number)
        {
            if (!_rest.MoveNext())
                return null;
            _found.Add(_rest.Current);
        }

        return _found[number];
    }

    public int Count()
    {
        while (At(_found.Count) != null)
        {
            // Each call finds one more.
        }

        return _found.Count;
    }

    private static IEnumerable<double[]> Walk(SearchSpace space, double[][] axes)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var at = new int[axes.Length];
        while (true)
        {
            double[] point = [.. at.Select((index, axis) => axes[axis][index])];
            var parameter = space.SampleFromFeatureSpace(point);
            if (space.Allows(parameter) && seen.Add(parameter.ToJson()))
                yield return point;

            // What is left out has one value: conditions look only at coordinates before it, which stay as they are meanwhile.
            var active = space.ActiveCoordinates(parameter);
            var moving = axes.Length - 1;
            while (moving >= 0 && (!active[moving] || ++at[moving] == axes[moving].Length))
                at[moving--] = 0;
            if (moving < 0)
                yield break;
        }
    }

    private static IEnumerable<double[]> AxesOf(OptionBase option, int points) => option switch
    {
        ChoiceOption choice => [[.. choice.Choices.Select(c => choice.MappingToFeatureSpace(c)[0])]],
        UniformIntOption range when range.Max - range.Min < MostWholeNumbers || range.Max - range.Min < points =>
            [[.. Enumerable.Range((int)range.Min, (int)(range.Max - range.Min) + 1)
                .Select(v => range.MappingToFeatureSpace(Parameter.FromInt(v))[0])]],
        _ => Enumerable.Range(0, option.FeatureSpaceDim)
            .Select(axis => Evenly(option.Step[axis] is { } steps ? Math.Min(steps, points) : points)),
    };

    private static double[] Evenly(int count) => count == 1
        ? [0.5] : [.. Enumerable.Range(0, count).Select(i => i / (double)(count - 1))];
}
