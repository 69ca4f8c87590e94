namespace MlPipeline.Engine.Kernels.Depthwise;

/// <summary>Neighbouring output pixels of a depthwise convolution whose taps inside the map are the same rectangle of
/// taps.</summary>
internal unsafe struct DepthwiseRun
{
    /// <summary>What the first pixel's first tap reads.</summary>
    public float* Input;

    /// <summary>Floats of the input from one output pixel to the next.</summary>
    public nint PixelStep;

    /// <summary>Floats of the input from one row of taps to the next.</summary>
    public nint RowStep;

    /// <summary>Floats of the input from one tap of a row to the next.</summary>
    public nint TapStep;

    /// <summary>Rows of taps.</summary>
    public int TapRows;

    /// <summary>Taps of a row.</summary>
    public int TapColumns;

    /// <summary>The first tap's weights, one per channel.</summary>
    public float* Weights;

    /// <summary>Floats of weights from one row of taps to the next.</summary>
    public nint WeightRowStep;

    /// <summary>Floats of weights from one tap of a row to the next.</summary>
    public nint WeightStep;

    /// <summary>One value per channel.</summary>
    public float* Bias;

    /// <summary>Added at the end; null: nothing.</summary>
    public float* Residual;

    /// <summary>Floats from one residual pixel to the next.</summary>
    public nint ResidualStep;

    /// <summary>The first output pixel.</summary>
    public float* Output;

    /// <summary>Floats from one output pixel to the next.</summary>
    public nint OutputStep;

    /// <summary>Output pixels.</summary>
    public int Pixels;

    public int Channels;

    /// <summary>Least value.</summary>
    public float Low;

    /// <summary>Greatest value.</summary>
    public float High;
}
