#!/usr/bin/env python3
"""Draws the goldens of the image codecs and of resizing, and writes what Pillow makes of them.

    python3 generate.py          (needs numpy and Pillow; made with Pillow 9.4)

Files that Pillow cannot write (interlaced, few bits, run-length coded, odd headers) are put together byte by byte here.
expected.tsv: path, width, height, CRC-32 of the RGB samples of Image.open(path).convert("RGB").
resize/: results of Image.resize, named source-filter-WxH[-box].png.
"""
import os
import struct
import zlib

import numpy as np
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(20)
written = []


def save(path, data):
    full = os.path.join(HERE, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "wb") as f:
        f.write(data)
    written.append(path)


# --- PNG -------------------------------------------------------------------------------------------------------------
def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def filtered(rows, distance):
    """The five filters in turn."""
    out = b""
    above = bytes(len(rows[0])) if rows else b""
    for y, row in enumerate(rows):
        kind = y % 5
        line = bytearray(row)
        for i, value in enumerate(row):
            left = row[i - distance] if i >= distance else 0
            corner = above[i - distance] if i >= distance else 0
            p = left + above[i] - corner
            paeth = min((abs(p - left), 0, left), (abs(p - above[i]), 1, above[i]), (abs(p - corner), 2, corner))[2]
            line[i] = (value - (0, left, above[i], (left + above[i]) // 2, paeth)[kind]) & 255
        out += bytes([kind]) + bytes(line)
        above = row
    return out


def packed(samples, depth):
    if depth == 16:
        return samples.astype(">u2").tobytes()
    if depth == 8:
        return samples.astype(np.uint8).tobytes()
    bits = "".join(format(int(v), f"0{depth}b") for v in samples)
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def png(samples, kind, depth, interlaced=False, extra=b"", after=b"", pieces=1):
    height, width = samples.shape[:2]
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[kind]
    distance = max(1, channels * depth // 8)
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    raw = b""
    for x, y, dx, dy in passes if interlaced else [(0, 0, 1, 1)]:
        part = samples[y::dy, x::dx]
        if part.size:
            raw += filtered([packed(row.reshape(-1), depth) for row in part], distance)
    data = zlib.compress(raw, 9)
    cuts = [len(data) * i // pieces for i in range(pieces + 1)]
    body = b"".join(chunk(b"IDAT", data[a:b]) for a, b in zip(cuts, cuts[1:]))
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, int(interlaced))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + body + after + chunk(b"IEND", b"")


def samples_of(width, height, channels, depth):
    y, x = np.mgrid[0:height, 0:width]
    top = (1 << depth) - 1
    planes = [(x * 3 + y * (c + 2)) * top // (3 * width + 5 * height) for c in range(channels)]
    out = np.stack(planes, -1)
    out[height // 3 : height // 2] = rng.integers(0, top + 1, out[height // 3 : height // 2].shape)
    return out


def palette(count):
    return rng.integers(0, 256, count * 3).astype(np.uint8).tobytes()


for kind, depths in ((0, (1, 2, 4, 8, 16)), (2, (8, 16)), (3, (1, 2, 4, 8)), (4, (8, 16)), (6, (8, 16))):
    for depth in depths:
        for interlaced in (False, True):
            extra = chunk(b"PLTE", palette(1 << depth)) if kind == 3 else b""
            data = samples_of(21, 19, {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[kind], depth)
            save(f"png/type{kind}-{depth}bit{'-adam7' if interlaced else ''}.png", png(data, kind, depth, interlaced, extra))
for size in range(1, 9):
    save(f"png/adam7-{size}x{9 - size}.png", png(samples_of(size, 9 - size, 3, 8), 2, 8, True))
save("png/transparent-gray.png", png(samples_of(9, 9, 1, 8), 0, 8, extra=chunk(b"tRNS", b"\0\x20")))
save("png/transparent-rgb.png", png(samples_of(9, 9, 3, 8), 2, 8, extra=chunk(b"tRNS", bytes(6))))
save("png/transparent-palette.png", png(samples_of(9, 9, 1, 4), 3, 4,
                                        extra=chunk(b"PLTE", palette(16)) + chunk(b"tRNS", bytes(range(0, 160, 10)))))
save("png/short-palette.png", png(samples_of(9, 9, 1, 8), 3, 8, extra=chunk(b"PLTE", palette(40))))
save("png/many-chunks.png", png(samples_of(40, 30, 3, 8), 2, 8, pieces=7, extra=chunk(b"tEXt", b"Title\0drawn"),
                                after=chunk(b"tIME", bytes(7))))
no_end = png(samples_of(12, 5, 3, 8), 2, 8)
save("png/no-end.png", no_end[:-16])

# --- BMP -------------------------------------------------------------------------------------------------------------
WIDTH, HEIGHT = 23, 14


def bmp(bits, rows, compression=0, masks=b"", colors=b"", header=40, top_down=False, count=0, coded=None):
    if header == 12:
        info = struct.pack("<IHHHH", 12, WIDTH, HEIGHT, 1, bits)
    else:
        info = struct.pack("<IiiHHIIiiII", header, WIDTH, -HEIGHT if top_down else HEIGHT, 1, bits, compression, 0,
                           2835, 2835, count, 0)
        if header > 40:
            info, masks = info + masks + bytes(header - 40 - len(masks)), b""
    offset = 14 + len(info) + len(masks) + len(colors)
    body = coded
    if body is None:
        body = b"".join(row + bytes(-len(row) % 4) for row in (rows if top_down else rows[::-1]))
    return struct.pack("<2sIHHI", b"BM", offset + len(body), 0, 0, offset) + info + masks + colors + body


def run_lengths(nibbles):
    out = b""
    for y in range(HEIGHT):
        x = 0
        while x < WIDTH:
            count = int(min(rng.integers(1, 9), WIDTH - x))
            if rng.random() < 0.5 or count < 4:
                out += bytes([count, int(rng.integers(256))])
            else:
                count &= ~1
                size = count // 2 if nibbles else count
                out += bytes([0, count]) + rng.integers(0, 256, size).astype(np.uint8).tobytes() + bytes(size % 2)
            x += count
        out += b"\0\0" if y < HEIGHT - 1 else b"\0\1"
    return out


rgb = samples_of(WIDTH, HEIGHT, 3, 8).astype(np.uint8)
bgr = [rgb[y, :, ::-1].tobytes() for y in range(HEIGHT)]
bgrx = [np.concatenate([rgb[y, :, ::-1], rng.integers(0, 256, (WIDTH, 1))], 1).astype(np.uint8).tobytes() for y in range(HEIGHT)]
words = [rng.integers(0, 65536, WIDTH).astype("<u2").tobytes() for _ in range(HEIGHT)]
colors = rng.integers(0, 256, (256, 4)).astype(np.uint8)
save("bmp/rgb24.bmp", bmp(24, bgr))
save("bmp/rgb24-topdown.bmp", bmp(24, bgr, top_down=True))
save("bmp/rgb24-os2.bmp", bmp(24, bgr, header=12))
save("bmp/rgb24-v5.bmp", bmp(24, bgr, header=124))
save("bmp/rgb32.bmp", bmp(32, bgrx))
save("bmp/fields32.bmp", bmp(32, bgrx, 3, struct.pack("<III", 0xFF0000, 0xFF00, 0xFF)))
save("bmp/fields32-xbgr.bmp", bmp(32, bgrx, 3, struct.pack("<III", 0xFF000000, 0xFF0000, 0xFF00)))
save("bmp/fields32-v4.bmp", bmp(32, bgrx, 3, struct.pack("<IIII", 0xFF, 0xFF00, 0xFF0000, 0xFF000000), header=108))
save("bmp/rgb16.bmp", bmp(16, words))
save("bmp/fields565.bmp", bmp(16, words, 3, struct.pack("<III", 0xF800, 0x7E0, 0x1F)))
for bits in (1, 4, 8):
    rows = [packed(rng.integers(0, 1 << bits, WIDTH), bits) for _ in range(HEIGHT)]
    count = 1 << bits
    save(f"bmp/palette{bits}.bmp", bmp(bits, rows, colors=colors[:count].tobytes()))
    save(f"bmp/palette{bits}-os2.bmp", bmp(bits, rows, colors=colors[:count, :3].tobytes(), header=12))
few = [packed(rng.integers(0, 256, WIDTH), 8) for _ in range(HEIGHT)]
save("bmp/palette8-short.bmp", bmp(8, few, colors=colors[:99].tobytes(), count=99))
save("bmp/rle8.bmp", bmp(8, [], 1, colors=colors.tobytes(), coded=run_lengths(False)))
save("bmp/rle4.bmp", bmp(4, [], 2, colors=colors[:16].tobytes(), coded=run_lengths(True)))


# --- GIF -------------------------------------------------------------------------------------------------------------
def lzw(indices, bits, clear_when_full=True):
    clear = 1 << bits
    value = count = 0
    width, table, following = bits + 1, {bytes([i]): i for i in range(clear)}, clear + 2

    def emit(code):
        nonlocal value, count
        value |= code << count
        count += width

    emit(clear)
    current = b""
    for index in indices:
        longer = current + bytes([index])
        if longer in table:
            current = longer
            continue
        emit(table[current])
        if following < 4096:
            table[longer] = following
            following += 1
            if following - 1 == 1 << width and width < 12:
                width += 1
        elif clear_when_full:
            emit(clear)
            width, table, following = bits + 1, {bytes([i]): i for i in range(clear)}, clear + 2
        current = bytes([index])
    emit(table[current])
    emit(clear + 1)
    data = value.to_bytes((count + 7) // 8, "little")
    blocks = b"".join(bytes([len(data[i : i + 255])]) + data[i : i + 255] for i in range(0, len(data), 255))
    return bytes([bits]) + blocks + b"\0"


def gif(screen, frame, indices, bits, shared=None, own=None, transparent=None, interlaced=False, full=True):
    def flags(table):
        return 0x80 | ((len(table) // 3).bit_length() - 2) if table else 0

    out = b"GIF89a" + struct.pack("<HHBBB", *screen, flags(shared), 5, 0) + (shared or b"")
    if transparent is not None:
        out += b"!\xf9\x04" + bytes([1, 0, 0, transparent]) + b"\0"
    out += b"!\xfe\x05hello\0,"
    out += struct.pack("<HHHHB", *frame, (0x40 if interlaced else 0) | flags(own)) + (own or b"")
    return out + lzw(indices, bits, full) + b";"


def indices(count, colors):
    return rng.integers(0, colors, count).astype(np.uint8).tobytes()


save("gif/plain.gif", gif((20, 11), (0, 0, 20, 11), indices(220, 16), 4, palette(16)))
save("gif/placed.gif", gif((40, 30), (5, 7, 20, 11), indices(220, 16), 4, palette(16)))
save("gif/placed-transparent.gif", gif((40, 30), (5, 7, 20, 11), indices(220, 16), 4, palette(16), transparent=3))
save("gif/beyond-screen.gif", gif((10, 10), (5, 7, 20, 11), indices(220, 16), 4, palette(16)))
save("gif/no-screen.gif", gif((0, 0), (0, 0, 20, 11), indices(220, 16), 4, palette(16)))
save("gif/own-palette.gif", gif((20, 11), (0, 0, 20, 11), indices(220, 16), 4, palette(8), palette(16)))
save("gif/no-palette.gif", gif((20, 11), (0, 0, 20, 11), indices(220, 256), 8))
save("gif/short-palette.gif", gif((20, 11), (0, 0, 20, 11), indices(220, 256), 8, palette(4)))
for rows in range(1, 10):
    save(f"gif/interlaced-{rows}.gif", gif((7, rows), (0, 0, 7, rows), indices(7 * rows, 4), 2, palette(4), interlaced=True))
save("gif/full-table.gif", gif((120, 90), (0, 0, 120, 90), indices(10800, 256), 8, palette(256)))
save("gif/full-table-kept.gif", gif((120, 90), (0, 0, 120, 90), indices(10800, 4), 2, palette(4), full=False))
Image.fromarray(np.zeros((64, 64), np.uint8)).save(os.path.join(HERE, "gif/flat.gif"))
written.append("gif/flat.gif")

# --- what Pillow makes of them ---------------------------------------------------------------------------------------
with open(os.path.join(HERE, "expected.tsv"), "w") as f:
    for path in written:
        image = Image.open(os.path.join(HERE, path))
        if image.mode == "I":
            # Pillow clips 16-bit gray to 255; the high byte is taken here, as Pillow itself does for 16-bit colour.
            image = Image.fromarray((np.array(image) >> 8).astype(np.uint8))
        image = image.convert("RGB")
        f.write(f"{path}\t{image.width}\t{image.height}\t{zlib.crc32(image.tobytes()):08x}\n")

# --- resizing --------------------------------------------------------------------------------------------------------
os.makedirs(os.path.join(HERE, "resize"), exist_ok=True)
FILTERS = {"Nearest": 0, "Box": 4, "Bilinear": 2, "Bicubic": 3, "Lanczos": 1}
y, x = np.mgrid[0:60, 0:80]
smooth = np.stack([x * 3, y * 4, (x * y) // 19], -1).astype(np.uint8)
smooth[20:40, 30:60] = np.where(rng.random((20, 30, 1)) < 0.5, 0, 255)
SOURCES = {"mixed": smooth, "narrow": np.where(rng.random((50, 3, 3)) < 0.5, 0, 255).astype(np.uint8)}
for name, pixels in SOURCES.items():
    source = Image.fromarray(pixels)
    source.save(os.path.join(HERE, f"resize/{name}.png"))
    for filter_name, number in FILTERS.items():
        for width, height in ((31, 23), (33, 60), (80, 17), (97, 71)):
            source.resize((width, height), number).save(os.path.join(HERE, f"resize/{name}-{filter_name}-{width}x{height}.png"))
        box = (0.4 * source.width, 3.25, source.width - 0.3, 41.5)
        text = ",".join(f"{v:.2f}" for v in box)
        box = tuple(float(v) for v in text.split(","))
        source.resize((20, 24), number, box).save(os.path.join(HERE, f"resize/{name}-{filter_name}-20x24-{text}.png"))
plane = rng.random((7, 9)).astype(np.float32)
with open(os.path.join(HERE, "resize/plane.tsv"), "w") as f:
    f.write("source\t9\t7\t" + " ".join(f"{v:.9g}" for v in plane.reshape(-1)) + "\n")
    for filter_name, number in FILTERS.items():
        for width, height in ((4, 3), (20, 15)):
            out = np.array(Image.fromarray(plane, "F").resize((width, height), number))
            f.write(f"{filter_name}\t{width}\t{height}\t" + " ".join(f"{v:.9g}" for v in out.reshape(-1)) + "\n")
