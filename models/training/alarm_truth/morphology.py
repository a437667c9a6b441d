"""The shape of each beat against the shape that beats of this channel had before, and runs of beats that differ from it."""
import torch
import torch.nn.functional as F
from torch import Tensor

from . import masked
from .frames import frames_of
from .stretch import Stretch

FRAME = 64



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


def likeness(shapes: Tensor, other: Tensor, stretch: Stretch) -> Tensor:
    """Correlation with `other`, the best of some lags: a beat's place is known to some samples only."""
    inner = other.shape[-1]
    target = normalised(other)
    lagged = [(normalised(shapes[..., lag : lag + inner]) * target).sum(-1) for lag in range(0, 2 * stretch.inside + 1, stretch.lag)]
    return torch.stack(lagged, -1).amax(-1)


def likeness_throughout(x: Tensor, other: Tensor, stride: int) -> Tensor:
    """Correlation with `other` at every place of x, both thinned by `stride`: [batch, channels, places].

    No convolution has a kernel of each row's own. So x is cut into frames, each FRAME places and what the target reaches beyond them, and multiplied
    with a matrix whose lines are the target, each a place later: a line that is one longer than a row of the matrix, repeated.
    """
    if stride > 1:
        x, other = F.avg_pool1d(x, stride, stride), F.avg_pool1d(other, stride, stride)
    target = normalised(other)
    channels, width = x.shape[1], target.shape[-1]
    places = x.shape[-1] - width + 1
    count = -(-places // FRAME)
    reach = FRAME + width - 1
    line = F.pad(target, (0, FRAME))[:, :, None].expand(-1, -1, FRAME, -1).reshape(-1, channels, FRAME * (reach + 1))
    later = line[..., : FRAME * reach].reshape(-1, channels, FRAME, reach).transpose(-1, -2)
    frames = frames_of(x, reach, FRAME, count)
    within = (torch.arange(reach)[:, None] - torch.arange(FRAME)).clamp(-1, width)
    within = ((within >= 0) & (within < width)).float() / width
    mean, square = frames @ within, frames.square() @ within
    like = (frames @ later) / (width * (square - mean.square())).clamp_min(1e-5).sqrt()
    return like.reshape(-1, channels, count * FRAME)[..., :places]


def middle(shapes: Tensor, stretch: Stretch) -> Tensor:
    return shapes[..., stretch.inside : shapes.shape[-1] - stretch.inside]


def usual_shape(shapes: Tensor, counts: Tensor, stretch: Stretch) -> Tensor:
    """The median of the beats that count, sample by sample: [batch, channels, width]."""
    inner = middle(shapes, stretch).transpose(-1, -2)
    return masked.median(inner, counts[..., None, :], 0.0)


def measures(shapes: Tensor, stretch: Stretch) -> Tensor:
    """Log of size, of width (area over height) and of steepness of each beat: [batch, channels, 3, beats]."""
    inner = middle(shapes, stretch)
    centred = (inner - inner.mean(-1, keepdim=True)).abs()
    size = inner.amax(-1) - inner.amin(-1)
    steep = (inner[..., 2:] - inner[..., :-2]).abs().amax(-1)
    width = centred.sum(-1) / centred.amax(-1).clamp_min(1e-4)
    return torch.log(torch.stack([size + 1e-4, width + 1e-2, steep / size.clamp_min(1e-4) + 1e-3], 2))


def of_runs(values: Tensor, length: int, how: str) -> Tensor:
    """Minimum or mean over `length` beats that follow each other: [batch, channels, beats - length + 1]."""
    return -F.max_pool1d(-values, length, 1) if how == "min" else F.avg_pool1d(values, length, 1)
