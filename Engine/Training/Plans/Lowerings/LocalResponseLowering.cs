using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Plans;

namespace MlPipeline.Engine.Training.Plans.Lowerings;

/// <summary>Local response normalisation across channels, pixel by pixel.</summary>
internal static unsafe class LocalResponseLowering
{
    public static Action? TryLower(Node node, TrainingBuilder builder)
    {
        if (node.OpType != "LRN" || builder.ShapeOf(node.Inputs[0]).Length != 4)
            return null;
        Place x = builder.Get(node.Inputs[0]), y = builder.Output(node.FirstOutput);
        var rule = new Rule(
            (int)node.Attributes.Int("size"), node.Attributes.Float("alpha", 1e-4f), node.Attributes.Float("beta", 0.75f),
            node.Attributes.Float("bias", 1), x.Channels);
        AddStep(node.Name, [x, y], (workspace, pixel, scratch) =>
            rule.Forward(workspace.Address(x) + pixel, workspace.Address(y) + pixel, scratch));
        return () =>
        {
            var dy = builder.GradientOf(node.FirstOutput);
            var dx = builder.NewGradient(node.Inputs[0], out var addend);
            AddStep($"{node.Name} gradient", [x, dy, dx, addend], (workspace, pixel, scratch) =>
                rule.Backward(workspace.Address(x) + pixel, workspace.Address(dy) + pixel,
                    addend is null ? null : workspace.Address(addend) + pixel, workspace.Address(dx) + pixel, scratch));
        };

        void AddStep(string name, Place?[] places, Action<Workspace, nint, nint> body)
        {
            var tasks = builder.Cut(x.Length * 8, x.Pixels);
            builder.Add(new TrainingStep(name, places, [tasks], (workspace, _, task, worker) =>
            {
                int first = (int)((long)x.Pixels * task / tasks), end = (int)((long)x.Pixels * (task + 1) / tasks);
                for (var pixel = first; pixel < end; pixel++)
                    body(workspace, (nint)pixel * x.Channels, (nint)workspace.Scratch(worker));
            })
            { Scratch = 2L * x.Channels });
        }
    }

    private sealed record Rule(int Size, float Alpha, float Beta, float Bias, int Channels)
    {
        public void Forward(float* x, float* y, nint scratch)
        {
            var bases = Bases(x, scratch);
            for (var c = 0; c < Channels; c++)
                y[c] = x[c] * Power(bases[c]);
        }

        public void Backward(float* x, float* dy, float* addend, float* dx, nint scratch)
        {
            float* bases = Bases(x, scratch), factors = bases + Channels;
            for (var c = 0; c < Channels; c++)
            {
                var power = Power(bases[c]);
                factors[c] = 2 * Alpha * Beta / Size * dy[c] * x[c] * power / bases[c];
                dx[c] = (dy[c] * power) + (addend == null ? 0 : addend[c]);
            }

            for (var c = 0; c < Channels; c++)
            {
                // The channels in whose windows this one lies.
                float sum = 0;
                for (var other = Math.Max(0, c - (Size / 2)); other <= Math.Min(Channels - 1, c + ((Size - 1) / 2)); other++)
                    sum += factors[other];
                dx[c] -= sum * x[c];
            }
        }

        private float* Bases(float* x, nint scratch)
        {
            var bases = (float*)scratch;
            for (var c = 0; c < Channels; c++)
            {
                float sum = 0;
                for (var other = Math.Max(0, c - ((Size - 1) / 2)); other <= Math.Min(Channels - 1, c + (Size / 2)); other++)
                    sum += x[other] * x[other];
                bases[c] = Bias + (Alpha / Size * sum);
            }

            return bases;
        }

        private float Power(float value) =>
            Beta == 0.75f ? 1 / (MathF.Sqrt(value) * MathF.Sqrt(MathF.Sqrt(value))) : MathF.Pow(value, -Beta);
    }
}
