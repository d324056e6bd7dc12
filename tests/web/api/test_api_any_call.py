"""Whatever is sent, the API answers as its contract says: no 500, no status, body or media type that is not in it.

The calls are schemathesis's, made of the contract, what fits it and what does not; the same ones each time. Words that a plan has are
put in the place of half of its own, which would find nothing.
"""

from __future__ import annotations

import os
import warnings
from contextlib import suppress
from typing import Any

import pytest
from calling import Program
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        negative_data_rejection,
        response_schema_conformance,
        status_code_conformance,
    )

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
#: Of each call, those that fit the contract and those that do not.
EACH = int(os.environ.get("API_CALLS", "2"))
#: What is there: tasks, plans, an entry of the log, a feed, a template.
WORDS = {
    "task": ("1", "2", "3-5", "7", "set-up"),
    "plan": ("1", "foundations"),
    "entry": (1, 2),
    "feed": (1, 2),
    "template": ("foundations", "blank"),
}


@pytest.fixture
def lively(program: Program) -> Program:
    """A plan in which there is something to find, for each kind of call."""
    planner = program.planner
    planner.tasks.done(1, minutes=20)
    planner.timer.add(2, 25)
    planner.feeds.add("phone")
    return program


def plausible(case: Any, number: int) -> None:
    """Put words that the plan has into every other call."""
    for name in WORDS.keys() & (case.path_parameters or {}).keys():
        if number % 2:
            case.path_parameters[name] = WORDS[name][number // 2 % len(WORDS[name])]


@pytest.mark.filterwarnings("ignore")
def test_any_call_is_answered_as_the_contract_says(lively: Program) -> None:
    # Calls without a token are tested elsewhere: here every one has it.
    contract = {name: part for name, part in lively.contract().items() if name != "security"}
    schema = schemathesis.openapi.from_dict(contract)
    statuses: dict[str, set[int]] = {}

    def hold(operation: Any, mode: GenerationMode) -> None:
        count = 0

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=EACH,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def one(case: Any) -> None:
            nonlocal count
            count += 1
            if mode is GenerationMode.POSITIVE:
                plausible(case, count)
            sent = case.as_transport_kwargs(base_url=str(lively.client.base_url))
            headers = {**sent.pop("headers", {}), "authorization": f"Bearer {lively.token}"}
            sent = {{"data": "content"}.get(name, name): value for name, value in sent.items() if value is not None}
            answer = lively.client.request(**sent, headers=headers)
            statuses.setdefault(operation.label, set()).add(answer.status_code)
            case.validate_response(answer, checks=CHECKS)

        # Some calls take nothing that could be wrong.
        with suppress(*([Unsatisfiable] if mode is GenerationMode.NEGATIVE else [])):
            one()

    for found in schema.get_all_operations():
        for mode in GenerationMode:
            hold(found.ok(), mode)
    assert len(statuses) > 50
    done = [label for label, codes in statuses.items() if 200 in codes]
    assert len(done) > 30, "too few calls get anywhere"
