"""The foreign calendars before independent judges: other people's engines say when they keep somebody busy."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from calendar_readers import PARSERS
from foreign_judges import DIFFERENCES, RULE_DIFFERENCES
from foreign_samples import BERLIN_CLOCK, FIRST, LAST, RULED, SAMPLES, Sample, told

from studyplan.calendar.reading import read
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


def verdicts(judge: str, samples: Sequence[Sample]) -> dict[str, str]:
    """What the judge says of each sample, asked all at once."""
    asked = "".join(f"{question(sample)}\n" for sample in samples)
    done = subprocess.run(
        JUDGES[judge], input=asked.encode(), capture_output=True, cwd=PARSERS, check=True, timeout=300
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(samples)
    return {
        sample.name: "refused"
        if "refused" in answer
        else told((moment(start), moment(end)) for start, end in answer["busy"])
        for sample, answer in zip(samples, answers, strict=True)
    }


@pytest.mark.parametrize("judge", JUDGES)
def test_what_is_expected_is_what_others_say(judge: str) -> None:
    """Of every sample: the judge says the same, or what the table has, for a reason. (What we say is held to the same
    expectations beside it.)"""
    found = verdicts(judge, JUDGED)
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


@pytest.mark.parametrize("judge", JUDGES)
def test_rules_are_walked_as_others_walk_them(tmp_path: Path, judge: str) -> None:
    """All but those of the table. The start of a series counts here also where its rule would not have it, as RFC 5545 (3.8.2.4)
    says; the judges leave it out."""
    found = verdicts(judge, RULED)
    differing = set()
    for sample in RULED:
        path = tmp_path / "rule.ics"
        path.write_bytes(sample.file)
        reading = read([path], FIRST, LAST, BERLIN_CLOCK)
        # We read on for some days, the judges do not.
        ours = told(span for span in reading.spans if FIRST <= span[0].date() <= LAST)
        start = "7-6 10:00-11:00"
        if set(ours.split(", ")) - {start, ""} != set(found[sample.name].split(", ")) - {start, ""}:
            differing.add(sample.name.partition(" ")[0])
        assert start in ours or "2024" in sample.name
        assert not reading.problems
    assert differing == {rule for rule, whose in RULE_DIFFERENCES if whose == judge}
