"""Histories of nobody, for golden cases: what a model says of them only shows that it runs."""
import numpy as np

from .hour_features import HOURS
from .measures import MEASURES
from .stays import MEASURED, STATIC

WELL = {"HR": 76, "O2Sat": 98, "Temp": 36.8, "SBP": 122, "MAP": 86, "DBP": 68, "Resp": 15, "EtCO2": 35}
#: Where each goes in the last 12 hours of somebody who falls ill.
ILL = {"HR": 128, "O2Sat": 91, "Temp": 39.2, "SBP": 86, "MAP": 58, "DBP": 44, "Resp": 29, "EtCO2": 28}
LABS_AT_H = (4, 16, 28, 40)


def cases(measured: int, known: int) -> dict[str, dict[str, np.ndarray]]:
    """Inputs by case, of the first so many columns."""
    about = np.array([67, 1, 1, 0, -5, HOURS], np.float32)[:known]
    nothing = np.full((HOURS, measured), np.nan, np.float32)
    out = {
        "nothing at all": (nothing, np.full(known, np.nan, np.float32)),
        "well for two days": (_history(measured, False), about),
        "falling ill": (_history(measured, True), about),
        "the first hour": (np.where(np.arange(HOURS)[:, None] == HOURS - 1, _history(measured, False), np.nan), about),
        "heart rate alone": (np.where(np.arange(measured) == 0, _history(measured, True), np.nan), about),
        "person not known": (_history(measured, True), np.full(known, np.nan, np.float32)),
        "values that no patient has": (np.full((HOURS, measured), 1e5, np.float32), about),
    }
    return {name: {"hours": hours.astype(np.float32), "static": static} for name, (hours, static) in out.items()}


def _history(measured: int, ill: bool) -> np.ndarray:
    hours = np.arange(HOURS)
    towards = np.clip((hours - (HOURS - 13)) / 12, 0, 1) * ill
    table = np.full((HOURS, measured), np.nan)
    for column, name in enumerate(MEASURED[:measured]):
        if name in WELL:
            # A slow wave stands for what any day has of ups and downs.
            table[:, column] = WELL[name] * (1 + 0.03 * np.sin(hours / 3 + column)) * (1 - towards) + ILL[name] * towards
            table[(hours + column) % (4 if name == "Temp" else 9) != 0, column] = np.nan if name == "Temp" else table[(hours + column) % 9 != 0, column]
        else:
            _, centre, spread = MEASURES[name]
            at = np.array(LABS_AT_H)
            table[at, column] = centre + 0.5 * spread * towards[at]
    return table
