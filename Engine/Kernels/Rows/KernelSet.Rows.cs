namespace MlPipeline.Engine.Kernels;

/// <content>Rows that are normalised as a whole.</content>
internal abstract unsafe partial class KernelSet
{
    /// <summary>target[i] = e^x[i] over the sum of all e^x. Reads up to a vector past the end, writes exactly; may work in
    /// place.</summary>
    public abstract void Softmax(float* x, float* target, int count);

    /// <summary>
    /// target[i] = (x[i] - mean) / sqrt(variance + epsilon) scale[i] + shift[i], mean and variance those of the row. Reads up to
    /// a vector past the end, writes exactly; may work in place.
    /// </summary>
    public abstract void NormalizeRow(float* x, float* scale, float* shift, float* target, int count, float epsilon);
}
