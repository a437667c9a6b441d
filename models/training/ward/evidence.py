"""The kinds of evidence, each with its encoder: what goes into it, what comes out, and what that says of its finding."""
from dataclasses import dataclass
from pathlib import Path

MODELS = Path(__file__).parents[2]


@dataclass(frozen=True, eq=False)
class Evidence:
    name: str
    #: folder below models/, and its file
    model: str
    file: str
    held_out: str
    #: name in the encoder -> name in the ward's model
    inputs: dict[str, str]
    #: inputs of the encoder that a ward's model leaves not known, and their width
    unknown: dict[str, int]
    #: output -> width
    outputs: dict[str, int]
    finding: str
    #: names of the encoder's weights that are stored in fewer bits in a ward's model, and in how many (weights.py)
    narrow: str
    bits: int


VITALS = Evidence(
    "vitals", "sepsis-vitals", "model.onnx", "fold-{}.onnx", {"hours": "hours", "static": "static"}, {},
    {"probabilities": 2, "pooled": 48}, "sepsis within 6 h, or begun", r"net\.", 16,
)  # fmt: skip
WAVEFORMS = Evidence(
    "waveforms", "alarm-truth", "compact.onnx", "compact-{}.onnx",
    {name: name for name in ("waveforms", "waveforms_mask", "alarm")}, {}, {"probabilities": 2, "pooled": 64}, "the arrhythmia alarm is true",
    r"head/network\.", 16,
)  # fmt: skip
PCG = Evidence(
    "pcg", "heart-sound", "model.onnx", "fold-{}.onnx", {"pcg": "pcg", "mask": "mask"}, {}, {"probabilities": 3, "pooled": 64}, "murmur",
    r"net\.", 8,
)  # fmt: skip
VIDEO = Evidence(
    "video", "procedure-view", "model.onnx", "fold-{}.onnx", {"frame": "frame"}, {},
    {"view_state": 3, "instrument": 3, "lung": 3, "procedure": 4, "answers": 3, "strangeness": 1, "pooled": 32}, "abnormal lung in ultrasound",
    r"encoder\.", 8,
)  # fmt: skip
NOTES = Evidence(
    "notes", "notes-context", "model.onnx", "fold-{}.onnx", {"tokens": "tokens"}, {"context": 2, "context_vitals": 44},
    {"probabilities": 2, "pooled": 128}, "death in hospital", r"(encoder|val_)", 8,
)  # fmt: skip
#: The order of shares, and of the bits of a subset.
EVIDENCE = (VITALS, WAVEFORMS, PCG, VIDEO, NOTES)
SUBSETS = 2 ** len(EVIDENCE)
