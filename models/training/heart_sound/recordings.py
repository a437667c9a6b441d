"""CirCor 2022 recordings: decoded once, split by child.

A child is a `subject` of the manifest (two campaign visits of one child are one subject), so no child is on two sides.
"""
import csv
import hashlib
from pathlib import Path

import numpy as np
import soundfile

RATE_HZ = 1000
CLASSES = ("present", "unknown", "absent")
CHALLENGE_WEIGHTS = np.array([5.0, 3.0, 1.0])  # CirCor 2022, weighted accuracy of the murmur task


def load(folder: Path, cache: Path) -> list[dict]:
    """Every CirCor recording of the folder with its labels and samples (int16, 1 kHz)."""
    with open(folder / "manifest.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["source_set"] == "circor"]
    with open(folder / "circor_reference_hr.csv", newline="") as file:
        heard = {row["file"]: row["murmur_at_site"] for row in csv.DictReader(file)}
    key = hashlib.sha256("".join(row["sha256"] for row in rows).encode()).hexdigest()[:16]
    cached = cache / f"circor-{key}.npz"
    if not cached.exists():
        cache.mkdir(parents=True, exist_ok=True)
        decoded = {}
        for row in rows:
            samples, rate_hz = soundfile.read(folder / row["file"], dtype="int16")
            if rate_hz != RATE_HZ:
                raise ValueError(f"{row['file']} is at {rate_hz} Hz, not {RATE_HZ}")
            decoded[row["record"]] = samples
        np.savez(cached, **decoded)
    samples = np.load(cached)
    for row in rows:
        row["samples"] = samples[row["record"]]
        row["child"] = row["subject"]
        row["visit"] = row["record"].split("_")[0]
        row["child_class"] = CLASSES.index(row["label"].removeprefix("murmur_"))
        row["heard"] = heard.get(row["file"], "")
        # A murmur is heard at some sites of a child and not at others: a window is judged by what its own site had.
        row["window_class"] = 2 if row["child_class"] == 0 and row["heard"] == "no" else row["child_class"]
    return rows


def split(rows: list[dict], seed: int) -> dict[str, list[dict]]:
    """60 / 18 / 22 % of children, within murmur class x age group (few infants must not fall on one side by chance)."""
    by_child = {}
    for row in rows:
        by_child.setdefault(row["child"], row)
    strata = {}
    for child, row in by_child.items():
        strata.setdefault((row["child_class"], row["age_group"]), []).append(child)
    rng = np.random.default_rng(seed)
    side = {}
    for stratum in sorted(strata):
        children = sorted(strata[stratum])
        rng.shuffle(children)
        n = len(children)
        # Stochastic rounding, so that small strata do not all land in train.
        tests = int(np.floor(0.22 * n + rng.random()))
        validations = int(np.floor(0.18 * n + rng.random()))
        for index, child in enumerate(children):
            side[child] = "test" if index < tests else "validation" if index < tests + validations else "train"
    # The rounding may leave the test split short of the promised fifth; then train gives.
    spare = sorted(child for child, name in side.items() if name == "train")
    rng.shuffle(spare)
    while sum(name == "test" for name in side.values()) < 0.2 * len(side):
        side[spare.pop()] = "test"
    parts = {"train": [], "validation": [], "test": []}
    for row in rows:
        parts[side[row["child"]]].append(row)
    return parts


def windows(samples: np.ndarray, seconds: int = 10, hop_seconds: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """The stretches of a recording that the model sees, [n, 10000] each, with the mask of samples that exist."""
    size, hop = seconds * RATE_HZ, hop_seconds * RATE_HZ
    starts = [0] if len(samples) <= size else [*range(0, len(samples) - size, hop), len(samples) - size]
    pcg = np.zeros((len(starts), size), np.float32)
    mask = np.zeros((len(starts), size), np.float32)
    for index, start in enumerate(starts):
        part = samples[start : start + size]
        pcg[index, : len(part)] = part / 32768.0
        mask[index, : len(part)] = 1
    return pcg, mask
