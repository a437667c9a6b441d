"""Made-up heart sounds for the golden cases; no patient's recording."""
import numpy as np

from .recordings import RATE_HZ, WINDOW_S

SIZE = WINDOW_S * RATE_HZ


def beats(rng: np.random.Generator, murmur: bool) -> np.ndarray:
    """S1 and S2 as decaying bursts at 96 beats a minute, noise, and, where asked for, a systolic murmur; parts of full scale."""
    t = np.arange(SIZE) / RATE_HZ
    x = 0.01 * rng.standard_normal(SIZE)
    for start in np.arange(0.1, WINDOW_S, 0.625):
        for at, hz, size in ((start, 45, 0.5), (start + 0.28, 60, 0.35)):
            since = t - at
            x += np.where(since > 0, size * np.exp(-np.clip(since, 0, None) / 0.03) * np.sin(2 * np.pi * hz * since), 0)
        if murmur:
            systole = (t > start + 0.06) & (t < start + 0.26)
            x += systole * 0.15 * np.sin(np.pi * np.clip((t - start - 0.06) / 0.2, 0, 1)) * rng.standard_normal(SIZE)
    return np.clip(x, -1, 1).astype(np.float32)


def golden_cases(seed: int) -> dict[str, dict[str, np.ndarray]]:
    rng = np.random.default_rng(seed)
    whole = np.ones(SIZE, np.float32)
    short, gap = whole.copy(), whole.copy()
    short[4000:] = 0
    gap[3000:5500] = 0
    plain, murmur = beats(rng, False), beats(rng, True)
    case = lambda pcg, mask: {"pcg": pcg * mask, "mask": mask}
    return {
        "plain beats": case(plain, whole),
        "beats with a murmur": case(murmur, whole),
        "four seconds only": case(plain, short),
        "a gap of 2.5 s": case(murmur, gap),
        "nothing at all": case(np.zeros(SIZE, np.float32), np.zeros(SIZE, np.float32)),
    }
