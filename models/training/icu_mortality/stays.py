"""The stays of PhysioNet/CinC 2012 as arrays, in order of records.csv."""
import tarfile
from pathlib import Path

import numpy as np
import pandas as pd

from ..folds import fold_of
from .chart import hours_of, person_of

FOLDER = "vitals/cinc2012_icu_mortality"
UNKNOWN = -1


def load(data: Path, cache: Path) -> dict[str, np.ndarray]:
    """hours [n, 48, 37, 4], person [n, 4], died [n], fold [n], record [n], and the outcomes that teach but are no inputs."""
    file = cache / "stays.npz"
    if file.exists():
        return dict(np.load(file))
    table = pd.read_csv(data / FOLDER / "records.csv", dtype={"record": str})
    charts = {}
    with tarfile.open(data / FOLDER / "records.tar.xz") as archive:
        for member in archive:
            if member.isfile() and member.name.endswith(".txt"):
                measurements = measurements_of(archive.extractfile(member).read().decode())
                charts[Path(member.name).stem] = hours_of(measurements), person_of(measurements)
    stays = {
        "hours": np.stack([charts[record][0] for record in table.record]),
        "person": np.stack([charts[record][1] for record in table.record]),
        "died": table.in_hospital_death.to_numpy(np.float32),
        "fold": np.array([fold_of(record) for record in table.record]),
        "record": table.record.to_numpy(str),
        **{name: table[name].where(table[name] >= 0).to_numpy(np.float32) for name in ("SAPS_I", "SOFA", "length_of_stay_days", "survival_days")},
    }
    cache.mkdir(parents=True, exist_ok=True)
    np.savez(file, **stays)
    return stays


def measurements_of(text: str) -> list[tuple[int, str, float]]:
    out = []
    for line in text.strip().splitlines()[1:]:
        time, name, cell = line.split(",")
        if name in ("", "RecordID") or cell == "" or float(cell) == UNKNOWN:
            continue
        hours, minutes = time.split(":")
        out.append((int(hours) * 60 + int(minutes), name, float(cell)))
    return out
