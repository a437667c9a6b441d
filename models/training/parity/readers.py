"""By model, what training's own readers make of records: inputs by name, each [rows, …], a row a question to the model.

A model is named by its folder, and by its file where that is not model.onnx.
"""
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ..alarm_truth.records import connected, read_alarms
from ..heart_sound import recordings
from ..icu_mortality import stays as charts
from ..notes_context.stays import read as read_notes
from ..notes_context.word_pieces import encode, read_vocabulary, tokenizer
from ..procedure_view.frames import TASKS, read_frames
from ..sepsis import stays as sepsis
from ..sepsis.histories import histories, static
from ..sepsis.stays import MEASURED, PERSON, STATIC, VITALS
from .composed import Reader, Record, ward_readers
from .part_of_data import part_of

MODELS = Path(__file__).resolve().parents[2]
#: of a stay the first hour, the last, and two between
HOURS_OF_A_STAY = 4
#: what a window of 10 s holds of a waveform
NEWEST_S = 10


def heart_sounds(data: Path, count: int, scratch: Path) -> Iterator[Record]:
    folder = scratch / "heart-sound"
    part_of(data / "heart-sound", "manifest.csv", "file", count, folder)
    for recording in recordings.load(folder, scratch):
        pcg, mask = recordings.windows(recording.samples)
        yield recording.name, {"pcg": pcg, "mask": mask}


def waveforms(data: Path, count: int, scratch: Path) -> Iterator[Record]:
    below = "vitals/cinc2015_false_alarm"
    part_of(data / below, "records.csv", "record", count, scratch / below)
    alarms = read_alarms(scratch, scratch)
    for index, record in enumerate(alarms.records):
        row = slice(index, index + 1)
        yield record, {"waveforms": alarms.waveforms[row], "waveforms_mask": alarms.mask[row], "alarm": alarms.alarm[row]}


def newest_waveforms(data: Path, count: int, scratch: Path) -> Iterator[Record]:
    """Each alarm with the minute before it, and as if the monitor had been connected for the last seconds only."""
    for record, inputs in waveforms(data, count, scratch):
        short = connected(inputs["waveforms"][0], inputs["waveforms_mask"][0], NEWEST_S)
        pair = {name: np.stack([inputs[name][0], newest]) for name, newest in zip(("waveforms", "waveforms_mask"), short)}
        yield record, pair | {"alarm": np.repeat(inputs["alarm"], 2, 0)}


def hourly_charts(data: Path, count: int, scratch: Path) -> Iterator[Record]:
    yield from _hours_of_stays(data, count, scratch, len(MEASURED), len(STATIC))


def hourly_vitals(data: Path, count: int, scratch: Path) -> Iterator[Record]:
    yield from _hours_of_stays(data, count, scratch, VITALS, PERSON)


def _hours_of_stays(data: Path, count: int, scratch: Path, measured: int, known: int) -> Iterator[Record]:
    below = "vitals/cinc2019_sepsis"
    part_of(data / below, "records.csv", "record", count, scratch / below)
    stays = sepsis.load(scratch / below, scratch)
    for name, start, length in zip(stays.names, stays.start, stays.lengths):
        hours = start + np.arange(HOURS_OF_A_STAY) * (length - 1) // (HOURS_OF_A_STAY - 1)
        yield str(name), {"hours": histories(stays, hours, measured), "static": static(stays, hours, known)}


def first_days(data: Path, count: int, scratch: Path) -> Iterator[Record]:
    below = charts.FOLDER
    part_of(data / below, "records.csv", "record", count, scratch / below)
    stays = charts.load(scratch, scratch)
    for index, record in enumerate(stays["record"]):
        yield str(record), {name: stays[name][index : index + 1] for name in ("hours", "person")}


def frames(data: Path, count: int, scratch: Path) -> Iterator[Record]:
    asked = lambda row: row["kind"] == "frame" and row["task"] in TASKS
    rows = part_of(data / "video", "manifest.csv", "file", count, scratch / "video", asked)
    for row, frame in zip(rows, read_frames(scratch / "video"), strict=True):
        yield row["file"], {"frame": frame.pixels[None]}


def notes(data: Path, count: int, scratch: Path) -> Iterator[Record]:
    below = "vitals/eicu_demo"
    part_of(data / below, "records.csv", "record", count, scratch / below)
    pieces = tokenizer(read_vocabulary(MODELS / "notes-context" / "vocabulary.txt"))
    for row in read_notes(scratch):
        tokens = encode(pieces, row.problems, row.notes)
        about = np.array([row.age, row.male], np.float32)
        yield f"{row.stay} at {row.hour} h", {"tokens": tokens[None], "context": about[None], "context_vitals": row.vitals[None]}


READERS: dict[str, Reader] = {
    "heart-sound": heart_sounds,
    "alarm-truth": waveforms,
    "alarm-truth/compact": newest_waveforms,
    "sepsis": hourly_charts,
    "sepsis-vitals": hourly_vitals,
    "icu-mortality": first_days,
    "procedure-view": frames,
    "notes-context": notes,
}
READERS |= ward_readers(("ward-early", "ward-late", "ward-hybrid"), dict(READERS))
