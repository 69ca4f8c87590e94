namespace MlPipeline.Imaging;

/// <summary>One pass over the picture: every StepX-th pixel of every StepY-th row, from StartX and StartY.</summary>
internal readonly record struct PngPass(int StartX, int StartY, int StepX, int StepY, int Width, int Height)
{
    private static readonly (int StartX, int StartY, int StepX, int StepY)[] s_adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    /// <summary>A pass in which no pixel falls has no rows in the file at all.</summary>
    public bool IsEmpty => Width == 0 || Height == 0;

    /// <summary>The passes in file order: one, or the seven of Adam7.</summary>
    public static PngPass[] Of(in PngHeader header)
    {
        if (!header.Interlaced)
            return [new PngPass(0, 0, 1, 1, header.Width, header.Height)];

        PngPass[] passes = new PngPass[s_adam7.Length];
        for (var i = 0; i < passes.Length; i++)
        {
            (var x, var y, var stepX, var stepY) = s_adam7[i];
            var width = (int)(((long)header.Width - x + stepX - 1) / stepX);
            var height = (int)(((long)header.Height - y + stepY - 1) / stepY);
            passes[i] = new PngPass(x, y, stepX, stepY, Math.Max(0, width), Math.Max(0, height));
        }

        return passes;
    }
}
