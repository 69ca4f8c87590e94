"""The peer of the training benchmark: SGD with momentum by PyTorch, so many steps as each line on stdin says.

Arguments: NETWORK SIZE BATCH THREADS (0: all cores), and a folder of pictures as MNIST has them, where the lines say epochs over
these. Answers: one JSON object a line.
"""
import glob
import gzip
import json
import resource
import sys
import time

import numpy
import torch
import torch.nn as nn
import torch.nn.functional as F

network, size, batch, threads = sys.argv[1], *map(int, sys.argv[2:5])
if threads:
    torch.set_num_threads(threads)


class Block(nn.Module):
    def __init__(self, inputs, width, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(width)
        self.shortcut = None
        if stride != 1 or inputs != width:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, width, 1, stride, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        y = self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x)))))
        return F.relu(y + (x if self.shortcut is None else self.shortcut(x)))


def stages(inputs, widths, blocks):
    layers = []
    for i, width in enumerate(widths):
        for block in range(blocks):
            layers.append(Block(inputs, width, 2 if i > 0 and block == 0 else 1))
            inputs = width
    return layers + [nn.AdaptiveAvgPool2d(1), nn.Flatten()]


def build():
    if network == "resnet18":
        stem = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
        return nn.Sequential(*stem, *stages(64, [64, 128, 256, 512], 2), nn.Linear(512, 1000)), 3, 1000
    if network == "resnet20":
        stem = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
        return nn.Sequential(*stem, *stages(16, [16, 32, 64], 3), nn.Linear(64, 10)), 3, 10
    return nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10)), 1, 10


def answer(**values):
    values["peakMb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 * 1.048576
    print(json.dumps(values), flush=True)


def read(folder, kind):
    path = sorted(glob.glob(f"{folder}/train-{kind}*"))[0]
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        content = file.read()
    sizes = [int.from_bytes(content[4 + 4 * i:8 + 4 * i], "big") for i in range(content[3])]
    return numpy.frombuffer(content, numpy.uint8, offset=4 + 4 * len(sizes)).reshape(sizes)


def step(images, labels):
    loss = F.cross_entropy(model(images), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


def epoch():
    order = torch.randperm(len(pictures))
    for start in range(0, len(order), batch):
        rows = order[start:start + batch]
        loss = step(pictures[rows], names[rows])
    return loss


model, channels, classes = build()
images, labels = torch.randn(batch, channels, size, size), torch.arange(batch) % classes
optimizer = torch.optim.SGD(model.parameters(), 0.01, 0.9, weight_decay=5e-4)
if len(sys.argv) > 5:
    pictures = torch.tensor(read(sys.argv[5], "images"))[:, None].float() / 255
    pictures = (pictures - pictures.mean()) / pictures.std()
    pictures = F.interpolate(pictures, (size, size), mode="bilinear").expand(-1, channels, -1, -1).contiguous()
    names = torch.tensor(read(sys.argv[5], "labels")).long()
answer(version=f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads")
for line in sys.stdin:
    start = time.perf_counter()
    for _ in range(int(line)):
        loss = epoch() if len(sys.argv) > 5 else step(images, labels)
    answer(seconds=time.perf_counter() - start, loss=loss.item())
