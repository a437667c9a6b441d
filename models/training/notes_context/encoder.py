"""The small encoder: a transformer layer that reads each phrase by itself, then means over the phrases of each part.

A word sees its phrase alone, and no phrase that is taught is longer than LONGEST: so attention is asked of a block of BLOCK places and the
blocks beside it, which is all that a phrase can touch, and not of all 256 places.
"""
import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from .word_pieces import END, NOTES, PAD

NARROW, WIDTH, HEADS, INNER, LONGEST, PART = 48, 64, 2, 128, 32, 64
BLOCK = 32
#: phrases that are told apart; what stands behind them is one phrase
PHRASES = 64


def with_neighbours(x: torch.Tensor, beyond: float) -> torch.Tensor:
    """[batch, blocks, BLOCK, ...] to [batch, blocks, 3 x BLOCK, ...]: the block before, the block, the block behind."""
    none = torch.full_like(x[:, :1], beyond)
    return torch.cat([torch.cat([none, x[:, :-1]], 1), x, torch.cat([x[:, 1:], none], 1)], 2)


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.before, self.between = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.queries, self.keys, self.values, self.mixed = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.widen, self.narrow = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)

    def forward(self, x: torch.Tensor, hidden: torch.Tensor) -> torch.Tensor:
        """x: [batch, blocks, BLOCK, WIDTH]; hidden: [batch, blocks, 1, BLOCK, 3 x BLOCK], 0 where a place is seen, else far below."""
        y = self.before(x)
        heads = lambda part: part.unflatten(-1, (HEADS, WIDTH // HEADS)).transpose(2, 3)
        q = heads(self.queries(y) / math.sqrt(WIDTH // HEADS))
        k, v = (heads(with_neighbours(part(y), 0.0)) for part in (self.keys, self.values))
        seen = torch.softmax(q @ k.transpose(-1, -2) + hidden, -1) @ v
        x = x + self.mixed(seen.transpose(2, 3).flatten(3))
        return x + self.narrow(F.relu(self.widen(self.between(x))))


class NoteEncoder(nn.Module):
    """ids [batch, length] (int64, 0 is padding; length a multiple of BLOCK) -> [batch, 2 x PART]: the mean phrase of problems and that of notes, zeros where there is none."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.pieces, self.wide = nn.Embedding(vocabulary, NARROW), nn.Linear(NARROW, WIDTH)
        self.places = nn.Embedding(LONGEST, WIDTH)
        self.layer = Layer()
        self.after, self.out = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, PART)
        nn.init.normal_(self.places.weight, std=0.02)

    def phrase_numbers(self, ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """[batch, length] and, as ones and zeros, [batch, PHRASES, length]. A phrase ends with its END; a NOTES mark is a phrase of its own."""
        ends = torch.logical_or(ids == END, ids == NOTES).float()
        number = torch.cumsum(ends, 1) - ends
        belongs = number.clamp(max=PHRASES - 1)[:, None] == torch.arange(PHRASES, dtype=torch.float32)[:, None]
        return number, belongs.float()

    def states(self, ids: torch.Tensor, number: torch.Tensor, belongs: torch.Tensor) -> torch.Tensor:
        """[batch, length, WIDTH]; a padded place sees only padding."""
        size = belongs.sum(-1)
        starts = torch.cumsum(size, 1) - size
        place = torch.arange(ids.shape[1], dtype=torch.float32) - starts.gather(1, number.clamp(max=PHRASES - 1).long())
        x = self.wide(self.pieces(ids)) + self.places(place.clamp(0, LONGEST - 1).long())
        blocks = (-1, ids.shape[1] // BLOCK, BLOCK)
        of = number.reshape(blocks)
        hidden = (of[..., None] != with_neighbours(of, -1.0)[:, :, None]).float()[:, :, None] * -1e4
        return self.after(self.layer(x.reshape(*blocks, WIDTH), hidden).reshape(-1, ids.shape[1], WIDTH))

    def phrases(self, ids: torch.Tensor) -> torch.Tensor:
        """One phrase a row, END included: [batch, PART]."""
        ids = F.pad(ids, (0, -ids.shape[1] % BLOCK))
        x = self.states(ids, *self.phrase_numbers(ids))
        word = torch.logical_and(ids != PAD, ids != END).float()
        return self.out((x * word[..., None]).sum(1) / word.sum(1, keepdim=True).clamp(min=1))

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        number, belongs = self.phrase_numbers(ids)
        x = self.states(ids, number, belongs)
        words = belongs * ((ids > NOTES).float() + (ids == 1).float())[:, None]
        size = words.sum(-1)
        after = (torch.cumsum((ids == NOTES).float(), 1) > 0).float()
        of_notes = ((words * after[:, None]).sum(-1) > 0).float()
        parts = torch.stack([(size > 0).float() - of_notes, of_notes], 1)  # [batch, 2, PHRASES]
        # A word weighs one part of its phrase, and a phrase as much as any other of its part.
        share = (parts / size.clamp(min=1)[:, None]) @ words
        phrases = parts.sum(-1, keepdim=True)
        return (self.out(share @ x / phrases.clamp(min=1)) * (phrases > 0).float()).flatten(1)


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
