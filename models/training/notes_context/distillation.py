"""Teaches the small encoder the larger one's sentences.

Strings without a patient first (the dictionary of diagnoses), then phrases of the stays as well. No outcome is seen.
"""
import numpy as np
import torch
from tokenizers import Tokenizer

from .encoder import LONGEST, NARROW, PART, NoteEncoder
from .teacher import Teacher
from .word_pieces import END

BATCH, TOGETHER, RATE = 128, 8, 2e-3


class Target:
    """The teacher's sentences turned to their first PART principal axes, those of clinical phrases, scaled to variance one in all."""

    def __init__(self, embedded: np.ndarray) -> None:
        self.mean = embedded.mean(0)
        _, spread, axes = np.linalg.svd(embedded - self.mean, full_matrices=False)
        self.axes = axes[:PART].T
        self.kept = float((spread[:PART] ** 2).sum() / (spread**2).sum())
        self.scale = float(1 / np.sqrt(((embedded - self.mean) @ self.axes).var(0).sum()))

    def of(self, embedded: np.ndarray) -> np.ndarray:
        return ((embedded - self.mean) @ self.axes * self.scale).astype(np.float32)


def phrase_rows(of: Tokenizer, phrases: list[str]) -> np.ndarray:
    rows = np.zeros((len(phrases), LONGEST), np.int64)
    for row, phrase in zip(rows, phrases):
        ids = [*of.encode(phrase).ids[: LONGEST - 1], END]
        row[: len(ids)] = ids
    return rows


def untaught(teacher: Teacher, pieces: list[str], seed: int) -> NoteEncoder:
    """Word pieces begin as the teacher's own, on their first principal axes."""
    torch.manual_seed(seed)
    net = NoteEncoder(len(pieces))
    words = teacher.weights["embeddings.word_embeddings.weight"].numpy()
    places = [teacher.tokenizer.token_to_id(piece) for piece in pieces]
    known = [index for index, place in enumerate(places) if place is not None]
    own = words[[places[index] for index in known]]
    own = own - own.mean(0)
    axes = np.linalg.svd(own, full_matrices=False)[2][:NARROW].T
    turned = own @ axes
    with torch.no_grad():
        net.pieces.weight.normal_(std=0.1)
        net.pieces.weight[known] = torch.tensor(turned / turned.std(), dtype=torch.float32) * 0.5
    return net


def teach(net: NoteEncoder, rows: np.ndarray, targets: np.ndarray, weights: np.ndarray, steps: int, seed: int, rate: float = RATE) -> float:
    """Mean squared distance over batches drawn by weight; returns it over the last tenth of the steps."""
    random = np.random.default_rng(seed)
    optimiser = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=0.1)
    lengths = (rows != 0).sum(1)
    share = weights / weights.sum()
    losses = []
    net.train()
    for step in range(steps):
        if step % TOGETHER == 0:
            # Phrases of like length together: little is padded.
            drawn = random.choice(len(rows), TOGETHER * BATCH, p=share)
            batches = random.permutation(drawn[np.argsort(lengths[drawn], kind="stable")].reshape(TOGETHER, BATCH))
        batch = batches[step % TOGETHER]
        longest = int(lengths[batch].max())
        off = net.phrases(torch.tensor(rows[batch, :longest])) - torch.tensor(targets[batch])
        loss = (off**2).sum(1).mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        losses.append(float(loss.detach()))
    net.eval()
    return float(np.mean(losses[-max(1, steps // 10) :]))
