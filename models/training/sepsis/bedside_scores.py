"""Ratios and points of bedside scores, each [batch, 1]; a channel that is not there, or not known, adds no point.

SIRS: Bone et al., Chest 101:1644, 1992. qSOFA and SOFA's points: Singer et al., JAMA 315:801, 2016 (without drugs, consciousness and
urine, which the data has not). NEWS: Royal College of Physicians, 2012 (without oxygen and consciousness).
"""
import torch

Columns = dict[str, torch.Tensor]


def _points(value: torch.Tensor, low: tuple[float, ...] = (), high: tuple[float, ...] = ()) -> torch.Tensor:
    """One for each limit that the value is below (or above); NaN is neither."""
    out = torch.zeros_like(value)
    for limit in low:
        out = out + (value < limit).float()
    for limit in high:
        out = out + (value > limit).float()
    return out


def ratios(of: Columns) -> Columns:
    out = {
        "HR/SBP": of["HR"] / of["SBP"],
        "HR/MAP": of["HR"] / of["MAP"],
        "SBP-DBP": of["SBP"] - of["DBP"],
        "(SBP-DBP)/SBP": (of["SBP"] - of["DBP"]) / of["SBP"],
        "Resp/O2Sat": of["Resp"] / of["O2Sat"],
        "HR·Resp": of["HR"] * of["Resp"],
        "HR-Temp": of["HR"] - 10 * of["Temp"],
    }
    if "FiO2" in of:
        fio2 = of["FiO2"].clamp(min=0.21)
        out |= {
            "O2Sat/FiO2": of["O2Sat"] / fio2,
            "ROX": of["O2Sat"] / fio2 / of["Resp"].clamp(min=1),
            "BUN/Creatinine": of["BUN"] / of["Creatinine"].clamp(min=0.1),
            "anion gap": of["Chloride"] + of["HCO3"],
            "PaCO2-EtCO2": of["PaCO2"] - of["EtCO2"],
            "WBC/Platelets": of["WBC"] / of["Platelets"].clamp(min=1),
            "Lactate·HR/SBP": of["Lactate"] * of["HR"] / of["SBP"],
        }
    return out


def warning_signs(of: Columns) -> Columns:
    sirs = _points(of["Temp"], (36,), (38,)).clamp(max=1) + _points(of["HR"], high=(90,)) + _points(of["Resp"], high=(20,))
    if "WBC" in of:
        sirs = sirs + _points(of["WBC"], (4,), (12,)).clamp(max=1)
    qsofa = _points(of["SBP"], (100.5,)) + _points(of["Resp"], high=(21.5,))
    news = (
        _points(of["Resp"], (8.5, 8.5, 11.5), (20.5, 20.5, 24.5))
        + _points(of["O2Sat"], (91.5, 93.5, 95.5))
        + _points(of["SBP"], (90.5, 100.5, 110.5), (219.5, 219.5, 219.5))
        + _points(of["HR"], (40.5, 40.5, 50.5), (90.5, 110.5, 130.5))
        + _points(of["Temp"], (35.05, 35.05, 36.05), (38.05, 39.05))
    )
    return {"SIRS": sirs, "qSOFA": qsofa, "NEWS": news}


def organ_failure(least: Columns, most: Columns) -> Columns:
    """From the lowest and the highest of a day; a channel without a value has an extreme that is on the healthy side."""
    out = {"failing circulation": _points(least["MAP"], (70, 60)) + _points(least["SBP"], (90,))}
    out["failing breath"] = _points(least["O2Sat"], (92, 88)) + _points(most["Resp"], high=(24, 30))
    if "Platelets" in least:
        out["failing clotting"] = _points(least["Platelets"], (150, 100, 50, 20))
        out["failing liver"] = _points(most["Bilirubin_total"], high=(1.2, 2, 6, 12))
        out["failing kidneys"] = _points(most["Creatinine"], high=(1.2, 2, 3.5, 5))
        out["lactic acid"] = _points(most["Lactate"], high=(2, 4))
    out["failing organs"] = torch.stack(list(out.values())).sum(0)
    return out
