"""The flags that every training has. Imported before what computes: libraries look at OMP_NUM_THREADS when they are loaded."""
import argparse
import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
import torch


def arguments(holds: str, **more: dict) -> argparse.Namespace:
    """DATA, which holds `holds`, --cache, --seed, and what `more` says by name, as argparse takes it; all on one thread, since two are slower where
    others compute as well."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path, help=f"folder with {holds}")
    parser.add_argument("--cache", type=Path, required=True, help="what is in it is not made again")
    parser.add_argument("--seed", type=int, default=0)
    for name, flag in more.items():
        parser.add_argument(f"--{name}", **flag)
    args = parser.parse_args()
    args.cache.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    return args
