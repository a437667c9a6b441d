"""What is exported: encoder, scores and answers in one graph."""
import torch
from torch import nn

from .encoder import NoteEncoder
from .heads import ANSWERS, SCORES, Heads
from .word_pieces import NOTES


WITHOUT_VITALS = {"with_vitals": "probabilities", "transformer_with_vitals": "transformer", "bag_of_words_with_vitals": "bag_of_words"}


def held(array) -> torch.Tensor:
    return torch.tensor(array, dtype=torch.float32)


class Shipped(nn.Module):
    """tokens [batch, 256] (ids as float32, 0 where there is none), context [batch, 2], context_vitals [batch, 44] -> one [batch, 2] an answer (died, survived), pooled [batch, 128]."""

    def __init__(self, encoder: NoteEncoder, heads: Heads, slopes, offsets) -> None:
        super().__init__()
        self.encoder, self.vital_bends, self.context_bends = encoder, heads.vital_bends, heads.context_bends
        for name in SCORES:
            # Not by its own name, which is an output's as well: the exporter would give both the same.
            self.register_buffer(f"{name}_weights", held(heads.weights[name][0]))
        for name, value in (("bias", [heads.weights[name][1] for name in SCORES]), ("rarity", heads.rarity), ("slopes", slopes), ("offsets", offsets)):
            self.register_buffer(name, held(value))

    def bag(self, tokens: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        """[batch]: the weights of the words present; (1 + log count) x rarity, scaled to length one."""
        ids, word = tokens.long(), (tokens > NOTES).float()
        count = (tokens[:, :, None] == tokens[:, None, :]).float().sum(-1)
        # Each place of a word bears its share of what the word counts.
        value = (1 + torch.log(count)) * self.rarity[ids] * word
        length = (value**2 / count).sum(1).sqrt().clamp(min=1e-6)
        return (value / count * weights[ids]).sum(1) / length

    def forward(self, tokens: torch.Tensor, context: torch.Tensor, context_vitals: torch.Tensor) -> tuple[torch.Tensor, ...]:
        pooled = self.encoder(tokens.long())
        person, vitals = self.context_bends(context), self.vital_bends(context_vitals)
        size = person.shape[1]
        scores = torch.stack([
            vitals @ self.vitals_weights,
            torch.cat([person, vitals], 1) @ self.vitals_and_context_weights,
            torch.cat([person, pooled], 1) @ self.text_weights,
            person @ self.words_weights[:size] + self.bag(tokens, self.words_weights[size:]),
        ], 1)  # fmt: skip
        logits = (scores + self.bias) @ self.slopes + self.offsets
        died = torch.sigmoid(logits)
        # Where no vital sign is known, text and context answer alone.
        lone = torch.isnan(context_vitals).all(1, keepdim=True).float()
        answers = {name: died[:, column : column + 1] for column, name in enumerate(ANSWERS)}
        for name, alone in WITHOUT_VITALS.items():
            answers[name] = lone * answers[alone] + (1 - lone) * answers[name]
        return (*(torch.cat([answer, 1 - answer], 1) for answer in answers.values()), pooled)
