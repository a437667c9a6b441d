"""The two sizes of the model, trained alike: for an alarm and the minute before it, and for a window at the bedside."""
from dataclasses import dataclass

from .network import Reach
from .stretch import NEWEST, WHOLE, Stretch


@dataclass(frozen=True)
class Size:
    name: str
    stretch: Stretch
    #: each alarm as if the monitor had been connected for so many seconds
    connected_s: tuple[int, ...]
    #: of the network's first convolution
    reach: Reach

    def file(self, fold: int | None) -> str:
        if self is COMPACT:
            return "compact.onnx" if fold is None else f"held-out/compact-{fold}.onnx"
        return "model.onnx" if fold is None else f"held-out/fold-{fold}.onnx"


FULL = Size("full", WHOLE, (60,), Reach(9, 2))
#: a window of the bedside holds 10 s
COMPACT = Size("compact", NEWEST, (60, 10), Reach(11, 4))
SIZES = (FULL, COMPACT)
