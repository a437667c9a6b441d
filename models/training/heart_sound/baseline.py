"""The simple model to beat: log-mel statistics and gradient boosting, on the same split, scored on the same test children.

Its settings and costs come from cross-validation over train + validation children (more data than the network trains on).
"""
import argparse
import json
import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
import lightgbm
import numpy as np
from scipy.stats import kurtosis, skew
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from metrics import choose_costs, decide, interval, log_odds, present_absent_auroc, weighted_accuracy
from network import FFT, FRAME, HOP, mel_bank
from recordings import load, split

FIXED = dict(objective="multiclass", num_class=3, seed=0, verbosity=-1, num_threads=1, learning_rate=0.05,
             bagging_fraction=0.7, bagging_freq=1, lambda_l2=5, num_leaves=15, min_data_in_leaf=20, feature_fraction=0.1)  # fmt: skip
ROUNDS = (120, 240)
BANK = mel_bank()


def features(samples: np.ndarray) -> dict[str, float]:
    x = samples.astype(np.float64)
    x = x - x.mean()
    x = x / (np.sqrt(np.mean(x**2)) + 1e-9)
    limit = np.quantile(np.abs(x), 0.999) * 1.2
    x = np.clip(x, -limit, limit)
    frames = np.lib.stride_tricks.sliding_window_view(x, FRAME)[::HOP] * np.hanning(FRAME)
    mel = np.log(np.abs(np.fft.rfft(frames, FFT)) ** 2 @ BANK.T + 1e-5)
    mel = mel - mel.mean()
    out = {}
    for name, values in zip(("p5", "p25", "p50", "p75", "p95"), np.percentile(mel, [5, 25, 50, 75, 95], axis=0)):
        out |= {f"{name}_{i}": v for i, v in enumerate(values)}
    for name, values in (("mean", mel.mean(0)), ("sd", mel.std(0))):
        out |= {f"{name}_{i}": v for i, v in enumerate(values)}
    skews, tails = skew(mel, 0), kurtosis(mel, 0)
    for i in range(0, 32, 4):
        out[f"skew_{i}"], out[f"tail_{i}"] = skews[i : i + 4].mean(), tails[i : i + 4].mean()
    groups = mel.reshape(len(mel), 8, 4).mean(2)
    groups = groups - groups.mean(0)
    n = len(groups)
    power = np.abs(np.fft.rfft(groups * np.hanning(n)[:, None], axis=0)) ** 2
    rate = np.fft.rfftfreq(n, HOP / 1000)
    edges = [0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 31]
    envelope = mel[:, :12].mean(1)
    envelope = envelope - envelope.mean()
    again = np.correlate(envelope, envelope, "full")[n - 1 :] / np.arange(n, 0, -1)
    again = again / again[0]
    low, high = int(350 / HOP), min(int(1500 / HOP), n - 2)
    beat = low + int(np.argmax(again[low:high]))
    out["cycle"], out["regular"] = beat * HOP / 1000, again[beat]
    count = n // beat
    profile = np.abs(np.fft.rfft(groups[: beat * count].reshape(count, beat, 8).mean(0), axis=0))
    together = np.corrcoef(groups.T)
    for j in range(8):
        total = power[rate > 0.5, j].sum() + 1e-9
        for a, b in zip(edges[:-1], edges[1:]):
            out[f"modulation_{j}_{a}"] = np.log(power[(rate >= a) & (rate < b), j].sum() / total + 1e-5)
        g = groups[:, j]
        out[f"periodic_{j}"] = np.sum(g[:-beat] * g[beat:]) / (np.sqrt(np.sum(g[:-beat] ** 2) * np.sum(g[beat:] ** 2)) + 1e-9)
        for h in range(1, 6):
            out[f"harmonic_{j}_{h}"] = profile[h, j] / beat if h < len(profile) else 0
        for k in range(j + 1, 8):
            out[f"together_{j}{k}"] = together[j, k]
        out[f"change_{j}"] = np.diff(mel[:, 4 * j : 4 * j + 4], axis=0).std()
    out["seconds"], out["crest"], out["kurtosis"] = len(samples) / 1000, np.abs(x).max(), kurtosis(x)
    return out


def by_visit(rows: list[dict], p: np.ndarray):
    """Mean probabilities, stacking features, class and child of each visit."""
    visits = {}
    for index, row in enumerate(rows):
        visits.setdefault(row["visit"], []).append(index)
    odds = log_odds(p)
    mean = np.array([p[i].mean(0) for i in visits.values()])
    stacked = np.array([np.r_[odds[i].mean(0), odds[i].max(0), len(i)] for i in visits.values()])
    classes = np.array([rows[i[0]]["child_class"] for i in visits.values()])
    children = np.array([rows[i[0]]["child"] for i in visits.values()])
    return mean, stacked, classes, children


def stack(train: np.ndarray, classes: np.ndarray, other: np.ndarray) -> np.ndarray:
    centre, spread = train.mean(0), train.std(0) + 1e-9
    model = LogisticRegression(C=0.3, max_iter=2000).fit((train - centre) / spread, classes)
    return model.predict_proba((other - centre) / spread)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("recordings", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    args = parser.parse_args()
    parts = split(load(args.recordings, args.cache), seed=0)
    dev, test = parts["train"] + parts["validation"], parts["test"]
    dicts = {name: [features(row["samples"]) for row in rows] for name, rows in (("dev", dev), ("test", test))}
    names = sorted(dicts["dev"][0])
    x, x_test = (np.array([[d[n] for n in names] for d in dicts[k]]) for k in ("dev", "test"))
    print("features", x.shape, flush=True)
    child_of = np.array([row["child"] for row in dev])
    tried = []
    for target in ("child_class", "window_class"):
        y = np.array([row[target] for row in dev])
        folds = np.zeros((len(ROUNDS), len(y), 3))
        for a, b in StratifiedGroupKFold(5, shuffle=True, random_state=0).split(x, y, child_of):
            model = lightgbm.train(FIXED, lightgbm.Dataset(x[a], y[a]), ROUNDS[-1])
            for j, rounds in enumerate(ROUNDS):
                folds[j, b] = model.predict(x[b], num_iteration=rounds)
        for j, rounds in enumerate(ROUNDS):
            mean, features_of, classes, children = by_visit(dev, folds[j])
            stacked = np.zeros_like(mean)
            for a, b in StratifiedGroupKFold(5, shuffle=True, random_state=1).split(features_of, classes, children):
                stacked[b] = stack(features_of[a], classes[a], features_of[b])
            for how, p in (("mean", mean), ("stack", stacked)):
                decided = np.zeros(len(classes), int)
                for a, b in StratifiedGroupKFold(5, shuffle=True, random_state=2).split(p, classes, children):
                    decided[b] = decide(p[b], choose_costs(classes[a], p[a]))
                accuracy, auroc = weighted_accuracy(classes, decided), present_absent_auroc(classes, p)
                tried.append((accuracy + auroc, target, rounds, how, p, features_of, accuracy, auroc))
                print(target, rounds, how, round(accuracy, 4), round(auroc, 4), flush=True)
    _, target, rounds, how, p_dev, features_dev, accuracy, auroc = max(tried, key=lambda t: t[0])
    model = lightgbm.train(FIXED, lightgbm.Dataset(x, np.array([row[target] for row in dev])), rounds)
    mean, features_test, classes, children = by_visit(test, model.predict(x_test))
    _, _, dev_classes, _ = by_visit(dev, np.ones((len(dev), 3)) / 3)
    p = mean if how == "mean" else stack(features_dev, dev_classes, features_test)
    decided = decide(p, choose_costs(dev_classes, p_dev))
    result = {
        "setting": [target, rounds, how],
        "cross_validation": {"weighted_accuracy": accuracy, "auroc": auroc},
        "weighted_accuracy": [weighted_accuracy(classes, decided), *interval(lambda i: weighted_accuracy(classes[i], decided[i]), children)],
        "auroc": [present_absent_auroc(classes, p), *interval(lambda i: present_absent_auroc(classes[i], p[i]), children)],
        "visits": len(classes),
    }
    (args.cache / "baseline.json").write_text(json.dumps(result, indent=1))
    np.savez(args.cache / "baseline-test.npz", p=p, decided=decided, classes=classes, children=children)
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
