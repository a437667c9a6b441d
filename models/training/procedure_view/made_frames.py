"""Pictures that are no procedure: what a loose cable, a standby screen or a wrong input gives. Made here, of nobody."""
from collections.abc import Iterator
from importlib.resources import files

import numpy as np
from PIL import Image, ImageDraw

from .frames import NONE, SIZE, Frame, area_averaged

PER_KIND = 24


def made_frames(seed: int) -> list[Frame]:
    return [Frame(pixels, f"made/{kind}", NONE, "") for kind, pixels in _all(np.random.default_rng(seed))]


def _all(random: np.random.Generator) -> Iterator[tuple[str, np.ndarray]]:
    for kind, make in KINDS.items():
        for _ in range(PER_KIND):
            yield kind, np.clip(make(random), 0, 255).astype(np.float32)


def _planes(value: np.ndarray) -> np.ndarray:
    return np.broadcast_to(value, (3, SIZE, SIZE)).copy()


def _black(random: np.random.Generator) -> np.ndarray:
    return _planes(np.full((1, 1, 1), random.uniform(0, 14))) + random.normal(0, random.uniform(0, 3), (3, SIZE, SIZE))


def _flat(random: np.random.Generator) -> np.ndarray:
    return _planes(random.uniform(0, 255, (3, 1, 1))) + random.normal(0, random.uniform(0, 3), (3, SIZE, SIZE))


def _gradient(random: np.random.Generator) -> np.ndarray:
    angle = random.uniform(0, 2 * np.pi)
    y, x = np.mgrid[0:SIZE, 0:SIZE] / SIZE - 0.5
    along = (np.cos(angle) * x + np.sin(angle) * y + 0.7) / 1.4
    first, last = random.uniform(0, 255, (2, 3, 1, 1))
    return first + (last - first) * along


def _noise(random: np.random.Generator) -> np.ndarray:
    """Snow of an untuned input: grain of 1 to 16 pixels, with colour or without."""
    grain = int(random.choice([1, 2, 4, 8, 16]))
    planes = random.choice([1, 3])
    coarse = random.normal(random.uniform(60, 190), random.uniform(20, 90), (planes, SIZE // grain, SIZE // grain))
    return _planes(np.kron(coarse, np.ones((1, grain, grain))))


def _bars(random: np.random.Generator) -> np.ndarray:
    """A test picture: bars or a board of few colours."""
    count = int(random.integers(3, 12))
    colours = random.choice([0, 64, 128, 191, 255], (3, count, count if random.random() < 0.5 else 1))
    image = np.kron(colours, np.ones((1, -(-SIZE // count), -(-SIZE // colours.shape[2]))))[:, :SIZE, :SIZE]
    return image.transpose(0, 2, 1) if random.random() < 0.5 else image


def _screen(random: np.random.Generator) -> np.ndarray:
    """A menu: boxes, lines and writing on an even ground."""
    shade = lambda: tuple(int(value) for value in random.integers(0, 256, 3))
    image = Image.new("RGB", (SIZE, SIZE), shade())
    draw = ImageDraw.Draw(image)
    for _ in range(int(random.integers(1, 9))):
        x, y = random.integers(0, SIZE, 2)
        draw.rectangle((int(x), int(y), int(x + random.integers(5, 60)), int(y + random.integers(4, 30))), fill=shade(), outline=shade())
    for _ in range(int(random.integers(0, 14))):
        x, y = random.integers(0, SIZE - 20, 2)
        draw.text((int(x), int(y)), "".join(random.choice(list("abcdefghkmnorstuvw0123456789 "), 9)), fill=shade())
    return np.asarray(image, np.float32).transpose(2, 0, 1)


def _curve(random: np.random.Generator) -> np.ndarray:
    """A monitor's traces on black."""
    image = Image.new("RGB", (SIZE, SIZE))
    draw = ImageDraw.Draw(image)
    x = np.arange(SIZE)
    for row in range(int(random.integers(1, 6))):
        y = 16 + 24 * row + 9 * np.sin(x * random.uniform(0.05, 0.6) + random.uniform(0, 6)) ** int(random.choice([1, 3, 9]))
        draw.line([(int(a), int(b)) for a, b in zip(x, y)], fill=tuple(int(value) for value in random.integers(60, 256, 3)))
    return np.asarray(image, np.float32).transpose(2, 0, 1)


def _photo(random: np.random.Generator, name: str) -> np.ndarray:
    photo = Image.open(str(files("sklearn.datasets").joinpath("images", name)))
    width, height = (int(random.uniform(0.3, 1) * side) for side in photo.size)
    x, y = int(random.uniform(0, photo.width - width)), int(random.uniform(0, photo.height - height))
    pixels = np.asarray(photo.crop((x, y, x + width, y + height)))
    return area_averaged(pixels if random.random() < 0.5 else pixels[:, ::-1]) * random.uniform(0.6, 1.2)


KINDS = {
    "black": _black,
    "flat": _flat,
    "gradient": _gradient,
    "noise": _noise,
    "bars": _bars,
    "screen": _screen,
    "curve": _curve,
    # Photographs that scikit-learn ships, both CC BY 2.0: by danielbuechele and by vultilion.
    "palace": lambda random: _photo(random, "china.jpg"),
    "flower": lambda random: _photo(random, "flower.jpg"),
}
