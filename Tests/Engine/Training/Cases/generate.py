"""Writes loss-curves.json: the losses of 20 training steps by PyTorch, for networks whose initial weights, images and labels follow
from a formula that the test has too.

Run with: python3 generate.py (PyTorch 1.13, NumPy 1.24).
"""
import json
import os

import numpy as np
import torch
import torch.nn.functional as F

torch.set_num_threads(1)
STEPS, BATCHES = 20, 4


def hashed(seed, count):
    """Whole numbers below 2^32 that look random."""
    mask = np.uint64(0xFFFFFFFF)
    x = (np.arange(count, dtype=np.uint64) * np.uint64(2654435761) + np.uint64(seed * 97 + 1)) & mask
    x = ((x ^ (x >> np.uint64(16))) * np.uint64(0x45D9F3B)) & mask
    return x ^ (x >> np.uint64(16))


def values(seed, shape, scale):
    u = hashed(seed, int(np.prod(shape))).astype(np.float64) / 2**32
    return torch.tensor(((2 * u - 1) * scale).astype(np.float32).reshape(shape))


class Network:
    def __init__(self):
        self.parameters, self.statistics, self.training = {}, {}, True

    def parameter(self, name, shape, scale):
        if name not in self.parameters:
            self.parameters[name] = values(len(self.parameters), shape, scale).requires_grad_()
        return self.parameters[name]

    def constant(self, name, size, value):
        if name not in self.parameters:
            self.parameters[name] = torch.full((size,), float(value)).requires_grad_()
        return self.parameters[name]

    def conv(self, name, x, channels, kernel, stride=1, pad=0, groups=1, bias=False):
        inputs = x.shape[1] // groups
        weight = self.parameter(name + ".weight", (channels, inputs, kernel, kernel), (3 / (inputs * kernel * kernel)) ** 0.5)
        shift = self.parameter(name + ".bias", (channels,), 0.1) if bias else None
        return F.conv2d(x, weight, shift, stride, pad, 1, groups)

    def norm(self, name, x):
        mean, variance = self.statistics.setdefault(name, (torch.zeros(x.shape[1]), torch.ones(x.shape[1])))
        scale, shift = self.constant(name + ".scale", x.shape[1], 1), self.constant(name + ".shift", x.shape[1], 0)
        return F.batch_norm(x, mean, variance, scale, shift, self.training, 0.1, 1e-5)

    def linear(self, name, x, outputs):
        weight = self.parameter(name + ".weight", (outputs, x.shape[1]), (3 / x.shape[1]) ** 0.5)
        return F.linear(x, weight, self.parameter(name + ".bias", (outputs,), 0.1))


def small(n, x):
    x = F.max_pool2d(F.relu(n.norm("n1", n.conv("c1", x, 8, 3, pad=1))), 3, 2, 1)
    y = F.relu(n.norm("n2", n.conv("c2", x, 8, 3, pad=1)))
    x = F.relu(n.norm("n3", n.conv("c3", y, 8, 3, pad=1)) + x)
    x = F.hardtanh(n.norm("n4", n.conv("c4", x, 8, 3, 2, 1, 8, bias=True)), 0, 6)
    x = F.relu(n.norm("n5", n.conv("c5", x, 16, 3, pad=1, groups=4)))
    return n.linear("fc", x.mean((2, 3)), 5)


def lenet5(n, x):
    x = F.avg_pool2d(torch.tanh(n.conv("c1", x, 6, 5, bias=True)), 2)
    x = F.avg_pool2d(torch.tanh(n.conv("c3", x, 16, 5, bias=True)), 2)
    x = torch.tanh(n.linear("c5", x.flatten(1), 120))
    return n.linear("out", torch.tanh(n.linear("f6", x, 84)), 10)


def train(forward, shape, classes, optimizer, smoothing=0.0, mixed=False, clip=None, frozen=False):
    n = Network()
    n.training = not frozen
    images = [values(1000 + b, shape, 2) for b in range(BATCHES)]
    labels = [torch.tensor((hashed(2000 + b, shape[0]) % classes).astype(np.int64)) for b in range(BATCHES)]
    forward(n, images[0])
    for name in n.statistics:
        n.statistics[name][0].zero_(), n.statistics[name][1].fill_(1)
    decayed = [p for name, p in n.parameters.items() if name.endswith("weight")]
    others = [p for name, p in n.parameters.items() if not name.endswith("weight")]
    opt = optimizer(decayed, others)
    losses = []
    for step in range(STEPS):
        b = step % BATCHES
        target = labels[b]
        if mixed:
            one = F.one_hot(target, classes).float()
            target = 0.7 * one + 0.3 * one.flip(0)
        loss = F.cross_entropy(forward(n, images[b]), target, label_smoothing=smoothing)
        opt.zero_grad()
        loss.backward()
        if clip:
            torch.nn.utils.clip_grad_norm_(n.parameters.values(), clip)
        opt.step()
        losses.append(loss.item())
    last = list(n.parameters)[-1]
    statistics = {name: [s.tolist() for s in pair] for name, pair in n.statistics.items()}
    return dict(losses=losses, last=n.parameters[last].detach().flatten().tolist(), statistics=statistics)


def sgd(rate, momentum, nesterov, decay):
    return lambda decayed, others: torch.optim.SGD(
        [dict(params=decayed, weight_decay=decay), dict(params=others, weight_decay=0)], rate, momentum, nesterov=nesterov)


def adamw(rate, decay):
    return lambda decayed, others: torch.optim.AdamW(
        [dict(params=decayed, weight_decay=decay), dict(params=others, weight_decay=0)], rate)


curves = dict(
    small_sgd=train(small, (8, 3, 16, 16), 5, sgd(0.05, 0.9, True, 1e-3)),
    small_adamw=train(small, (8, 3, 16, 16), 5, adamw(2e-3, 0.05), smoothing=0.1, mixed=True),
    small_frozen=train(small, (8, 3, 16, 16), 5, sgd(0.02, 0.9, False, 1e-3), frozen=True),
    lenet5=train(lenet5, (16, 1, 32, 32), 10, sgd(0.05, 0.9, False, 5e-4), clip=1.0),
)
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "loss-curves.json"), "w") as file:
    json.dump(curves, file, indent=1)
    file.write("\n")
for name, curve in curves.items():
    print(name, [round(loss, 4) for loss in curve["losses"]])
