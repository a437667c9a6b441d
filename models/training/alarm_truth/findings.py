"""What was found of a stretch, block by block: [batch, channels] under a name for each channel."""
import torch
from torch import Tensor

CHANNELS = ("e1", "e2", "ab", "pl")
ECGS, PULSES = CHANNELS[:2], CHANNELS[2:]
HEIGHTS = (0.25, 0.45)  # of the channel's usual beat, from which on a peak is one


def heighted(channels: tuple[str, ...], heights: tuple[float, ...] = HEIGHTS) -> tuple[str, ...]:
    return tuple(f"{height}_{channel}" for height in heights for channel in channels)


class Findings:
    def __init__(self, names: list[str] | None = None, values: Tensor | None = None):
        """Begins with what was found already: values [batch, names]."""
        self.names = [] if names is None else [*names]
        self.blocks = [] if values is None else [values]
        self.place = {name: place for place, name in enumerate(self.names)}

    def put(self, name: str, values: Tensor, channels: tuple[str, ...] = CHANNELS) -> None:
        self.names += [f"{channel}_{name}" for channel in channels]
        self.blocks.append(values)

    def put_all(self, names: list[str], values: Tensor, channels: tuple[str, ...]) -> None:
        """values: [batch, names, channels]."""
        self.names += [f"{channel}_{name}" for name in names for channel in channels]
        self.blocks.append(values.flatten(1))

    def put_each(self, names: tuple[str, ...] | list[str], values: Tensor, channels: tuple[str, ...] = CHANNELS) -> None:
        """values: [batch, channels, names]."""
        self.names += [f"{channel}_{name}" for channel in channels for name in names]
        self.blocks.append(values.flatten(1))

    def of(self, name: str, channels: tuple[str, ...] = CHANNELS) -> Tensor:
        """[batch, channels], of what it began with."""
        return self.blocks[0].index_select(1, torch.tensor([self.place[f"{channel}_{name}"] for channel in channels]))

    def all(self) -> Tensor:
        return torch.cat(self.blocks, 1)
