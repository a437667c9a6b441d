"""The small encoder: two transformer layers that read each phrase by itself, then means over the phrases of each part."""
import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from .word_pieces import END, NOTES, PAD

NARROW, WIDTH, HEADS, INNER, LAYERS, LONGEST, PART = 48, 96, 4, 192, 2, 32, 64


def same_phrase(ids: torch.Tensor) -> torch.Tensor:
    """[batch, length, length]: which places belong to one phrase. A phrase ends with its END; a NOTES mark is a phrase of its own."""
    ends = torch.logical_or(ids == END, ids == NOTES).float()
    phrase = torch.cumsum(ends, 1) - ends
    return (phrase[:, :, None] == phrase[:, None, :]).float()


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.before, self.between = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.queries_keys_values, self.mixed = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.widen, self.narrow = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)

    def forward(self, x: torch.Tensor, hidden: torch.Tensor) -> torch.Tensor:
        q, k, v = (part.unflatten(-1, (HEADS, -1)).transpose(1, 2) for part in self.queries_keys_values(self.before(x)).chunk(3, -1))
        seen = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(WIDTH // HEADS) + hidden, -1) @ v
        x = x + self.mixed(seen.transpose(1, 2).flatten(2))
        return x + self.narrow(F.gelu(self.widen(self.between(x)), approximate="tanh"))


class NoteEncoder(nn.Module):
    """ids [batch, length] (int64, 0 is padding) -> [batch, 2 x PART]: the mean phrase of problems and that of notes, zeros where there is none."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.pieces, self.wide = nn.Embedding(vocabulary, NARROW), nn.Linear(NARROW, WIDTH)
        self.places = nn.Embedding(LONGEST, WIDTH)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.after, self.out = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, PART)
        nn.init.normal_(self.places.weight, std=0.02)

    def states(self, ids: torch.Tensor, same: torch.Tensor) -> torch.Tensor:
        """[batch, length, WIDTH]; a padded place sees only padding."""
        place = (torch.tril(same).sum(-1) - 1).clamp(0, LONGEST - 1).long()
        x = self.wide(self.pieces(ids)) + self.places(place)
        hidden = (1 - same)[:, None] * -1e4
        for layer in self.layers:
            x = layer(x, hidden)
        return self.after(x)

    def phrases(self, ids: torch.Tensor) -> torch.Tensor:
        """One phrase a row, END included: [batch, PART]."""
        x = self.states(ids, same_phrase(ids))
        word = torch.logical_and(ids != PAD, ids != END).float()
        return self.out((x * word[..., None]).sum(1) / word.sum(1, keepdim=True).clamp(min=1))

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        same = same_phrase(ids)
        x = self.states(ids, same)
        word = (ids > NOTES).float() + (ids == 1).float()
        # A word weighs one part of its phrase, and a phrase as much as any other of its part.
        share = word / (same * word[:, None, :]).sum(-1).clamp(min=1)
        of_notes = (torch.cumsum((ids == NOTES).float(), 1) > 0).float()
        parts = []
        for belongs in (1 - of_notes, of_notes):
            weight = share * belongs
            phrases = weight.sum(1, keepdim=True)
            mean = (x * weight[..., None]).sum(1) / phrases.clamp(min=1)
            parts.append(self.out(mean) * (phrases > 0).float())
        return torch.cat(parts, 1)


@torch.no_grad()
def pooled_of(net: NoteEncoder, tokens: np.ndarray) -> np.ndarray:
    """What the network answers to rows of ids, faster: every phrase is read once, with others of its length."""
    split: list[tuple[list[tuple[int, ...]], list[tuple[int, ...]]]] = []
    for row in tokens.astype(int):
        parts, phrase, part = ([], []), [], 0
        for id in row[row != PAD]:
            phrase.append(int(id))
            if id in (END, NOTES):
                if id == END:
                    parts[part].append(tuple(phrase))
                part, phrase = (1 if id == NOTES else part), []
        if phrase:  # cut by the end of the row
            parts[part].append(tuple(phrase))
        split.append(parts)
    known: dict[tuple[int, ...], np.ndarray] = {}
    by_length: dict[int, list[tuple[int, ...]]] = {}
    for phrase in {phrase for parts in split for part in parts for phrase in part}:
        by_length.setdefault(len(phrase), []).append(phrase)
    for phrases in by_length.values():
        known.update(zip(phrases, net.phrases(torch.tensor(phrases)).numpy()))
    mean = lambda phrases: np.mean([known[phrase] for phrase in phrases], axis=0) if phrases else np.zeros(PART, np.float32)
    return np.stack([np.concatenate([mean(part) for part in parts]) for parts in split]).astype(np.float32)
