namespace MlPipeline.Core;

/// <summary>A view that knows which view it was made from.</summary>
internal interface IDerivedView : IDataView
{
    IDataView Source { get; }
}
