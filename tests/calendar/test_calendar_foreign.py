"""Calendars of other programs, read for when they keep somebody busy."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from foreign_samples import FIRST, LAST, SAMPLES, Sample

from studyplan.calendar.reading import Reading, read

BERLIN = ZoneInfo("Europe/Berlin")


def told(spans: Iterable[tuple[date, date]]) -> str:
    """Times in the words of the samples."""
    words = []
    for start, end in sorted(spans, key=lambda span: (span[0].timetuple(), span[1].timetuple())):
        if isinstance(start, datetime) and isinstance(end, datetime):
            begin, stop = start.astimezone(BERLIN), end.astimezone(BERLIN)
            until = "24:00" if stop.hour == stop.minute == 0 and stop.date() > begin.date() else f"{stop:%H:%M}"
            words.append(f"{begin.month}-{begin.day} {begin:%H:%M}-{until}")
        else:
            days = [start + timedelta(days=number) for number in range((end - start).days)]
            words += [f"{day.month}-{day.day}" for day in days]
    return ", ".join(words)


def read_bytes(folder: Path, *files: bytes) -> Reading:
    paths = [folder / f"{number}.ics" for number in range(len(files))]
    for path, data in zip(paths, files, strict=True):
        path.write_bytes(data)
    return read(paths, FIRST, LAST, BERLIN)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_sample(tmp_path: Path, sample: Sample) -> None:
    """When it keeps somebody busy, and what has to be told of it."""
    found = read_bytes(tmp_path, sample.file)
    assert told(found.spans) == sample.busy
    if sample.note:
        assert any(sample.note in problem for problem in found.problems), found.problems
    else:
        assert found.problems == []
