"""What was found of a stretch, block by block: [batch, channels] under a name for each channel."""
import torch
from torch import Tensor

CHANNELS = ("e1", "e2", "ab", "pl")
ECGS, PULSES = CHANNELS[:2], CHANNELS[2:]


class Findings:
    def __init__(self):
        self.names: list[str] = []
        self.blocks: list[Tensor] = []
        self.by_name: dict[str, Tensor] = {}

    def put(self, name: str, values: Tensor, channels: tuple[str, ...] = CHANNELS) -> None:
        self.names += [f"{channel}_{name}" for channel in channels]
        self.blocks.append(values)
        self.by_name[name] = values

    def put_all(self, names: list[str], values: Tensor, channels: tuple[str, ...]) -> None:
        """values: [batch, names, channels]."""
        self.names += [f"{channel}_{name}" for name in names for channel in channels]
        self.blocks.append(values.flatten(1))
        self.by_name |= {name: values[:, place] for place, name in enumerate(names)}

    def put_each(self, names: tuple[str, ...] | list[str], values: Tensor, channels: tuple[str, ...] = CHANNELS) -> None:
        """values: [batch, channels, names]."""
        self.names += [f"{channel}_{name}" for channel in channels for name in names]
        self.blocks.append(values.flatten(1))

    def all(self) -> Tensor:
        return torch.cat(self.blocks, 1)
