"""Trains one network. Everything random comes from the seed; what is held out is not handed in."""
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from .batches import Batches
from .devices import another_device
from .network import HeartSoundNet
from .recordings import CHALLENGE_WEIGHTS, NONE, Recording

STEPS = 900
PEAK_RATE, WEIGHT_DECAY = 3e-3, 0.02
#: A label may be wrong: 0.05 of the truth goes to the other classes.
SMOOTHING = 0.05
AVERAGING = 0.995


def fit(recordings: list[Recording], mels: list[np.ndarray], seed: int, say, steps: int = STEPS) -> HeartSoundNet:
    """The average of the weights on the way."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    batches = Batches(recordings, mels, rng)
    # In float32: half precision is faster where a CPU has it, takes eight times as long where it has not, and is another network on each.
    net, averaged = (HeartSoundNet().to(memory_format=torch.channels_last) for _ in range(2))
    averaged.load_state_dict(net.state_dict())
    optimiser = torch.optim.AdamW(net.parameters(), lr=PEAK_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, PEAK_RATE, total_steps=steps, pct_start=0.2)
    started, losses = time.monotonic(), []
    net.train()
    for step in range(1, steps + 1):
        chosen, mel, frames = batches.draw()
        _, murmur, abnormal = net(another_device(mel, frames, rng), frames)
        loss = _loss(chosen, murmur, abnormal[:, 0])
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 2)
        optimiser.step()
        schedule.step()
        losses.append(loss.item())
        _average(averaged, net, min(AVERAGING, step / (step + 10)))
        if step % 300 == 0:
            say(f"step {step} of {steps} loss {np.mean(losses[-200:]):.4f} {time.monotonic() - started:.0f} s")
    return averaged.to(memory_format=torch.contiguous_format).eval()


def _loss(chosen: list[Recording], murmur: torch.Tensor, abnormal: torch.Tensor) -> torch.Tensor:
    heard = torch.tensor([recording.murmur for recording in chosen])
    ill = torch.tensor([recording.abnormal for recording in chosen])
    told = ill != NONE
    weights = torch.tensor(CHALLENGE_WEIGHTS, dtype=torch.float32)
    target = ill[told] * (1 - 2 * SMOOTHING) + SMOOTHING
    of_murmur = F.cross_entropy(murmur, heard, weights, label_smoothing=SMOOTHING)
    return of_murmur + F.binary_cross_entropy_with_logits(abnormal[told], target)


@torch.no_grad()
def _average(averaged: nn.Module, net: nn.Module, decay: float) -> None:
    for mine, its in zip(averaged.state_dict().values(), net.state_dict().values()):
        if mine.dtype.is_floating_point:
            mine.lerp_(its, 1 - decay)
        else:
            mine.copy_(its)
