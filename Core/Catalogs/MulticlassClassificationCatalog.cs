namespace MlPipeline.Core;

/// <summary>Training and judging of classifiers with any number of classes.</summary>
public sealed partial class MulticlassClassificationCatalog : TrainCatalogBase
{
    internal MulticlassClassificationCatalog(Host host)
        : base(host) => Trainers = new MulticlassClassificationTrainers(this);

    /// <summary>The trainers.</summary>
    public MulticlassClassificationTrainers Trainers { get; }

    /// <summary>The trainers of classifiers; the methods are extensions.</summary>
    public sealed class MulticlassClassificationTrainers : CatalogInstantiatorBase
    {
        internal MulticlassClassificationTrainers(MulticlassClassificationCatalog owner)
            : base(owner)
        {
        }
    }
}
