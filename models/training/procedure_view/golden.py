"""Frames that are drawn here, of nobody: they prove that the graph runs as it did, and nothing else."""
import numpy as np

from .frames import SIZE
from .made_frames import KINDS

MADE = "drawn by models/training/procedure_view/golden.py, never a patient's; what is said of them means nothing"
KIND_CASES = ("screen",)


def golden_cases() -> dict[str, dict[str, np.ndarray]]:
    random = np.random.default_rng(1)
    kinds = {kind: np.clip(KINDS[kind](random), 0, 255).astype(np.float32) for kind in KIND_CASES}
    black = np.zeros((3, SIZE, SIZE), np.float32)
    cases = {"no picture": black, "a scope's round field of tissue": _tissue(random), "a fan of echoes": _fan(random), **kinds}
    return {name: {"frame": np.round(frame)} for name, frame in cases.items()}


def _smooth(random: np.random.Generator, grain: int) -> np.ndarray:
    coarse = np.kron(random.normal(0, 1, (SIZE // grain, SIZE // grain)), np.ones((grain, grain)))
    window = np.hanning(2 * grain + 1)
    window /= window.sum()
    for axis in (0, 1):
        coarse = np.apply_along_axis(lambda line: np.convolve(line, window, "same"), axis, coarse)
    return coarse


def _tissue(random: np.random.Generator) -> np.ndarray:
    y, x = np.mgrid[0:SIZE, 0:SIZE] / SIZE - 0.5
    inside = np.hypot(x, y) < 0.47
    shade = 0.75 + 0.2 * _smooth(random, 16) + 0.1 * _smooth(random, 4) - 0.8 * (x**2 + y**2)
    return np.clip(np.array([215, 110, 95])[:, None, None] * shade * inside, 0, 255).astype(np.float32)


def _fan(random: np.random.Generator) -> np.ndarray:
    y, x = np.mgrid[0:SIZE, 0:SIZE] / SIZE
    depth = np.hypot(x - 0.5, y + 0.2)
    inside = (np.abs(np.arctan2(x - 0.5, y + 0.2)) < 0.55) & (depth > 0.25) & (depth < 1.15)
    echoes = np.exp(-3 * depth) * (260 + 120 * _smooth(random, 2)) + 120 * np.exp(-(((depth - 0.45) / 0.012) ** 2))
    return np.broadcast_to(np.clip(echoes * inside, 0, 255), (3, SIZE, SIZE)).astype(np.float32)
