"""Who may call the API, and how a call is refused."""

from __future__ import annotations

import json
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from browsing import ADDRESS, Browser
from calling import Program

from studyplan.bearer import BearerSecret
from studyplan.model import LONGEST_ALARM, LONGEST_ROUND
from studyplan.rules.time_spent import WHOLE_DAY

SELF = {"origin": ADDRESS}


def paths(program: Program, method: str) -> list[str]:
    """The addresses of all calls of a method, with something in the place of each name."""
    found = program.contract()["paths"]
    named = [path.removeprefix("/api/v1") for path, methods in found.items() if method in methods]
    return [path.replace("{task}", "1").replace("{plan}", "1").replace("{entry}", "1").replace("{card}", "c")
            .replace("{template}", "foundations").replace("{feed}", "1") for path in named]  # fmt: skip


def test_without_a_token_nothing_is_told(program: Program) -> None:
    """Of no call whatever; not even whether a task exists."""
    stranger = Program(program.site, None)
    calls = [("GET", path) for path in paths(program, "get")] + [("POST", path) for path in paths(program, "post")]
    assert len(calls) > 40
    for method, path in calls:
        answer = stranger.call(method, path, None, **({} if method == "GET" else {"authorization": "Bearer x"}))
        assert (answer.status, path) == (401, path)
        assert answer.code in ("no-token", "bad-token")
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_token_that_reads_changes_nothing(program: Program, reading: Program) -> None:
    """Every call that could change something is refused before its body is looked at, by its meaning at least."""
    before = len(program.planner.history.batches())
    assert reading.get("/today").status == 200
    for path in paths(program, "post"):
        for sent in (None, {"date": "+1d"}):
            answer = reading.post(path, sent)
            assert answer.status in (400, 403)
            assert answer.status == 403 or answer.code == "usage"
    assert len(program.planner.history.batches()) == before
    assert program.planner.timer.running() is None


@pytest.mark.parametrize(
    "shown",
    [
        "Basic YTpi",
        "Bearer",
        "Bearer ",
        "bearer x",
        "Bearer 1-1-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "Bearer é",
        "Token x",
    ],
)
def test_what_is_no_token_lets_nobody_in(program: Program, shown: str) -> None:
    stranger = Program(program.site, None)
    assert stranger.call("GET", "/today", authorization=shown.encode("latin-1")).status == 401  # type: ignore[arg-type]


def test_a_revoked_or_expired_token_lets_nobody_in(program: Program) -> None:
    assert program.get("/today").status == 200
    program.planner.tokens.revoke(1)
    assert program.get("/today").code == "bad-token"
    assert Program(program.site, BearerSecret.made(1, 1).text).get("/today").status == 401


def test_a_token_speaks_for_its_own_learner(program: Program) -> None:
    """Whoever the server's own learner is; another learner's tasks are not there."""
    program.planner.learners.add("bo")
    bo = Program(program.site, program.site.source.planner(learner="bo").tokens.add("script", scope="write").secret)
    assert bo.get("/plans").body == {"plans": []}
    assert bo.get("/tasks/1").status == 404
    assert bo.post("/tasks/1:done").status == 404
    assert bo.post("/undo").body == {"undone": None}
    assert bo.post("/plans", {"template": "blank", "name": "own"}).status == 200
    assert [plan["name"] for plan in program.get("/plans").body["plans"]] == ["foundations"]


def test_the_history_names_the_token(program: Program) -> None:
    program.post("/tasks/1:done")
    assert program.get("/history?limit=1").body["history"][0]["actor"] == "token 1 'script'"


def test_a_page_calls_with_its_cookie(browser: Browser) -> None:
    """It may read and write, but no other site's page may write in its name."""
    browser.planner.plans.start("foundations", start="2026-07-20", days=30)
    client = browser.client
    assert client.get("/api/v1/today").status_code == 200
    assert client.post("/api/v1/tasks/1:done", headers=SELF).status_code == 200
    for headers in (
        {},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site", **SELF},
    ):
        refused = client.post("/api/v1/tasks/2:done", headers=headers)
        assert refused.status_code == 403
        assert refused.headers["content-type"] == "application/problem+json"
    assert browser.planner.queries.show(2)[0][0].status == "open"


def test_a_call_with_a_token_is_answered_by_that_alone(browser: Browser) -> None:
    """A cookie beside a token that lets nobody in lets nobody in either, and one beside a token that reads changes nothing."""
    browser.planner.plans.start("foundations", start="2026-07-20", days=30)
    client = browser.client
    assert client.get("/api/v1/today", headers={"authorization": "Bearer x"}).status_code == 401
    reads = browser.planner.tokens.add("reader").secret
    sent = {"authorization": f"Bearer {reads}", **SELF}
    assert client.post("/api/v1/tasks/1:done", headers=sent).status_code == 403


def test_what_does_not_come_as_far_is_a_problem_too(program: Program) -> None:
    """Another host, a body that is too large, an address or a method that is not there."""
    assert program.call("GET", "/today", host="evil.example").code == "host"
    assert program.post("/tasks", {"title": "x" * 70_000}).code == "too-large"
    assert program.call("POST", "/tasks", None, content_length="x").status == 400
    assert program.get("/nothing").code == "not-found"
    missed = program.call("DELETE", "/today")
    assert (missed.status, missed.code, missed.headers["allow"]) == (405, "method", "GET")


def test_a_body_in_pieces_has_the_same_limit(program: Program) -> None:
    found = program.client.post(
        "/api/v1/tasks",
        content=(b" " * 1000 for _ in range(70)),
        headers={"authorization": f"Bearer {program.token}", "content-type": "application/json"},
    )
    assert found.status_code == 413
    assert found.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "sent", "named"),
    [
        ("/tasks/1:done", {"sure": 1}, "sure"),
        ("/tasks/1:done", {"minutes": "45"}, "minutes"),
        ("/tasks/1:done", {"minutes": True}, "minutes"),
        ("/tasks/1:done", {"minuts": 45}, "minuts"),
        ("/tasks/1:done", [1], "the body"),
        ("/tasks/1:done", "x", "the body"),
        ("/tasks/1:move", {}, "date"),
        ("/tasks/1:note", {"text": "\ud800"}, "text"),
        ("/plans", {"template": "../../etc/passwd"}, "template"),
        ("/plans", {"template": "./plan.yaml"}, "template"),
        ("/review", {"answers": [{"card": "c", "grade": "fine"}]}, "answers.0.grade"),
    ],
)
def test_a_body_that_cannot_be_read_is_named(program: Program, path: str, sent: object, named: str) -> None:
    answer = program.post(path, sent)
    assert (answer.status, answer.code) == (400, "usage")
    assert answer.body["error"]["problems"][0].startswith(f"{named}: ")


def test_a_body_that_is_not_json(program: Program) -> None:
    for body, kind in (
        (b"{", "application/json"),
        (b"\xff", "application/json"),
        (b"sure=1", "application/x-www-form-urlencoded"),
    ):
        headers = {"authorization": f"Bearer {program.token}", "content-type": kind}
        found = program.client.post("/api/v1/tasks/1:move", content=body, headers=headers)
        assert found.status_code == 400
        assert found.headers["content-type"] == "application/problem+json"


def test_an_unknown_question_is_refused(program: Program) -> None:
    """A filter with a slip in its name must not look like one that finds everything."""
    assert program.get("/tasks?overdu=true").status == 400
    assert program.get("/today?minutes=x").status == 400
    assert (program.get("/today?minutes=1440").status, program.get("/today?minutes=1441").status) == (200, 400)
    assert program.get("/history?limit=0").status == 400


def test_the_schema_has_the_limits_of_the_planner(program: Program) -> None:
    """What a call may hold is what the command line and the pages take."""
    schemas, paths = (program.contract()[part] for part in ("components", "paths"))
    limits = json.dumps(schemas["schemas"]["DoneCall"]["properties"]["minutes"])
    assert f'"maximum": {WHOLE_DAY}' in limits
    assert f'"maximum": {LONGEST_ALARM}' in json.dumps(schemas["schemas"]["FeedCall"]["properties"]["alarm"])
    asked = {each["name"]: each["schema"] for each in paths["/api/v1/review"]["get"]["parameters"]}
    assert f'"maximum": {LONGEST_ROUND}' in json.dumps(asked["minutes"])


def test_a_tap_that_comes_twice_changes_once(program: Program) -> None:
    key = str(uuid4())
    first = program.post("/tasks/1:done", {"note": "Once."}, idempotency_key=key)
    again = program.post("/tasks/1:done", {"note": "Once."}, idempotency_key=f'"{key}"')
    assert (first.status, again.status) == (200, 200)
    assert again.body == first.body
    assert ("idempotency-replayed" in first.headers, again.headers["idempotency-replayed"]) == (False, "true")
    assert program.get("/tasks/1").body["tasks"][0]["note"] == "Once."
    assert program.post("/tasks/1:done", {"note": "Twice."}, idempotency_key=key).code == "key-reused"
    assert program.post("/tasks/2:done", {"note": "Once."}, idempotency_key=key).code == "key-reused"
    assert program.post("/tasks/2:done", idempotency_key="x").status == 400


def test_a_refused_tap_may_come_again(program: Program) -> None:
    key = str(uuid4())
    assert program.post("/tasks/1:done", {"date": "2026-07-01"}, idempotency_key=key).code == "early-day"
    assert program.post("/tasks/1:done", {"date": "2026-07-21"}, idempotency_key=key).status == 200


def test_no_answer_is_kept_by_a_cache(program: Program) -> None:
    for answer in (program.get("/today"), program.post("/tasks/1:done"), program.get("/tasks/999")):
        assert answer.headers["cache-control"] == "no-store"


def test_a_damaged_database_is_told(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line, as everything that goes wrong."""
    from studyplan.errors import StorageProblem

    def gone(**who: object) -> None:
        raise StorageProblem("the database is gone", hint="`studyplan db check` looks for the cause")

    monkeypatch.setattr(program.site.source, "planner", gone)
    answer = program.get("/today")
    assert (answer.status, answer.code, answer.body["error"]["hint"]) == (503, "storage", None)


def test_an_address_is_told_once_and_kept_nowhere(program: Program) -> None:
    """What opens a feed is not among the answers that are kept to be given again."""
    key = str(uuid4())
    first = program.post("/feeds", {"name": "phone"}, idempotency_key=key)
    again = program.post("/feeds", {"name": "phone"}, idempotency_key=key)
    secret = first.body["address"].rpartition("/")[2].removesuffix(".ics")
    assert first.body["address"].startswith(f"{ADDRESS}/feed/")
    assert (again.body["address"], again.body["webcal"], again.body["feed"]) == (None, None, first.body["feed"])
    assert len(program.get("/feeds").body["feeds"]) == 1
    database = Path(str(program.site.config.database))
    with closing(sqlite3.connect(database)) as connection:
        kept = [zlib.decompress(answer) for (answer,) in connection.execute("SELECT answer FROM request")]
        whole = "\n".join(connection.iterdump())
    assert kept
    assert all(secret.encode() not in each for each in kept)
    assert secret not in whole
    assert program.token not in whole


def test_the_log_tells_the_call_and_no_secret(program: Program, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "studyplan.web"):
        program.get("/tasks/1")
        program.get(f"/today?token={program.token}")
    lines = [record.getMessage() for record in caplog.records]
    assert lines[0].startswith("GET /api/v1/tasks/{task} 200 ")
    assert lines[1].startswith("GET /api/v1/today 400 ")
    assert str(program.token) not in "".join(lines)
