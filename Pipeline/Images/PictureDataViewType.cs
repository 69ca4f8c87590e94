namespace MlPipeline.Pipeline.Images;

/// <summary>A column of <see cref="Picture"/>s: what <see cref="ImageClassificationModel"/> hands to a backbone in place of
/// paths, bytes or images, so that one model takes any of them.</summary>
internal sealed class PictureDataViewType() : StructuredDataViewType(typeof(Picture))
{
    public override bool Equals(DataViewType? other) => other is PictureDataViewType;

    public override bool Equals(object? obj) => obj is PictureDataViewType;

    public override int GetHashCode() => typeof(PictureDataViewType).GetHashCode();
}
