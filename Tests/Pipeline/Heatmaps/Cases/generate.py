"""Heatmaps of a tiny network by their formulas, in numpy alone: writes maps.json.

Weights and the picture come from formulas that GoldenMapTests.cs repeats. The network:
pixels 3 x 8 x 8 -> conv 3x3, ReLU: "early" 4 x 8 x 8 -> conv 3x3 of stride 2, ReLU: "map" 5 x 4 x 4 -> then either
a flatten, Gemm and ReLU to 6 features ("connected"), or the mean over the places to 5 features ("averaged") -> 3 classes.
"""
import json
import os

import numpy as np

RELU = lambda x: np.maximum(x, 0)


def wave(shape, step, scale, shift=0.0):
    n = int(np.prod(shape))
    return (scale * np.sin(step * (np.arange(n) + 1.0)) + shift).reshape(shape)


PICTURE = np.array([[[(37 * y + 59 * x + 83 * c + x * y * 11) % 256 for x in range(8)] for y in range(8)]
                    for c in range(3)]) / 255.0
W1, B1 = wave((4, 3, 3, 3), 1.7, 0.5), wave((4,), 0.9, 0.1)
W2, B2 = wave((5, 4, 3, 3), 2.3, 0.4), wave((5,), 1.1, 0.1, 0.2)
W3, B3 = wave((80, 6), 0.7, 0.3), wave((6,), 1.3, 0.1, 0.3)
HEADS = {"connected": wave((3, 6), 1.9, 1.0), "averaged": wave((3, 5), 1.9, 1.0)}
BIASES = np.array([0.1, -0.2, 0.3])


def conv(x, w, b, stride):
    x = np.pad(x, ((0, 0), (1, 1), (1, 1)))
    size = (x.shape[1] - 3) // stride + 1
    out = np.zeros((w.shape[0], size, size))
    for i in range(size):
        for j in range(size):
            window = x[:, i * stride:i * stride + 3, j * stride:j * stride + 3]
            out[:, i, j] = np.tensordot(w, window, 3) + b
    return out


def behind(layer, value, net):
    """The features, from a layer on."""
    if layer == "early":
        value = RELU(conv(value, W2, B2, 2))
    return RELU(value.reshape(-1) @ W3 + B3) if net == "connected" else value.mean((1, 2))


def gradient(layer, value, net, weights):
    """The derivative of the score by every number of the layer, by the chain rule."""
    top = value if layer == "map" else RELU(conv(value, W2, B2, 2))
    if net == "connected":
        hidden = top.reshape(-1) @ W3 + B3
        g = (W3 @ (weights * (hidden > 0))).reshape(top.shape)
    else:
        g = np.repeat(weights / 16, 16).reshape(top.shape)
    if layer == "map":
        return g
    g = g * (top > 0)
    padded = np.zeros((4, 10, 10))
    for i in range(4):
        for j in range(4):
            padded[:, 2 * i:2 * i + 3, 2 * j:2 * j + 3] += np.tensordot(g[:, i, j], W2, 1)
    return padded[:, 1:9, 1:9]


def grad_cam(a, g):
    return np.tensordot(g.mean((1, 2)), a, 1)


def grad_cam_pp(a, g):
    g2, g3 = g ** 2, g ** 3
    denominator = 2 * g2 + g3 * a.sum((1, 2), keepdims=True)
    alpha = np.where(denominator != 0, g2 / np.where(denominator != 0, denominator, 1), 0)
    return np.tensordot((alpha * RELU(g)).sum((1, 2)), a, 1)


def hires_cam(a, g):
    return (g * a).sum(0)


def layer_cam(a, g):
    return (RELU(g) * a).sum(0)


def xgrad_cam(a, g):
    total = a.sum((1, 2))
    return np.tensordot((g * a).sum((1, 2)) / np.where(total == 0, 1, total), a, 1)


def eigen_cam(a, _):
    flat = a.reshape(a.shape[0], -1).T
    u, s, _ = np.linalg.svd(flat, full_matrices=False)
    return (s[0] * u[:, 0] * (-1 if u[:, 0].sum() < 0 else 1)).reshape(a.shape[1:])


METHODS = {"grad-cam": grad_cam, "grad-cam++": grad_cam_pp, "hires-cam": hires_cam, "layer-cam": layer_cam,
           "xgrad-cam": xgrad_cam}
EARLY = RELU(conv(PICTURE, W1, B1, 1))
MAP = RELU(conv(EARLY, W2, B2, 2))


def enlarged(m):
    """Bilinear from 4 x 4 to 8 x 8, pixel centres, edges held."""
    at = (np.arange(8) + 0.5) / 2 - 0.5
    low = np.clip(np.floor(at), 0, 3).astype(int)
    high = np.clip(np.floor(at) + 1, 0, 3).astype(int)
    f = at - np.floor(at)
    rows = m[low] * (1 - f)[:, None] + m[high] * f[:, None]
    return rows[:, low] * (1 - f) + rows[:, high] * f


cases = []


def case(net, method, layers, shown, against, values):
    cases.append({"net": net, "method": method, "layers": layers, "class": shown, "against": against,
                  "map": [round(float(v), 7) for v in values.reshape(-1)]})


for net, head in HEADS.items():
    for shown, against in ((0, None), (2, 1)):
        weights = head[shown] - (0 if against is None else head[against])
        for name, method in METHODS.items():
            maps = {}
            for layer, value in (("map", MAP), ("early", EARLY)):
                g = gradient(layer, value, net, weights)

                # The chain rule against differences, so that the numbers are right twice.
                k = tuple(s // 2 for s in value.shape)
                up, down = value.copy(), value.copy()
                up[k] += 1e-5
                down[k] -= 1e-5
                slope = (behind(layer, up, net) - behind(layer, down, net)) @ weights / 2e-5
                assert abs(slope - g[k]) < 1e-6, (net, layer, slope, g[k])
                maps[layer] = method(value, g)
                case(net, name, [layer], shown, against, maps[layer])
            both = [maps["early"], enlarged(maps["map"])]
            case(net, name, ["early", "map"], shown, against, sum(m / np.abs(m).max() for m in both) / 2)
        if net == "averaged":
            case(net, "cam", [], shown, against, np.tensordot(weights, MAP, 1))
            falls = np.array([(weights * MAP.mean((1, 2)))[k] for k in range(5)])
            case(net, "ablation-cam", [], shown, against, np.tensordot(falls, MAP, 1))
    case(net, "eigen-cam", [], 0, None, eigen_cam(MAP, None))

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "maps.json"), "w") as out:
    out.write("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
print(len(cases), "maps")
