"""The front end of the model, inside its graph: each channel by itself, then all together.

In: waveforms [batch, 4, 7500] (ECG, ECG, ABP, pleth; 125 Hz; ends at the alarm), mask of the same shape, alarm [batch, 5].
Out: [batch, features], finite; `names` say, after a first run, what each is; and traces [batch, 8, places] for the network: the last 20 s of each
channel in parts of its usual swing, and how much like a usual beat each moment of it is.
"""
from torch import Tensor, nn

from .all_channels import AllChannels
from .each_channel import EachChannel
from .stretch import Stretch


class Features(nn.Module):
    def __init__(self, stretch: Stretch):
        super().__init__()
        self.each = EachChannel(stretch)
        self.all = AllChannels(stretch, self.each.names)

    @property
    def names(self) -> list[str]:
        return self.all.names

    def forward(self, waveforms: Tensor, waveforms_mask: Tensor, alarm: Tensor) -> tuple[Tensor, Tensor]:
        findings, seen, ranges, traces, *peaks = self.each(waveforms, waveforms_mask)
        return self.all(findings, seen, ranges, alarm, *peaks), traces
