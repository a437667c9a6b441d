"""How much of the waveforms a front end looks at, and how finely."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Stretch:
    rate_hz: int
    seconds: int
    #: what is older than so many seconds is what was before
    before_s: int
    #: beats that are kept of a channel, newest first, and those of them whose runs are looked at
    beats: int
    recent_beats: int
    #: every so many-th place is asked whether it looks like a beat
    stride: int
    #: samples between the lags at which two beats are compared, and samples at either end that the lags need
    lag: int
    inside: int
    #: means of means, about 1 s and 2 s wide
    wander: tuple[int, int]
    breath: tuple[int, int]
    #: seconds before and after a beat that its shape is made of, of an ECG and of a pulse
    around_s: tuple[tuple[float, float], tuple[float, float]]
    #: between the frequencies of a spectrum
    step_hz: float
    #: whether an envelope's mean is weighted, and whether it is asked how the channels agree
    is_weighted: bool
    asks_agreement: bool

    def samples(self, seconds: float) -> int:
        return round(seconds * self.rate_hz)

    def odd(self, seconds: float) -> int:
        return 2 * round((seconds * self.rate_hz - 1) / 2) + 1

    @property
    def length(self) -> int:
        return self.seconds * self.rate_hz

    @property
    def trace(self) -> int:
        """Places of the last 20 s."""
        return 20 * self.rate_hz // self.stride


WHOLE = Stretch(
    125, 60, 16, 160, 80, stride=2, lag=2, inside=4, wander=(5, 25), breath=(15, 17),
    around_s=((0.304, 0.36), (0.24, 0.56)), step_hz=0.25, is_weighted=False, asks_agreement=True,
)  # fmt: skip
#: a third of the time at two fifths of the rate: what a window at the bedside holds, for an eighth of the work
NEWEST = Stretch(
    50, 20, 10, 54, 54, stride=1, lag=1, inside=1, wander=(3, 17), breath=(9, 11),
    around_s=((0.3, 0.44), (0.3, 0.44)), step_hz=0.5, is_weighted=True, asks_agreement=False,
)  # fmt: skip
