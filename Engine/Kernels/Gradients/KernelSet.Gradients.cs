using MlPipeline.Engine.Kernels.Winograd;

namespace MlPipeline.Engine.Kernels;

/// <content>Backward passes and the sums that training needs, over rows of channels that follow one another.</content>
internal abstract unsafe partial class KernelSet
{
    /// <summary>target[c] = the sum of x over some rows.</summary>
    public abstract void SumRows(float* x, int rows, int channels, float* target);

    /// <summary>target[c] = the sum of (x - center[c])^2 over some rows.</summary>
    public abstract void SumSquares(float* x, int rows, int channels, float* center, float* target);

    /// <summary>target = x a[c] + b[c] + addend, at least low.</summary>
    /// <param name="x">First row.</param>
    /// <param name="factors">a, one value per channel.</param>
    /// <param name="terms">b, one value per channel.</param>
    /// <param name="addend">First row; null: nothing is added.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="channels">Floats of a row.</param>
    /// <param name="target">First row.</param>
    /// <param name="low">The least value: 0 for a ReLU.</param>
    public abstract void Normalize(
        float* x, float* factors, float* terms, float* addend, int rows, int channels, float* target, float low);

    /// <summary>
    /// sums[c] = the sum of g, and products[c] that of g (x - center[c]), over some rows; g is dy where x factors[c] + terms[c]
    /// is positive, elsewhere 0: the gradient before the ReLU of <see cref="Normalize"/>, to the bit.
    /// </summary>
    /// <param name="x">First row.</param>
    /// <param name="dy">First row.</param>
    /// <param name="factors">One value per channel; null: g is dy everywhere.</param>
    /// <param name="terms">One value per channel.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="channels">Floats of a row.</param>
    /// <param name="center">One value per channel.</param>
    /// <param name="sums">Where to write.</param>
    /// <param name="products">Where to write.</param>
    public abstract void SumProducts(
        float* x, float* dy, float* factors, float* terms, int rows, int channels, float* center, float* sums, float* products);

    /// <summary>target = a[c] g + b[c] x + d[c] + addend, with g as in <see cref="SumProducts"/>.</summary>
    /// <param name="x">First row.</param>
    /// <param name="dy">First row.</param>
    /// <param name="factors">One value per channel; null: g is dy everywhere.</param>
    /// <param name="terms">One value per channel.</param>
    /// <param name="addend">First row; null: nothing is added.</param>
    /// <param name="coefficients">a, b and d of all channels, one after the other, <paramref name="step"/> apart.</param>
    /// <param name="step">Floats from a to b, and from b to d.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="channels">Floats of a row.</param>
    /// <param name="target">First row.</param>
    public abstract void NormalizationGradient(
        float* x, float* dy, float* factors, float* terms, float* addend, float* coefficients, nint step, int rows, int channels,
        float* target);

    /// <summary>target[i] = dy[i] where y lies between the bounds, elsewhere 0; plus addend[i], if there is one.</summary>
    public abstract void ClampGradient(float* y, float* dy, float* addend, float* target, nint count, float low, float high);

    /// <summary>target[i] = (a + b y[i] + c y[i]^2) dy[i] + addend[i]: the gradient of functions with such derivatives.</summary>
    public abstract void QuadraticGradient(
        float* y, float* dy, float* addend, float* target, nint count, float a, float b, float c);

    /// <summary>
    /// Gives the gradient of a window's maximum to the first pixel that has it, channel by channel.
    /// </summary>
    /// <param name="pixels">The window's pixels.</param>
    /// <param name="targets">Where the gradients of these pixels are added up.</param>
    /// <param name="count">Pixels.</param>
    /// <param name="y">The maximum.</param>
    /// <param name="dy">Its gradient.</param>
    /// <param name="channels">Channels.</param>
    public abstract void SpreadMaximum(float** pixels, float** targets, int count, float* y, float* dy, int channels);

    /// <summary>The transposed transforms of F(m x m, 3x3), m being 2 or 4.</summary>
    public abstract WinogradGradients WinogradGradients(WinogradAxis axis);

    /// <summary>target[i] += x[i] factor.</summary>
    public abstract void AddScaled(float* x, float factor, float* target, nint count);
}
