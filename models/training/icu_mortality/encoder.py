"""A recurrent network over the 48 hours: values, what was measured, how long ago. It learns with hours and parameters taken away."""
import numpy as np
import torch
from torch.nn import functional

from .chart import HOURS, PARAMETERS, PERSON
from .outcomes import TASKS, loss_of
from .signals import NAN, SIGNALS, carried, known, signals_of

SKEWED = {
    "WBC", "Platelets", "ALP", "ALT", "AST", "Bilirubin", "TroponinI", "TroponinT", "Creatinine", "BUN", "Lactate", "Glucose", "PaO2", "FiO2",
    "Urine", "oxygenation", "urine", "BUN/Creatinine",
}  # fmt: skip
CHOSEN = (
    "systolic", "mean pressure", "lowest mean pressure", "pulse pressure", "shock index", "oxygenation", "saturation ratio", "BUN/Creatinine",
    "anion gap", "urine", "organ failure", "acute physiology",
)  # fmt: skip
SERIES = (*PARAMETERS, *CHOSEN)
WIDTH = 64


class Chart(torch.nn.Module):
    """hours [batch, 48, 37, 4], person [batch, 4] and signals [batch, 48, 22] to what the network reads of each hour, [batch, 48, inputs], and of the person, [batch, 8]."""

    inputs, person_inputs = 4 * len(SERIES) + len(PARAMETERS), 8

    def __init__(self, hours: torch.Tensor) -> None:
        super().__init__()
        self.register_buffer("which", torch.tensor([SIGNALS.index(name) for name in CHOSEN]))
        self.register_buffer("skewed", torch.tensor([name in SKEWED for name in SERIES]))
        self.register_buffer("clock", torch.arange(HOURS, dtype=torch.float32)[None, :, None])
        mean = torch.cat([self.level(self.means(part, signals_of(part))) for part in hours.split(400)]).numpy()
        self.register_buffer("centre", torch.tensor(np.nanmean(mean, (0, 1))))
        self.register_buffer("scale", torch.tensor(np.nanstd(mean, (0, 1))).clamp(min=1e-3))

    def means(self, hours: torch.Tensor, signals: torch.Tensor) -> torch.Tensor:
        return torch.cat([hours[..., 0], torch.index_select(signals, 2, self.which)], 2)

    def level(self, x: torch.Tensor) -> torch.Tensor:
        return torch.where(self.skewed[: x.shape[2]], torch.log(x.clamp(min=0) + 0.1), x)

    def standard(self, x: torch.Tensor) -> torch.Tensor:
        return ((self.level(x) - self.centre[: x.shape[2]]) / self.scale[: x.shape[2]]).clamp(-4, 4)

    def forward(self, hours: torch.Tensor, person: torch.Tensor, signals: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        mean, least, most = self.standard(self.means(hours, signals)), self.standard(hours[..., 1]), self.standard(hours[..., 2])
        there = ~torch.isnan(mean)
        filled = carried(mean)
        clock = self.clock.expand_as(mean)
        last = carried(torch.where(there, clock, torch.full_like(mean, NAN)))
        since = torch.where(torch.isnan(last), torch.ones_like(mean), ((clock - last) / 24).clamp(max=1))
        ever = (~torch.isnan(filled)).to(mean.dtype)
        read = torch.cat([known(filled), there.to(mean.dtype), since, ever, known(most - least)], 2)
        age, gender, height, unit = (person[:, index : index + 1] for index in range(len(PERSON)))
        years = known((age - 64) / 17)
        units = [(unit == number).to(mean.dtype) for number in (1, 2, 3, 4)]
        return read, torch.cat([years, years * years - 1, known(gender - 0.5), known((height - 170) / 10).clamp(-4, 4), *units], 1)


class Recurrent(torch.nn.Module):
    """A gated recurrent unit (Cho et al. 2014), written out so that it exports as plain operators."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.read, self.keep = torch.nn.Linear(width, 3 * width), torch.nn.Linear(width, 3 * width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        read = self.read(x)
        state = torch.zeros_like(x[:, 0])
        states = []
        for step in range(x.shape[1]):
            reset, update, fresh = read[:, step].chunk(3, 1)
            kept_reset, kept_update, kept = self.keep(state).chunk(3, 1)
            update = torch.sigmoid(update + kept_update)
            state = (1 - update) * torch.tanh(fresh + torch.sigmoid(reset + kept_reset) * kept) + update * state
            states.append(state)
        return torch.stack(states, 1)


class Encoder(torch.nn.Module):
    """Some hours at a time to answers [batch, tasks] and the embedding [batch, 64]."""

    def __init__(self, hours: torch.Tensor, step_h: int) -> None:
        super().__init__()
        self.chart = Chart(hours)
        steps = HOURS // step_h
        self.hour, self.step = torch.nn.Linear(Chart.inputs, WIDTH), torch.nn.Linear(WIDTH * step_h, WIDTH)
        self.place = torch.nn.Parameter(0.1 * torch.randn(steps, WIDTH))
        self.person = torch.nn.Linear(Chart.person_inputs, WIDTH)
        self.recurrent, self.norm = Recurrent(WIDTH), torch.nn.LayerNorm(WIDTH)
        self.pool, self.head = torch.nn.Linear(3 * WIDTH + Chart.person_inputs, WIDTH), torch.nn.Linear(WIDTH, TASKS)
        self.lose_input, self.lose = torch.nn.Dropout(0.1), torch.nn.Dropout(0.3)

    def forward(self, hours: torch.Tensor, person: torch.Tensor, signals: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        read, who = self.chart(hours, person, signals)
        x = self.lose(functional.gelu(self.hour(self.lose_input(read))))
        x = self.step(x.reshape(-1, len(self.place), HOURS // len(self.place) * WIDTH)) + self.place + self.person(who)[:, None]
        x = self.norm(self.recurrent(self.lose(x)))
        pooled = functional.gelu(self.pool(torch.cat([x[:, -1], x.mean(1), x.amax(1), who], 1)))
        return self.head(self.lose(pooled)), pooled


def thinned(hours: torch.Tensor, most: float = 0.2) -> torch.Tensor:
    """Up to a fifth of the parameters and of the hours of each stay, and a tenth of the cells, as if never measured."""
    batch = hours.shape[0]
    gone = torch.rand(batch, 1, len(PARAMETERS)) < most * torch.rand(batch, 1, 1)
    gone = gone | (torch.rand(batch, HOURS, 1) < most * torch.rand(batch, 1, 1)) | (torch.rand(batch, HOURS, len(PARAMETERS)) < most / 2)
    empty = torch.tensor([NAN, NAN, NAN, 0.0])
    return torch.where(gone[..., None], empty, hours)


def fit(hours: torch.Tensor, person: torch.Tensor, tasks: torch.Tensor, step_h: int, seed: int, epochs: int = 12, batch: int = 128, rate: float = 1.5e-3) -> Encoder:
    """The average of the weights along the way (0.99 a step) is kept; the learning rate rises over 50 steps and falls as a cosine."""
    torch.manual_seed(seed)
    net = Encoder(hours, step_h)
    optimizer = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=0.05)
    total = epochs * (len(hours) // batch)
    rises = lambda step: min(1.0, (step + 1) / 50) * 0.5 * (1 + np.cos(np.pi * step / total))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rises)
    average = torch.optim.swa_utils.AveragedModel(net, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.99))
    for _ in range(epochs):
        order = torch.randperm(len(hours))
        for start in range(0, len(hours) - batch + 1, batch):
            chosen = order[start : start + batch]
            some = thinned(hours[chosen])
            answers, _ = net(some, person[chosen], signals_of(some))
            loss = loss_of(answers, tasks[chosen])
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1)
            optimizer.step()
            schedule.step()
            average.update_parameters(net)
    return average.module.eval()
