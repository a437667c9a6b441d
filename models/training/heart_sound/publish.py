"""Calibrates on validation children, scores the test children once, and writes the model folder."""
import argparse
import hashlib
import json
import os
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np
import onnx
import onnxruntime
import torch
from scipy.optimize import minimize_scalar
from sklearn.metrics import roc_auc_score

from card import card
from golden import golden
from metrics import by_child, choose_costs, decide, interval, present_absent_auroc, softmax, weighted_accuracy
from network import HeartSoundNet, LogMel, Shipped
from recordings import CHALLENGE_WEIGHTS, CLASSES, load, split, windows

LOG_WEIGHTS = np.log(CHALLENGE_WEIGHTS)
OUTPUTS = ["logits", "probabilities", "pooled"]


@torch.no_grad()
def scores_of(net: HeartSoundNet, rows: list[dict], longest: int | None = None) -> list[np.ndarray]:
    """Raw scores of every 10 s window, by recording."""
    front, out = LogMel(), []
    for row in rows:
        pcg, mask = windows(row["samples"] if longest is None else row["samples"][:longest])
        out.append(net(*front(torch.tensor(pcg), torch.tensor(mask)))[1].numpy())
    return out


def fit_temperature(logits: np.ndarray, classes: np.ndarray) -> float:
    loss = lambda log_t: -np.log(softmax(logits / np.exp(log_t))[np.arange(len(classes)), classes] + 1e-12).mean()
    return float(np.exp(minimize_scalar(loss, bounds=(-2, 2), method="bounded").x))


def calibration_error(p: np.ndarray, truth: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error of p(present), bins of equal count."""
    order = np.array_split(np.argsort(p), bins)
    return float(sum(len(part) * abs(p[part].mean() - truth[part].mean()) for part in order) / len(p))


def measured(rows, scores, temperature, child_costs, window_costs, baseline, raw_scores_5s) -> list[dict]:
    out = []

    def add(measure, group, n, value, limits=(None, None), split="test", note=None):
        line = {"measure": measure, "group": group, "split": split, "n": int(n), "value": round(float(value), 4)}
        line |= {k: None if v is None else round(float(v), 4) for k, v in zip(("low95", "high95"), limits)}
        out.append(line | ({"note": note} if note else {}))

    calibrated = lambda s: (s - LOG_WEIGHTS) / temperature
    recording = np.array([calibrated(s).mean(0) for s in scores])
    classes, p, children = by_child(rows, recording)
    decided = decide(p, child_costs)
    accuracy = lambda i: weighted_accuracy(classes[i], decided[i])
    auroc = lambda i: present_absent_auroc(classes[i], p[i])
    everyone = np.arange(len(classes))
    add("weighted accuracy by child visit", "all", len(classes), accuracy(everyone), interval(accuracy, children))
    known = int((classes != 1).sum())
    add("AUROC present against absent by child visit", "all", known, auroc(everyone), interval(auroc, children))
    for index, name in enumerate(CLASSES):
        add(f"share decided right, murmur {name}", "all", (classes == index).sum(), (decided == index)[classes == index].mean())

    base = np.load(baseline)
    assert (base["children"] == children).all() and (base["classes"] == classes).all()
    base_accuracy = lambda i: weighted_accuracy(classes[i], base["decided"][i])
    base_auroc = lambda i: present_absent_auroc(classes[i], base["p"][i])
    simple = "log-mel statistics and gradient boosting, trained on train and validation children"
    add("simple model: weighted accuracy by child visit", "all", len(classes), base_accuracy(everyone), interval(base_accuracy, children), note=simple)
    add("simple model: AUROC present against absent by child visit", "all", known, base_auroc(everyone), interval(base_auroc, children), note=simple)
    gain = lambda i: accuracy(i) - base_accuracy(i)
    add("weighted accuracy, this model minus the simple one", "all", len(classes), gain(everyone), interval(gain, children), note="same children resampled for both")
    gain_auroc = lambda i: auroc(i) - base_auroc(i)
    add("AUROC, this model minus the simple one", "all", known, gain_auroc(everyone), interval(gain_auroc, children), note="same children resampled for both")
    add("published best: weighted accuracy by child", "all", 0, 0.780, split="elsewhere", note="CirCor challenge 2022, hidden test children; not the same children, so not comparable")

    for sex in ("Female", "Male"):
        keep = np.array([next(r["sex"] for r in rows if r["child"] == c) == sex for c in children])
        group = np.flatnonzero(keep)
        add("AUROC present against absent by child visit", f"sex {sex}", (classes[group] != 1).sum(), auroc(group), interval(lambda i: auroc(group[i]), children[group]))
        add("weighted accuracy by child visit", f"sex {sex}", len(group), accuracy(group), interval(lambda i: accuracy(group[i]), children[group]))
    ages = np.array([next(r["age_group"] for r in rows if r["child"] == c) or "not known" for c in children])
    for age in sorted(set(ages)):
        group = np.flatnonzero(ages == age)
        few = (classes[group] == 0).sum() < 5 or (classes[group] == 2).sum() < 5
        if not few:
            add("AUROC present against absent by child visit", f"age {age}", (classes[group] != 1).sum(), auroc(group), interval(lambda i: auroc(group[i]), children[group]))
        add("weighted accuracy by child visit", f"age {age}", len(group), accuracy(group), interval(lambda i: accuracy(group[i]), children[group]) if not few else (None, None), note="too few children for an AUROC" if few else None)

    def windowed(all_scores, name):
        z = np.concatenate(all_scores)
        y = np.concatenate([[row["window_class"]] * len(s) for row, s in zip(rows, all_scores)])
        who = np.concatenate([[row["child"]] * len(s) for row, s in zip(rows, all_scores)])
        q = softmax(calibrated(z))
        heard = lambda i: roc_auc_score(y[i][y[i] != 1] == 0, q[i][y[i] != 1][:, 0])
        add("AUROC present against absent by window", name, (y != 1).sum(), heard(np.arange(len(y))), interval(heard, who, 500))
        return z, y, who, q

    z, y, who, q = windowed(scores, "windows of 10 s")
    windowed(raw_scores_5s, "windows of 5 s")
    for costs, name in (((1, 1), "the most probable class"), (window_costs, "costs of the challenge")):
        choice = decide(q, costs)
        hit = lambda i: (choice[i] == 0)[y[i] == 0].mean()
        quiet = lambda i: (choice[i] != 0)[y[i] == 2].mean()
        everything = np.arange(len(y))
        add(f"sensitivity for a murmur by window, {name}", "windows of 10 s", (y == 0).sum(), hit(everything), interval(hit, who, 500))
        add(f"specificity against no murmur by window, {name}", "windows of 10 s", (y == 2).sum(), quiet(everything), interval(quiet, who, 500))
    choice = decide(q, (1, 1))
    add("share of windows answered with unknown", "windows of 10 s", len(y), (choice == 1).mean())
    add("expected calibration error of present by window", "windows of 10 s", len(y), calibration_error(q[:, 0], y == 0))
    add("expected calibration error before calibration", "windows of 10 s", len(y), calibration_error(softmax(z)[:, 0], y == 0))
    add("Brier score of present by window", "windows of 10 s", len(y), ((q[:, 0] - (y == 0)) ** 2).mean())
    sites = np.concatenate([[row["site"]] * len(s) for row, s in zip(rows, scores)])
    for site, name in (("AV", "aortic"), ("PV", "pulmonary"), ("TV", "tricuspid"), ("MV", "mitral")):
        here = np.flatnonzero((sites == site) & (y != 1))
        by_site = lambda i: roc_auc_score(y[here[i]] == 0, q[here[i], 0])
        add("AUROC present against absent by window", f"site {name}", len(here), by_site(np.arange(len(here))), interval(by_site, who[here], 500))
    return out


def forget_origin(proto):
    """Drops what the exporter notes of the source files: paths of the machine it ran on, and different bytes on every machine."""
    graph = proto.graph
    for part in [proto, graph, *graph.node, *graph.value_info, *graph.input, *graph.output, *graph.initializer, *proto.functions]:
        part.doc_string = ""
        if hasattr(part, "metadata_props"):
            del part.metadata_props[:]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("recordings", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    parts = split(load(args.recordings, args.cache), seed=0)
    saved = torch.load(args.cache / "net.pt")
    net = HeartSoundNet()
    net.load_state_dict(saved["net"])
    net.eval()

    validation = parts["validation"]
    scores = scores_of(net, validation)
    logits = np.concatenate(scores) - LOG_WEIGHTS
    truth = np.concatenate([[row["window_class"]] * len(s) for row, s in zip(validation, scores)])
    temperature = fit_temperature(logits, truth)
    recording = np.array([((s - LOG_WEIGHTS) / temperature).mean(0) for s in scores])
    classes, p, _ = by_child(validation, recording)
    child_costs = choose_costs(classes, p)
    window_costs = choose_costs(truth, softmax(logits / temperature))
    print("temperature", temperature, "costs by child", child_costs, "by window", window_costs, flush=True)

    args.out.mkdir(parents=True, exist_ok=True)
    file = args.out / "model.onnx"
    shipped = Shipped(net, LOG_WEIGHTS, temperature).eval()
    example = (torch.randn(2, 10000), torch.ones(2, 10000))
    batch = torch.export.Dim("batch")
    torch.onnx.export(shipped, example, str(file), input_names=["pcg", "mask"], output_names=OUTPUTS, dynamo=True,
                      opset_version=18, external_data=False, dynamic_shapes=({0: batch}, {0: batch}))  # fmt: skip
    proto = onnx.load(file)
    proto.ir_version = 9
    forget_origin(proto)
    onnx.save(proto, file)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    answer = lambda pcg, mask: dict(zip(OUTPUTS, session.run(OUTPUTS, {"pcg": pcg, "mask": mask})))
    with torch.no_grad():
        worst = 0.0
        for row in validation[:40]:
            pcg, mask = windows(row["samples"])
            mine = answer(pcg, mask)["logits"]
            worst = max(worst, float(np.abs(mine - shipped(torch.tensor(pcg), torch.tensor(mask))[0].numpy()).max()))
    print("largest difference to torch in logits", worst, "bytes", file.stat().st_size, flush=True)
    assert worst < 1e-4

    test = parts["test"]
    metrics = measured(test, scores_of(net, test), temperature, child_costs, window_costs,
                       args.cache / "baseline-test.npz", scores_of(net, test, 5000))  # fmt: skip
    for line in metrics:
        print(line, flush=True)
    facts = {
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "parameters": sum(p.numel() for p in net.parameters()),
        "temperature": temperature,
        "child_costs": child_costs,
        "window_costs": window_costs,
        "seed": saved["seed"],
        "epochs": saved["epoch"] + 1,
        "children": {name: len({row["child"] for row in rows}) for name, rows in parts.items()},
        "versions": [f"{name} {version(name)}" for name in ("torch", "numpy", "onnx", "onnxruntime", "lightgbm")],
    }
    (args.out / "card.json").write_text(json.dumps(card(facts, metrics), indent=2, ensure_ascii=False) + "\n")
    (args.out / "golden.json").write_text(json.dumps(golden(0, answer)) + "\n")


if __name__ == "__main__":
    main()
