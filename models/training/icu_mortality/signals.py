"""What follows from several parameters at once, hour by hour: pressures whichever way they were taken, ratios and the points of scores."""
import torch

from .chart import CHANNEL, HOURS, PARAMETERS

NAN = float("nan")


def carried(x: torch.Tensor) -> torch.Tensor:
    """[batch, 48, n] with every gap filled by the last value before it; six doublings reach over 48 hours."""
    for step in (1, 2, 4, 8, 16, 32):
        before = torch.cat([torch.full_like(x[:, :step], NAN), x[:, : HOURS - step]], 1)
        x = torch.where(torch.isnan(x), before, x)
    return x


def either(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    return torch.where(torch.isnan(first), second, first)


def known(x: torch.Tensor) -> torch.Tensor:
    return torch.where(torch.isnan(x), torch.zeros_like(x), x)


# Points at the least value, then (limit, change) for each limit that is reached. Sequential Organ Failure Assessment (Vincent et al. 1996)
# without vasopressors, which the chart lacks; Simplified Acute Physiology Score (Le Gall et al. 1984).
ORGANS = {
    "oxygenation": (4, [(100, -1), (200, -1), (300, -1), (400, -1)]),
    "Platelets": (4, [(20, -1), (50, -1), (100, -1), (150, -1)]),
    "Bilirubin": (0, [(1.2, 1), (2, 1), (6, 1), (12, 1)]),
    "Creatinine": (0, [(1.2, 1), (2, 1), (3.5, 1), (5, 1)]),
    "GCS": (4, [(6, -1), (10, -1), (13, -1), (15, -1)]),
    "pressure": (1, [(70, -1)]),
}
PHYSIOLOGY = {
    "HR": (4, [(40, -1), (55, -1), (70, -2), (110, 2), (140, 1), (180, 1)]),
    "systolic": (4, [(55, -2), (80, -2), (150, 2), (190, 2)]),
    "Temp": (4, [(30, -1), (32, -1), (34, -1), (36, -1), (38.5, 1), (39, 2), (41, 1)]),
    "RespRate": (4, [(6, -2), (10, -1), (12, -1), (25, 1), (35, 2), (50, 1)]),
    "BUN": (1, [(10, -1), (21, 1), (42, 1), (81, 1), (154, 1)]),
    "HCT": (4, [(20, -2), (30, -2), (46, 1), (50, 1), (60, 2)]),
    "WBC": (4, [(1, -2), (3, -2), (15, 1), (20, 1), (40, 2)]),
    "Glucose": (4, [(29, -1), (50, -1), (70, -2), (250, 1), (500, 2), (800, 1)]),
    "K": (4, [(2.5, -2), (3, -1), (3.5, -1), (5.5, 1), (6, 2), (7, 1)]),
    "Na": (4, [(110, -1), (120, -1), (130, -2), (151, 1), (156, 1), (161, 1), (180, 1)]),
    "HCO3": (4, [(5, -1), (10, -2), (20, -1), (30, 1), (40, 2)]),
    "GCS": (4, [(4, -1), (7, -1), (10, -1), (13, -1)]),
}
SCALES = (*ORGANS.values(), *PHYSIOLOGY.values())
MOST_STEPS = max(len(steps) for _, steps in SCALES)
LIMITS = torch.tensor([[limit for limit, _ in steps] + [float("inf")] * (MOST_STEPS - len(steps)) for _, steps in SCALES])
CHANGES = torch.tensor([[change for _, change in steps] + [0.0] * (MOST_STEPS - len(steps)) for _, steps in SCALES])
STARTS = torch.tensor([float(start) for start, _ in SCALES])

SIGNALS = (
    "systolic", "diastolic", "mean pressure", "lowest mean pressure", "pulse pressure", "shock index", "modified shock index", "oxygenation",
    "saturation ratio", "BUN/Creatinine", "anion gap", "base gap", "urine", "organ failure", "acute physiology", "ventilated",
    *(f"{name} points" for name in ORGANS),
)  # fmt: skip


def points(x: torch.Tensor) -> torch.Tensor:
    """[batch, 48, scales] of values to their points; NaN stays NaN."""
    reached = (x[..., None] >= LIMITS).to(x.dtype)
    return torch.where(torch.isnan(x), x, STARTS + (reached * CHANGES).sum(-1))


def signals_of(hours: torch.Tensor) -> torch.Tensor:
    """[batch, 48, 37, 4] to [batch, 48, len(SIGNALS)]."""
    now = dict(zip(PARAMETERS, hours[..., 0].unbind(2)))
    least = dict(zip(PARAMETERS, hours[..., 1].unbind(2)))
    count = hours[..., 3]
    systolic, diastolic = either(now["SysABP"], now["NISysABP"]), either(now["DiasABP"], now["NIDiasABP"])
    pressure = either(now["MAP"], now["NIMAP"])
    filled = carried(torch.cat([hours[..., 0], torch.stack([systolic, pressure], 2)], 2))
    last = dict(zip((*PARAMETERS, "systolic", "pressure"), filled.unbind(2)))
    # A fraction of oxygen that was never charted is that of air.
    fraction = either(last["FiO2"], torch.full_like(systolic, 0.21))
    last["oxygenation"] = last["PaO2"] / fraction
    scored = points(torch.stack([last[name] for name in (*ORGANS, *PHYSIOLOGY)], 2))
    organs, physiology = known(scored[:, :, : len(ORGANS)]), known(scored[:, :, len(ORGANS) :])
    others = torch.stack([
        systolic, diastolic, pressure, either(least["MAP"], least["NIMAP"]), systolic - diastolic, now["HR"] / systolic, now["HR"] / pressure,
        now["PaO2"] / fraction, now["SaO2"] / fraction, last["BUN"] / last["Creatinine"], last["Na"] - last["HCO3"],
        last["HCO3"] - 24 + 14.8 * (last["pH"] - 7.4), now["Urine"] * count[:, :, CHANNEL["Urine"]], organs.sum(2), physiology.sum(2),
        (count[:, :, CHANNEL["MechVent"]] > 0).to(hours.dtype),
    ], 2)  # fmt: skip
    return torch.cat([others, scored[:, :, : len(ORGANS)]], 2)
