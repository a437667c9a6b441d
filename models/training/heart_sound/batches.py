"""What a step of training hears: stretches of 5 s."""
import numpy as np
import torch

from .recordings import Recording
from .spectrogram import MELS, LogMel

#: Frames of 16 ms; 5 s say as much about a heart as 10 s, and cost half.
LENGTH = 310
SHORTEST = 155
#: Rates that a heart may have against the one that was recorded: up to a fifth slower or faster.
STRETCH = 0.2
BATCH = 32


@torch.no_grad()
def spectrograms(recordings: list[Recording]) -> list[np.ndarray]:
    """[32, frames] of each whole recording, in half precision: 80 kB each."""
    front, out = LogMel(), []
    for recording in recordings:
        pcg = torch.tensor(recording.samples.astype(np.float32) / 32768)[None]
        out.append(front(pcg, torch.ones_like(pcg))[0][0].half().numpy())
    return out


class Batches:
    """Every recording once, in random order, and again."""

    def __init__(self, recordings: list[Recording], mels: list[np.ndarray], rng: np.random.Generator):
        self.recordings, self.mels, self.rng = recordings, mels, rng
        self.queue: list[int] = []

    def draw(self) -> tuple[list[Recording], torch.Tensor, torch.Tensor]:
        """Recordings, log-mel [32, 32, 310] and frame mask [32, 310]."""
        if len(self.queue) < BATCH:
            self.queue = list(self.rng.permutation(len(self.recordings)))
        chosen = [self.queue.pop() for _ in range(BATCH)]
        mel, frames = (torch.tensor(np.stack(part)) for part in zip(*(self._stretch(self.mels[index]) for index in chosen)))
        return [self.recordings[index] for index in chosen], mel, frames

    def _stretch(self, mel: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """A stretch of a recording at another pace, at times a shorter one."""
        rng, available = self.rng, mel.shape[1]
        pace = float(np.exp(rng.uniform(-STRETCH, STRETCH)))
        length = min(LENGTH, int((available - 1) / pace))
        if rng.random() < 0.25:
            length = min(length, int(rng.integers(SHORTEST, LENGTH + 1)))
        start = rng.uniform(0, max(0.0, available - 1 - length * pace))
        at = np.clip(start + np.arange(length) * pace, 0, available - 1.001)
        before = at.astype(int)
        share = (at - before).astype(np.float32)
        out, frames = np.zeros((MELS, LENGTH), np.float32), np.zeros(LENGTH, np.float32)
        place = rng.integers(0, LENGTH - length + 1)
        out[:, place : place + length] = mel[:, before].astype(np.float32) * (1 - share) + mel[:, before + 1].astype(np.float32) * share
        frames[place : place + length] = 1
        return out, frames
