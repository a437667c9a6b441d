"""The alarms of PhysioNet/CinC 2015 as the model gets them: [4, 7500] in physical units at 125 Hz, and a mask of what was measured.

src/predict/waveform-stretch.ts makes the same of a bedside's waveforms.
"""
import csv
import lzma
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

from ..folds import fold_of

RATE_HZ = 125
SECONDS = 60
SAMPLES = RATE_HZ * SECONDS
SLOTS = ("ecg_1", "ecg_2", "abp", "pleth")
KINDS = ("Asystole", "Bradycardia", "Tachycardia", "Ventricular_Tachycardia", "Ventricular_Flutter_Fib")
# From the lead that a monitor shows first to the last.
LEADS = ["ecg", "ii", "mlii", "mcl", "mcl1", "i", "iii", "v", "v1", "v2", "v3", "v4", "v5", "v6", "avf", "avl", "avr"]
PRESSURES = ["abp", "art", "ibp", "ao"]
PLETHS = ["pleth", "ppg"]
INVALID = -32768


@dataclass
class Alarms:
    records: list[str]
    waveforms: np.ndarray  # [n, 4, 7500], 0 where never measured, gaps bridged by a line
    mask: np.ndarray  # [n, 4, 7500], 1 where measured
    alarm: np.ndarray  # [n, 5] one-hot in the order of KINDS
    true: np.ndarray  # [n]
    folds: np.ndarray  # [n]


def read_alarms(data: Path, cache: Path) -> Alarms:
    folder = data / "vitals" / "cinc2015_false_alarm"
    rows = list(csv.DictReader((folder / "records.csv").open()))
    records = [row["record"] for row in rows]
    file = cache / "alarms.npz"
    if file.exists() and list(np.load(file)["records"]) == records:
        kept = np.load(file)
        waveforms, mask = kept["waveforms"], kept["mask"]
    else:
        pairs = [slotted(*read_packed(folder / "win60" / record)) for record in records]
        waveforms, mask = (np.stack(part) for part in zip(*pairs))
        np.savez(file, records=records, waveforms=waveforms, mask=mask)
    alarm = np.array([[row["alarm_type"] == kind for kind in KINDS] for row in rows], np.float32)
    true = np.array([row["true_alarm"] == "1" for row in rows])
    return Alarms(records, waveforms, mask, alarm, true, np.array([fold_of(record) for record in records]))


def connected(waveform: np.ndarray, mask: np.ndarray, seconds: int) -> tuple[np.ndarray, np.ndarray]:
    """[4, 7500] as if nothing had been measured before the last `seconds`: held at the first value that was, as at the bedside."""
    first = SAMPLES - seconds * RATE_HZ
    wave, there = waveform.copy(), mask.copy()
    wave[:, :first], there[:, :first] = wave[:, first : first + 1], 0
    return wave, there


def read_packed(stem: Path) -> tuple[float, list[str], np.ndarray]:
    """Rate, labels and [channels, samples] in physical units, NaN where the sample is invalid."""
    lines = stem.with_suffix(".hea").read_text().splitlines()
    _, count, rate, *_ = lines[0].split()
    fields = [line.split(" ", 8) for line in lines[1 : 1 + int(count)]]
    packed = np.frombuffer(lzma.decompress(stem.with_suffix(".dxz").read_bytes()), "<u2").reshape(int(count), -1)
    adc = np.cumsum(packed, axis=1, dtype=np.uint16).astype(np.int16).astype(float)
    adc[adc == INVALID] = np.nan
    gain = np.array([float(field[2].partition("/")[0]) for field in fields])
    baseline = np.array([float(field[4]) for field in fields])
    return float(rate), [field[8] for field in fields], (adc - baseline[:, None]) / gain[:, None]


def slots_of(labels: list[str]) -> list[int | None]:
    """Which channel goes to which slot."""
    plain = ["".join(letter for letter in label.lower() if letter.isalnum()) for label in labels]
    leads = sorted((LEADS.index(label), index) for index, label in enumerate(plain) if label in LEADS)
    first = lambda known: next((index for index, label in enumerate(plain) if label in known), None)
    ecg = [index for _, index in leads][:2] + [None, None]
    return [ecg[0], ecg[1], first(PRESSURES), first(PLETHS)]


def slotted(rate: float, labels: list[str], channels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    waveforms, mask = np.zeros((2, len(SLOTS), SAMPLES), np.float32)
    heard = [label if np.isfinite(channel).any() else "" for label, channel in zip(labels, channels)]
    for slot, channel in enumerate(slots_of(heard)):
        if channel is None:
            continue
        measured = np.isfinite(channels[channel])
        places = np.arange(len(measured))
        bridged = np.interp(places, np.flatnonzero(measured), channels[channel][measured])
        down = int(rate) // RATE_HZ
        waveforms[slot] = resample_poly(bridged, 1, down, padtype="edge")[-SAMPLES:]
        mask[slot] = measured[::down][-SAMPLES:]
    return waveforms, mask
