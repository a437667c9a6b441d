"""What was known of a stay at an hour of it: the rows that a bedside would have, and no later ones."""
import numpy as np

from .hour_features import HOURS
from .stays import MEASURED, Stays


def histories(stays: Stays, hours: np.ndarray, measured: int = len(MEASURED)) -> np.ndarray:
    """[hours, 48, measured] at each of these rows of all stays; NaN before admission."""
    offsets = np.arange(-HOURS + 1, 1)
    index = hours[:, None] + offsets
    there = index >= stays.start[stays.stay_of_hour[hours]][:, None]
    out = stays.rows[np.maximum(index, 0), :measured]
    out[~there] = np.nan
    return out


def static(stays: Stays, hours: np.ndarray, columns: int) -> np.ndarray:
    """[hours, columns]: the first so many of age, sex, units, hours from admission to the unit, hours in it."""
    return stays.rows[hours, len(MEASURED) : len(MEASURED) + columns]
