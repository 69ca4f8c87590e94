namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>What a transform reads along one side of a tile, a vector of channels at a time.</summary>
internal interface IVectorSource<TVec>
    where TVec : unmanaged
{
    /// <summary>The vector of one pixel.</summary>
    TVec Load(int pixel);
}
