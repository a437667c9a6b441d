"""A transformer whose words are channels: what the last 48 hours of each vital sign (and each laboratory value) were like.

With hours as words a transformer learnt far less from these few septic stays. Channels as words also leave a place for other
modalities: a further word.
"""
import numpy as np
import torch
from torch import nn

WIDTH, LAYERS, HEADS, DROPOUT = 48, 1, 4, 0.2
CLOSED = -1e4
#: Ratios of what was measured may be endless.
MOST = 1e4
#: What it is taught: sepsis within 6 h; that an alarm would be of use.
TARGETS = 2


def words(names: list[str], channels: list[str]) -> list[list[int]]:
    """Which features make a word: those of each channel, then what is of no channel alone."""
    of = {channel: [at for at, name in enumerate(names) if name.split(" ")[0] == channel] for channel in channels}
    taken = {at for features in of.values() for at in features}
    return [*of.values(), [at for at in range(len(names)) if at not in taken]]


class ChannelTransformer(nn.Module):
    """[batch, features] (NaN: unknown) -> embedding [batch, WIDTH] and log-odds of TARGETS [batch, 2]."""

    def __init__(self, of_words: list[list[int]], centre, spread):
        """`centre`, `spread`: of the features."""
        super().__init__()
        count, most = len(of_words), max(map(len, of_words))
        index, there = np.zeros((count, most), np.int64), np.zeros((count, most), np.float32)
        for word, features in enumerate(of_words):
            index[word, : len(features)], there[word, : len(features)] = features, 1
        self.count, self.most = count, most
        self.register_buffer("index", torch.from_numpy(index.ravel()))
        self.register_buffer("there", torch.from_numpy(there))
        self.register_buffer("centre", torch.as_tensor(centre, dtype=torch.float32))
        self.register_buffer("spread", torch.as_tensor(spread, dtype=torch.float32))
        self.enter = nn.Parameter(torch.randn(count, most, WIDTH) / most**0.5)
        self.word = nn.Parameter(0.02 * torch.randn(count, WIDTH))
        self.asking = nn.Parameter(0.02 * torch.randn(1, 1, WIDTH))
        self.drop_in = nn.Dropout(0.2)
        self.blocks = nn.ModuleList([Block() for _ in range(LAYERS)])
        self.norm, self.drop, self.head = nn.LayerNorm(WIDTH), nn.Dropout(DROPOUT), nn.Linear(WIDTH, TARGETS)

    def forward(self, features, heard=None):
        """`heard` [batch, words]: 0 where a word is left out in training."""
        known = ~torch.isnan(features)
        value = torch.where(known, (features - self.centre) / self.spread, torch.zeros_like(features)).clamp(-MOST, MOST)
        # Heavy tails are drawn in, so that no laboratory value shouts the others down.
        value = torch.sign(value) * torch.log1p(value.abs())
        value = value[:, self.index].view(-1, self.count, self.most) * self.there
        some = (known.float()[:, self.index].view(-1, self.count, self.most) * self.there).sum(2)
        # Counts are known of a channel that was never measured: it is silent all the same where little but they is known.
        some = (some > self.there.sum(1) / 2).float()
        if heard is not None:
            some = some * heard
        x = torch.einsum("bcf,cfw->bcw", self.drop_in(value), self.enter) + self.word
        x = torch.cat([self.asking.expand(x.shape[0], -1, -1), x], 1)
        # The asking word is always heard, so that no row of the softmax is empty.
        closed = torch.where(torch.cat([torch.ones_like(some[:, :1]), some], 1) > 0, 0.0, CLOSED)[:, None, None]
        for block in self.blocks:
            x = block(x, closed)
        x = self.norm(x[:, 0])
        return x, self.head(self.drop(x))


class Block(nn.Module):
    """Attention written out, so that it exports to plain operators."""

    def __init__(self):
        super().__init__()
        self.norm_in, self.norm_out = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.ask, self.tell = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.wide, self.narrow = nn.Linear(WIDTH, 2 * WIDTH), nn.Linear(2 * WIDTH, WIDTH)
        self.drop = nn.Dropout(DROPOUT)

    def forward(self, x, closed):
        """[batch, words, WIDTH]; `closed` is added to the attention."""
        words = x.shape[1]
        query, key, value = self.ask(self.norm_in(x)).view(-1, words, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        weight = torch.softmax(query @ key.transpose(2, 3) / (WIDTH // HEADS) ** 0.5 + closed, 3)
        seen = (weight @ value).transpose(1, 2).reshape(-1, words, WIDTH)
        x = x + self.drop(self.tell(seen))
        return x + self.drop(self.narrow(torch.relu(self.wide(self.norm_out(x)))))
