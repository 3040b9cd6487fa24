"""Smooth lines and tapered limbs as lists of points, in whatever unit they come in."""

from collections.abc import Sequence

Point = tuple[float, float]


def smooth(points: Sequence[Point], *, closed: bool = False, steps: int = 6) -> list[Point]:
    """A Catmull-Rom curve through the points."""
    count = len(points)
    if count < 3:
        return list(points)
    result: list[Point] = []
    for index in range(count if closed else count - 1):
        if closed:
            a, b, c, d = (points[(index + k) % count] for k in (-1, 0, 1, 2))
        else:
            a, b, c, d = (points[min(max(index + k, 0), count - 1)] for k in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            result.append((_spline(a[0], b[0], c[0], d[0], t), _spline(a[1], b[1], c[1], d[1], t)))
    if not closed:
        result.append(points[-1])
    return result


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))


def limb(path: Sequence[Point], widths: Sequence[float], *, steps: int = 6, cap: float = 0.0) -> list[Point]:
    """The outline of a limb along a path, as wide (half the thickness) as given at each point.

    The first half goes down one side and the second half up the other; a cap rounds its beginning.
    """
    spine = smooth([(x, y) for x, y in path], steps=steps)
    girth = [width for width, _ in smooth([(width, 0.0) for width in widths], steps=steps)]
    left: list[Point] = []
    right: list[Point] = []
    for index, (x, y) in enumerate(spine):
        x0, y0 = spine[max(index - 1, 0)]
        x1, y1 = spine[min(index + 1, len(spine) - 1)]
        dx, dy = x1 - x0, y1 - y0
        size = max((dx * dx + dy * dy) ** 0.5, 1e-6)
        nx, ny = -dy / size * girth[index], dx / size * girth[index]
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    if cap:
        (x0, y0), (x1, y1) = left[0], right[0]
        ux, uy = (spine[0][0] - spine[1][0]), (spine[0][1] - spine[1][1])
        size = max((ux * ux + uy * uy) ** 0.5, 1e-6)
        ux, uy = ux / size * girth[0] * cap, uy / size * girth[0] * cap
        quarter = [(0.93, 0.4), (0.7, 0.72), (0.38, 0.93)]
        cx, cy = (x0 + x1) / 2, (y0 + y1) / 2
        left = [(cx + ux, cy + uy)] + [(cx + (x0 - cx) * a + ux * b, cy + (y0 - cy) * a + uy * b)
                                       for a, b in reversed(quarter)] + left  # fmt: skip
        right = [(cx + ux, cy + uy)] + [(cx + (x1 - cx) * a + ux * b, cy + (y1 - cy) * a + uy * b)
                                        for a, b in reversed(quarter)] + right  # fmt: skip
    return left + right[::-1]


def along(start: Point, end: Point, share: float) -> Point:
    """The point at a share of the way from start to end."""
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)


def mirror(points: Sequence[Point]) -> list[Point]:
    """The points on the other side of x = 0, in reverse order."""
    return [(-x, y) for x, y in reversed(points)]


def bulge(start: Point, end: Point, depth: float, *, steps: int = 8) -> list[Point]:
    """An arc from start to end that bows to the right of its direction (down for a line to the left)."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    size = max((dx * dx + dy * dy) ** 0.5, 1e-6)
    middle = ((start[0] + end[0]) / 2 - dy / size * depth, (start[1] + end[1]) / 2 + dx / size * depth)
    return smooth([start, middle, end], steps=steps)


def ribbon(points: Sequence[Point], half: float) -> list[Point]:
    """The outline of a line of even width, so that a see-through line never covers itself."""
    left: list[Point] = []
    right: list[Point] = []
    last = len(points) - 1
    for index, (x, y) in enumerate(points):
        (x0, y0), (x1, y1) = points[max(index - 1, 0)], points[min(index + 1, last)]
        dx, dy = x1 - x0, y1 - y0
        size = max((dx * dx + dy * dy) ** 0.5, 1e-6)
        nx, ny = -dy / size * half, dx / size * half
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    return left + right[::-1]
