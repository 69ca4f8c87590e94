using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Tests.Search;

internal static class TestSpaces
{
    /// <summary>Every kind of option, two of which depend on a choice.</summary>
    public static SearchSpace Conditional() => new SearchSpace
    {
        { "kind", new ChoiceOption("lbfgs", "sgd", "svm") },
        { "rate", new UniformDoubleOption(1e-4, 1, logBase: true) },
        { "depth", new UniformIntOption(1, 4) },
        { "momentum", new UniformDoubleOption(0, 0.99) },
        { "margin", new UniformSingleOption(0.1f, 10f, logBase: true) },
        { "flag", new ChoiceOption(true, false) },
    }.When("momentum", "kind", "sgd").When("margin", "kind", "svm");

    /// <summary>The points with a smooth value each.</summary>
    public static List<Observation> Observe(SearchSpace space, IReadOnlyList<double[]> points) =>
        [.. points.Select((p, i) =>
            new Observation(i, p, space.ActiveCoordinates(space.SampleFromFeatureSpace(p)), p.Sum(v => (v - 0.3) * (v - 0.3))))];
}
