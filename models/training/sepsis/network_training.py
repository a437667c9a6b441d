"""Trains the transformer on hours of stays, with whole channels left out, so that any subset of channels gives an answer."""
import time

import numpy as np
import torch
from torch.nn import functional as F

from .network import ChannelTransformer
from .stays import Stays, utilities
from .trees import training_hours

BATCH, EPOCHS, LEARNING_RATE = 256, 1, 2e-3
#: Of the loss, how much is to answer as the trees do; they learn few septic stays by heart less easily.
FROM_TREES = 0.5


def scale(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Median, and the width that holds nine tenths in units of a standard deviation; for counts that are mostly 0 the deviation."""
    with np.errstate(all="ignore"):
        low, centre, high = np.nanquantile(features, (0.05, 0.5, 0.95), axis=0)
        deviation = np.nanstd(features, 0)
    spread = np.where(high - low > 1e-3, (high - low) / 3.3, deviation)
    return np.nan_to_num(centre), np.where(np.nan_to_num(spread) > 1e-3, spread, 1)


def train_network(of_words: list[list[int]], stays: Stays, features: np.ndarray, hours: np.ndarray, trees, seed: int, say) -> ChannelTransformer:
    """`trees` answers raw scores of features; the weights are the average of the last steps."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    kept, weight = training_hours(stays, hours, rng)
    table = features[kept]
    net = ChannelTransformer(of_words, *scale(table[::5]))
    alarm, silence, _ = utilities(stays)
    labels = stays.labels[kept]
    targets = np.stack([labels, labels | ((alarm - silence)[kept] > 0)], 1).astype(np.float32)
    taught = torch.sigmoid(torch.from_numpy(trees(table).astype(np.float32)))[:, None]
    table, targets, weight = map(torch.from_numpy, (table, targets, weight))
    steps = EPOCHS * (len(kept) // BATCH)
    optimiser = torch.optim.AdamW(net.parameters(), lr=LEARNING_RATE, weight_decay=0.1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=steps, pct_start=0.15)
    averaged = {name: value.clone() for name, value in net.named_parameters()}
    started, losses, order = time.monotonic(), [], []
    net.train()
    for step in range(1, steps + 1):
        if len(order) < BATCH:
            order = torch.from_numpy(rng.permutation(len(kept)))
        rows, order = order[:BATCH], order[BATCH:]
        # In three rows of ten, a quarter of the words is not heard.
        heard = ((torch.rand(BATCH, 1) > 0.3) | (torch.rand(BATCH, net.count) > 0.25)).float()
        logits = net(table[rows], heard)[1]
        loss = (F.binary_cross_entropy_with_logits(logits, targets[rows], reduction="none").mean(1) * weight[rows]).mean()
        losses.append(loss.item())
        soft = (F.binary_cross_entropy_with_logits(logits[:, :1], taught[rows], reduction="none")[:, 0] * weight[rows]).mean()
        loss = (1 - FROM_TREES) * loss + FROM_TREES * soft
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1)
        optimiser.step()
        schedule.step()
        with torch.no_grad():
            for name, value in net.named_parameters():
                averaged[name].lerp_(value, 1 - min(0.99, step / (step + 10)))
        if step % (steps // EPOCHS) == 0:
            say(f"network: step {step} of {steps}, loss {np.mean(losses[-150:]):.4f}, {time.monotonic() - started:.0f} s")
    net.load_state_dict(averaged, strict=False)
    return net.eval()


@torch.no_grad()
def network_scores(net: ChannelTransformer, features: np.ndarray, batch: int = 4096) -> np.ndarray:
    """Mean log-odds of the targets."""
    parts = [net(torch.from_numpy(np.array(features[at : at + batch])))[1].mean(1) for at in range(0, len(features), batch)]
    return torch.cat(parts).numpy()
