"""What can be seen of the inputs before any encoder: which evidence there is, and through what device a heart sound came."""
import torch
from torch import nn

from .chain import Profile


class Senses(nn.Module):
    def __init__(self):
        super().__init__()
        self.profile = Profile()

    def forward(self, hours, waveforms, waveforms_mask, alarm, pcg, mask, frame_mask, tokens):
        """-> present [batch, evidence], profile [batch, PROFILE], roughness [batch, channels].

        Waveforms are evidence where an alarm asks what they show, and some channel moves: a line without any noise was not measured.
        """
        some = lambda part: part.flatten(1).amax(1) > 0
        rough, moves = roughness(waveforms, waveforms_mask)
        present = torch.stack([
            ~torch.isnan(hours).flatten(1).all(1), some(moves) & some(alarm), some(mask), some(frame_mask), some(tokens),
        ], 1)  # fmt: skip
        return present.float(), self.profile(pcg, mask), rough


def roughness(waveforms: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """[batch, channels]: how large the steps from sample to sample are beside the wave itself (white noise: 2; a pulse: hundredths), and 1 where it moves at all."""
    count = mask.sum(2).clamp_min(1)
    mean = (waveforms * mask).sum(2) / count
    wave = ((waveforms - mean[:, :, None]) * mask).square().sum(2)
    both = mask[:, :, 1:] * mask[:, :, :-1]
    steps = ((waveforms[:, :, 1:] - waveforms[:, :, :-1]) * both).square().sum(2)
    moves = (steps > 0).float()
    return torch.where(steps > 0, steps / wave.clamp_min(1e-6), torch.zeros_like(steps)), moves
