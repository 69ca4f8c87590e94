using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Elementwise;

namespace MlPipeline.Engine.Kernels;

/// <content>Element by element.</content>
internal sealed unsafe partial class KernelSet<TSimd, TVec>
{
    private interface IElementwise
    {
        static abstract int Operands { get; }

        static abstract TVec Apply(TVec x, TVec y, TVec z);
    }

    public override void Elementwise(
        ElementwiseKind kind, float* x, float* y, float* z, float* target, nint count, float low, float high)
    {
        switch (kind)
        {
            case ElementwiseKind.Copy: Map<Same>(x, x, x, target, count, low, high); break;
            case ElementwiseKind.Add: Map<Sum>(x, y, x, target, count, low, high); break;
            case ElementwiseKind.Subtract: Map<Difference>(x, y, x, target, count, low, high); break;
            case ElementwiseKind.Multiply: Map<Product>(x, y, x, target, count, low, high); break;
            case ElementwiseKind.Divide: Map<Quotient>(x, y, x, target, count, low, high); break;
            case ElementwiseKind.MultiplyAdd: Map<Affine>(x, y, z, target, count, low, high); break;
            default: Map<Sloped>(x, y, x, target, count, low, high); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void NormalizeChannels(
        float* x, float* squares, float* target, int channels, int size, float scale, float bias)
    {
        TVec factor = TSimd.Broadcast(scale), start = TSimd.Broadcast(bias);
        for (nint c = 0; c < channels; c += TSimd.Count)
        {
            var sum = TSimd.Load(squares + c);
            for (var i = 1; i < size; i++)
                sum = TSimd.Add(sum, TSimd.Load(squares + c + i));
            var root = TSimd.SquareRoot(TSimd.MultiplyAdd(sum, factor, start));
            var value = TSimd.Divide(TSimd.Load(x + c), TSimd.Multiply(root, TSimd.SquareRoot(root)));
            StoreLanes(target + c, value, (int)Math.Min(TSimd.Count, channels - c));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Map<TMap>(float* x, float* y, float* z, float* target, nint count, float low, float high)
        where TMap : struct, IElementwise
    {
        TVec least = TSimd.Broadcast(low), most = TSimd.Broadcast(high);
        for (nint i = 0; i < count; i += TSimd.Count)
        {
            var a = TSimd.Load(x + i);
            var b = TMap.Operands > 1 ? TSimd.Load(y + i) : a;
            var c = TMap.Operands > 2 ? TSimd.Load(z + i) : a;
            var value = TSimd.Min(most, TSimd.Max(least, TMap.Apply(a, b, c)));
            StoreLanes(target + i, value, (int)Math.Min(TSimd.Count, count - i));
        }
    }

    private readonly struct Same : IElementwise
    {
        public static int Operands => 1;

        public static TVec Apply(TVec x, TVec y, TVec z) => x;
    }

    private readonly struct Sum : IElementwise
    {
        public static int Operands => 2;

        public static TVec Apply(TVec x, TVec y, TVec z) => TSimd.Add(x, y);
    }

    private readonly struct Difference : IElementwise
    {
        public static int Operands => 2;

        public static TVec Apply(TVec x, TVec y, TVec z) => TSimd.Subtract(x, y);
    }

    private readonly struct Product : IElementwise
    {
        public static int Operands => 2;

        public static TVec Apply(TVec x, TVec y, TVec z) => TSimd.Multiply(x, y);
    }

    private readonly struct Quotient : IElementwise
    {
        public static int Operands => 2;

        public static TVec Apply(TVec x, TVec y, TVec z) => TSimd.Divide(x, y);
    }

    private readonly struct Affine : IElementwise
    {
        public static int Operands => 3;

        public static TVec Apply(TVec x, TVec y, TVec z) => TSimd.MultiplyAdd(x, y, z);
    }

    private readonly struct Sloped : IElementwise
    {
        public static int Operands => 2;

        public static TVec Apply(TVec x, TVec y, TVec z) =>
            TSimd.MultiplyAdd(TSimd.Min(TSimd.Zero, x), y, TSimd.Max(TSimd.Zero, x));
    }
}
