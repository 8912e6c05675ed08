"""Draws icon.png, the icon of the packages: a switchboard of nine sockets, two of them joined by a cord."""
import math
import struct
import zlib
from pathlib import Path

SIZE, SCALE = 128, 4  # drawn four times as large, then made smaller: smooth edges
BACK, SOCKET, HOLE, CORD = (24, 38, 66), (226, 232, 240), (24, 38, 66), (56, 189, 148)
CENTRES = [(32 + 32 * x, 32 + 32 * y) for y in range(3) for x in range(3)]
START, END = CENTRES[0], CENTRES[5]


def inside_corner(x, y, radius=24):
    """Whether a point is in the rounded square."""
    dx, dy = max(radius - x, x - (SIZE - radius), 0), max(radius - y, y - (SIZE - radius), 0)
    return math.hypot(dx, dy) <= radius


def cord_points():
    """The cord hangs between its ends."""
    for step in range(161):
        t = step / 160
        yield START[0] + (END[0] - START[0]) * t, START[1] + (END[1] - START[1]) * t + 52 * t * (1 - t)


CORD_POINTS = list(cord_points())


def colour(x, y):
    """The colour of a point, or None outside."""
    if not inside_corner(x, y):
        return None
    for centre in (START, END):
        if math.dist(centre, (x, y)) <= 6:
            return CORD
    if any(abs(px - x) <= 3 and abs(py - y) <= 3 and math.hypot(px - x, py - y) <= 3 for px, py in CORD_POINTS):
        return CORD
    for centre in CENTRES:
        distance = math.dist(centre, (x, y))
        if distance <= 10:
            return HOLE if distance <= 4 else SOCKET
    return BACK


def pixel(px, py):
    """The mean of the points in a pixel, with how much of it is covered."""
    points = [colour(px + (i + 0.5) / SCALE, py + (j + 0.5) / SCALE) for i in range(SCALE) for j in range(SCALE)]
    seen = [point for point in points if point]
    if not seen:
        return bytes(4)
    return bytes([sum(part) // len(seen) for part in zip(*seen)] + [255 * len(seen) // len(points)])


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


rows = b"".join(b"\0" + b"".join(pixel(x, y) for x in range(SIZE)) for y in range(SIZE))
Path(__file__).with_name("icon.png").write_bytes(
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(rows, 9))
    + chunk(b"IEND", b"")
)
