"""The foreign calendars before independent judges: other people's engines say when they keep somebody busy."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Sequence
from datetime import date, datetime

import pytest
from calendar_readers import PARSERS
from foreign_judges import DIFFERENCES
from foreign_samples import FIRST, LAST, SAMPLES, Sample, told

from studyplan.calendar.zones import zone_named

JUDGES: dict[str, Sequence[str]] = {
    "ical.js": ("node", "busy_with_icaljs.mjs"),
    # The system's Python: libical's binding comes with the system.
    "libical": ("/usr/bin/python3", "busy_with_libical.py"),
}
JUDGED = [sample for sample in SAMPLES if sample.is_judged]


def zones() -> str:
    """The zones that a program like Thunderbird brings along. libical knows those of the system."""
    known = filter(None, map(zone_named, ("Europe/Berlin", "America/New_York", "Asia/Tokyo")))
    text = "".join(zone.component().to_ical(sorted=False).decode() for zone in known)
    return f"BEGIN:VCALENDAR\r\n{text}END:VCALENDAR\r\n"


def question(sample: Sample) -> str:
    asked = {
        "file": base64.b64encode(sample.file).decode(),
        "first": f"{FIRST}T00:00:00.000Z",
        "last": f"{LAST}T23:59:59.000Z",
        "zone": "Europe/Berlin",
        "zones": zones(),
    }
    return json.dumps(asked)


def moment(text: str) -> date:
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text.replace("Z", "+00:00"))


def verdicts(judge: str) -> dict[str, str]:
    """What the judge says of each sample, asked all at once."""
    asked = "".join(f"{question(sample)}\n" for sample in JUDGED)
    done = subprocess.run(
        JUDGES[judge], input=asked.encode(), capture_output=True, cwd=PARSERS, check=True, timeout=300
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(JUDGED)
    return {
        sample.name: "refused"
        if "refused" in answer
        else told((moment(start), moment(end)) for start, end in answer["busy"])
        for sample, answer in zip(JUDGED, answers, strict=True)
    }


@pytest.mark.parametrize("judge", JUDGES)
def test_what_is_expected_is_what_others_say(judge: str) -> None:
    """Of every sample: the judge says the same, or what the table has, for a reason. (What we say is held to the same
    expectations beside it.)"""
    found = verdicts(judge)
    differing = {name: said for name, said in found.items() if said != expected()[name]}
    explained = {name: said for (name, whose), (said, _) in DIFFERENCES.items() if whose == judge}
    assert differing == explained
    assert len(found) - len(differing) > 40


def expected() -> dict[str, str]:
    return {sample.name: sample.busy for sample in SAMPLES}


def test_each_difference_has_its_reason() -> None:
    """And is about a sample; where a judge disagrees, the other one agrees with us or has a reason of its own."""
    names = {sample.name for sample in JUDGED}
    assert len(names) == len(JUDGED)
    assert all(
        name in names and judge in JUDGES and reason.endswith(".") for (name, judge), (_, reason) in DIFFERENCES.items()
    )
