"""Paint the drawn examples: ``python assets/examples/make.py`` writes them beside this file, the same every time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Picture = NDArray[np.float64]
"""Red, green and blue from 0 to 1: ``(SIZE, SIZE, 3)``."""

SIZE = 768
FINAL = 384
Y, X = np.mgrid[0:SIZE, 0:SIZE] / SIZE
LIGHT = np.array([-0.5, -0.65, 0.57])
GLOSS = (LIGHT + np.array([0, 0, 1])) / np.linalg.norm(LIGHT + np.array([0, 0, 1]))
"""Where a surface must face to shine at the reader: half way between light and reader."""


def noise(seed: int, cells: int, octaves: int = 4, stretch: int = 1) -> NDArray[np.float64]:
    """Give smooth noise from 0 to 1, summed over scales; ``stretch`` makes it run along the rows."""
    random, total = np.random.default_rng(seed), np.zeros((SIZE, SIZE))
    for octave in range(octaves):
        rows, columns = cells * 2**octave, max(2, cells * 2**octave // stretch)
        grid = Image.fromarray(random.random((rows, columns)).astype(np.float32))
        total += np.asarray(grid.resize((SIZE, SIZE), Image.Resampling.BICUBIC)) / 2**octave
    low, high = np.percentile(total, (1, 99))
    return np.clip((total - low) / (high - low), 0, 1)


def colour(text: str) -> NDArray[np.float64]:
    """Read a colour such as ``d9822b``."""
    return np.array(tuple(bytes.fromhex(text))) / 255


def mix(low: str | Picture, high: str | Picture, share: NDArray[np.float64]) -> Picture:
    """Blend two colours or pictures, pixel by pixel."""
    a, b = (colour(each) if isinstance(each, str) else each for each in (low, high))
    return a * (1 - share[..., None]) + b * share[..., None]


def soften(mask: NDArray[np.float64], radius: float) -> NDArray[np.float64]:
    """Blur a mask."""
    image = Image.fromarray((np.clip(mask, 0, 1) * 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(radius))) / 255


def disc(x: float, y: float, radius: float, squash: float = 1.0) -> NDArray[np.float64]:
    """Give the distance from a centre in radii."""
    return np.hypot(X - x, (Y - y) / squash) / radius


def edge(distance: NDArray[np.float64], at: float = 1.0, width: float = 0.012) -> NDArray[np.float64]:
    """Give 1 inside and 0 outside a distance, with a soft edge."""
    return np.clip((at - distance) / width + 0.5, 0, 1)


def ball(picture: Picture, x: float, y: float, radius: float, skins: tuple[str, str], seed: int) -> Picture:
    """Put a fruit of round shape into a picture: lit from the upper left, with pores, a shine and a shadow."""
    shadow = soften(edge(disc(x + 0.35 * radius, y + 0.85 * radius, 1.05 * radius, 0.4), width=0.2), 14)
    picture = picture * (1 - 0.6 * shadow[..., None])
    distance = disc(x, y, radius)
    depth = np.sqrt(np.clip(1 - distance**2, 0, 1))
    pores = noise(seed, 110, 2)
    normal = np.stack([(X - x) / radius, (Y - y) / radius, depth], -1)
    normal[..., :2] += 0.16 * np.stack(np.gradient(pores)[::-1], -1) * SIZE / 110
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    lit = np.clip(normal @ LIGHT, 0, 1)
    shine = np.clip(normal @ GLOSS, 0, 1) ** 40
    skin = mix(*skins, noise(seed + 1, 4, 3)) * (0.25 + 0.85 * lit + 0.12 * depth)[..., None] + 0.4 * shine[..., None]
    return mix(picture, np.clip(skin, 0, 1), edge(distance))


def table(seed: int, low: str = "4b2c18", high: str = "a8713f") -> Picture:
    """Paint boards of wood."""
    grain = noise(seed, 90, 3, stretch=30)
    boards = 1 - 0.5 * np.clip(1 - np.abs((Y * 4) % 1 - 0.02) / 0.02, 0, 1)
    return mix(low, high, grain) * boards[..., None] * (1.1 - 0.35 * np.hypot(X - 0.4, Y - 0.4))[..., None]


def oranges() -> Picture:
    """Three oranges and a lemon on a table."""
    picture = table(1)
    for i, (x, y, radius) in enumerate(((0.36, 0.37, 0.2), (0.68, 0.42, 0.19))):
        picture = ball(picture, x, y, radius, ("e8790a", "ffa21f"), 10 + i)
    picture = ball(picture, 0.3, 0.7, 0.15, ("e3c21a", "ffe84a"), 14)
    return ball(picture, 0.58, 0.68, 0.21, ("ea7d0c", "ffa526"), 12)


def pizza() -> Picture:
    """A pizza with sausage, olives and basil, from above."""
    picture, random = table(2, "3c2415", "8a5a33"), np.random.default_rng(5)
    wobble = 0.015 * (noise(3, 5) - 0.5)
    distance = disc(0.5, 0.5, 0.43) + wobble
    picture = picture * (1 - 0.65 * soften(edge(disc(0.52, 0.53, 0.45), width=0.1), 10)[..., None])
    bulge = np.clip(1 - np.abs(distance - 0.92) / 0.09, 0, 1)
    crust = mix("9c5a22", "e8b86a", noise(6, 9)) * (0.72 + 0.4 * bulge)[..., None]
    crust = mix(crust, "5a2d10", 0.45 * soften(noise(7, 12) > 0.82, 7))
    cheese = mix(
        mix("c8391b", "e8641f", noise(8, 20)), mix("f2c14e", "ffe9a8", noise(9, 25)), soften(noise(4, 9) > 0.38, 5)
    )
    picture = mix(mix(picture, crust, edge(distance)), cheese, edge(distance, 0.86, 0.03))
    places = [(0.5, 0.5), *((0.5 + 0.26 * np.cos(a), 0.5 + 0.26 * np.sin(a)) for a in np.linspace(0.3, 6.6, 8)[:-1])]
    for i, (x, y) in enumerate(places):
        slice_ = disc(x, y, 0.072) + 0.4 * wobble
        meat = mix("8e1f14", "c84a30", noise(20 + i, 40, 2)) * (1.1 - 0.3 * np.clip(slice_, 0, 1) ** 6)[..., None]
        picture = picture * (1 - 0.4 * soften(edge(disc(x + 0.008, y + 0.012, 0.075)), 5)[..., None])
        picture = mix(picture, meat, edge(slice_, width=0.06))
    for x, y in 0.5 + 0.36 * (random.random((9, 2)) - 0.5) * 1.5:
        ring = np.abs(disc(x, y, 0.022) - 0.75)
        picture = mix(picture, "1d1a14", edge(ring, 0.3, 0.15))
    for x, y, turn in random.random((8, 3)):
        x, y, turn = 0.5 + 0.5 * (x - 0.5), 0.5 + 0.5 * (y - 0.5), 6.3 * turn
        along, across = (X - x) * np.cos(turn) + (Y - y) * np.sin(turn), (Y - y) * np.cos(turn) - (X - x) * np.sin(turn)
        leaf = np.hypot(along / 0.05, across / 0.022)
        picture = mix(picture, mix("1d5a1c", "4f9a35", np.clip(0.5 + 12 * across, 0, 1)), edge(leaf, width=0.1))
    return picture


def drawn(background: Picture, paint: list[tuple[str, str, list[tuple[float, float]], float]], blur: float) -> Picture:
    """Draw shapes over a picture: (kind, colour, points, width), points from 0 to 1."""
    image = Image.fromarray((np.clip(background, 0, 1) * 255).astype(np.uint8))
    pen = ImageDraw.Draw(image)
    for kind, fill, points, width in paint:
        scaled = [(x * SIZE, y * SIZE) for x, y in points]
        if kind == "line":
            pen.line(scaled, f"#{fill}", round(width * SIZE), joint="curve")
        elif kind == "disc":
            (x, y), r = scaled[0], width * SIZE
            pen.ellipse((x - r, y - r, x + r, y + r), f"#{fill}")
        else:
            pen.polygon(scaled, f"#{fill}")
    return np.asarray(image.filter(ImageFilter.GaussianBlur(blur))) / 255


def curve(points: list[tuple[float, float]], steps: int = 16) -> list[tuple[float, float]]:
    """Round the corners of a closed polygon (a quadratic B-spline)."""
    p, t = np.array(points), np.linspace(0, 1, steps, endpoint=False)[:, None]
    after, before = np.roll(p, -1, 0), np.roll(p, 1, 0)
    pieces = [
        (1 - t) ** 2 * (b + c) / 2 + 2 * t * (1 - t) * c + t**2 * (c + a) / 2
        for b, c, a in zip(before, p, after, strict=True)
    ]
    return [tuple(point) for point in np.concatenate(pieces).tolist()]


def meadow(seed: int) -> Picture:
    """Paint a meadow out of focus, with some flowers."""
    picture, random = mix("1f4a16", "7fae45", soften(noise(seed, 5, 3), 12)), np.random.default_rng(seed)
    for x, y, r in random.random((14, 3)):
        picture = mix(
            picture, "c86aa8" if r > 0.5 else "e6d95a", 0.7 * soften(edge(disc(x, y, 0.02 + 0.03 * r), width=0.3), 12)
        )
    return picture


UPPER = [(0.49, 0.45), (0.42, 0.3), (0.28, 0.16), (0.1, 0.12), (0.06, 0.2), (0.14, 0.38), (0.24, 0.5), (0.4, 0.53)]
LOWER = [(0.49, 0.5), (0.38, 0.5), (0.22, 0.54), (0.16, 0.68), (0.22, 0.82), (0.34, 0.82), (0.44, 0.7), (0.48, 0.58)]


def butterfly() -> Picture:
    """A monarch with open wings over a meadow."""
    background = meadow(30)
    paint: list[tuple[str, str, list[tuple[float, float]], float]] = []
    for mirror in (False, True):

        def side(points: list[tuple[float, float]], mirror: bool = mirror) -> list[tuple[float, float]]:
            return [(1 - x, y) for x, y in points] if mirror else points

        for wing, root in ((LOWER, (0.485, 0.52)), (UPPER, (0.485, 0.46))):
            centre = np.mean(wing, 0)
            inner = [tuple(p) for p in (centre + (np.array(wing) - centre) * [0.8, 0.76] + [0.015, 0.008]).tolist()]
            paint.append(("fill", "17110d", side(curve(wing)), 0))
            paint.append(("fill", "e8761a", side(curve(inner)), 0))
            rim = curve(wing, 5)
            paint += [("line", "17110d", side([root, point]), 0.009) for point in rim[5:-4:4]]
            spots = [tuple(p) for p in (centre + (np.array(rim) - centre) * 0.91).tolist()]
            paint += [("disc", "f4efe4", side([spot]), 0.0065) for spot in spots[4:-6:2]]
        paint.append(("line", "17110d", side([(0.495, 0.4), (0.46, 0.32), (0.43, 0.27)]), 0.006))
    paint += [("line", "17110d", [(0.5, 0.4), (0.5, 0.72)], 0.035), ("disc", "17110d", [(0.5, 0.4)], 0.027)]
    shadowed = background * (1 - 0.35 * soften(edge(disc(0.52, 0.52, 0.4, 0.8), width=0.3), 20)[..., None])
    shade = 0.82 + 0.3 * noise(31, 6) - 0.25 * np.abs(X - 0.5)
    wings = drawn(shadowed, paint, 1.4)
    return mix(wings, wings * shade[..., None], (np.abs(wings - shadowed).sum(-1) > 0.05).astype(float))


def bus() -> Picture:
    """A yellow school bus on a street."""
    sky = mix("7fb2e5", "dcebf7", np.clip(Y * 2, 0, 1))
    tops = 0.3 + 0.12 * noise(40, 6)[0]
    trees = soften(((tops < Y) & (Y < 0.7)).astype(float), 4)
    background = mix(sky, mix("23421c", "5f8a3c", noise(41, 20)), trees)
    background = mix(background, mix("55565a", "7a7b7e", noise(42, 60)), edge(0.7 - Y, 0, 0.01))
    dark, yellow, glass = "1a1a1c", "f2ae14", "2c3a48"
    box = [(0.07, 0.33), (0.1, 0.28), (0.78, 0.28), (0.81, 0.33), (0.82, 0.5), (0.94, 0.53), (0.95, 0.72), (0.07, 0.72)]
    under = soften(((np.abs(X - 0.51) < 0.44) & (np.abs(Y - 0.775) < 0.03)).astype(float), 12)
    background = background * (1 - 0.75 * under[..., None])
    paint: list[tuple[str, str, list[tuple[float, float]], float]] = [("fill", yellow, box, 0)]
    for i in range(7):
        left = 0.1 + 0.092 * i
        paint.append(("fill", glass, [(left, 0.35), (left + 0.075, 0.35), (left + 0.075, 0.46), (left, 0.46)], 0))
        paint.append(("line", "8fa6b8", [(left + 0.01, 0.44), (left + 0.05, 0.36)], 0.006))
    paint.append(("fill", glass, [(0.755, 0.35), (0.8, 0.35), (0.81, 0.49), (0.755, 0.49)], 0))
    paint += [("line", dark, [(0.07, y), (0.94 if y > 0.53 else 0.82, y)], 0.008) for y in (0.5, 0.57, 0.64)]
    paint += [("fill", "d9261c", [(0.895, 0.56), (0.93, 0.56), (0.93, 0.59), (0.895, 0.59)], 0)]
    for x in (0.24, 0.8):
        paint += [("disc", dark, [(x, 0.73)], 0.075), ("disc", "3b3b3e", [(x, 0.73)], 0.06)]
        paint += [("disc", "c9a227", [(x, 0.73)], 0.028), ("disc", dark, [(x, 0.73)], 0.012)]
    picture = drawn(background, paint, 1.4)
    return picture * (0.86 + 0.28 * noise(43, 5) - 0.25 * np.clip(Y - 0.5, 0, 1))[..., None]


def arc(x: float, y: float, wide: float, high: float, start: float, end: float) -> list[tuple[float, float]]:
    """Give points of an ellipse, clockwise; degrees from the right."""
    angles = np.radians(np.linspace(start, end, 40))
    return [tuple(p) for p in np.stack([x + wide * np.cos(angles), y + high * np.sin(angles)], -1).tolist()]


def written(stroke: list[tuple[float, float]], seed: int) -> Picture:
    """Write with a felt pen on squared paper, in light from the upper left."""
    squares = np.minimum(X * 14 % 1, Y * 14 % 1) < 0.05
    paper = mix(mix("d9d4c6", "ece8dc", noise(seed, 60, 2)), "a9bccb", 0.7 * squares.astype(float))
    ends: list[tuple[str, str, list[tuple[float, float]], float]] = [
        ("disc", "1c2340", [point], 0.026) for point in stroke
    ]
    ink = drawn(paper, [("line", "1c2340", stroke, 0.052), *ends], 1.6)
    return ink * (1.02 - 0.22 * np.hypot(X, Y) / np.sqrt(2))[..., None]


def three() -> Picture:
    """A handwritten 3."""
    return written(arc(0.49, 0.37, 0.13, 0.12, -160, 90) + arc(0.49, 0.645, 0.165, 0.155, -90, 155), 50)


def five() -> Picture:
    """A handwritten 5."""
    return written([(0.64, 0.245), (0.41, 0.26), (0.39, 0.47), *arc(0.48, 0.605, 0.165, 0.175, -118, 140)], 51)


PICTURES = {"oranges": oranges, "pizza": pizza, "butterfly": butterfly, "bus": bus, "three": three, "five": five}


def main() -> None:
    """Paint them all."""
    for name, paint in PICTURES.items():
        grain = np.random.default_rng(0).normal(0, 0.012, (SIZE, SIZE, 1))
        image = Image.fromarray((np.clip(paint() + grain, 0, 1) * 255).astype(np.uint8))
        image.resize((FINAL, FINAL), Image.Resampling.LANCZOS).save(
            Path(__file__).parent / f"{name}.jpg", quality=88, optimize=True
        )


if __name__ == "__main__":
    main()
