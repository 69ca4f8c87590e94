using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops.Activations;
using MlPipeline.Engine.Ops.Normalization;
using MlPipeline.Engine.Plans;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Training.Plans.Lowerings;

/// <summary>
/// Batch normalisation (Ioffe and Szegedy 2015), by the batch's statistics or by running ones, with the addition of another value
/// and the ReLU after it.
/// </summary>
/// <remarks>
/// With n pixels, g the gradient of y and s = scale / sqrt(variance + epsilon), the gradient of x is, by the batch's statistics,
/// s (g - mean of g - (x - mean) / (variance + epsilon) mean of g (x - mean)); by running ones s g. Sums run over chunks of
/// pixels whose size follows from the channels alone, and the chunks' sums are added in order.
/// </remarks>
internal static unsafe class BatchNormalizationLowering
{
    private const int ChunkFloats = 1 << 15;

    public static Action? TryLower(Node node, TrainingBuilder builder)
    {
        if (node.OpType != "BatchNormalization" || Activation.IsFused(node)
            || builder.ShapeOf(node.Inputs[0]).Length is not (2 or 4))
        {
            return null;
        }

        var constants = new Tensor[5];
        for (var i = 1; i < 5; i++)
        {
            if (builder.ConstantOf(node.Inputs[i]) is not { } constant || (i > 2 && builder.FixedOf(node.Inputs[i]) is null))
                return null;
            constants[i] = constant;
        }

        var x = builder.Get(node.Inputs[0], Layout.ChannelsLast);
        var y = builder.New(x.Dimensions, Layout.ChannelsLast);
        TrainedParameter? scale = builder.ParameterOf(node.Inputs[1]), shift = builder.ParameterOf(node.Inputs[2]);
        var norm = new Norm(builder, node, x, constants)
        {
            ByBatch = builder.UsesBatchStatistics && (scale ?? shift) is not null,
        };

        // The gradient of the other value is made with the normalisation's own, if there is any.
        var sum = node.Inputs.Any(builder.Wants) ? builder.SumAfter(node) : null;
        var other = sum?.Other;
        (var output, var hasRelu) = builder.WithRelu(sum?.Node ?? node);
        norm.AddForward(other is null ? null : builder.Get(other, Layout.ChannelsLast), y, hasRelu);
        builder.Define(output, y);
        return () =>
        {
            var dy = builder.GradientOf(output, Layout.ChannelsLast)!;
            if (other is null)
            {
                norm.AddBackward(dy, null, hasRelu, scale, shift);
                return;
            }

            dy = norm.AddBackward(dy, hasRelu ? y : null, false, scale, shift);
            if (builder.Wants(other))
                builder.AddGradient(other, dy);
        };
    }

    private sealed class Norm
    {
        private readonly TrainingBuilder _builder;
        private readonly Node _node;
        private readonly Place _x;
        private readonly int _channels;
        private readonly int _rows;
        private readonly int _chunk;
        private readonly int _chunks;
        private readonly nint _step;
        private readonly float _epsilon;
        private readonly Tensor _scale;
        private readonly Tensor _shift;
        private readonly Tensor _mean;
        private readonly Tensor _variance;
        private readonly PlanBuffer _moments;

        public Norm(TrainingBuilder builder, Node node, Place x, Tensor[] constants)
        {
            _builder = builder;
            _node = node;
            _x = x;
            _channels = x.Channels;
            _rows = x.Pixels;
            _chunk = Math.Max(16, ChunkFloats / _channels);
            _chunks = (_rows + _chunk - 1) / _chunk;
            _step = ((_channels + 15) / 16 * 16) + 16;
            _epsilon = BatchNormalizationOp.Epsilon(node);
            _scale = constants[1];
            _shift = constants[2];
            _mean = builder.State.StatisticsOf(node.Inputs[3], constants[3]);
            _variance = builder.State.StatisticsOf(node.Inputs[4], constants[4]);

            // Mean, 1 / sqrt(variance + epsilon), and the factors and terms of the channels: alive until the backward pass.
            _moments = new PlanBuffer(5 * _step);
        }

        public bool ByBatch { get; init; }

        public void AddForward(Place? addend, Place y, bool hasRelu)
        {
            var parts = new PlanBuffer(2 * _step * _chunks);
            int[] tasks = [ByBatch ? _chunks : 0, 1, _chunks];
            var step = new TrainingStep(_node.Name, [_x, addend, y], tasks, (workspace, phase, task, _) =>
            {
                var moments = workspace.Address(_moments);
                (var first, var count) = Chunk(task);
                var offset = (nint)first * _channels;
                var x = workspace.Address(_x) + offset;
                if (phase == 0)
                {
                    MeasureChunk(x, count, workspace.Address(parts) + (2 * _step * task));
                }
                else if (phase == 1)
                {
                    Combine(workspace.Address(parts), moments);
                }
                else
                {
                    var given = addend is null ? null : workspace.Address(addend) + offset;
                    _builder.Kernels.Normalize(x, moments + (2 * _step), moments + (3 * _step), given, count, _channels,
                        workspace.Address(y) + offset, hasRelu ? 0 : float.NegativeInfinity);
                }
            })
            { Shared = parts };
            step.Buffers.Add(_moments);
            _builder.Add(step);
        }

        /// <summary>The gradients of the input, the scale and the shift.</summary>
        /// <param name="dy">The gradient of what the node gives in the end.</param>
        /// <param name="gate">What dy passes where it is positive: a sum with the ReLU after it; null: there is none.</param>
        /// <param name="hasRelu">Whether dy is the gradient after the ReLU of the normalisation itself.</param>
        /// <param name="scale">Null: not trained.</param>
        /// <param name="shift">Null: not trained.</param>
        /// <returns>What of dy passed the gate.</returns>
        public Place AddBackward(Place dy, Place? gate, bool hasRelu, TrainedParameter? scale, TrainedParameter? shift)
        {
            Place? addend = null;
            var dx = _builder.Wants(_node.Inputs[0]) ? _builder.NewGradient(_node.Inputs[0], out addend) : null;
            var addsScale = scale is not null && _builder.Continues(scale);
            var addsShift = shift is not null && _builder.Continues(shift);
            var needsSums = ByBatch || (scale ?? shift) is not null;
            var passed = gate is null ? dy : _builder.New(dy.Dimensions, Layout.ChannelsLast);
            var parts = new PlanBuffer((2 * _step * _chunks) + (3 * _step));
            var step = new TrainingStep($"{_node.Name} gradient", [_x, dy, gate, passed, dx, addend],
                [needsSums || gate is not null ? _chunks : 0, 1, dx is null ? 0 : _chunks], (workspace, phase, task, _) =>
                {
                    float* moments = workspace.Address(_moments), sums = workspace.Address(parts);
                    var coefficients = sums + (2 * _step * _chunks);
                    (var first, var count) = Chunk(task);
                    var offset = (nint)first * _channels;
                    float* x = workspace.Address(_x) + offset, gradients = workspace.Address(passed) + offset;
                    var factors = hasRelu ? moments + (2 * _step) : null;
                    if (phase == 0)
                    {
                        if (gate is not null)
                        {
                            _builder.Kernels.ClampGradient(workspace.Address(gate) + offset, workspace.Address(dy) + offset, null,
                                gradients, (nint)count * _channels, 0, float.PositiveInfinity);
                        }

                        var part = sums + (2 * _step * task);
                        if (needsSums)
                        {
                            _builder.Kernels.SumProducts(x, gradients, factors, factors + _step, count, _channels, moments, part,
                                part + _step);
                        }
                    }
                    else if (phase == 1)
                    {
                        Combine(sums, moments, coefficients, needsSums, scale, addsScale, shift, addsShift);
                    }
                    else
                    {
                        var given = addend is null ? null : workspace.Address(addend) + offset;
                        _builder.Kernels.NormalizationGradient(x, gradients, factors, factors + _step, given, coefficients, _step,
                            count, _channels, workspace.Address(dx!) + offset);
                    }
                })
            { Shared = parts };
            step.Buffers.Add(_moments);
            _builder.Add(step);
            return passed;
        }

        private (int First, int Count) Chunk(int task) => (task * _chunk, Math.Min(_chunk, _rows - (task * _chunk)));

        /// <summary>The chunk's mean, and its sum of squared distances from that.</summary>
        private void MeasureChunk(float* x, int count, float* part)
        {
            _builder.Kernels.SumRows(x, count, _channels, part);
            for (var c = 0; c < _channels; c++)
                part[c] /= count;
            _builder.Kernels.SumSquares(x, count, _channels, part, part + _step);
        }

        /// <summary>The statistics of all chunks (Chan, Golub and LeVeque 1979), or the running ones, and what follows.</summary>
        private void Combine(float* parts, float* moments)
        {
            float[]? means = null, variances = null;
            if (ByBatch)
            {
                means = _builder.State.PendingOf(_node.Inputs[3]);
                variances = _builder.State.PendingOf(_node.Inputs[4]);
            }

            for (var c = 0; c < _channels; c++)
            {
                double mean = _mean.Floats[c], variance = _variance.Floats[c];
                if (ByBatch)
                {
                    (mean, var squares) = Statistics(parts, c);
                    variance = squares / _rows;
                    var momentum = _builder.State.Momentum;
                    means![c] = (float)(((1 - momentum) * _mean.Floats[c]) + (momentum * mean));
                    variances![c] = (float)(((1 - momentum) * _variance.Floats[c])
                        + (momentum * squares / Math.Max(1, _rows - 1)));
                }

                var inverse = 1 / Math.Sqrt(variance + _epsilon);
                var factor = _scale.Floats[c] * inverse;
                moments[c] = (float)mean;
                moments[_step + c] = (float)inverse;
                moments[(2 * _step) + c] = (float)factor;
                moments[(3 * _step) + c] = (float)(_shift.Floats[c] - (mean * factor));
            }
        }

        private (double Mean, double Squares) Statistics(float* parts, int channel)
        {
            double mean = 0, squares = 0;
            for (var chunk = 0; chunk < _chunks; chunk++)
            {
                double before = (double)chunk * _chunk, count = Chunk(chunk).Count;
                var distance = parts[(2 * _step * chunk) + channel] - mean;
                mean += distance * count / (before + count);
                squares += parts[(2 * _step * chunk) + _step + channel];
                squares += distance * distance * before * count / (before + count);
            }

            return (mean, squares);
        }

        private void Combine(
            float* parts, float* moments, float* coefficients, bool hasSums, TrainedParameter? scale, bool addsScale,
            TrainedParameter? shift, bool addsShift)
        {
            for (var c = 0; c < _channels; c++)
            {
                double sum = 0, product = 0;
                for (var chunk = 0; chunk < _chunks && hasSums; chunk++)
                {
                    sum += parts[(2 * _step * chunk) + c];
                    product += parts[(2 * _step * chunk) + _step + c];
                }

                double mean = moments[c], inverse = moments[_step + c], factor = _scale.Floats[c] * inverse;
                if (scale is not null)
                    scale.Gradient.Floats[c] = (float)((addsScale ? scale.Gradient.Floats[c] : 0) + (product * inverse));
                if (shift is not null)
                    shift.Gradient.Floats[c] = (float)((addsShift ? shift.Gradient.Floats[c] : 0) + sum);
                var slope = ByBatch ? -factor * inverse * inverse * product / _rows : 0;
                coefficients[c] = (float)factor;
                coefficients[_step + c] = (float)slope;
                coefficients[(2 * _step) + c] = (float)(ByBatch ? (-factor * sum / _rows) - (slope * mean) : 0);
            }
        }
    }
}
