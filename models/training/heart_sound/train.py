"""Trains the heart-sound network. Everything random comes from --seed; test children are not looked at here."""
import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np
import torch
from torch.nn import functional as F

from network import FRAMES, HeartSoundNet, LogMel
from recordings import CHALLENGE_WEIGHTS, RATE_HZ, load, split, windows

SIZE = 10 * RATE_HZ


def crop(samples: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A random stretch of up to 10 s; now and then shorter, or with a gap, as chunks get lost at a bedside."""
    seconds = 10.0 if rng.random() < 0.7 else rng.uniform(4, 10)
    length = min(len(samples), int(seconds * RATE_HZ))
    start = rng.integers(0, len(samples) - length + 1)
    pcg, mask = np.zeros(SIZE, np.float32), np.zeros(SIZE, np.float32)
    at = rng.integers(0, SIZE - length + 1)
    pcg[at : at + length] = samples[start : start + length] / 32768.0
    mask[at : at + length] = 1
    if rng.random() < 0.2:
        gap = rng.integers(0, SIZE - 2000)
        mask[gap : gap + rng.integers(500, 2000)] = 0
    return pcg * mask, mask


def augment(mel: torch.Tensor, frames: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """Another stethoscope (smooth gain over frequency), another room (noise), and bands and moments that went missing."""
    n, mels, length = mel.shape
    knots = torch.tensor(rng.normal(0, 0.35, (n, 1, 5)), dtype=torch.float32)
    mel = mel + F.interpolate(knots, mels, mode="linear", align_corners=True).transpose(1, 2)
    mel = mel + torch.tensor(rng.normal(0, 0.1, (n, mels, length)), dtype=torch.float32)
    for row in range(n):
        if rng.random() < 0.5:
            low, width = rng.integers(0, mels - 4), rng.integers(1, 5)
            mel[row, low : low + width] = 0
        for _ in range(rng.integers(0, 3)):
            at, width = rng.integers(0, length - 40), rng.integers(5, 40)
            mel[row, :, at : at + width] = 0
    return mel * frames.unsqueeze(1)


@torch.no_grad()
def window_scores(net: HeartSoundNet, rows: list[dict]) -> np.ndarray:
    """Scores of each recording: the mean over its 10 s windows."""
    net.eval()
    front, out = LogMel(), []
    for row in rows:
        pcg, mask = windows(row["samples"])
        out.append(net(*front(torch.tensor(pcg), torch.tensor(mask)))[1].mean(0).numpy())
    return np.array(out)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("recordings", type=Path, help="folder with manifest.csv and circor/")
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=30)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    rng = np.random.default_rng(args.seed)
    parts = split(load(args.recordings, args.cache), seed=0)
    train, validation = parts["train"], parts["validation"]
    print({name: (len(rows), len({r["child"] for r in rows})) for name, rows in parts.items()}, flush=True)

    net, averaged, front = HeartSoundNet(), HeartSoundNet(), LogMel()
    averaged.load_state_dict(net.state_dict())
    print("parameters", sum(p.numel() for p in net.parameters()), "frames", FRAMES, flush=True)
    batch, steps = 32, args.epochs * (len(train) // 32)
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=steps, pct_start=0.2)
    weights = torch.tensor(CHALLENGE_WEIGHTS, dtype=torch.float32)
    started, step = time.monotonic(), 0
    for epoch in range(args.epochs):
        net.train()
        order, losses = rng.permutation(len(train)), []
        for at in range(0, len(order) - batch + 1, batch):
            rows = [train[index] for index in order[at : at + batch]]
            pairs = [crop(row["samples"], rng) for row in rows]
            pcg, mask = (torch.tensor(np.stack(part)) for part in zip(*pairs))
            with torch.no_grad():
                mel, frames = front(pcg, mask)
                mel = augment(mel, frames, rng)
            truth = torch.tensor([row["window_class"] for row in rows])
            loss = F.cross_entropy(net(mel, frames)[1], truth, weights, label_smoothing=0.05)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 2)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
            step += 1
            decay = min(0.995, step / (step + 10))
            with torch.no_grad():
                for mine, new in zip(averaged.state_dict().values(), net.state_dict().values()):
                    if mine.dtype.is_floating_point:
                        mine.lerp_(new, 1 - decay)
                    else:
                        mine.copy_(new)
        line = f"epoch {epoch} loss {np.mean(losses):.4f} {time.monotonic() - started:.0f} s"
        if epoch % 5 == 4 or epoch == args.epochs - 1:
            from metrics import by_child, present_absent_auroc

            scores = window_scores(averaged, validation)
            classes, child_scores, _ = by_child(validation, scores)
            line += f" validation AUROC {present_absent_auroc(classes, child_scores):.4f}"
            torch.save({"net": averaged.state_dict(), "epoch": epoch, "seed": args.seed}, args.cache / "net.pt")
        print(line, flush=True)


if __name__ == "__main__":
    main()
