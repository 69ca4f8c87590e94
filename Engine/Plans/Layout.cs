namespace MlPipeline.Engine.Plans;

/// <summary>How a value lies in memory during a run.</summary>
internal enum Layout
{
    /// <summary>
    /// A tensor of its own on the managed heap: inputs, outputs, constants, and what operators without a kernel read and make.
    /// </summary>
    Object,

    /// <summary>Row-major in the arena, dimensions as in the graph.</summary>
    RowMajor,

    /// <summary>In the arena, batch x height x width x channels; a pixel's channels may be a slice of a wider pixel's.</summary>
    ChannelsLast,
}
