"""The forecasting labs of Practitioner, done with what their texts say: python forecast.py LAB, beside daily.csv.

The line is fitted by least squares; a weekday's share is the mean of that weekday over the mean of all days; both learn from
the days before the start only.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, median

with Path("daily.csv").open(encoding="utf-8") as _file:
    ROWS = list(csv.DictReader(_file))
COST = [float(row["cost"]) for row in ROWS]
REQUESTS = [float(row["requests"]) for row in ROWS]


def line(days: Sequence[int]) -> tuple[float, float]:
    x, y = mean(days), mean(COST[day] for day in days)
    slope = sum((day - x) * (COST[day] - y) for day in days) / sum((day - x) ** 2 for day in days)
    return y - slope * x, slope


def shares(days: Sequence[int]) -> list[float]:
    whole = mean(COST[day] for day in days)
    return [mean(COST[day] for day in days if day % 7 == weekday) / whole for weekday in range(7)]


def line_times_weekday(days: Sequence[int], ahead: Sequence[int], launch: float = 0.0) -> list[float]:
    base, slope = line(days)
    share = shares(days)
    return [(base + slope * day + launch) * share[day % 7] for day in ahead]


def last_week(days: Sequence[int], ahead: Sequence[int]) -> list[float]:
    return [COST[days[-1] - 6 + (day - days[-1] - 1) % 7] for day in ahead]


def error(forecast: Sequence[float], ahead: Sequence[int]) -> float:
    """The mean absolute error of a day, in percent of that day's cost."""
    return 100 * mean(abs(told - COST[day]) / COST[day] for told, day in zip(forecast, ahead, strict=True))


def baselines() -> None:
    days, ahead = range(180), range(180, 210)
    base, slope = line(days)
    flat = [mean(COST[day] for day in days)] * 30
    for forecast in (
        flat,
        last_week(days, ahead),
        [base + slope * day for day in ahead],
        line_times_weekday(days, ahead),
    ):
        print(f"{error(forecast, ahead):.1f}")


def driver() -> None:
    ahead = range(150, 180)
    actual = sum(COST[day] for day in ahead)
    print("actual", f"{actual:,.0f}")
    for launch, days in ((0, range(150)), (90, range(150)), (90, [day for day in range(150) if day != 120])):
        forecast = line_times_weekday(days, ahead, launch)
        print(
            f"{sum(forecast):,.0f} off by {100 * (sum(forecast) / actual - 1):+.1f} in all,",
            f"{error(forecast, ahead):.1f} a day",
        )


def back_test() -> None:
    for start in (90, 127, 150, 180):
        days, ahead = range(start), range(start, start + 30)
        print(start, f"{error(last_week(days, ahead), ahead):.1f} {error(line_times_weekday(days, ahead), ahead):.1f}")


def alert_levels() -> None:
    def rings(first: int, budget: float) -> None:
        spent = 0.0
        told: dict[str, int] = {}
        for number, day in enumerate(range(first, first + 30), 1):
            spent += COST[day]
            for level in (0.5, 0.8, 1.0):
                if spent >= level * budget:
                    told.setdefault(f"{level:.0%}", number)
            if spent / number * 30 >= budget:
                told.setdefault("projection", number)
        print(first, budget, told, f"{spent:,.0f}")

    rings(150, 14000)
    rings(150, 16500)
    rings(90, 13000)


def detector() -> None:
    for limit in (0.30, 0.20, 0.10):
        found = [
            day
            for day in range(28, 210)
            if COST[day] > (1 + limit) * median(COST[day - 7 * week] for week in (1, 2, 3, 4))
        ]
        print(limit, len(found), "days", found)


def one_more_region() -> None:
    cost = [each + 15 * (day >= 200) for day, each in enumerate(COST)]
    found = [day for day in range(200, 210) if cost[day] > 1.1 * median(cost[day - 7 * week] for week in (1, 2, 3, 4))]
    print("rings on", found)


def capstone() -> None:
    """The data carried on to 365 days, with a price cut of 8 percent on day 300."""
    week = [1.00, 1.02, 1.03, 1.01, 0.98, 0.72, 0.68]
    COST[:] = [
        round(
            (400 + 0.6 * day + 90 * (day >= 150))
            * week[day % 7]
            * (1 + (day * 37 % 41 - 20) / 1000)
            * (1.9 if day == 120 else 1)
            * (0.92 if day >= 300 else 1),
            2,
        )
        for day in range(365)
    ]
    forecast = line_times_weekday(range(150, 300), range(300, 330))
    print(f"{sum(COST[:300]):,.0f} {sum(forecast):,.0f} {sum(COST[300:330]):,.0f}")


def blocks() -> None:
    for first in range(0, 210, 30):
        days = range(first, first + 30)
        print(f"{1000 * sum(COST[day] for day in days) / sum(REQUESTS[day] for day in days):.2f}")


def unit_calc() -> None:
    usual = COST[120] / 1.9
    block = range(120, 150)
    print(f"{1000 * (sum(COST[day] for day in block) - COST[120] + usual) / sum(REQUESTS[day] for day in block):.2f}")


def unit_split() -> None:
    for first in (120, 150):
        before, after = range(first, first + 30), range(first + 30, first + 60)
        cost = [sum(COST[day] for day in block) for block in (before, after)]
        requests = [sum(REQUESTS[day] for day in block) for block in (before, after)]
        volume = (requests[1] - requests[0]) * cost[0] / requests[0]
        unit = (cost[1] / requests[1] - cost[0] / requests[0]) * requests[1]
        print(f"{cost[1] - cost[0]:+,.0f} = {volume:,.0f} and {unit:,.0f}")
    hours, rate = (0.40, 0.36), (0.50, 0.44)
    volume = (15000 - 12000) * hours[0] * rate[0]
    efficiency = 15000 * (hours[1] - hours[0]) * rate[0]
    price = 15000 * hours[1] * (rate[1] - rate[0])
    print(
        f"{12000 * hours[0] * rate[0]:.0f} {15000 * hours[1] * rate[1]:.0f} {volume:+.0f} {efficiency:+.0f} {price:+.0f}"
    )


def sre_layers() -> None:
    from math import pi, sin

    use = [(60 + 30 * sin(2 * pi * (h % 24 - 9) / 24)) * (0.6 if h // 24 % 7 >= 5 else 1) for h in range(28 * 24)]
    use = [round(each, 1) for each in use]

    def best(loads: Sequence[float], spot_above: float | None = None) -> None:
        def paid(size: int) -> float:
            total = 0.0
            for load in loads:
                spot = max(0.0, load - spot_above) if spot_above is not None else 0.0
                total += size * 0.65 + max(0.0, load - spot - size) + spot * 0.385
            return total

        size = min(range(1, 101), key=paid)
        print(size, f"{100 * (1 - paid(size) / sum(loads)):.1f}")

    best(use)
    best([max(30, each) for each in use])
    best([max(40, 1.3 * each) for each in use])
    best(use, spot_above=60)


if __name__ == "__main__":
    globals()[sys.argv[1].replace("-", "_")]()
