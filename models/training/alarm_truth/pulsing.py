"""A pulse that goes on as before is the best witness against what the ECG seems to show."""
import torch
from torch import Tensor

from . import masked
from .findings import ECGS, HEIGHTS, PULSES, Findings, heighted

RUNS = ("unlike_fast", "least_fast", "steady", "wide_steady")


def pulsing(usable: Tensor, found: Findings) -> dict[str, Tensor]:
    """usable: [batch, 4]. Of either lead, of both, and the more so where no pulse goes on.

    Answers a ventricular run and a flutter, each [batch, 3]: in either lead, where no pulse goes on as before, where none is steady.
    """
    rhythm = lambda name: found.of(name, heighted(PULSES, HEIGHTS[:1]))
    swing = torch.exp(found.of("range_min10", PULSES).clamp_max(0))
    usual = rhythm("rr_median_whole").clamp_min(0.1)
    away = sum(torch.log(rhythm(name).clamp_min(0.1) / usual).abs() for name in ("rr_min_10", "rr_max_10"))
    as_before = torch.exp(-4 * away) * swing
    steady = torch.exp(-5 * rhythm("rr_sd_10") / rhythm("rr_median_10").clamp_min(0.2)) * swing
    goes_on = [masked.largest(each, usable[:, 2:], 0.0) for each in (as_before, steady)]
    found.put("goes_on", torch.stack(goes_on, 1), ("pulse_as_before", "pulse_steady"))

    ecg = lambda name: found.of(name, ECGS)
    flutter = ecg("flutter_peak_max")
    seen = {f"run{length}_{name}": ecg(f"run{length}_{name}") for length in (3, 5, 8) for name in RUNS}
    seen |= {
        "flutter": flutter,
        "flutter_mean": ecg("flutter_peak_mean"),
        "flutter_run": flutter * ecg("run5_steady"),
        "lull": torch.exp(-2 * ecg("lull3.5")),
        "long_lull": torch.exp(-2 * ecg("lull5")),
        "strange_n": ecg("unlike_n10"),
    }
    leads = torch.stack(list(seen.values()), 1)  # [batch, what, lead]
    both = torch.stack([leads.amax(-1), leads.amin(-1), leads.prod(-1)], -1).flatten(1)
    names = [f"{name}_{how}" for name in seen for how in ("either", "both", "product")]
    found.put_each(names, both[:, None], ("ecg",))
    for name, pulse in zip(("as_before", "steady"), goes_on):
        found.put_each([f"{each}_not_{name}" for each in names], (both * (1 - pulse)[:, None])[:, None], ("ecg",))
    withheld = torch.stack([torch.ones_like(goes_on[0]), *(1 - pulse for pulse in goes_on)], 1)
    return {"run": seen["run5_steady"].amax(-1, keepdim=True) * withheld, "flutter": flutter.amax(-1, keepdim=True) * withheld}
