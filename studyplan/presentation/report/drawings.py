"""The charts of the page as SVG, drawn by leather: no scripts, no fonts, nothing to fetch, and the same bytes each time.

Colours are the page's own variables, so a chart turns dark with the page. Charts can be read without them: lines differ by
width and dash, days by size.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from html import escape
from typing import TYPE_CHECKING, Any

import leather
from leather import theme

from studyplan.presentation.language import gettext as _
from studyplan.presentation.language import percent_text
from studyplan.presentation.phrases import MONTHS, WEEKDAYS, word_text
from studyplan.presentation.question_words import BEHIND
from studyplan.rules.marking import percent
from studyplan.text import cells, cut

if TYPE_CHECKING:
    from studyplan.insight import Hours, Point, Score
    from studyplan.model import Slip
    from studyplan.rules.card_selection import ModuleRecall
    from studyplan.rules.marking import Calibration, ErrorTally

#: Pixels: as wide as the page's column on a desktop, and still readable on a phone.
WIDTH = 420
_DAY = timedelta(days=1)
_CHAR = 7
_LONGEST_LABEL = 24


def _dress() -> None:
    """Set leather's theme, which is global; nothing else draws with it."""
    theme.background_color = "none"
    theme.margin = 0.05
    for name in ("title", "legend", "axis_title", "tick"):
        setattr(theme, f"{name}_font_family", "inherit")
        setattr(theme, f"{name}_font_size", 13)
        setattr(theme, f"{name}_font_char_width", _CHAR)
    theme.label_color = theme.legend_color = theme.axis_title_color = "var(--soft)"
    theme.tick_color = "var(--line)"
    theme.zero_color = "var(--soft)"


class _Exact(leather.Linear):  # type: ignore[misc]
    """A scale from the first value to the last. Leather's own runs on to the next tick, which squeezes a year of dots."""

    def __init__(self, first: float, last: float) -> None:
        super().__init__(first, last)
        self._first, self._length = first, last - first

    def project(self, value: float, range_min: float, range_max: float) -> float:
        part = (float(value) - self._first) / self._length
        return round(float(range_min) + (float(range_max) - float(range_min)) * part, 2)


def burn_up(points: Sequence[Point]) -> str:
    """Hours by the end of each day: done as a thick line, the plan as a thin one, the original plan dotted."""
    _dress()
    chart = leather.Chart()
    first, days = points[0].day, (points[-1].day - points[0].day).days
    if any(p.plan != p.began for p in points):
        began = [((p.day - first).days, p.began / 60) for p in points]
        chart.add_line(began, name=_("original plan"), stroke_color="var(--soft)", width=1.5, stroke_dasharray="2 4")
    plan = [((p.day - first).days, p.plan / 60) for p in points]
    chart.add_line(plan, name=_("plan"), stroke_color="var(--ink)", width=1.5)
    done = [((p.day - first).days, p.done / 60) for p in points if p.done is not None]
    if done:
        chart.add_line(done, name=_("done"), stroke_color="var(--accent)", width=5)
    top = max(max(p.plan, p.began, p.done or 0) for p in points) / 60
    chart.set_x_scale(_Exact(0, max(1, days)))
    chart.set_y_scale(_Exact(0, max(1.0, top)))
    every = max(7, -(-days // 35) * 7)
    marks = list(range(0, days + 1, every))
    chart.add_x_axis(ticks=marks, tick_formatter=lambda place, *rest: _mark(first + place * _DAY))
    step = max(1, round(top / 4))
    heights = list(range(0, int(top) + 1, step))
    chart.add_y_axis(ticks=heights, tick_formatter=lambda hours, *rest: f"{hours:g} h")
    return _svg(chart, 280, _("Burn-up: hours planned and done by the end of each day"))


def scores(found: Sequence[Score]) -> str:
    """A dot for each percentage on its day; nothing where fewer than two days have one."""
    told = [(each.day, each.task.score) for each in found if each.task.score is not None]
    if len({day for day, _ in told}) < 2:
        return ""
    _dress()
    first, days = told[0][0], (told[-1][0] - told[0][0]).days
    chart = leather.Chart()
    chart.add_dots([((day - first).days, percent) for day, percent in told], fill_color="var(--accent)", radius=5)
    chart.set_x_scale(_Exact(-0.03 * days, 1.03 * days))
    chart.set_y_scale(_Exact(0, 105))
    marks = sorted({round(days * part / 3) for part in range(4)})
    chart.add_x_axis(ticks=marks, tick_formatter=lambda place, *rest: _mark(first + place * _DAY))
    chart.add_y_axis(ticks=[0, 50, 100], tick_formatter=lambda percent, *rest: percent_text(percent / 100))
    return _svg(chart, 160, _("Scores in percent, by day"))


def _mark(day: date) -> str:
    return _("{day} {month}").format(day=day.day, month=_(MONTHS[day.month - 1]))


def hours(rows: Sequence[Hours], name: str) -> str:
    """Hours planned as bars, with the hours done inside them. ``name``: ``module`` or ``kind``."""
    top = max(1.0, max(r.planned for r in rows) / 60)
    step = max(1, round(top / 4))
    return _bars(
        [(word_text(row.name) if name == "kind" else row.name) or _("other") for row in rows],
        [
            (_("planned"), "var(--line)", [row.planned / 60 for row in rows]),
            (_("done"), "var(--accent)", [row.done / 60 for row in rows]),
        ],
        list(range(0, int(top) + 1, step)),
        top,
        "{:g} h",
        _("Hours done and planned, by module") if name == "module" else _("Hours done and planned, by kind"),
    )


def recall(rows: Sequence[ModuleRecall]) -> str:
    """The recall expected of each module on the exam day, and behind it as far as the range reaches."""
    return _shares(
        [row.module for row in rows],
        [
            (_("likely at most"), "var(--line)", [100 * row.high for row in rows]),
            (_("expected"), "var(--accent)", [100 * row.exam for row in rows]),
        ],
        _("Recall expected on the exam day, by module"),
    )


def calibration(rows: Sequence[Calibration]) -> str:
    """How often answers were right that the learner was sure of, by module; nothing where they were sure of none."""
    sure = [row for row in rows if row.sure]
    if not sure:
        return ""
    shares: list[float] = [percent(row.sure_right, row.sure) for row in sure]
    return _shares(
        [row.module for row in sure],
        [(_("right when you were sure"), "var(--accent)", shares)],
        _("Answers that you were sure of and right in, by module"),
    )


def errors(found: Sequence[ErrorTally]) -> str:
    """How many wrong answers had each kind of reason."""
    counts: dict[Slip | None, float] = dict.fromkeys(BEHIND, 0)
    for tally in found:
        counts[None] += tally.unsorted
        for slip, many in tally.kinds:
            counts[slip] += many
    rows = [(_(BEHIND[slip]), many) for slip, many in counts.items() if many]
    top = max(1.0, *(many for _name, many in rows))
    marks = list(range(0, int(top) + 1, max(1, round(top / 4))))
    series = [(_("wrong answers"), "var(--accent)", [many for _name, many in rows])]
    return _bars([name for name, _many in rows], series, marks, top, "{:g}", _("Wrong answers by what was behind them"))


def _shares(names: Sequence[str], series: Sequence[tuple[str, str, Sequence[float]]], told: str) -> str:
    return _bars(names, series, [0, 25, 50, 75, 100], 100, _("{:g}%"), told)


def _bars(
    names: Sequence[str],
    series: Sequence[tuple[str, str, Sequence[float]]],
    marks: Sequence[int],
    top: float,
    unit: str,
    told: str,
) -> str:
    """A bar for each name, those of several series over one another. ``series``: name, colour and values of each."""
    _dress()
    labels = _labels(names)
    widest = max(map(cells, labels))
    # Wide characters take two columns, but leather counts characters.
    theme.tick_font_char_width = _CHAR * widest / max(len(label) for label in labels)
    chart = leather.Chart()
    for name, colour, values in series:
        chart.add_bars(list(zip(values, labels, strict=True)), name=name, fill_color=colour)
    chart.set_x_scale(_Exact(0, top))
    chart.add_x_axis(ticks=list(marks), tick_formatter=lambda value, *rest: unit.format(value))
    return _svg(chart, 60 + 26 * len(labels), told)


def _labels(names: Sequence[str]) -> list[str]:
    """Short, unique labels: bars with the same label would cover one another."""
    found: list[str] = []
    for name in names:
        label = cut(name, _LONGEST_LABEL)
        found.append(label if label not in found else f"{label} {len(found) + 1}")
    return found


def year(studied: Mapping[date, int], today: date) -> str:
    """One dot per day for 53 weeks, a column per week, Monday on top; more study, a larger dot."""
    _dress()
    monday = today - today.weekday() * _DAY
    first = monday - 52 * 7 * _DAY
    days = [first + n * _DAY for n in range((today - first).days + 1)]
    spots: list[tuple[int, int, int]] = [
        ((day - first).days // 7, 6 - day.weekday(), studied.get(day, 0)) for day in days
    ]

    def radius(spot: Any) -> float:
        return _radius(sizes[spot.x, spot.y])

    def colour(spot: Any) -> str:
        return "var(--accent)" if sizes[spot.x, spot.y] else "var(--line)"

    sizes = {(x, y): minutes for x, y, minutes in spots}
    chart = leather.Chart()
    chart.add_dots([(x, y) for x, y, _ in spots], fill_color=colour, radius=radius)
    chart.set_x_scale(_Exact(-0.6, 52.6))
    chart.set_y_scale(_Exact(-0.6, 6.6))
    begun = [n for n in range(53) if (first + n * 7 * _DAY + 6 * _DAY).day <= 7]
    chart.add_x_axis(
        ticks=begun[::2], tick_formatter=lambda n, *rest: _(MONTHS[(first + (7 * n + 6) * _DAY).month - 1])
    )
    chart.add_y_axis(ticks=[6, 4, 2], tick_formatter=lambda n, *rest: _(WEEKDAYS[6 - n]))
    return _svg(chart, 130, _("Minutes studied each day, last 53 weeks"))


def _radius(minutes: int) -> float:
    """The dot's radius in pixels; its area grows with the minutes, up to two hours."""
    return 1 if not minutes else round(1.6 + 1.6 * min(1.0, minutes / 120) ** 0.5, 2)


def _svg(chart: leather.Chart, height: int, told: str) -> str:
    """The chart as it stands in a page: it scales with its column and has a label for screen readers."""
    drawn = chart.to_svg(width=WIDTH, height=height)
    head = f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(told)}"'
    return re.sub(r'^<svg width="\d+" height="\d+"', head, drawn, count=1)
