"""The frames that the model learns from: which there are, whose they are, and as [3, SIZE, SIZE] of red, green, blue from 0 to 255."""
import io
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

SIZE = 128
"""src/predict/frame-tensor.ts has the same number and the same mean over areas."""

LAPAROSCOPY, LARYNGOSCOPY, LUNG_ULTRASOUND, NONE = PROCEDURES = ("laparoscopy", "laryngoscopy", "lung_ultrasound", "none")
TASKS = {"view_state": LAPAROSCOPY, "instrument_present": LARYNGOSCOPY, "lung_abnormal": LUNG_ULTRASOUND}
CLIP_PROCEDURES = {"DeSmoke-LAP": LAPAROSCOPY, "RViMLab_endoscopy": LAPAROSCOPY, "ITKPOCUS": NONE}
"""Clips without a label of ours say what a procedure looks like on other machines; ITKPOCUS is ultrasound of the eye."""
FRAMES_PER_CLIP = 6


@dataclass(frozen=True)
class Frame:
    pixels: np.ndarray
    """[3, SIZE, SIZE] float32"""
    subject: str
    """who is kept together: a laparoscopy video, a laryngoscopy sequence, a patient of lung ultrasound, a clip, a kind of made picture"""
    procedure: str
    label: str
    """empty where nothing is known but the procedure"""


def subject_of(group: str, task: str) -> str:
    """Clips of one lung ultrasound patient look alike, so the patient is kept together, which is more than the manifest's group asks."""
    return group.split("/")[0] if task == "lung_abnormal" else group


def read_frames(folder: Path) -> list[Frame]:
    table = pd.read_csv(folder / "manifest.csv")
    out = []
    for row in table[(table.kind == "frame") & table.task.isin(list(TASKS))].itertuples():
        # A black or blue screen is no picture of a procedure, whatever came before it.
        procedure = NONE if row.label == "no_signal" else TASKS[row.task]
        pixels = area_averaged(np.asarray(Image.open(folder / row.file).convert("RGB")))
        out.append(Frame(pixels, subject_of(row.subject_or_video, row.task), procedure, row.label))
    for row in table[(table.kind == "clip") & table.source_set.isin(list(CLIP_PROCEDURES))].itertuples():
        for pixels in clip_frames(folder / row.file):
            out.append(Frame(area_averaged(pixels), row.subject_or_video, CLIP_PROCEDURES[row.source_set], ""))
    return out


def clip_frames(file: Path) -> list[np.ndarray]:
    """Frames of a film, evenly spaced over it."""
    command = [ffmpeg(), "-v", "error", "-nostdin", "-threads", "1", "-i", str(file), "-an", "-vf", "fps=2", "-f", "image2pipe", "-c:v", "png", "-"]
    stream = subprocess.run(command, check=True, capture_output=True).stdout
    start = b"\x89PNG\r\n\x1a\n"
    films = [np.asarray(Image.open(io.BytesIO(start + part)).convert("RGB")) for part in stream.split(start)[1:]]
    at = np.linspace(0, len(films) - 1, min(FRAMES_PER_CLIP, len(films))).round().astype(int)
    return [films[index] for index in at]


def ffmpeg() -> str:
    packaged = (Path(__file__).parents[3] / "node_modules/@ffmpeg-installer").glob("*/ffmpeg")
    found = os.environ.get("FFMPEG_PATH") or shutil.which("ffmpeg") or next((str(path) for path in packaged), None)
    if found is None:
        raise FileNotFoundError("ffmpeg: set FFMPEG_PATH or run npm install")
    return found


def area_averaged(pixels: np.ndarray, size: int = SIZE) -> np.ndarray:
    """[height, width, 3] to [3, size, size]: each value is the mean of the pixels under it, those at its edges by the part under it."""
    height, width = pixels.shape[:2]
    across = np.tensordot(_shares(height, size), pixels.astype(np.float64), (1, 0))
    return np.tensordot(_shares(width, size), across, (1, 1)).transpose(2, 1, 0).astype(np.float32)


def _shares(length: int, size: int) -> np.ndarray:
    """[size, length]: how much of each value is each pixel."""
    edges = np.arange(size + 1) * length / size
    pixel = np.arange(length)[None]
    under = np.minimum(edges[1:, None], pixel + 1) - np.maximum(edges[:-1, None], pixel)
    return np.clip(under, 0, None) * size / length
