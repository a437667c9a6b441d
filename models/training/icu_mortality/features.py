"""A stay as one row of numbers, made inside the graph: what trees are grown on."""
import torch

from .chart import CHANNEL, HOURS, PARAMETERS, PERSON
from .signals import NAN, SIGNALS, carried, known, signals_of

WINDOWS = {"48 h": (0, 48), "first 24 h": (0, 24), "last 24 h": (24, 48), "last 12 h": (36, 48), "last 6 h": (42, 48)}
SERIES = (*PARAMETERS, *SIGNALS)


class Features(torch.nn.Module):
    """hours [batch, 48, 37, 4], person [batch, 4] and signals [batch, 48, 22] to [batch, len(names)]; NaN where there is nothing to make a number of.

    They are rounded to thousandths: a decision of a tree must not hang on the order in which a runtime adds.
    """

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("clock", torch.arange(HOURS, dtype=torch.float32)[:, None] / 24)

    def forward(self, hours: torch.Tensor, person: torch.Tensor, signals: torch.Tensor) -> torch.Tensor:
        return torch.round(torch.cat([values for _, values in self.parts(hours, person, signals)], 1) * 1000) / 1000

    def names(self) -> list[str]:
        hours, person = torch.full((1, HOURS, len(PARAMETERS), 4), NAN), torch.full((1, len(PERSON)), NAN)
        return [name for names, _ in self.parts(hours, person, signals_of(hours)) for name in names]

    def parts(self, hours: torch.Tensor, person: torch.Tensor, signals: torch.Tensor) -> list[tuple[list[str], torch.Tensor]]:
        series = lambda plane: torch.cat([hours[..., plane], signals], 2)
        mean, least, most, count = series(0), series(1), series(2), hours[..., 3]
        there = ~torch.isnan(mean)
        named = lambda what, of=SERIES: [f"{name}, {what}" for name in of]
        out = [(list(PERSON), person)]
        for window, (start, end) in WINDOWS.items():
            part = slice(start, end)
            out += [
                (named(f"mean, {window}"), average(mean[:, part])),
                (named(f"least, {window}"), -highest(-least[:, part])),
                (named(f"most, {window}"), highest(most[:, part])),
            ]
        centred = mean - average(mean)[:, None]
        spread = torch.sqrt(average(centred * centred))
        time = torch.where(there, self.clock.expand_as(mean), torch.full_like(mean, NAN))
        off = time - average(time)[:, None]
        slope = average(off * centred) / average(off * off)
        newest, oldest = highest(time), -highest(-time)
        first = average(torch.where(time == oldest[:, None], mean, torch.full_like(mean, NAN)))
        last = average(torch.where(time == newest[:, None], mean, torch.full_like(mean, NAN)))
        filled = average(carried(mean))
        out += [
            (named("deviation"), spread), (named("slope"), slope), (named("first"), first), (named("last"), last), (named("last - first"), last - first),
            (named("held mean"), filled), (named("days to last"), newest), (named("days to first"), oldest),
            (named("hours"), there.to(mean.dtype).sum(1)), (named("hours, last 12 h"), there[:, 36:].to(mean.dtype).sum(1)),
            (named("measurements", PARAMETERS), count.sum(1)),
        ]  # fmt: skip
        urine = signals[:, :, SIGNALS.index("urine")]
        weight = average(hours[:, :, CHANNEL["Weight"], 0])
        total = lambda start: known(urine[:, start:]).sum(1)
        height = person[:, PERSON.index("Height")] / 100
        out.append((
            ["urine per kg", "urine per kg, last 24 h", "urine per kg, last 12 h", "body mass index", "measurements of all", "parameters of all"],
            torch.stack([total(0) / weight, total(24) / weight, total(36) / weight, weight / (height * height), count.sum((1, 2)), (count.sum(1) > 0).to(mean.dtype).sum(1)], 1),
        ))  # fmt: skip
        return out


def average(x: torch.Tensor) -> torch.Tensor:
    """Over time (dimension 1) of what is there; NaN where nothing is."""
    there = ~torch.isnan(x)
    return known(x).sum(1) / there.to(x.dtype).sum(1)


def highest(x: torch.Tensor) -> torch.Tensor:
    there = ~torch.isnan(x)
    top = torch.where(there, x, torch.full_like(x, -1e30)).amax(1)
    return torch.where(there.any(1), top, torch.full_like(top, NAN))
