"""A signal cut into frames that overlap, so that what slides along it is a product of matrices: several times as fast as a convolution of few channels."""
import torch
import torch.nn.functional as F
from torch import Tensor


def frames_of(x: Tensor, width: int, step: int, count: int) -> Tensor:
    """[batch, channels, samples] to [batch, channels, count, width], each `step` after the one before; behind the end of x there is 0."""
    channels, samples = x.shape[1], x.shape[-1]
    steps = -(-width // step)
    whole = F.pad(x, (0, max(0, (count + steps - 1) * step - samples)))
    parts = [whole[..., start * step : (start + count) * step].reshape(-1, channels, count, step) for start in range(steps)]
    parts[-1] = parts[-1][..., : width - (steps - 1) * step]
    return torch.cat(parts, -1)
