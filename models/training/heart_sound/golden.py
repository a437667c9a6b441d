"""Golden cases: made-up heart sounds (no patient's recording) and what the exported model answers to them."""
import base64

import numpy as np

from network import RATE_HZ

SIZE = 10 * RATE_HZ
SCALE = 1 / 8192


def beats(rng: np.random.Generator, murmur: bool) -> np.ndarray:
    """S1 and S2 as decaying bursts at 96 beats a minute, noise, and, where asked for, a systolic murmur at 180 Hz."""
    t = np.arange(SIZE) / RATE_HZ
    x = 0.01 * rng.standard_normal(SIZE)
    for start in np.arange(0.1, 10, 0.625):
        for at, hz, size in ((start, 45, 0.5), (start + 0.28, 60, 0.35)):
            since = t - at
            x += np.where(since > 0, size * np.exp(-np.clip(since, 0, None) / 0.03) * np.sin(2 * np.pi * hz * since), 0)
        if murmur:
            systole = (t > start + 0.06) & (t < start + 0.26)
            x += systole * 0.15 * np.sin(np.pi * np.clip((t - start - 0.06) / 0.2, 0, 1)) * rng.standard_normal(SIZE)
    return np.clip(np.round(x / SCALE), -32768, 32767).astype("<i2")


def cases(seed: int) -> list[dict]:
    rng = np.random.default_rng(seed)
    whole = np.ones(SIZE, np.float32)
    short, gap = whole.copy(), whole.copy()
    short[4000:] = 0
    gap[3000:5500] = 0
    plain, murmur = beats(rng, False), beats(rng, True)
    silence = np.zeros(SIZE, "<i2")
    return [
        {"name": "plain beats", "pcg": plain, "mask": whole},
        {"name": "beats with a murmur", "pcg": murmur, "mask": whole},
        {"name": "four seconds only", "pcg": plain * (short > 0), "mask": short},
        {"name": "a gap of 2.5 s", "pcg": murmur * (gap > 0), "mask": gap},
        {"name": "nothing at all", "pcg": silence, "mask": np.zeros(SIZE, np.float32)},
    ]


def runs(values: np.ndarray) -> list[list[float]]:
    edges = [0, *(np.flatnonzero(np.diff(values)) + 1), len(values)]
    return [[float(values[a]), int(b - a)] for a, b in zip(edges[:-1], edges[1:])]


def golden(seed: int, answer) -> dict:
    """answer(pcg, mask) -> {output name: array} for a batch of one."""
    written = []
    for case in cases(seed):
        pcg = case["pcg"].astype(np.float32) * np.float32(SCALE)
        outputs = answer(pcg[None], case["mask"][None])
        sound = {"as": "int16", "base64": base64.b64encode(case["pcg"].astype("<i2").tobytes()).decode(), "scale": SCALE}
        if not case["pcg"].any():
            sound = {"as": "runs", "runs": runs(case["pcg"])}
        written.append({
            "name": case["name"],
            "inputs": {"pcg": {"shape": [SIZE], "written": sound},
                       "mask": {"shape": [SIZE], "written": {"as": "runs", "runs": runs(case["mask"])}}},
            "outputs": {name: {"shape": list(value.shape[1:]),
                               "written": {"as": "values", "values": [round(float(v), 7) for v in value[0]]}}
                        for name, value in outputs.items()},
        })  # fmt: skip
    return {
        "made": f"synthetic heart sounds, models/training/heart-sound/golden.py, seed {seed}; answers by the CPU provider",
        "tolerance": {"absolute": 0.001, "relative": 0.001},
        "cases": written,
    }
