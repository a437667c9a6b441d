"""Every frame as the encoder sees it, kept in the cache: the encoder is not trained, so this is done once."""
import hashlib
from pathlib import Path

import numpy as np
import torch

from .encoder import Encoder
from .frames import Frame


@torch.no_grad()
def features_of(frames: list[Frame], cache: Path, encoder: Encoder) -> np.ndarray:
    """[frames, FEATURES] float64"""
    pixels = np.stack([frame.pixels for frame in frames])
    weights = b"".join(value.numpy().tobytes() for value in encoder.state_dict().values())
    name = hashlib.sha256(pixels.tobytes() + weights + Path(__file__).with_name("encoder.py").read_bytes()).hexdigest()[:16]
    file = cache / f"features-{name}.npy"
    if not file.exists():
        parts = [encoder(torch.tensor(pixels[start : start + 16])) for start in range(0, len(pixels), 16)]
        cache.mkdir(parents=True, exist_ok=True)
        np.save(file, torch.cat(parts).numpy())
    return np.load(file).astype(np.float64)
