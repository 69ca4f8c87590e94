#!/usr/bin/env python3
"""Writes suites.tsv: what Pillow makes of the PNG, BMP and GIF files in the shared folder's codec suites and odd images.

    python3 measure_suites.py SHARED          (needs numpy and Pillow; made with Pillow 9.4)

Rows: path, width, height, CRC-32 of the RGB samples; or path and "refused".
"""
import glob
import os
import sys
import zlib

import numpy as np
from PIL import Image

root = os.path.join(sys.argv[1], "data")
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "suites.tsv"), "w") as f:
    for pattern in ("codec-suites/png/*", "codec-suites/png-crashers/*", "odd-images/*.png", "odd-images/*.bmp", "odd-images/*.gif"):
        for path in sorted(glob.glob(os.path.join(root, pattern))):
            name = os.path.relpath(path, root)
            try:
                image = Image.open(path)
                if image.mode == "I":
                    image = Image.fromarray((np.array(image) >> 8).astype(np.uint8))
                image = image.convert("RGB")
                f.write(f"{name}\t{image.width}\t{image.height}\t{zlib.crc32(image.tobytes()):08x}\n")
            except Exception:
                f.write(f"{name}\trefused\n")
