namespace MlPipeline.Tests.Support.Estimators;

/// <summary>
/// What <see cref="EstimatorConformance"/> must know of an estimator. Everything has a default except the columns it reads.
/// </summary>
internal sealed record ConformanceOptions
{
    /// <summary>
    /// The columns the estimator reads: each is taken away, and given another type, in turn. Empty: none is read by name.
    /// </summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>The columns it makes; every other column of the input must come out as it went in, or be dropped.</summary>
    public required IReadOnlyList<string> Outputs { get; init; }

    /// <summary>Whether rows are dropped or added, so that output rows are not the input's.</summary>
    public bool ChangesRows { get; init; }

    /// <summary>Whether an input column of a type nobody knows is refused. False for an estimator that takes any type.</summary>
    public bool RefusesUnknownTypes { get; init; } = true;

    /// <summary>Further types, per input column, that are refused.</summary>
    public IReadOnlyList<(string Column, DataViewType Type)> RefusedTypes { get; init; } = [];

    /// <summary>Whether a column may be missing once the estimator is fitted (a label: needed to train, not to score).</summary>
    public IReadOnlyList<string> NeededToFitOnly { get; init; } = [];

    /// <summary>
    /// Saves and loads a fitted transformer, whose input has the given schema. Null: MLContext.Model's Save and Load.
    /// </summary>
    public Func<ITransformer, DataViewSchema, ITransformer>? SaveAndLoad { get; init; }

    /// <summary>Why the transformer cannot be saved; null when it can.</summary>
    public string? NotSavedBecause { get; init; }

    /// <summary>Whether exactly the promised annotations are delivered, rather than at least those.</summary>
    public bool ExactAnnotations { get; init; }

    /// <summary>Whether fitting again on the same rows gives the same output.</summary>
    public bool RefitsEqually { get; init; } = true;

    /// <summary>
    /// Turns a value of a type of its own into one whose equality means sameness (and disposes what was owned); null: values of
    /// unknown types are compared by Equals.
    /// </summary>
    public Func<object?, object?>? Describe { get; init; }
}
