"""Which channels the answer to an alarm rests on: its encoder is asked again without each, of those windows alone in which there is an alarm to judge.

What is found of a channel hangs on no other, so it is found once; a channel that is left out is as silence would have been, and only what the channels
say together, the trees and the network are asked again. A window without an alarm is not asked at all.
"""
import numpy as np
import torch
from onnx import ModelProto, TensorProto, numpy_helper, parser
from torch import nn

from ..alarm_truth.all_channels import AllChannels
from ..alarm_truth.each_channel import EachChannel
from ..alarm_truth.golden import cases
from ..alarm_truth.records import KINDS, SAMPLES, SLOTS
from ..alarm_truth.sizes import COMPACT
from ..model_folder import OPSET, export
from .evidence import EVIDENCE, WAVEFORMS
from .graphs import answers, around, between
from .tokens import logit

#: in words for people, in the order of SLOTS of training/alarm_truth/records.py
NAMES = ("ECG", "second ECG", "arterial pressure", "pleth")
CHANNELS = len(SLOTS)
VARIANTS = 1 + CHANNELS
PULSES = 2
GIVEN = ("waveforms", "waveforms_mask", "alarm")
#: what is found of each channel, and what of it they say together
PARTS = ("findings", "seen", "ranges", "traces")
TOGETHER = ("findings", "seen", "ranges", "alarm")
#: how far the parts may be from the encoder that was trained, on made-up waveforms, as a share of a feature and one
ROUNDING = 1e-4

ROWS = f"""
<ir_version: 9, opset_import: ["": {OPSET}]>
rows (float[batch,{CHANNELS},{SAMPLES}] waveforms, float[batch,{CHANNELS},{SAMPLES}] waveforms_mask, bool[batch,{VARIANTS}] asked)
=> (float[m,{CHANNELS},{SAMPLES}] judged_waveforms, float[m,{CHANNELS},{SAMPLES}] judged_waveforms_mask, int64[batch] judged_place)
<int64[1] first = {{0}}, int64[1] second = {{1}}, int64[1] one = {{1}}, int64 along = {{0}}> {{
  whole = Slice (asked, first, second, second)
  flat = Squeeze (whole, second)
  found = NonZero (flat)
  windows = Squeeze (found, first)
  judged_waveforms = Gather (waveforms, windows)
  judged_waveforms_mask = Gather (waveforms_mask, windows)
  counted = Cast <to = {TensorProto.INT64}> (flat)
  so_far = CumSum (counted, along)
  judged_place = Sub (so_far, one)
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


def channels_of(names: list[str]) -> dict[str, list[int]]:
    """Which channel stands at each place of the parts."""
    slot = {"e1": 0, "e2": 1, "ab": 2, "pl": 3}
    every = [*range(CHANNELS)]
    findings = [next(slot[word] for word in name.split("_") if word in slot) for name in names]
    return {"findings": findings, "seen": every, "ranges": every[-PULSES:], "traces": every + every}


def left_out(names: list[str], silence: np.ndarray) -> ModelProto:
    """Found of each channel, and `asked` -> a row for each question, `many_X` of each part, alarm, and `places`, which question it is of which window.

    silence: findings of it; of seen, ranges and traces it has 0.
    """
    shape = {"findings": "p", "seen": "4,p", "ranges": "2,p", "traces": "8,p"}
    ends = lambda prefix: ", ".join(f"float[n,{shape[name]}] {prefix}{name}" for name in PARTS)
    # 1 where a channel is kept, of all of them and of all but each.
    choice = [float(place + 1 != variant) for variant in range(VARIANTS) for place in range(CHANNELS)]
    zeroed = [f"""
  chosen_{name} = Gather <axis = 1> (chosen, channels_of_{name})
  weight_{name} = Unsqueeze (chosen_{name}, last)
  found_{name} = Gather ({name}, judged)
  many_{name} = Mul (found_{name}, weight_{name})""" for name in PARTS[1:]]  # fmt: skip
    model = parser.parse_model(f"""
<ir_version: 9, opset_import: ["": {OPSET}]>
left_out ({ends("")}, float[batch,{len(KINDS)}] alarm, bool[batch,{VARIANTS}] asked, int64[batch] judged_place)
=> ({ends("many_")}, float[n,{len(KINDS)}] many_alarm, int64[n,2] places)
<int64[1] first = {{0}}, int64[1] last = {{-1}}, float[{VARIANTS},{CHANNELS}] choice = {{{", ".join(map(str, choice))}}}> {{
  found = NonZero (asked)
  windows, variants = Split <axis = 0, num_outputs = 2> (found)
  variant = Squeeze (variants, first)
  window = Squeeze (windows, first)
  judged = Gather (judged_place, window)
  chosen = Gather (choice, variant)
  kept_findings = Gather (choice_of_findings, variant)
  found_findings = Gather (findings, judged)
  many_findings = Where (kept_findings, found_findings, silent_findings){"".join(zeroed)}
  many_alarm = Gather (alarm, window)
  places = Transpose (found)
}}""")
    channels = channels_of(names)
    whole = np.array(choice, bool).reshape(VARIANTS, CHANNELS)
    constants = {f"channels_of_{name}": np.array(channels[name]) for name in PARTS[1:]}
    constants |= {"choice_of_findings": whole[:, channels["findings"]], "silent_findings": silence}
    model.graph.initializer.extend(numpy_helper.from_array(one, name) for name, one in constants.items())
    return model


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


def front_end() -> tuple[ModelProto, ModelProto, list[str]]:
    """That of the encoder in two parts, and the names of what is found of each channel."""
    each = EachChannel(COMPACT.stretch).eval()
    together = AllChannels(COMPACT.stretch, each.names).eval()
    noise = torch.randn(2, CHANNELS, SAMPLES, generator=torch.Generator().manual_seed(0))
    judged = {"judged_waveforms": noise, "judged_waveforms_mask": torch.ones_like(noise)}
    found = dict(zip(PARTS, each(*judged.values()))) | {"alarm": torch.eye(len(KINDS))[:2]}
    many = {f"many_{name}": found[name] for name in TOGETHER}
    return export(each, judged, [*PARTS]), export(together, many, ["many_features"]), each.names


def trees_and_network(encoder: ModelProto, front: list[ModelProto]) -> ModelProto:
    """The encoder without its front end, for which these two parts can stand: that is seen here, and not taken for granted."""
    given = {name: f"{WAVEFORMS.name}/{name}" for name in ("features", "traces", "alarm")}
    rows = {name: np.stack([case[name] for case in cases(0).values()]) for name in GIVEN}
    known = dict(zip(given.values(), answers(encoder, [*given.values()][:2], {f"{WAVEFORMS.name}/{name}": value for name, value in rows.items()})))
    each, together = front
    found = dict(zip(PARTS, answers(each, [*PARTS], {f"judged_{name}": rows[name] for name in GIVEN[:2]}))) | {"alarm": rows["alarm"]}
    (found["features"],) = answers(together, ["many_features"], {f"many_{name}": found[name] for name in TOGETHER})
    for name in ("features", "traces"):
        apart = np.abs(found[name] - known[given[name]]) / (1 + np.abs(known[given[name]]))
        if not apart.max() <= ROUNDING:
            raise ValueError(f"alarm-truth was trained with another front end: its {name} are {apart.max():.2g} apart")
    return between(encoder, [*given.values()], [f"{WAVEFORMS.name}/{name}" for name in WAVEFORMS.outputs])


def with_waves(encoder: ModelProto) -> ModelProto:
    """The encoder of waveforms, asked without each channel as well; its outputs are those of the whole, and waves."""
    each, together, names = front_end()
    nothing = np.zeros((1, CHANNELS, SAMPLES), np.float32)
    silence, *others = answers(each, [*PARTS], {f"judged_{name}": nothing for name in GIVEN[:2]})
    if any(part.any() for part in others):
        raise ValueError("silence is not 0 where a channel that is left out is taken for 0")
    example = {"waveforms_mask": torch.ones(2, CHANNELS, SAMPLES), "present": torch.ones(2, len(EVIDENCE)), "roughness": torch.ones(2, CHANNELS)}
    before = [export(Questions(), example, ["asked"]), parser.parse_model(ROWS), each, left_out(names, silence), together]
    all_of = {f"all_{name}": torch.full((2, VARIANTS, width), 0.3) for name, width in WAVEFORMS.outputs.items()}
    apart = export(Apart(), all_of | {"asked": torch.ones(2, VARIANTS, dtype=torch.bool)}, [*WAVEFORMS.outputs, "waves"])
    after = [*(scattered(name, width) for name, width in WAVEFORMS.outputs.items()), apart]
    return around(trees_and_network(encoder, [each, together]), WAVEFORMS.name, ["features", "traces", "alarm", *WAVEFORMS.outputs], before, after)
