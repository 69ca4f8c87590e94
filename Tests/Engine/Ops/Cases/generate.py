"""Writes operator-cases.json: operators, inputs and the outputs that they must give, computed with NumPy from the operators' definitions.

Run with: python3 generate.py (NumPy 1.24). Independent of the engine on purpose: plain loops over the definitions.
"""
import itertools
import json
import math
import os

import numpy as np

rng = np.random.default_rng(7)
cases = []


def f32(*shape, scale=1.0):
    return np.round(rng.normal(size=shape) * scale, 3).astype(np.float32)


def add(name, op, opset, inputs, outputs, **attributes):
    cases.append(dict(name=name, op=op, opset=opset, attributes=attributes, inputs=inputs, outputs=outputs))


# --- windows ---------------------------------------------------------------------------------------------------------------------------
def same_pads(size, kernel, strides, dilations, lower):
    begin, end = [], []
    for n, k, s, d in zip(size, kernel, strides, dilations):
        total = max((math.ceil(n / s) - 1) * s + (k - 1) * d + 1 - n, 0)
        small, large = total // 2, total - total // 2
        begin.append(large if lower else small)
        end.append(small if lower else large)
    return begin + end


def windows(size, kernel, strides, dilations, pads, ceil):
    """Per output position: the list of (kernel index, input index) pairs, input indices possibly outside."""
    rank = len(size)
    counts = []
    for i in range(rank):
        room = size[i] + pads[i] + pads[rank + i] - (kernel[i] - 1) * dilations[i] - 1
        n = (math.ceil if ceil else math.floor)(room / strides[i]) + 1
        if ceil and (n - 1) * strides[i] >= size[i] + pads[i]:
            n -= 1
        counts.append(n)
    for out in itertools.product(*map(range, counts)):
        yield counts, out, [(k, tuple(out[i] * strides[i] - pads[i] + k[i] * dilations[i] for i in range(rank)))
                            for k in itertools.product(*map(range, kernel))]


def inside(index, size):
    return all(0 <= i < n for i, n in zip(index, size))


def conv(x, w, b=None, strides=None, pads=None, dilations=None, group=1):
    rank = x.ndim - 2
    strides, dilations, pads = strides or [1] * rank, dilations or [1] * rank, pads or [0] * 2 * rank
    size, y = x.shape[2:], None
    per = w.shape[0] // group
    for counts, out, window in windows(size, w.shape[2:], strides, dilations, pads, False):
        if y is None:
            y = np.zeros((x.shape[0], w.shape[0], *counts))
        for n in range(x.shape[0]):
            for m in range(w.shape[0]):
                total = 0.0 if b is None else float(b[m])
                for c in range(w.shape[1]):
                    for k, i in window:
                        if inside(i, size):
                            total += float(x[(n, m // per * w.shape[1] + c, *i)]) * float(w[(m, c, *k)])
                y[(n, m, *out)] = total
    return y.astype(np.float32)


def pool(x, kind, kernel, strides=None, pads=None, dilations=None, ceil=False, include=False):
    rank = x.ndim - 2
    strides, dilations, pads = strides or [1] * rank, dilations or [1] * rank, pads or [0] * 2 * rank
    size, y = x.shape[2:], None
    for counts, out, window in windows(size, kernel, strides, dilations, pads, ceil):
        if y is None:
            y = np.zeros((*x.shape[:2], *counts))
        held = [i for _, i in window if inside(i, size)]
        padded = [i for _, i in window if all(-pads[a] <= i[a] < size[a] + pads[rank + a] for a in range(rank))]
        for n, c in np.ndindex(*x.shape[:2]):
            values = [float(x[(n, c, *i)]) for i in held]
            y[(n, c, *out)] = max(values) if kind == 'max' else sum(values) / len(padded if include else held)
    return y.astype(np.float32)


x = f32(2, 4, 7, 6)
add('conv strides and uneven pads', 'Conv', 11, [x, w := f32(3, 4, 3, 2), b := f32(3)],
    [conv(x, w, b, [2, 3], [1, 0, 2, 1])], strides=[2, 3], pads=[1, 0, 2, 1], kernel_shape=[3, 2])
add('conv groups and dilations', 'Conv', 1, [x, w := f32(6, 2, 3, 3)], [conv(x, w, None, None, [2, 1, 2, 1], [2, 1], 2)],
    group=2, dilations=[2, 1], pads=[2, 1, 2, 1])
add('conv depthwise', 'Conv', 11, [x, w := f32(4, 1, 3, 3), b := f32(4)], [conv(x, w, b, [2, 2], [1] * 4, None, 4)],
    group=4, strides=[2, 2], pads=[1, 1, 1, 1])
for mode in ('SAME_UPPER', 'SAME_LOWER', 'VALID'):
    w = f32(2, 4, 3, 4)
    pads = [0] * 4 if mode == 'VALID' else same_pads((7, 6), (3, 4), (2, 1), (1, 1), mode == 'SAME_LOWER')
    add(f'conv {mode}', 'Conv', 11, [x, w], [conv(x, w, None, [2, 1], pads)], auto_pad=mode, strides=[2, 1])
x1, x3 = f32(2, 3, 9), f32(1, 2, 4, 5, 3)
add('conv 1d', 'Conv', 6, [x1, w := f32(2, 3, 4), b := f32(2)], [conv(x1, w, b, [2], [1, 2])], strides=[2], pads=[1, 2])
add('conv 3d', 'Conv', 11, [x3, w := f32(2, 2, 2, 3, 2)], [conv(x3, w, None, [1, 2, 1], [1, 1, 0, 0, 1, 1])],
    strides=[1, 2, 1], pads=[1, 1, 0, 0, 1, 1])

x = f32(1, 2, 7, 8)
for kind, op in (('max', 'MaxPool'), ('mean', 'AveragePool')):
    add(f'{op} pads', op, 7, [x], [pool(x, kind, (3, 2), [2, 1], [1, 0, 1, 1])], kernel_shape=[3, 2], strides=[2, 1], pads=[1, 0, 1, 1])
    add(f'{op} ceil', op, 10, [x], [pool(x, kind, (3, 3), [2, 3], [0, 1, 0, 0], None, True)],
        kernel_shape=[3, 3], strides=[2, 3], pads=[0, 1, 0, 0], ceil_mode=1)
    add(f'{op} ceil, last window would begin in the padding', op, 10, [x[:, :, :4, :4].copy()],
        [pool(x[:, :, :4, :4], kind, (1, 1), [2, 2], [0, 0, 1, 1], None, True)],
        kernel_shape=[1, 1], strides=[2, 2], pads=[0, 0, 1, 1], ceil_mode=1)
    for mode in ('SAME_UPPER', 'SAME_LOWER'):
        pads = same_pads((7, 8), (4, 3), (2, 2), (1, 1), mode == 'SAME_LOWER')
        add(f'{op} {mode}', op, 11, [x], [pool(x, kind, (4, 3), [2, 2], pads)], kernel_shape=[4, 3], strides=[2, 2], auto_pad=mode)
    add(f'{op} 1d', op, 11, [x1], [pool(x1, kind, (3,), [2])], kernel_shape=[3], strides=[2])
    add(f'{op} dilations', op, 19, [x], [pool(x, kind, (2, 3), [1, 2], [1, 2, 0, 1], [3, 2])],
        kernel_shape=[2, 3], strides=[1, 2], pads=[1, 2, 0, 1], dilations=[3, 2])
add('AveragePool counting pads', 'AveragePool', 7, [x], [pool(x, 'mean', (3, 3), [2, 2], [1, 1, 2, 1], None, False, True)],
    kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 2, 1], count_include_pad=1)
add('AveragePool counting pads, ceil', 'AveragePool', 10, [x], [pool(x, 'mean', (3, 3), [3, 3], [1, 1, 1, 1], None, True, True)],
    kernel_shape=[3, 3], strides=[3, 3], pads=[1, 1, 1, 1], count_include_pad=1, ceil_mode=1)
add('GlobalAveragePool', 'GlobalAveragePool', 1, [x], [x.mean((2, 3), keepdims=True)])
add('GlobalMaxPool', 'GlobalMaxPool', 1, [x3], [x3.max((2, 3, 4), keepdims=True)])

# --- normalisation ---------------------------------------------------------------------------------------------------------------------
s, b, m, v = f32(2), f32(2), f32(2), np.abs(f32(2)) + np.float32(0.1)
ch = lambda a: a.reshape(1, -1, 1, 1)
for opset, extra in ((6, dict(is_test=1)), (8, dict(spatial=1)), (9, {}), (15, dict(training_mode=0))):
    add(f'BatchNormalization {opset}', 'BatchNormalization', opset, [x, s, b, m, v],
        [ch(s) * (x - ch(m)) / np.sqrt(ch(v) + np.float32(1e-3)) + ch(b)], epsilon=1e-3, **extra)
add('BatchNormalization matrix', 'BatchNormalization', 9, [x2 := f32(3, 2), s, b, m, v], [s * (x2 - m) / np.sqrt(v + np.float32(1e-5)) + b])
xc = f32(1, 7, 2, 3)
for size in (1, 3, 4):
    y = np.zeros_like(xc)
    for c in range(7):
        low, high = max(0, c - (size - 1) // 2), min(6, c + math.ceil((size - 1) / 2))
        y[:, c] = xc[:, c] / (2 + 0.3 / size * (xc[:, low:high + 1] ** 2).sum(1)) ** 0.6
    add(f'LRN {size}', 'LRN', 1, [xc], [y], size=size, alpha=0.3, beta=0.6, bias=2.0)
mean, var = x.mean((2, 3), keepdims=True), x.var((2, 3), keepdims=True)
add('InstanceNormalization', 'InstanceNormalization', 6, [x, s, b], [ch(s) * (x - mean) / np.sqrt(var + 1e-2) + ch(b)], epsilon=1e-2)
g, h = f32(7, 8), f32(7, 8)
add('LayerNormalization', 'LayerNormalization', 17, [x, g, h], [(x - mean) / np.sqrt(var + 1e-5) * g + h], axis=2)

# --- matrices --------------------------------------------------------------------------------------------------------------------------
a, w, c = f32(3, 4), f32(4, 5), f32(5)
add('Gemm', 'Gemm', 7, [a, w, c], [2 * (a @ w) + np.float32(0.5) * c], alpha=2.0, beta=0.5)
add('Gemm transposed', 'Gemm', 9, [a.T.copy(), w.T.copy(), c0 := f32(3, 1)], [a @ w + c0], transA=1, transB=1)
add('Gemm scalar', 'Gemm', 13, [a, w, np.float32(1.5)], [a @ w + np.float32(1.5)])
add('Gemm without C', 'Gemm', 11, [a, w], [a @ w])
add('Gemm 6', 'Gemm', 6, [a, w, c], [a @ w + c], broadcast=1)
add('MatMul', 'MatMul', 9, [a, w], [a @ w])
add('MatMul stacks', 'MatMul', 13, [p := f32(2, 1, 3, 4), q := f32(5, 4, 2)], [p @ q])
add('MatMul vector left', 'MatMul', 13, [p := f32(4), q := f32(2, 4, 3)], [p @ q])
add('MatMul vector right', 'MatMul', 13, [q := f32(2, 3, 4), p := f32(4)], [q @ p])
add('MatMul vectors', 'MatMul', 13, [p := f32(4), q := f32(4)], [np.asarray(p @ q)])

# --- functions -------------------------------------------------------------------------------------------------------------------------
u = np.concatenate([f32(9, scale=3), np.float32([0, -0.0, 1, -1, 30, -30])]).reshape(3, 5)
ex, sig = np.exp(u.astype(np.float64)), 1 / (1 + np.exp(-u.astype(np.float64)))
for op, opset, y, attributes in (
        ('Relu', 6, np.maximum(u, 0), {}), ('LeakyRelu', 6, np.where(u >= 0, u, u * np.float32(0.01)), {}),
        ('LeakyRelu', 16, np.where(u >= 0, u, u * np.float32(0.3)), dict(alpha=0.3)),
        ('Elu', 6, np.where(u >= 0, u, 2 * (ex - 1)), dict(alpha=2.0)),
        ('Selu', 6, 1.05070102214813232421875 * np.where(u > 0, u, 1.67326319217681884765625 * (ex - 1)), {}),
        ('Selu', 6, 3.0 * np.where(u > 0, u, 2.0 * (ex - 1)), dict(alpha=2.0, gamma=3.0)),
        ('Sigmoid', 6, sig, {}), ('HardSigmoid', 6, np.clip(u * 0.2 + 0.5, 0, 1), {}),
        ('HardSigmoid', 6, np.clip(u * 0.5 + 0.6, 0, 1), dict(alpha=0.5, beta=0.6)),
        ('HardSwish', 14, u * np.clip(u / 6.0 + 0.5, 0, 1), {}), ('Tanh', 6, np.tanh(u), {}), ('Softplus', 1, np.logaddexp(u, 0), {}),
        ('Softsign', 1, u / (1 + np.abs(u)), {}), ('ThresholdedRelu', 10, np.where(u > 2, u, 0), dict(alpha=2.0)),
        ('Mish', 18, u * np.tanh(np.logaddexp(u.astype(np.float64), 0)), {}),
        ('Erf', 9, np.vectorize(math.erf)(u), {}), ('Exp', 6, np.exp(np.minimum(u, 10)), {}), ('Abs', 6, np.abs(u), {}), ('Neg', 6, -u, {}),
        ('Sqrt', 6, np.sqrt(np.abs(u)), {}), ('Log', 6, np.log(np.abs(u) + 1), {}), ('Reciprocal', 6, 1 / (np.abs(u) + 1), {}),
        ('Floor', 6, np.floor(u), {}), ('Ceil', 6, np.ceil(u), {}), ('Round', 11, np.round(u), {}), ('Sign', 9, np.sign(u), {})):
    given = {'Exp': np.minimum(u, 10), 'Sqrt': np.abs(u), 'Log': np.abs(u) + 1, 'Reciprocal': np.abs(u) + 1}.get(op, u)
    add(f'{op} {opset} {attributes}', op, opset, [given.astype(np.float32)], [y.astype(np.float32)], **attributes)
add('Round halves', 'Round', 11, [np.float32([0.5, 1.5, 2.5, -0.5, -1.5])], [np.float32([0, 2, 2, -0.0, -2])])
add('Neg whole', 'Neg', 13, [np.int64([3, -4])], [np.int64([-3, 4])])
add('PRelu 6 by channel', 'PRelu', 6, [x, k := f32(2)], [np.where(x >= 0, x, x * ch(k))])
add('PRelu 9 broadcast', 'PRelu', 9, [x, k := f32(2, 1, 8)], [np.where(x >= 0, x, x * k)])
add('Clip 6', 'Clip', 6, [u], [np.clip(u, -1, 2)], min=-1.0, max=2.0)
add('Clip 6 one side', 'Clip', 6, [u], [np.maximum(u, -1)], min=-1.0)
add('Clip 11', 'Clip', 11, [u, np.float32(-1), np.float32(2)], [np.clip(u, -1, 2)])
add('Clip 11 without min', 'Clip', 11, [u, None, np.float32(2)], [np.minimum(u, 2)])
add('Clip 13 whole', 'Clip', 13, [np.int64([-9, 0, 9]), np.int64(-3), np.int64(4)], [np.int64([-3, 0, 4])])
add('Clip 13 crossed bounds', 'Clip', 13, [u, np.float32(2), np.float32(1)], [np.full_like(u, 1)])


def softmax(a, axes, log=False):
    e = a.astype(np.float64) - a.max(axes, keepdims=True)
    e = e - np.log(np.exp(e).sum(axes, keepdims=True))
    return (e if log else np.exp(e)).astype(np.float32)


t = f32(2, 3, 4, 5)
for op, log in (('Softmax', False), ('LogSoftmax', True)):
    add(f'{op} 11 default', op, 11, [t], [softmax(t, (1, 2, 3), log)])
    add(f'{op} 11 axis 2', op, 11, [t], [softmax(t, (2, 3), log)], axis=2)
    add(f'{op} 11 axis -1', op, 11, [t], [softmax(t, (3,), log)], axis=-1)
    add(f'{op} 11 axis 0', op, 11, [t], [softmax(t, (0, 1, 2, 3), log)], axis=0)
    add(f'{op} 13 default', op, 13, [t], [softmax(t, (3,), log)])
    add(f'{op} 13 axis 1', op, 13, [t], [softmax(t, (1,), log)], axis=1)
    add(f'{op} 13 large', op, 13, [t * 1000], [softmax(t * 1000, (3,), log)])

# --- arithmetic ------------------------------------------------------------------------------------------------------------------------
p, q = f32(2, 3, 4), np.abs(f32(3, 1)) + np.float32(0.2)
for op, fn in (('Add', np.add), ('Sub', np.subtract), ('Mul', np.multiply), ('Div', np.divide)):
    add(f'{op} broadcast', op, 7, [p, q], [fn(p, q)])
    add(f'{op} broadcast both', op, 14, [p[:, :1].copy(), q], [fn(p[:, :1], q)])
    add(f'{op} 6 axis', op, 6, [p, k := q[:, 0].copy()], [fn(p, k.reshape(3, 1))], broadcast=1, axis=1)
    add(f'{op} 6 at the end', op, 6, [p, k := p[0, 0] + np.float32(3)], [fn(p, k)], broadcast=1)
    add(f'{op} 6 alike', op, 6, [p, k := np.abs(p) + np.float32(1)], [fn(p, k)])
add('Div whole', 'Div', 13, [np.int64([7, -7, 7, -7]), np.int64([2, 2, -2, -2])], [np.int64([3, -3, -3, 3])])
add('Add whole', 'Add', 14, [np.int32([[1], [2]]), np.int32([10, 20])], [np.int32([[11, 21], [12, 22]])])
add('Mod', 'Mod', 13, [np.int64([7, -7, 7, -7]), np.int64([3, 3, -3, -3])], [np.int64([1, 2, -2, -1])])
add('Mod fmod', 'Mod', 13, [np.float32([7.5, -7.5]), np.float32([2, 2])], [np.float32([1.5, -1.5])], fmod=1)
add('Pow', 'Pow', 7, [np.abs(p), np.float32(1.5)], [np.abs(p) ** np.float32(1.5)])
add('Pow whole exponent', 'Pow', 13, [p, np.int64([2, 3, 0, 1])], [p ** np.float32([2, 3, 0, 1])])
add('Pow whole base', 'Pow', 13, [np.int64([2, -3, 5]), np.float32([3, 2, 0])], [np.int64([8, 9, 1])])
add('Sum', 'Sum', 8, [p, q, np.float32([1])], [p + q + 1])
add('Mean', 'Mean', 13, [p, q], [(p + q) / 2])
add('Max', 'Max', 13, [p, q, np.float32(0)], [np.maximum(np.maximum(p, q), 0)])
add('Min whole', 'Min', 13, [np.int64([3, 1]), np.int64([[2], [0]])], [np.int64([[2, 1], [0, 0]])])
add('Equal', 'Equal', 13, [np.int64([1, 2, 3]), np.int64([[1], [3]])], [np.array([[True, False, False], [False, False, True]])])
add('Greater', 'Greater', 13, [p, q], [p > q])
add('LessOrEqual', 'LessOrEqual', 16, [p, q], [p <= q])
add('Less', 'Less', 9, [p, q], [p < q])
add('GreaterOrEqual', 'GreaterOrEqual', 12, [p, p[:1].copy()], [p >= p[:1]])
add('Not', 'Not', 1, [np.array([True, False])], [np.array([False, True])])
add('Where', 'Where', 9, [p[0] > 0, p, np.float32(7)], [np.where(p[0] > 0, p, np.float32(7))])

# --- shapes ----------------------------------------------------------------------------------------------------------------------------
i64 = lambda *values: np.array(values, dtype=np.int64)
add('Concat', 'Concat', 13, [p, p[:, :, :2].copy(), p[:, :, :1].copy()], [np.concatenate([p, p[:, :, :2], p[:, :, :1]], -1)], axis=-1)
add('Split 2', 'Split', 2, [p], np.split(p, [1], 2), axis=2, split=[1, 3])
add('Split 11 equal', 'Split', 11, [p], np.split(p, 2, -1), axis=-1)
add('Split 13', 'Split', 13, [p, i64(2, 0, 1)], [p[:, :2], p[:, :0], p[:, 2:]], axis=1)
add('Split 18 uneven', 'Split', 18, [np.arange(7, dtype=np.float32)], [np.float32([0, 1, 2]), np.float32([3, 4, 5]), np.float32([6])],
    num_outputs=3)
add('Slice 1', 'Slice', 1, [p], [p[:, 1:, -3:-1]], axes=[2, 1], starts=[-3, 1], ends=[-1, 1000])
add('Slice 10 steps', 'Slice', 10, [p, i64(3, 2), i64(-1000, 0), i64(2, 1), i64(-2, -1)], [p[:, 2:0:-1, 3::-2]])
add('Slice 13 no axes', 'Slice', 13, [p, i64(0, 1), i64(1, 2 ** 63 - 1)], [p[:1, 1:]])
add('Slice 13 empty', 'Slice', 13, [p, i64(2), i64(1), i64(1)], [p[:, 2:1]])
add('Slice 13 backwards from beyond', 'Slice', 13, [p, i64(2 ** 63 - 1), i64(-2 ** 63), i64(2), i64(-1)], [p[:, :, ::-1]])
add('Gather', 'Gather', 13, [p, np.int64([[0, -1], [2, 1]])], [np.take(p, [[0, 2], [2, 1]], 1)], axis=1)
add('Gather one', 'Gather', 11, [p, np.int32(1)], [p[1]])
add('Unsqueeze 11', 'Unsqueeze', 11, [p], [p[:, None, :, :, None]], axes=[1, 4])
add('Unsqueeze 13', 'Unsqueeze', 13, [p, i64(-1, 0)], [p[None, ..., None]])
add('Squeeze 11', 'Squeeze', 11, [z := f32(1, 3, 1, 2)], [z[:, :, 0]], axes=[-2])
add('Squeeze 13', 'Squeeze', 13, [z, i64(0)], [z[0]])
add('Squeeze all', 'Squeeze', 13, [z], [z[0, :, 0]])
for axis, shape in ((0, (1, 24)), (1, (2, 12)), (2, (6, 4)), (3, (24, 1)), (-1, (6, 4))):
    add(f'Flatten {axis}', 'Flatten', 13, [p], [p.reshape(shape)], axis=axis)
add('Reshape', 'Reshape', 5, [p, i64(0, -1, 2)], [p.reshape(2, 6, 2)])
add('Reshape 1', 'Reshape', 1, [p], [p.reshape(4, 6)], shape=[4, -1])
add('Reshape to scalar', 'Reshape', 13, [np.float32([[3]]), np.zeros(0, np.int64)], [np.float32(3)])
add('Reshape allowzero', 'Reshape', 14, [np.zeros((0, 3), np.float32), i64(3, 0)], [np.zeros((3, 0), np.float32)], allowzero=1)
add('Transpose', 'Transpose', 13, [p], [p.T])
add('Transpose order', 'Transpose', 1, [t], [t.transpose(0, 3, 1, 2)], perm=[0, 3, 1, 2])
add('Pad 2', 'Pad', 2, [p], [np.pad(p, [(0, 0), (1, 0), (0, 2)], constant_values=1.5)], pads=[0, 1, 0, 0, 0, 2], value=1.5)
add('Pad 2 reflect', 'Pad', 2, [p], [np.pad(p, [(0, 0), (2, 1), (0, 3)], 'reflect')], pads=[0, 2, 0, 0, 1, 3], mode='reflect')
add('Pad 11 edge', 'Pad', 11, [p, i64(1, 0, 2, 0, 1, 0)], [np.pad(p, [(1, 0), (0, 1), (2, 0)], 'edge')], mode='edge')
add('Pad 11 negative', 'Pad', 11, [p, i64(0, -1, 1, 0, 0, -2), np.float32(9)], [np.pad(p[:, 1:, :2], [(0, 0), (0, 0), (1, 0)], constant_values=9)])
add('Pad 18 axes', 'Pad', 18, [p, i64(1, 2), None, i64(-1)], [np.pad(p, [(0, 0), (0, 0), (1, 2)])])
add('Pad 19 wrap', 'Pad', 19, [p, i64(0, 1, 2, 0, 1, 1)], [np.pad(p, [(0, 0), (1, 1), (2, 1)], 'wrap')], mode='wrap')
add('Shape', 'Shape', 1, [t], [i64(2, 3, 4, 5)])
add('Shape 15', 'Shape', 15, [t], [i64(3, 4)], start=1, end=-1)
add('Size', 'Size', 13, [t], [np.int64(120)])
add('Cast to whole', 'Cast', 9, [np.float32([1.7, -1.7, 0])], [i64(1, -1, 0)], to=7)
add('Cast to bool', 'Cast', 9, [np.float32([0.5, -0.0, 3])], [np.array([True, False, True])], to=9)
add('Cast from bool', 'Cast', 13, [np.array([True, False])], [np.float32([1, 0])], to=1)
add('Cast to half', 'Cast', 13, [k := f32(8)], [k.astype(np.float16).astype(np.float32)], to=10)
add('Cast 1 by name', 'Cast', 1, [np.float32([2.5])], [np.int32([2])], to='INT32')
add('ConstantOfShape', 'ConstantOfShape', 9, [i64(2, 3)], [np.zeros((2, 3), np.float32)])
add('Expand', 'Expand', 13, [q, i64(2, 1, 4)], [np.broadcast_to(q, (2, 3, 4))])
add('Tile', 'Tile', 13, [p[0].copy(), i64(2, 3)], [np.tile(p[0], (2, 3))])
add('Identity', 'Identity', 1, [p], [p])
add('Dropout 7', 'Dropout', 7, [p], [p], ratio=0.5)
add('Dropout 12 with mask', 'Dropout', 12, [p], [p, np.ones(p.shape, bool)])
r = t.transpose(0, 2, 3, 1)[:, :, :3, :]
d = f32(1, 8, 2, 3)
add('DepthToSpace DCR', 'DepthToSpace', 11, [d], [d.reshape(1, 2, 2, 2, 2, 3).transpose(0, 3, 4, 1, 5, 2).reshape(1, 2, 4, 6)], blocksize=2)
add('DepthToSpace CRD', 'DepthToSpace', 11, [d], [d.reshape(1, 2, 2, 2, 2, 3).transpose(0, 1, 4, 2, 5, 3).reshape(1, 2, 4, 6)],
    blocksize=2, mode='CRD')
e = f32(1, 2, 4, 6)
add('SpaceToDepth', 'SpaceToDepth', 13, [e], [e.reshape(1, 2, 2, 2, 3, 2).transpose(0, 3, 5, 1, 2, 4).reshape(1, 8, 2, 3)], blocksize=2)

# --- reductions ------------------------------------------------------------------------------------------------------------------------
add('ReduceMean 11', 'ReduceMean', 11, [t], [t.mean((2, 3), keepdims=True)], axes=[2, -1])
add('ReduceMean 11 dropped', 'ReduceMean', 11, [t], [t.mean((2, 3))], axes=[2, 3], keepdims=0)
add('ReduceMean 18', 'ReduceMean', 18, [t, i64(-2)], [t.mean(2)], keepdims=0)
add('ReduceMean 18 all', 'ReduceMean', 18, [t], [t.mean(keepdims=True)])
add('ReduceMean 18 nothing', 'ReduceMean', 18, [t], [t], noop_with_empty_axes=1)
add('ReduceSum 13', 'ReduceSum', 13, [t, i64(1)], [t.sum(1, keepdims=True)])
add('ReduceSum 11 whole', 'ReduceSum', 11, [np.int64([[1, 2], [3, 4]])], [i64(3, 7)], axes=[1], keepdims=0)
add('ReduceMax 13', 'ReduceMax', 13, [t], [t.max((0, 3), keepdims=True)], axes=[0, 3])
add('ReduceMin 18', 'ReduceMin', 18, [t, i64(0)], [t.min(0)], keepdims=0)
add('ReduceProd 13', 'ReduceProd', 13, [p], [p.prod(2)], axes=[2], keepdims=0)
add('ReduceL1 13', 'ReduceL1', 13, [p], [np.abs(p).sum(2)], axes=[2], keepdims=0)
add('ReduceL2 13', 'ReduceL2', 13, [p], [np.sqrt((p ** 2).sum(2))], axes=[2], keepdims=0)
add('ReduceSumSquare 13', 'ReduceSumSquare', 13, [p], [(p ** 2).sum(2)], axes=[2], keepdims=0)


# --- resizing --------------------------------------------------------------------------------------------------------------------------
def positions(n, length, scale, mode):
    i = np.arange(int(math.floor(length + 1e-6)), dtype=np.float64)
    if mode == 'asymmetric':
        return i / scale
    if mode == 'align_corners':
        return i * (n - 1) / (length - 1) if length > 1 else i * 0
    if mode == 'pytorch_half_pixel' and length <= 1:
        return i * 0
    if mode == 'tf_half_pixel_for_nn':
        return (i + 0.5) / scale
    if mode == 'half_pixel_symmetric':
        return n / 2 * (1 - math.floor(length) / length) + (i + 0.5) / scale - 0.5
    return (i + 0.5) / scale - 0.5


def resize(a, scales, coordinates, mode, rounding='round_prefer_floor', sizes=None):
    for axis, scale in enumerate(scales):
        n = a.shape[axis]
        if scale == 1:
            continue
        at = positions(n, sizes[axis] if sizes else scale * n, scale, coordinates)
        if mode == 'nearest':
            chosen = {'floor': np.floor, 'ceil': np.ceil, 'round_prefer_floor': lambda v: np.ceil(v - 0.5),
                      'round_prefer_ceil': lambda v: np.floor(v + 0.5)}[rounding](at)
            a = np.take(a, np.clip(chosen, 0, n - 1).astype(int), axis)
        else:
            at = np.clip(at, 0, n - 1)
            low = np.floor(at).astype(int)
            weight = (at - low).reshape([-1 if i == axis else 1 for i in range(a.ndim)])
            a = np.take(a, low, axis) * (1 - weight) + np.take(a, np.minimum(low + 1, n - 1), axis) * weight
    return a.astype(np.float32)


im = f32(1, 2, 4, 5)
none = np.zeros(0, np.float32)
scales = lambda *v: np.float32(v)
add('Upsample 7', 'Upsample', 7, [im], [resize(im, (1, 1, 2, 3), 'asymmetric', 'nearest', 'floor')], scales=[1.0, 1.0, 2.0, 3.0])
add('Upsample 9 linear', 'Upsample', 9, [im, scales(1, 1, 2, 2)], [resize(im, (1, 1, 2, 2), 'asymmetric', 'linear')], mode='linear')
add('Resize 10', 'Resize', 10, [im, scales(1, 1, 2, 2)], [resize(im, (1, 1, 2, 2), 'asymmetric', 'nearest', 'floor')])
for coordinates in ('half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric'):
    for mode in ('nearest', 'linear'):
        for up in ((1, 1, 2, 1.6), (1, 1, 0.75, 0.5)):
            add(f'Resize 11 {coordinates} {mode} {up}', 'Resize', 11, [im, none, scales(*up)],
                [resize(im, up, coordinates, mode)], coordinate_transformation_mode=coordinates, mode=mode)
for rounding in ('floor', 'ceil', 'round_prefer_ceil', 'round_prefer_floor'):
    add(f'Resize 13 {rounding}', 'Resize', 13, [im, None, scales(1, 1, 0.5, 2)],
        [resize(im, (1, 1, 0.5, 2), 'half_pixel', 'nearest', rounding)], nearest_mode=rounding)
add('Resize 13 sizes', 'Resize', 13, [im, None, None, i64(1, 2, 7, 3)],
    [resize(im, (1, 1, 7 / 4, 3 / 5), 'half_pixel', 'linear', sizes=(1, 2, 7, 3))], mode='linear')
add('Resize 11 tf nearest', 'Resize', 11, [im, none, scales(1, 1, 1.5, 2)],
    [resize(im, (1, 1, 1.5, 2), 'tf_half_pixel_for_nn', 'nearest', 'floor')], coordinate_transformation_mode='tf_half_pixel_for_nn',
    nearest_mode='floor')
add('Resize 18 axes', 'Resize', 18, [im, None, None, i64(8, 10)], [resize(im, (1, 1, 2, 2), 'half_pixel', 'linear')], mode='linear', axes=[2, 3])
add('Resize 18 not larger', 'Resize', 18, [im, None, None, i64(8, 9)],
    [resize(im, (1, 1, 1.8, 1.8), 'half_pixel', 'nearest', sizes=(1, 2, 7, 9))], axes=[2, 3], keep_aspect_ratio_policy='not_larger')
add('Resize 19 symmetric', 'Resize', 19, [im, None, scales(1, 1, 0.6, 1.3)],
    [resize(im, (1, 1, 0.6, 1.3), 'half_pixel_symmetric', 'linear')], mode='linear', coordinate_transformation_mode='half_pixel_symmetric')


# --- activations, indices, norms and truth values of later exporters -------------------------------------------------------------------
v = f32(2, 3, 5, scale=2)
w = v.astype(np.float64)
erf = np.vectorize(math.erf)
add('Gelu', 'Gelu', 20, [v], [0.5 * w * (1 + erf(w / math.sqrt(2)))])
add('Gelu tanh', 'Gelu', 20, [v], [0.5 * w * (1 + np.tanh(math.sqrt(2 / math.pi) * (w + 0.044715 * w ** 3)))], approximate='tanh')
add('Celu', 'Celu', 12, [v], [np.maximum(0, w) + np.minimum(0, 2 * (np.exp(w / 2) - 1))], alpha=2.0)
add('ArgMax', 'ArgMax', 13, [v], [np.argmax(v, 2)[..., None]], axis=-1)
add('ArgMax 11', 'ArgMax', 11, [v], [np.argmax(v, 1)], axis=1, keepdims=0)
add('ArgMax default', 'ArgMax', 13, [v], [np.argmax(v, 0)[None]])
add('ArgMin', 'ArgMin', 13, [v], [np.argmin(v, 1)[:, None]], axis=1)
ties = np.float32([[3, 1, 3, 1], [2, 2, 2, 2]])
add('ArgMax first', 'ArgMax', 13, [ties], [np.int64([[0], [0]])], axis=1)
add('ArgMax last', 'ArgMax', 13, [ties], [np.int64([[2], [3]])], axis=1, select_last_index=1)
add('ArgMin last', 'ArgMin', 13, [ties], [np.int64([[3], [3]])], axis=1, select_last_index=1)
add('Hardmax', 'Hardmax', 13, [v], [np.eye(5, dtype=np.float32)[np.argmax(v, 2)]])
add('Hardmax 11', 'Hardmax', 11, [v], [np.eye(15, dtype=np.float32)[np.argmax(v.reshape(2, 15), 1)].reshape(2, 3, 5)])
add('Hardmax axis', 'Hardmax', 13, [v], [np.moveaxis(np.eye(3, dtype=np.float32)[np.argmax(v, 1)], -1, 1)], axis=1)
add('Hardmax ties', 'Hardmax', 13, [ties], [np.float32([[1, 0, 0, 0], [1, 0, 0, 0]])])
add('LpNormalization', 'LpNormalization', 1, [v], [w / np.sqrt((w * w).sum(2, keepdims=True))])
add('LpNormalization 1', 'LpNormalization', 1, [v], [w / np.abs(w).sum(1, keepdims=True)], axis=1, p=1)
positive = np.abs(v) + np.float32(0.5)
add('ReduceLogSum', 'ReduceLogSum', 18, [positive, i64(1)], [np.log(positive.astype(np.float64).sum(1, keepdims=True))])
add('ReduceLogSum 13', 'ReduceLogSum', 13, [positive], [np.log(positive.astype(np.float64).sum((0, 2)))], axes=[0, 2], keepdims=0)
add('ReduceLogSumExp', 'ReduceLogSumExp', 18, [v, i64(-1)], [np.log(np.exp(w).sum(2, keepdims=True))])
add('ReduceLogSumExp large', 'ReduceLogSumExp', 13, [v * 300], [np.logaddexp.reduce((v * 300).astype(np.float64), 1)], axes=[1], keepdims=0)
yes = np.array([[True, False, True], [False, False, True]])
no = np.array([True, True, False])
add('And', 'And', 7, [yes, no], [yes & no])
add('Or', 'Or', 7, [yes, no], [yes | no])
add('Xor', 'Xor', 7, [yes, no], [yes ^ no])
add('Swish', 'Swish', 14, [u], [u * sig])
add('Swish steeper', 'Swish', 14, [u], [u / (1 + np.exp(-2 * u.astype(np.float64)))], alpha=2.0)
long = np.int64([[2 ** 54 + 1, 3], [-5, 2 ** 40 + 1]])
add('ReduceMax keeps all digits', 'ReduceMax', 13, [long], [long.max(1)], axes=[1], keepdims=0)
add('ReduceSum keeps all digits', 'ReduceSum', 13, [long, i64(0)], [long.sum(0, keepdims=True)])
add('ReduceMean of whole numbers', 'ReduceMean', 13, [np.int32([[7, 2], [-7, 2]])], [np.int32([4, -2])], axes=[1], keepdims=0)
add('Slice backwards from before the first', 'Slice', 13, [v, i64(-9), i64(-10), i64(1), i64(-1)], [v[:, :1]])
ramp = np.float32([1, 2, 3, 4])
add('Pad wraps twice around', 'Pad', 19, [ramp, i64(1, 6)], [np.float32([4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2])], mode='wrap')
add('Cast what is too large', 'Cast', 13, [np.float32([1e20, -1e20, 3.9, -3.9])], [np.int32([-2 ** 31, -2 ** 31, 3, -3])], to=6)
softmax = lambda t: np.exp(t - t.max(-1, keepdims=True)) / np.exp(t - t.max(-1, keepdims=True)).sum(-1, keepdims=True)
wide = f32(3, 37, scale=4).astype(np.float64)
add('Softmax wide', 'Softmax', 13, [wide], [softmax(wide)])
gain, shift = f32(37), f32(37)
center = wide - wide.mean(1, keepdims=True)
add('LayerNormalization wide', 'LayerNormalization', 17, [wide, gain, shift],
    [center / np.sqrt((center ** 2).mean(1, keepdims=True) + 1e-5) * gain + shift])
deep = f32(2, 3, 1, 5)
add('Add rows', 'Add', 14, [deep, r := f32(1, 5)], [deep + r])
add('Mul number', 'Mul', 14, [deep, np.float32([0.125])], [deep * np.float32(0.125)])
add('Sub two rows', 'Sub', 14, [deep, r := f32(3, 1, 5)], [deep - r])


# --- what older files mean, and operators of transformers ------------------------------------------------------------------------------
square, across = f32(3, 3), f32(3)
add('Sub 6 down a square', 'Sub', 6, [square, across], [square - across[:, None]], broadcast=1, axis=0)
add('Sin', 'Sin', 7, [v], [np.sin(w)])
add('Cos', 'Cos', 7, [v], [np.cos(w)])
add('CastLike', 'CastLike', 15, [v, i64(1)], [v.astype(np.int64)])
add('CastLike of truth', 'CastLike', 19, [yes, v], [yes.astype(np.float32)])
add('Range', 'Range', 11, [np.int64(-3), np.int64(9), np.int64(5)], [i64(-3, 2, 7)])
add('Range down', 'Range', 11, [np.int32(5), np.int32(-1), np.int32(-2)], [np.int32([5, 3, 1])])
add('Range of reals', 'Range', 11, [np.float32(0.5), np.float32(2), np.float32(0.5)], [np.float32([0.5, 1, 1.5])])
add('Range of nothing', 'Range', 11, [np.int64(3), np.int64(3), np.int64(1)], [np.zeros(0, np.int64)])
order = lambda a, axis, k: np.take(np.argsort(-a, axis, kind='stable'), range(k), axis)
add('TopK', 'TopK', 11, [v, i64(3)], [np.take_along_axis(v, order(v, 2, 3), 2), order(v, 2, 3)])
add('TopK 1', 'TopK', 1, [v], [np.take_along_axis(v, order(v, 1, 2), 1), order(v, 1, 2)], axis=1, k=2)
add('TopK smallest', 'TopK', 11, [v, i64(1)], [v.min(0, keepdims=True), v.argmin(0)[None]], axis=0, largest=0)
add('TopK ties', 'TopK', 11, [ties, i64(2)], [np.float32([[3, 3], [2, 2]]), np.int64([[0, 2], [0, 1]])])
add('CumSum', 'CumSum', 14, [v, np.int64(1)], [v.cumsum(1)])
add('CumSum backwards without itself', 'CumSum', 14, [long, np.int64(-1)], [np.stack([long[:, 1], 0 * long[:, 1]], 1)], exclusive=1, reverse=1)
add('Trilu', 'Trilu', 14, [v], [np.triu(v)])
add('Trilu lower', 'Trilu', 14, [v, np.int64(1)], [np.tril(v, 1)], upper=0)
add('GatherElements', 'GatherElements', 13, [v, np.int64([[[0, -1], [4, 1]]])], [np.take_along_axis(v[:1, :2], np.int64([[[0, 4], [4, 1]]]), 2)],
    axis=-1)
add('GatherND', 'GatherND', 13, [v, np.int64([[1, -1], [0, 2]])], [v[[1, 0], [2, 2]]])
add('GatherND in batches', 'GatherND', 13, [v, np.int64([[[2], [0]], [[-2], [1]]])], [np.stack([v[0][[2, 0]], v[1][[1, 1]]])], batch_dims=1)
put = v.copy()
put[1, 0], put[0, 2] = np.arange(5), -1
add('ScatterND', 'ScatterND', 16, [v, np.int64([[1, 0], [0, -1]]), np.stack([np.arange(5, dtype=np.float32), np.full(5, -1, np.float32)])], [put])
queries, keys = f32(2, 2, 3, 4), f32(2, 2, 5, 4)
add('Einsum', 'Einsum', 12, [queries, keys], [np.einsum('bhid,bhjd->bhij', queries, keys)], equation='b h i d , b h j d -> b h i j')
add('Einsum implicit', 'Einsum', 12, [queries, r := f32(4, 3)], [np.einsum('...ij,jk', queries, r)], equation='...ij,jk')
add('Einsum diagonal', 'Einsum', 12, [square], [np.einsum('ii->i', square)], equation='ii->i')
grouped, factors, terms = f32(2, 4, 2, 3), f32(4), f32(4)
parted = grouped.reshape(2, 2, -1).astype(np.float64)
parted = (parted - parted.mean(2, keepdims=True)) / np.sqrt(parted.var(2, keepdims=True) + 0.01)
each = lambda values: np.reshape(values, (1, 4, 1, 1))
add('GroupNormalization 21', 'GroupNormalization', 21, [grouped, factors, terms], [parted.reshape(grouped.shape) * each(factors) + each(terms)],
    num_groups=2, epsilon=0.01)
add('GroupNormalization 18', 'GroupNormalization', 18, [grouped, factors[:2], terms[:2]],
    [parted.reshape(grouped.shape) * each(np.repeat(factors[:2], 2)) + each(np.repeat(terms[:2], 2))], num_groups=2, epsilon=0.01)
add('RMSNormalization', 'RMSNormalization', 23, [v, r := f32(1, 5)], [w / np.sqrt((w * w).mean((1, 2), keepdims=True) + 1e-5) * r], axis=1)


def weigh(a, axis, length, reach, function, antialias=False, outside=True):
    """Along an axis every element by its distance from where the output lies in the input, with the ends repeated or left out."""
    n = a.shape[axis]
    scale = length / n
    narrow = min(scale, 1) if antialias else 1
    matrix = np.zeros((length, n))
    for i in range(length):
        at = (i + 0.5) / scale - 0.5
        for j in range(-4 * n, 5 * n):
            weight = function(abs(j - at) * narrow) if abs(j - at) * narrow < reach else 0
            if outside or 0 <= j < n:
                matrix[i, min(max(j, 0), n - 1)] += weight
    return np.moveaxis(np.tensordot(matrix / matrix.sum(1, keepdims=True), a, (1, axis)), 0, axis)


def keys_function(a):
    return lambda x: (a + 2) * x ** 3 - (a + 3) * x ** 2 + 1 if x <= 1 else a * x ** 3 - 5 * a * x ** 2 + 8 * a * x - 4 * a


both = lambda height, width, *how, **more: weigh(weigh(im, 2, height, *how, **more), 3, width, *how, **more)
add('Resize 13 cubic', 'Resize', 13, [im, None, None, i64(1, 2, 7, 3)], [both(7, 3, 2, keys_function(-0.75))], mode='cubic')
add('Resize 13 cubic inside', 'Resize', 13, [im, None, None, i64(1, 2, 7, 3)], [both(7, 3, 2, keys_function(-0.5), outside=False)],
    mode='cubic', cubic_coeff_a=-0.5, exclude_outside=1)
add('Resize 18 linear without aliasing', 'Resize', 18, [im, None, None, i64(1, 2, 2, 3)], [both(2, 3, 1, lambda x: 1 - x, antialias=True)],
    mode='linear', antialias=1)
add('Resize 18 cubic without aliasing', 'Resize', 18, [im, None, None, i64(1, 2, 3, 9)], [both(3, 9, 2, keys_function(-0.75), antialias=True)],
    mode='cubic', antialias=1)
# 1.8 times 4 is 7.2, of which 7 are kept: the corners lie where those of all 7.2 would.
add('Resize 19 symmetric not larger', 'Resize', 19, [im, None, None, i64(8, 9)],
    [resize(im, (1, 1, 1.8, 1.8), 'half_pixel_symmetric', 'linear')], mode='linear', axes=[2, 3], keep_aspect_ratio_policy='not_larger',
    coordinate_transformation_mode='half_pixel_symmetric')


def tensor(value):
    if value is None:
        return None
    value = np.asarray(value)
    kind = {'float32': 'Float32', 'float64': 'Float32', 'int64': 'Int64', 'int32': 'Int32', 'bool': 'Bool'}[value.dtype.name]
    flat = value.astype(np.float32).ravel() if kind == 'Float32' else value.ravel()
    numbers = [float(f'{v:.9g}') for v in flat] if kind == 'Float32' else [int(v) for v in flat]
    return dict(type=kind, shape=list(value.shape), values=numbers)


with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'operator-cases.json'), 'w') as file:
    lines = [json.dumps(dict(c, inputs=[tensor(i) for i in c['inputs']], outputs=[tensor(o) for o in c['outputs']]), separators=(',', ':'))
             for c in cases]
    file.write('[\n' + ',\n'.join(lines) + '\n]\n')
print(len(cases), 'cases')
