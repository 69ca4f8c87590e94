using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Elementwise;

namespace MlPipeline.Engine.Kernels;

/// <content>Functions of one number, by polynomials; relative errors stay within a few units of the last place.</content>
internal sealed unsafe partial class KernelSet<TSimd, TVec>
{
    // Added and taken away again, it rounds to a whole number: one and a half times 2^23.
    private const float Rounder = 12582912;
    private const float Log2E = 1.44269504f;

    // ln 2 in two parts, the first of so few digits that multiples of it are exact.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    private interface IFunction
    {
        static abstract TVec Apply(TVec x, TVec alpha, TVec beta);
    }

    public override void Function(FunctionKind kind, float* x, float* target, nint count, float alpha, float beta)
    {
        switch (kind)
        {
            case FunctionKind.Sigmoid: Map<Logistic>(x, target, count, alpha, beta); break;
            case FunctionKind.Swish: Map<SelfGated>(x, target, count, alpha, beta); break;
            case FunctionKind.HardSigmoid: Map<Ramp>(x, target, count, alpha, beta); break;
            case FunctionKind.HardSwish: Map<RampGated>(x, target, count, alpha, beta); break;
            case FunctionKind.Tanh: Map<HyperbolicTangent>(x, target, count, alpha, beta); break;
            case FunctionKind.Elu: Map<ExponentialUnit>(x, target, count, alpha, beta); break;
            case FunctionKind.LeakyRelu: Map<Leaky>(x, target, count, alpha, beta); break;
            case FunctionKind.Erf: Map<ErrorFunction>(x, target, count, alpha, beta); break;
            case FunctionKind.Gelu: Map<NormalGated>(x, target, count, alpha, beta); break;
            case FunctionKind.GeluByTanh: Map<NormalGatedByTangent>(x, target, count, alpha, beta); break;
            case FunctionKind.Mish: Map<MishGated>(x, target, count, alpha, beta); break;
            default: throw new ArgumentOutOfRangeException(nameof(kind));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Map<TFunction>(float* x, float* target, nint count, float alpha, float beta)
        where TFunction : struct, IFunction
    {
        TVec a = TSimd.Broadcast(alpha), b = TSimd.Broadcast(beta);
        nint i = 0;
        for (; i + TSimd.Count <= count; i += TSimd.Count)
            TSimd.Store(target + i, TFunction.Apply(TSimd.Load(x + i), a, b));
        if (i < count)
            MapSome<TFunction>(x + i, target + i, (int)(count - i), alpha, beta);
    }

    // Apart, since a call in the loop would cost it the registers that hold the polynomials.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void MapSome<TFunction>(float* x, float* target, int lanes, float alpha, float beta)
        where TFunction : struct, IFunction =>
        StoreSomeLanes(target, TFunction.Apply(TSimd.Load(x), TSimd.Broadcast(alpha), TSimd.Broadcast(beta)), lanes);

    /// <summary>e^x as (1 + part) scale, where scale is a power of two and x is brought to where both are normal
    /// numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec ExponentialPart(TVec x, out TVec scale)
    {
        x = TSimd.Min(TSimd.Broadcast(88), TSimd.Max(TSimd.Broadcast(-87), x));
        var rounder = TSimd.Broadcast(Rounder);
        var n = TSimd.Subtract(TSimd.MultiplyAdd(x, TSimd.Broadcast(Log2E), rounder), rounder);
        var r = TSimd.MultiplyAdd(n, TSimd.Broadcast(-Ln2High), x);
        r = TSimd.MultiplyAdd(n, TSimd.Broadcast(-Ln2Low), r);
        scale = TSimd.PowerOfTwo(n);

        // e^r - 1 = r + r^2 q(r) for |r| up to ln 2 / 2, q fitted to the least relative error.
        var q = TSimd.MultiplyAdd(r, TSimd.Broadcast(1.984619216e-4f), TSimd.Broadcast(1.394269941e-3f));
        q = TSimd.MultiplyAdd(r, q, TSimd.Broadcast(8.333393683e-3f));
        q = TSimd.MultiplyAdd(r, q, TSimd.Broadcast(4.166633599e-2f));
        q = TSimd.MultiplyAdd(r, q, TSimd.Broadcast(1.666666633e-1f));
        q = TSimd.MultiplyAdd(r, q, TSimd.Broadcast(0.5f));
        return TSimd.MultiplyAdd(TSimd.Multiply(r, r), q, r);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Exponential(TVec x)
    {
        var part = ExponentialPart(x, out var scale);
        return TSimd.MultiplyAdd(part, scale, scale);
    }

    /// <summary>e^x - 1, which keeps its digits near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec ExponentialMinusOne(TVec x)
    {
        var part = ExponentialPart(x, out var scale);
        return TSimd.MultiplyAdd(part, scale, TSimd.Subtract(scale, TSimd.Broadcast(1)));
    }

    /// <summary>x / (1 + e^-z).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Gated(TVec x, TVec z)
    {
        var one = TSimd.Broadcast(1);
        return TSimd.Divide(x, TSimd.Add(one, Exponential(TSimd.Subtract(TSimd.Zero, z))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Clamped(TVec x) => TSimd.Max(TSimd.Zero, TSimd.Min(TSimd.Broadcast(1), x));

    /// <summary>x P(x^2) / Q(x^2), fitted to the least relative error up to 4; beyond, erf is exactly 1 in single
    /// precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Erf(TVec given)
    {
        var x = TSimd.Min(TSimd.Broadcast(4), TSimd.Max(TSimd.Broadcast(-4), given));
        var t = TSimd.Multiply(x, x);
        var p = TSimd.MultiplyAdd(t, TSimd.Broadcast(1.98680248e-6f), TSimd.Broadcast(2.84566653e-4f));
        p = TSimd.MultiplyAdd(t, p, TSimd.Broadcast(3.88332349e-3f));
        p = TSimd.MultiplyAdd(t, p, TSimd.Broadcast(5.31016823e-2f));
        p = TSimd.MultiplyAdd(t, p, TSimd.Broadcast(1.93544422e-1f));
        p = TSimd.MultiplyAdd(t, p, TSimd.Broadcast(1.12837914f));
        var q = TSimd.MultiplyAdd(t, TSimd.Broadcast(3.74204244e-5f), TSimd.Broadcast(1.18556853e-3f));
        q = TSimd.MultiplyAdd(t, q, TSimd.Broadcast(1.52072075e-2f));
        q = TSimd.MultiplyAdd(t, q, TSimd.Broadcast(1.15349755e-1f));
        q = TSimd.MultiplyAdd(t, q, TSimd.Broadcast(5.04856833e-1f));
        q = TSimd.MultiplyAdd(t, q, TSimd.Broadcast(1));
        var fitted = TSimd.Add(TSimd.Divide(TSimd.Multiply(x, p), q), TSimd.Subtract(given, x));
        return TSimd.Min(TSimd.Broadcast(1), TSimd.Max(TSimd.Broadcast(-1), fitted));
    }

    private readonly struct Logistic : IFunction
    {
        public static TVec Apply(TVec x, TVec alpha, TVec beta) => Gated(TSimd.Broadcast(1), x);
    }

    private readonly struct SelfGated : IFunction
    {
        // Below beta the gate is closed, and x must not outgrow it.
        public static TVec Apply(TVec x, TVec alpha, TVec beta)
        {
            x = TSimd.Max(beta, x);
            return Gated(x, TSimd.Multiply(alpha, x));
        }
    }

    private readonly struct Ramp : IFunction
    {
        public static TVec Apply(TVec x, TVec alpha, TVec beta) => Clamped(TSimd.MultiplyAdd(alpha, x, beta));
    }

    private readonly struct RampGated : IFunction
    {
        public static TVec Apply(TVec x, TVec alpha, TVec beta) =>
            TSimd.Multiply(x, Clamped(TSimd.MultiplyAdd(alpha, x, beta)));
    }

    private readonly struct HyperbolicTangent : IFunction
    {
        // (e^2x - 1) / (e^2x + 1); beyond 10 it is 1 in single precision.
        public static TVec Apply(TVec x, TVec alpha, TVec beta)
        {
            x = TSimd.Min(TSimd.Broadcast(10), TSimd.Max(TSimd.Broadcast(-10), x));
            var e = ExponentialMinusOne(TSimd.Add(x, x));
            return TSimd.Divide(e, TSimd.Add(e, TSimd.Broadcast(2)));
        }
    }

    private readonly struct ExponentialUnit : IFunction
    {
        public static TVec Apply(TVec x, TVec alpha, TVec beta) =>
            TSimd.MultiplyAdd(alpha, ExponentialMinusOne(TSimd.Min(TSimd.Zero, x)), TSimd.Max(TSimd.Zero, x));
    }

    private readonly struct Leaky : IFunction
    {
        public static TVec Apply(TVec x, TVec alpha, TVec beta) =>
            TSimd.MultiplyAdd(alpha, TSimd.Min(TSimd.Zero, x), TSimd.Max(TSimd.Zero, x));
    }

    private readonly struct ErrorFunction : IFunction
    {
        public static TVec Apply(TVec x, TVec alpha, TVec beta) => Erf(x);
    }

    private readonly struct NormalGated : IFunction
    {
        public static TVec Apply(TVec x, TVec alpha, TVec beta)
        {
            var half = TSimd.Multiply(x, TSimd.Broadcast(0.5f));
            return TSimd.MultiplyAdd(half, Erf(TSimd.Multiply(x, TSimd.Broadcast(0.707106781f))), half);
        }
    }

    private readonly struct NormalGatedByTangent : IFunction
    {
        // (1 + tanh(z)) / 2 = 1 / (1 + e^-2z).
        public static TVec Apply(TVec x, TVec alpha, TVec beta)
        {
            x = TSimd.Max(TSimd.Broadcast(-30), x);
            var cubic = TSimd.MultiplyAdd(TSimd.Multiply(x, x), TSimd.Broadcast(2 * 0.797884561f * 0.044715f),
                TSimd.Broadcast(2 * 0.797884561f));
            return Gated(x, TSimd.Multiply(x, cubic));
        }
    }

    private readonly struct MishGated : IFunction
    {
        // With u = e^x: tanh(ln(1 + u)) = u (u + 2) / (u (u + 2) + 2); beyond 20 it is 1 in single precision.
        public static TVec Apply(TVec x, TVec alpha, TVec beta)
        {
            x = TSimd.Max(TSimd.Broadcast(-100), x);
            var u = Exponential(TSimd.Min(TSimd.Broadcast(20), x));
            TVec two = TSimd.Broadcast(2), product = TSimd.Multiply(u, TSimd.Add(u, two));
            return TSimd.Multiply(x, TSimd.Divide(product, TSimd.Add(product, two)));
        }
    }
}
