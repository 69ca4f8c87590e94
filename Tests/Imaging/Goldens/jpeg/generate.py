"""Draws the golden JPEG files and stores what Pillow decodes them to.

Run with a Python that has Pillow and numpy, and with gcc and libjpeg's headers at hand:  python3 generate.py
Writes jpeg.zip beside itself: each NAME.jpg, what Pillow's convert("RGB") makes of it, at full size and after draft() to 1/S,
and index.tsv: name, S, width, height, orientation, the entry with the pixels (one for all that have the same).
"""
import io
import os
import subprocess
import tempfile
import zipfile

import numpy as np
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))
TEMP = tempfile.mkdtemp()
ENCODER = os.path.join(TEMP, "encode")
subprocess.check_call(["gcc", "-O1", "-o", ENCODER, os.path.join(HERE, "encode.c"), "-ljpeg"])


def picture(width, height, components=3, seed=1):
    """Gradients, discs, stripes and some noise: smooth parts, hard edges and saturated colours."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(float)
    out = np.zeros((height, width, components))
    for c in range(components):
        out[:, :, c] = 128 + 90 * np.sin(x / (9 + 4 * c) + c) * np.cos(y / (7 + 3 * c))
    for _ in range(6):
        cx, cy, r = random.uniform(0, width), random.uniform(0, height), random.uniform(2, max(3, width / 4))
        out[(x - cx) ** 2 + (y - cy) ** 2 < r * r] = random.integers(0, 256, components)
    stripes = (x.astype(int) // 2 + y.astype(int) // 3) % 2 == 0
    out[stripes & (y > height * 0.8)] = 255
    noisy = (x > width * 0.7) & (y < height * 0.4)
    out[noisy] += random.normal(0, 40, (height, width, components))[noisy]
    return np.clip(out, 0, 255).astype(np.uint8)


def encode(width, height, components=3, seed=1, **options):
    raw, out = os.path.join(TEMP, "in.raw"), os.path.join(TEMP, "out.jpg")
    picture(width, height, components, seed).tofile(raw)
    arguments = [f"{key}={value}" for key, value in options.items()]
    subprocess.check_call([ENCODER, raw, out, str(width), str(height), str(components)] + arguments)
    with open(out, "rb") as file:
        return file.read()


def with_exif(data, orientation, little=True):
    order = "little" if little else "big"
    entry = lambda tag, kind, value: (tag.to_bytes(2, order) + kind.to_bytes(2, order) + (1).to_bytes(4, order)
                                      + value.to_bytes(2, order) + b"\0\0")
    tiff = ((b"II*\0" if little else b"MM\0*") + (8).to_bytes(4, order) + (2).to_bytes(2, order)
            + entry(0x0100, 3, 7) + entry(0x0112, 3, orientation) + (0).to_bytes(4, order))
    body = b"Exif\0\0" + tiff
    return data[:2] + b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body + data[2:]


def cut_tables(data):
    """Takes the Huffman tables out, as Motion JPEG does."""
    at = 2
    out = data[:2]
    while data[at + 1] != 0xDA:
        length = 2 + int.from_bytes(data[at + 2:at + 4], "big")
        if data[at + 1] != 0xC4:
            out += data[at:at + length]
        at += length
    return out + data[at:]


def with_padding(data):
    """Fill bytes before every marker of the header, and garbage before one of them."""
    at = 2
    out = data[:2]
    while data[at + 1] != 0xDA:
        length = 2 + int.from_bytes(data[at + 2:at + 4], "big")
        out += b"\xff\xff\xff" + data[at:at + length]
        at += length
    return out + b"\xff" + data[at:]


files = {}
for sampling in ("1x1", "2x1", "1x2", "2x2", "4x1", "1x4", "4x2", "3x1", "4x4"):
    factors = f"{sampling},1x1,1x1"
    if sampling != "4x4":
        files[f"baseline-{sampling}"] = encode(61, 43, sampling=factors, quality=85)
    if sampling in ("1x1", "2x1", "1x2", "2x2", "4x1"):
        files[f"progressive-{sampling}"] = encode(61, 43, sampling=factors, quality=85, progressive=1)
        files[f"arithmetic-{sampling}"] = encode(61, 43, sampling=factors, quality=85, arithmetic=1)
        files[f"arithmetic-progressive-{sampling}"] = encode(
            61, 43, sampling=factors, quality=85, arithmetic=1, progressive=1)
files["separate-4x4"] = encode(61, 43, sampling="4x4,1x1,1x1", scans="0:0-63:0:0;1:0-63:0:0;2:0-63:0:0")
files["chroma-larger"] = encode(45, 37, sampling="1x1,2x2,2x1")
files["chroma-mixed"] = encode(45, 37, sampling="4x1,2x1,1x1")
files["chroma-mixed-progressive"] = encode(45, 37, sampling="2x2,2x1,1x2", progressive=1)
for quality in (5, 30, 60, 95, 100):
    files[f"quality-{quality}"] = encode(48, 40, quality=quality, sampling="2x2,1x1,1x1", seed=quality)
for width, height in ((1, 1), (2, 2), (3, 2), (4, 5), (7, 5), (8, 8), (9, 17), (16, 16), (17, 33), (1, 40), (40, 1), (33, 15)):
    files[f"size-{width}x{height}-420"] = encode(width, height, sampling="2x2,1x1,1x1")
    files[f"size-{width}x{height}-422"] = encode(width, height, sampling="2x1,1x1,1x1")
    files[f"size-{width}x{height}-440p"] = encode(width, height, sampling="1x2,1x1,1x1", progressive=1)
    files[f"size-{width}x{height}-gray"] = encode(width, height, 1)
for restart in (1, 3, 8):
    files[f"restart-{restart}"] = encode(70, 50, restart=restart, sampling="2x2,1x1,1x1")
    files[f"restart-{restart}-progressive"] = encode(70, 50, restart=restart, sampling="2x2,1x1,1x1", progressive=1)
    files[f"restart-{restart}-arithmetic"] = encode(70, 50, restart=restart, sampling="2x1,1x1,1x1", arithmetic=1)
files["restart-2-arithmetic-progressive"] = encode(70, 50, restart=2, arithmetic=1, progressive=1)
files["restart-5-separate"] = encode(70, 50, restart=5, scans="0:0-63:0:0;1,2:0-63:0:0")
files["gray"] = encode(50, 30, 1)
files["gray-progressive"] = encode(50, 30, 1, progressive=1)
files["gray-arithmetic"] = encode(50, 30, 1, arithmetic=1)
files["gray-sampling-2x2"] = encode(50, 30, 1, sampling="2x2")
files["rgb-adobe"] = encode(50, 30, colors="rgb")
files["rgb-letters"] = encode(50, 30, colors="rgb").replace(b"\xff\xee\x00\x0eAdobe", b"\xff\xed\x00\x0eAdobe")
files["cmyk"] = encode(50, 30, 4, colors="cmyk")
files["cmyk-progressive"] = encode(50, 30, 4, colors="cmyk", progressive=1)
files["ycck"] = encode(50, 30, 4, colors="ycck")
files["ycck-420"] = encode(51, 31, 4, colors="ycck", sampling="2x2,1x1,1x1,2x2")
files["cmyk-no-adobe"] = encode(50, 30, 4, colors="cmyk").replace(b"\xff\xee\x00\x0eAdobe", b"\xff\xed\x00\x0eAdobe")
files["optimized"] = encode(64, 48, optimize=1, quality=92)
files["separate"] = encode(64, 48, scans="0:0-63:0:0;1:0-63:0:0;2:0-63:0:0", sampling="2x2,1x1,1x1")
files["separate-reversed"] = encode(64, 48, scans="2:0-63:0:0;1:0-63:0:0;0:0-63:0:0", sampling="2x1,1x1,1x1")
files["separate-arithmetic"] = encode(64, 48, scans="0:0-63:0:0;1,2:0-63:0:0", arithmetic=1)
files["scans-spectral-only"] = encode(
    64, 48, scans="0,1,2:0-0:0:0;0:1-63:0:0;2:1-63:0:0;1:1-63:0:0", sampling="2x2,1x1,1x1")
files["scans-many-bits"] = encode(64, 48, sampling="2x2,1x1,1x1", scans=(
    "2:0-0:0:3;0:0-0:0:3;1:0-0:0:3;0,1,2:0-0:3:2;0,1,2:0-0:2:1;0:1-63:0:3;0:1-63:3:2;0:1-63:2:1;0:1-63:1:0;"
    "1:1-8:0:1;1:9-63:0:1;2:1-63:0:0;1:1-63:1:0;0,1,2:0-0:1:0"))
files["no-huffman-tables"] = cut_tables(encode(40, 40))
files["padded-markers"] = with_padding(encode(40, 40))
files["trailing-garbage"] = encode(40, 40) + b"garbage after the end" * 3
for orientation in range(1, 9):
    files[f"orientation-{orientation}"] = with_exif(
        encode(19, 11, sampling="2x2,1x1,1x1", quality=60), orientation, little=orientation % 2 == 0)
for name, options in (("pillow", {}), ("pillow-progressive", {"progressive": True}), ("pillow-444", {"subsampling": 0})):
    out = io.BytesIO()
    Image.fromarray(picture(57, 39, seed=7)).save(out, "JPEG", quality=80, **options)
    files[name] = out.getvalue()

index = []
stored = {}
with zipfile.ZipFile(os.path.join(HERE, "jpeg.zip"), "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
    def store(name, data):
        archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED, 9)

    for name, data in files.items():
        store(f"{name}.jpg", data)
        for scale in (1, 2, 4, 8):
            image = Image.open(io.BytesIO(data))
            orientation = image.getexif().get(0x0112, 1)
            width, height = image.size
            if scale > 1:
                image.draft(None, (max(1, width // scale), max(1, height // scale)))
                if image.size != (-(-width // scale), -(-height // scale)) or min(width, height) < 3:
                    continue
            pixels = image.convert("RGB")
            entry = stored.setdefault(pixels.tobytes(), f"{name}.{scale}.rgb")
            if entry == f"{name}.{scale}.rgb":
                store(entry, pixels.tobytes())
            index.append(f"{name}\t{scale}\t{pixels.size[0]}\t{pixels.size[1]}\t{orientation}\t{entry}\n")
    store("index.tsv", "".join(index))
print(len(files), "files,", os.path.getsize(os.path.join(HERE, "jpeg.zip")), "bytes")
