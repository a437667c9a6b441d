"""The shape of each beat against the shape that beats of this channel had before, and runs of beats that differ from it."""
import torch
import torch.nn.functional as F
from torch import Tensor

from . import masked

LAGS = 9
INSIDE = LAGS // 2


def segments(x: Tensor, times: Tensor, before: int, after: int) -> Tensor:
    """[batch, channels, beats, before + after] samples around every beat, the ends held."""
    batch, channels, samples = x.shape
    beats = times.shape[-1]
    offsets = torch.arange(-before, after, dtype=torch.float32)
    index = (times[..., None] + offsets).clamp(0, samples - 1).long()
    return x.gather(2, index.reshape(-1, channels, beats * (before + after))).reshape(-1, channels, beats, before + after)


def normalised(shape: Tensor) -> Tensor:
    centred = shape - shape.mean(-1, keepdim=True)
    return centred / centred.square().sum(-1, keepdim=True).clamp_min(1e-5).sqrt()


def likeness(shapes: Tensor, other: Tensor) -> Tensor:
    """Correlation with `other`, the best of five lags: a beat's place is known to some samples only."""
    inner = other.shape[-1]
    target = normalised(other)
    lagged = [(normalised(shapes[..., lag : lag + inner]) * target).sum(-1) for lag in range(0, LAGS, 2)]
    return torch.stack(lagged, -1).amax(-1)


def likeness_throughout(x: Tensor, other: Tensor) -> Tensor:
    """Correlation with `other` at every second place of x, both at half the rate: [batch, channels, places]."""
    batch, channels, _ = x.shape
    target = normalised(F.avg_pool1d(other, 2, 2))
    width = target.shape[-1]
    halved = F.avg_pool1d(x, 2, 2)
    # Every window as a column: a convolution with the unit vectors.
    windows = F.conv1d(halved.reshape(-1, 1, halved.shape[-1]), torch.eye(width)[:, None])
    dot = torch.bmm(target.reshape(-1, 1, width), windows).reshape(-1, channels, windows.shape[-1])
    mean, square = F.avg_pool1d(halved, width, 1), F.avg_pool1d(halved.square(), width, 1)
    return dot / (width * (square - mean.square())).clamp_min(1e-5).sqrt()


def middle(shapes: Tensor) -> Tensor:
    return shapes[..., INSIDE : shapes.shape[-1] - INSIDE]


def usual_shape(shapes: Tensor, counts: Tensor) -> Tensor:
    """The median of the beats that count, sample by sample: [batch, channels, width]."""
    inner = middle(shapes).transpose(-1, -2)
    return masked.quantile(inner, counts[..., None, :].expand_as(inner), 0.5, 0.0)


def measures(shapes: Tensor) -> Tensor:
    """Log of size, of width (area over height) and of steepness of each beat: [batch, channels, 3, beats]."""
    inner = middle(shapes)
    centred = (inner - inner.mean(-1, keepdim=True)).abs()
    size = inner.amax(-1) - inner.amin(-1)
    steep = (inner[..., 2:] - inner[..., :-2]).abs().amax(-1)
    width = centred.sum(-1) / centred.amax(-1).clamp_min(1e-4)
    return torch.log(torch.stack([size + 1e-4, width + 1e-2, steep / size.clamp_min(1e-4) + 1e-3], 2))


def of_runs(values: Tensor, length: int, how: str) -> Tensor:
    """Minimum or mean over `length` beats that follow each other: [..., beats - length + 1]."""
    beats = values.shape[-1] - length + 1
    run = torch.stack([values[..., start : start + beats] for start in range(length)], -1)
    return run.amin(-1) if how == "min" else run.mean(-1)
