"""Made-up heartbeats and pulses: no patient's."""
import numpy as np

from .records import KINDS, RATE_HZ, SAMPLES, SLOTS


def beats(times: np.ndarray, width_s: float, size: float) -> np.ndarray:
    """An ECG of beats at these seconds: a narrow R or a wide one, and a T behind it."""
    t = np.arange(SAMPLES) / RATE_HZ
    wave = np.zeros(SAMPLES)
    for at in times:
        since = t - at
        wave += size * np.exp(-((since / width_s) ** 2)) - 0.25 * size * np.exp(-(((since - 1.5 * width_s) / width_s) ** 2))
        wave += 0.2 * size * np.exp(-(((since - 0.28) / 0.06) ** 2))
    return wave


def pulses(times: np.ndarray, low: float, high: float) -> np.ndarray:
    t = np.arange(SAMPLES) / RATE_HZ
    wave = np.full(SAMPLES, float(low))
    for at in times:
        since = t - at - 0.2
        wave += np.where(since > 0, (high - low) * (since / 0.12) * np.exp(1 - np.clip(since, 0, None) / 0.12), 0)
    return wave


def made(rng: np.random.Generator, normal: np.ndarray, wide: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Waveforms and mask of a heart that beats at `normal`, and, without a pulse, at `wide`."""
    ecg = beats(normal, 0.02, 1.0) + beats(wide, 0.07, -1.4)
    waves = np.stack([ecg, -0.7 * ecg, pulses(normal, 70, 115), pulses(normal, 0, 1)])
    noise = rng.standard_normal(waves.shape) * np.array([0.01, 0.01, 0.3, 0.01])[:, None]
    return (waves + noise).astype(np.float32), np.ones(waves.shape, np.float32)


def cases(seed: int) -> dict[str, dict[str, np.ndarray]]:
    rng = np.random.default_rng(seed)
    steady = np.arange(0.3, 60, 0.8)
    run = np.arange(52, 60, 0.38)
    none = np.zeros(0)
    hearts = {
        "a steady heart": (steady, none, 3),
        "a pause of nine seconds": (steady[steady < 51], none, 0),
        "a wide fast run without a pulse": (steady[steady < 51.6], run, 3),
    }
    out = {}
    for name, (normal, wide, kind) in hearts.items():
        waves, mask = made(rng, normal, wide)
        out[name] = {"waveforms": waves, "waveforms_mask": mask, "alarm": np.eye(len(KINDS), dtype=np.float32)[kind]}
    lead = out["a wide fast run without a pulse"]
    only = np.zeros((len(SLOTS), SAMPLES), np.float32)
    only[0, -20 * RATE_HZ :] = 1
    out["one lead for twenty seconds"] = {"waveforms": lead["waveforms"] * only, "waveforms_mask": only, "alarm": lead["alarm"]}
    zero = np.zeros((len(SLOTS), SAMPLES), np.float32)
    out["nothing at all, of no kind"] = {"waveforms": zero, "waveforms_mask": zero, "alarm": np.zeros(len(KINDS), np.float32)}
    return out
