"""Which channels the answer to an alarm rests on: its encoder is asked again without each, of those windows alone in which there is an alarm to judge.

Few windows ask for it, so the encoder is given as many rows as there are questions; a window without an alarm costs less than if it were asked.
"""
import torch
from onnx import ModelProto, parser
from torch import nn

from ..alarm_truth.records import KINDS, SAMPLES, SLOTS
from ..model_folder import OPSET, export
from .evidence import EVIDENCE, WAVEFORMS
from .graphs import around
from .tokens import logit

#: in words for people, in the order of SLOTS of training/alarm_truth/records.py
NAMES = ("ECG", "second ECG", "arterial pressure", "pleth")
CHANNELS = len(SLOTS)
VARIANTS = 1 + CHANNELS
GIVEN = ("waveforms", "waveforms_mask", "alarm")

#: [VARIANTS, channels]: all of them, and all but each
KEPT = [float(place + 1 != variant) for variant in range(VARIANTS) for place in range(CHANNELS)]

ROWS = f"""
<ir_version: 9, opset_import: ["": {OPSET}]>
rows (float[batch,{CHANNELS},{SAMPLES}] waveforms, float[batch,{CHANNELS},{SAMPLES}] waveforms_mask, float[batch,{len(KINDS)}] alarm, bool[batch,{VARIANTS}] asked)
=> (float[n,{CHANNELS},{SAMPLES}] many_waveforms, float[n,{CHANNELS},{SAMPLES}] many_waveforms_mask, float[n,{len(KINDS)}] many_alarm, int64[n,2] places)
<int64[1] first = {{0}}, float[{VARIANTS},{CHANNELS},1] kept = {{{", ".join(map(str, KEPT))}}}> {{
  found = NonZero (asked)
  windows, variants = Split <axis = 0, num_outputs = 2> (found)
  variant = Squeeze (variants, first)
  window = Squeeze (windows, first)
  left = Gather (kept, variant)
  of_waveforms = Gather (waveforms, window)
  of_mask = Gather (waveforms_mask, window)
  many_waveforms = Mul (of_waveforms, left)
  many_waveforms_mask = Mul (of_mask, left)
  many_alarm = Gather (alarm, window)
  places = Transpose (found)
}}"""


class Questions(nn.Module):
    """asked [batch, VARIANTS]: whether the encoder is asked of a window as it is, and without each channel.

    Without a channel there must be another that moves: else there would be no evidence left. The first window is always asked of as it is, since
    no rows at all is what not every runtime can do.
    """

    def forward(self, waveforms_mask: torch.Tensor, present: torch.Tensor, roughness: torch.Tensor) -> torch.Tensor:
        here = present[:, EVIDENCE.index(WAVEFORMS), None] > 0
        moves = (roughness > 0).float()
        others = moves.sum(1, keepdim=True) - moves > 0
        first = torch.cumsum(torch.ones_like(present[:, :1]), 0) < 1.5
        return torch.cat([here | first, (waveforms_mask.amax(2) > 0) & others & here], 1)


def scattered(name: str, width: int) -> ModelProto:
    """many_NAME [rows, width] -> all_NAME [batch, VARIANTS, width], 0 where nothing was asked."""
    return parser.parse_model(f"""
<ir_version: 9, opset_import: ["": {OPSET}]>
scattered (float[n,{width}] many_{name}, bool[batch,{VARIANTS}] asked, int64[n,2] places) => (float[batch,{VARIANTS},{width}] all_{name})
<int64[1] width = {{{width}}}> {{
  table = Shape (asked)
  size = Concat <axis = 0> (table, width)
  nothing = ConstantOfShape (size)
  all_{name} = ScatterND (nothing, places, many_{name})
}}""")


class Apart(nn.Module):
    """Of all variants -> those of the window as it is, and waves [batch, channels]: what each channel adds to the log-odds that the alarm is true."""

    def forward(self, all_probabilities: torch.Tensor, all_pooled: torch.Tensor, asked: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        odds = logit(all_probabilities[:, :, 0])
        apart = odds[:, :1] - odds[:, 1:]
        return all_probabilities[:, 0], all_pooled[:, 0], torch.where(asked[:, 1:], apart, torch.zeros_like(apart))


def with_waves(encoder: ModelProto) -> ModelProto:
    """The encoder of waveforms, asked without each channel as well; its outputs are those of the whole, and waves."""
    example = {"waveforms_mask": torch.ones(2, CHANNELS, SAMPLES), "present": torch.ones(2, len(EVIDENCE)), "roughness": torch.ones(2, CHANNELS)}
    questions = export(Questions(), example, ["asked"])
    rows = parser.parse_model(ROWS)
    answers = [scattered(name, width) for name, width in WAVEFORMS.outputs.items()]
    every = {f"all_{name}": torch.full((2, VARIANTS, width), 0.3) for name, width in WAVEFORMS.outputs.items()}
    apart = export(Apart(), every | {"asked": torch.ones(2, VARIANTS, dtype=torch.bool)}, [*WAVEFORMS.outputs, "waves"])
    return around(encoder, WAVEFORMS.name, [*GIVEN, *WAVEFORMS.outputs], [questions, rows], [*answers, apart])
