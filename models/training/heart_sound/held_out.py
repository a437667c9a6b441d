"""Six networks, all trained on children only: one without each fifth of them, and the one that ships, which leaves nobody out.

The hospitals of 2016 are not trained on. A network that has learnt from some of them does worse in another one than a network that has
learnt from children alone: what tells their abnormal recordings from their normal ones is the recording chain more than the heart.
"""
from pathlib import Path

import numpy as np
import torch

from training.folds import FOLDS

from .calibration import Scored, Scores
from .fitting import fit
from .network import HeartSoundNet
from .recordings import CIRCOR, Recording, windows
from .spectrogram import LogMel

FOLD_NAMES = [f"fold-{fold}" for fold in range(FOLDS)]
ALL = "all"
NETWORKS = [*FOLD_NAMES, ALL]


def is_held_out(network: str, recording: Recording) -> bool:
    return network == f"fold-{recording.fold}"


def trained(network: str, recordings: list[Recording], mels: list[np.ndarray], cache: Path, seed: int, say) -> HeartSoundNet:
    """From the cache where it is there."""
    file = cache / f"net-{network}-{seed}.pt"
    if not file.exists():
        kept = [i for i, one in enumerate(recordings) if one.source == CIRCOR and not is_held_out(network, one)]
        say(f"{network}: {len(kept)} recordings")
        net = fit([recordings[i] for i in kept], [mels[i] for i in kept], seed, lambda line: say(f"{network}: {line}"))
        torch.save(net.state_dict(), file.with_suffix(".part"))
        file.with_suffix(".part").rename(file)
    net = HeartSoundNet()
    net.load_state_dict(torch.load(file))
    return net.eval()


@torch.no_grad()
def scores_of(net: HeartSoundNet, recordings: list[Recording]) -> Scored:
    """As the bedside hears them: in windows of 10 s."""
    front, scored = LogMel(), []
    for recording in recordings:
        pcg, mask = windows(recording.samples)
        _, murmur, abnormal = net(*front(torch.tensor(pcg), torch.tensor(mask)))
        scored.append((recording, Scores(murmur.numpy(), abnormal[:, 0].numpy())))
    return scored
