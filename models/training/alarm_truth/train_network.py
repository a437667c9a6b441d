"""Training of the network: 523 alarms are few, so no epoch hears the same stretch twice."""
import copy

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from .network import Network, Reach

EPOCHS = 60
BATCH = 32


def changed(traces: Tensor, usable: Tensor, draw: torch.Generator) -> tuple[Tensor, Tensor]:
    """The same alarms as they might have been: leads swapped, turned, of another size, noisy, a little faster, a little earlier, some lacking."""
    batch, _, places = traces.shape
    random = lambda *size: torch.rand(*size, generator=draw)
    raw, like = traces[:, :4].clone(), traces[:, 4:].clone()
    swap = random(batch) < 0.5
    order = torch.tensor([1, 0, 2, 3])
    raw[swap], like[swap] = raw[swap][:, order], like[swap][:, order]
    usable = torch.where(swap[:, None], usable[:, order], usable)
    turn = torch.ones(batch, 4, 1)
    turn[:, :2] = torch.where(random(batch, 2, 1) < 0.3, -1.0, 1.0)
    size = torch.exp(0.5 * (random(batch, 4, 1) - 0.5))
    hiss = torch.randn(batch, 4, places, generator=draw) * 0.15 * random(batch, 4, 1) ** 2
    hum = torch.sin(2 * torch.pi * (torch.arange(places) / (places / 20) * 0.6 * random(batch, 4, 1) + random(batch, 4, 1))) * 0.3 * random(batch, 4, 1) ** 2
    raw = raw * turn * size + hiss + hum
    there = usable * (random(batch, 4) > 0.15).float()
    there = torch.where(there.sum(1, keepdim=True) > 0, there, usable)
    out = torch.cat([raw * there[..., None], like * there[..., None]], 1)
    stretch = 1 + 0.1 * (float(random(1)) - 0.5)
    earlier = int(random(1) * 20)
    out = F.interpolate(out, size=int(places * stretch), mode="linear", align_corners=False)
    out = F.pad(out, (places, 0))[..., : out.shape[-1] + places - earlier][..., -places:]
    return out, there


def train(traces: np.ndarray, usable: np.ndarray, alarm: np.ndarray, true: np.ndarray, versions: int, reach: Reach, seed: int, epochs: int = EPOCHS) -> Network:
    """Of alarms of which there are some versions, one after another, each epoch hears one, by chance."""
    torch.manual_seed(seed)
    draw = torch.Generator().manual_seed(seed)
    given = [torch.tensor(part, dtype=torch.float32) for part in (traces, usable, alarm, true)]
    alarms = len(true) // versions
    network = Network(reach)
    smooth = copy.deepcopy(network)
    steps = epochs * (alarms // BATCH)
    optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=steps, pct_start=0.2)
    network.train()
    for _ in range(epochs):
        order = torch.randperm(alarms, generator=draw)
        if versions > 1:
            order = order + alarms * torch.randint(versions, (alarms,), generator=draw)
        for start in range(0, alarms - BATCH + 1, BATCH):
            x, there, kind, y = (part[order[start : start + BATCH]] for part in given)
            x, there = changed(x, there, draw)
            kind = kind * (torch.rand(len(kind), 1, generator=draw) > 0.05)
            loss = F.binary_cross_entropy_with_logits(network(x, there, kind)[0][:, 0], 0.02 + 0.96 * y)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
            optimiser.step()
            schedule.step()
            with torch.no_grad():
                for kept, fresh in zip(smooth.state_dict().values(), network.state_dict().values()):
                    kept.copy_(fresh if kept.dtype == torch.int64 else 0.99 * kept + 0.01 * fresh)
    return smooth.eval()
