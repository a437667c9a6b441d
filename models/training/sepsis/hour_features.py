"""What the trees are told of a patient's last 48 hours, computed in the graph, so that bedside and training cannot differ."""
import torch
from torch import nn

from .bedside_scores import organ_failure, ratios, warning_signs

HOURS = 48
WINDOWS_H = (3, 6, 12, 24, 48)
HALF_LIVES_H = (2.0, 8.0)
DAY_H = 24
FAR = 1e6
#: Of a centred and scaled value; beyond is no measurement, and its square would swallow the others.
MOST = 1e3


class HourFeatures(nn.Module):
    """`hours` [batch, 48, measured] (last row: now; NaN: not measured in that hour, or before admission) and `static`
    [batch, what is known of person and stay] -> [batch, features], named by `names`.

    NaN stands for unknown in the features too: trees send it its own way. Sums over windows are one matrix product for all
    windows; values are centred and scaled first, by fixed numbers, so that their squares lose no digits. Plain operators only.
    """

    def __init__(self, measured: list[str], static: list[str], vitals: int, centre, spread):
        """The first `vitals` of `measured` are vital signs, the rest laboratory values; `centre`, `spread`: of each of them."""
        super().__init__()
        self.measured, self.static, self.vitals = list(measured), list(static), vitals
        self.names: list[str] = []
        self.register_buffer("centre", torch.as_tensor(centre, dtype=torch.float32))
        self.register_buffer("spread", torch.as_tensor(spread, dtype=torch.float32))
        ago = torch.arange(HOURS - 1, -1, -1, dtype=torch.float32)
        windows = torch.stack([(ago < hours).float() for hours in WINDOWS_H], 1)
        decays = torch.stack([0.5 ** (ago / life) for life in HALF_LIVES_H], 1)
        self.register_buffer("ago", ago[None, :, None])
        self.register_buffer("sums", torch.cat([windows, decays], 1))
        self.register_buffer("slopes", torch.cat([windows * ago[:, None], windows * (ago * ago)[:, None]], 1))
        self.register_buffer("nan", torch.tensor(float("nan")))

    def forward(self, hours, static):
        self.names.clear()
        there = ~torch.isnan(hours)
        known = there.float()
        values = torch.where(there, ((hours - self.centre) / self.spread).clamp(-MOST, MOST), torch.zeros_like(hours))
        count, total = known.transpose(1, 2) @ self.sums, values.transpose(1, 2) @ self.sums
        last = self._last(there, values)
        parts = [*last.values(), *self._trends(known, values, count, total, last["last"]), *self._ranges(there, values)]
        parts += self._order(known, count)
        parts += self._derived(hours, there, last["last"])
        self.names += self.static
        return torch.cat([*parts, static], 1)

    def _named(self, what: str, of: list[str] | None = None) -> None:
        self.names += [f"{name} {what}" for name in (self.measured if of is None else of)]

    def _last(self, there, values):
        """The newest value of each, how many hours old it is, what it changed by, and how long before the one before was."""
        ago = self.ago.expand_as(values)
        far, zero = torch.full_like(values, FAR), torch.zeros_like(values)
        some = there.any(1)
        since = torch.where(there, ago, far).amin(1)
        older = there & (ago > since[:, None])
        twice = older.any(1)
        since_older = torch.where(older, ago, far).amin(1)
        at = lambda hour: torch.where(there & (ago == hour[:, None]), values, zero).sum(1)
        last = at(since)
        for what in ("last", "hours since", "change", "hours between"):
            self._named(what)
        return {
            "last": torch.where(some, last, self.nan),
            "since": torch.where(some, since, self.nan),
            "change": torch.where(twice, last - at(since_older), self.nan),
            "between": torch.where(twice, since_older - since, self.nan),
        }

    def _trends(self, known, values, count, total, last):
        """Means, deviations and slopes over windows, decaying means, and how far the newest value is from its own means."""
        some = lambda n, value, least=0.5: torch.where(n > least, value, self.nan)
        mean = total / count.clamp(min=1e-3)
        squares = (values * values).transpose(1, 2) @ self.sums[:, : len(WINDOWS_H)]
        n = len(WINDOWS_H)
        deviation = (squares / count[:, :, :n].clamp(min=1) - mean[:, :, :n] ** 2).clamp(min=0).sqrt()
        when, when2 = (known.transpose(1, 2) @ self.slopes).split(n, 2)
        along = values.transpose(1, 2) @ self.slopes[:, :n]
        # Least squares over hours ago; minus, since they run backwards.
        across = count[:, :, :n] * when2 - when * when
        slope = -(count[:, :, :n] * along - when * total[:, :, :n]) / across.clamp(min=1)
        out, vitals, labs = [], slice(0, self.vitals), slice(self.vitals, None)
        v, l = self.measured[vitals], self.measured[labs]

        def add(what, of, value):
            self._named(what, of)
            out.append(value)

        for index, hours in enumerate(WINDOWS_H):
            there = count[:, :, index]
            add(f"mean {hours} h", v, some(there, mean[:, :, index])[:, vitals])
            if hours > 3:
                add(f"deviation {hours} h", v, some(there, deviation[:, :, index], 1.5)[:, vitals])
                add(f"slope {hours} h", v, some(there, slope[:, :, index], 1.5)[:, vitals])
        for index, life in enumerate(HALF_LIVES_H, n):
            add(f"mean fading by {life:.0f} h", v, some(count[:, :, index], mean[:, :, index], 1e-3)[:, vitals])
        add("fading means apart", v, some(count[:, :, n + 1], mean[:, :, n] - mean[:, :, n + 1], 1e-3)[:, vitals])
        add("from mean 12 h", v, (last - some(count[:, :, 2], mean[:, :, 2]))[:, vitals])
        add("from mean 48 h", self.measured, last - some(count[:, :, n - 1], mean[:, :, n - 1]))
        if l:
            add("mean 48 h", l, some(count[:, :, n - 1], mean[:, :, n - 1])[:, labs])
            add("slope 48 h", l, some(count[:, :, n - 1], slope[:, :, n - 1], 1.5)[:, labs])
        return out

    def _ranges(self, there, values):
        """Least and most of the last hours; of the last day and of the day before for laboratory values too."""
        out = []
        low, high = torch.where(there, values, FAR), torch.where(there, values, -FAR)

        def add(hours, least, most, of):
            for what, value in (("least", least), ("most", most)):
                self._named(f"{what} {hours}", of)
                out.append(torch.where(value.abs() < FAR, value, self.nan))

        for hours in (6, 12):
            recent = slice(-hours, None)
            add(f"{hours} h", low[:, recent, : self.vitals].amin(1), high[:, recent, : self.vitals].amax(1), self.measured[: self.vitals])
        today, before = slice(-DAY_H, None), slice(None, -DAY_H)
        least, most = low[:, today].amin(1), high[:, today].amax(1)
        add("24 h", least, most, None)
        add("48 h", torch.minimum(least, low[:, before].amin(1)), torch.maximum(most, high[:, before].amax(1)), None)
        return out

    def _order(self, known, count):
        """How much is measured, and how often: who is watched closely is thought to be ill."""
        out = []
        for index, hours in enumerate(WINDOWS_H):
            if hours in (6, 24, 48):
                self._named(f"count {hours} h")
                out.append(count[:, :, index])
        groups = {"vitals": count[:, : self.vitals]}
        if self.vitals < len(self.measured):
            groups["labs"] = count[:, self.vitals :]
        for group, part in groups.items():
            self.names += [f"{group} {hours} h" for hours in WINDOWS_H] + [f"{group} fading by {life:.0f} h" for life in HALF_LIVES_H]
            self.names += [f"kinds of {group} {hours} h" for hours in WINDOWS_H]
            out += [part.sum(1), (part[:, :, : len(WINDOWS_H)] > 0).float().sum(1)]
        any_hour = (known.sum(2) > 0).float()
        self.names += ["hours with any", "hours since first"]
        out += [any_hour.sum(1, keepdim=True), (any_hour * (self.ago[:, :, 0] + 1)).amax(1, keepdim=True)]
        return out

    def _derived(self, hours, there, last):
        """Ratios and signs of clinical scores, now; failing organs, of the worst of the last day and of the day before."""
        raw = last * self.spread + self.centre
        at = {name: index for index, name in enumerate(self.measured)}
        of = lambda table: {name: table[:, index : index + 1] for name, index in at.items()}
        out = []
        for part in (ratios(of(raw)), warning_signs(of(raw))):
            self.names += list(part)
            out += list(part.values())
        low, high = torch.where(there, hours, FAR), torch.where(there, hours, -FAR)
        days = []
        for day in (slice(-DAY_H, None), slice(None, -DAY_H)):
            days.append(organ_failure(of(low[:, day].amin(1)), of(high[:, day].amax(1))))
        for name, now in days[0].items():
            self.names += [f"{name} last day", f"{name} risen"]
            out += [now, now - days[1][name]]
        return out
