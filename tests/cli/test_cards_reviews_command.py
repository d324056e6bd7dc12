"""Cards of one's own earn reviews, as those of a template do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from terminals import Terminal


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """Fourteen cards of a module that has tasks, and one of a module that has none."""
    file = tmp_path / "words.csv"
    rows = [f"What is word {n}?,Answer {n},reading" for n in range(14)]
    file.write_text("\n".join(["question,answer,module", *rows, "What else?,This,other"]) + "\n", encoding="utf-8")
    return file


@pytest.fixture
def german(terminal: Terminal) -> Terminal:
    terminal.ok("start", "blank", "--name", "german", "--exam", "2026-08-29")
    terminal.ok("add", "Read ch. 1", "45m", "--module", "reading", "--date", "2026-07-05")
    terminal.ok("add", "Read ch. 2", "45m", "--module", "reading", "--date", "2026-07-20")
    return terminal


def sessions(terminal: Terminal, plan: str = "german") -> dict[str, dict]:
    tasks = terminal.ok("tasks", "--plan", plan, "--json").json["tasks"]
    return {task["key"]: task for task in tasks if task["kind"] == "review"}


def test_an_import_offers_the_reviews_and_another_command_lays_them_out(german: Terminal, words: Path) -> None:
    """Where nobody can be asked, the answer names the command; it is one change, and a second time there is nothing to do."""
    offered = german.ok("cards", "import", str(words))
    assert "`studyplan cards reviews --plan german` lays them out" in offered.out
    assert sessions(german) == {}
    german.ok("cards", "reviews")
    laid = sessions(german)
    assert {key.rpartition("-")[0] for key in laid} == {"review-reading", "review-other", "last-pass"}
    assert "all the reviews" in german.ok("cards", "reviews").out
    german.ok("undo")
    assert sessions(german) == {}
    german.ok("redo")
    assert sessions(german) == laid


def test_reviews_follow_what_they_are_about(german: Terminal, words: Path) -> None:
    """The first a gap after the module's first task, or after today; the second after it; the last passes in the buffer."""
    german.ok("cards", "import", str(words), "--reviews")
    laid = sessions(german)
    first, second = date.fromisoformat(laid["review-reading-1"]["date"]), laid["review-reading-2"]["date"]
    assert date(2026, 7, 10) < first < date(2026, 7, 25)
    assert str(first) < second
    assert laid["review-reading-1"]["minutes"] == 15
    assert laid["review-reading-1"]["after"] == ["own-2"]
    assert "2026-07-02" <= laid["review-other-1"]["date"] < laid["review-other-2"]["date"]
    days = {day["date"]: day["role"] for day in german.ok("tasks", "--plan", "german", "--json").json["days"]}
    assert {days[task["date"]] for key, task in laid.items() if key.startswith("last")} == {"buffer"}
    assert len(german.ok("show", "review-reading-1", "--json").json["tasks"][0]["cards"]) == 14
    german.ok("undo")
    assert sessions(german) == {}
    assert german.ok("cards", "--json").json["plans"][0]["cards"] == []


def test_more_cards_of_a_module_join_its_reviews(german: Terminal, words: Path, tmp_path: Path) -> None:
    """No second pair of reviews: those that are open say how many cards they are over by now."""
    german.ok("cards", "import", str(words), "--reviews")
    more = tmp_path / "more.csv"
    more.write_text("question,answer,module\nOne more?,Yes,reading\n", encoding="utf-8")
    german.ok("cards", "import", str(more), "--reviews")
    assert len([key for key in sessions(german) if key.startswith("review-reading")]) == 2
    assert sessions(german)["review-reading-1"]["title"].endswith("15 cards from memory")


def test_reviews_of_own_cards_live_as_others_do(german: Terminal, words: Path) -> None:
    """Replans keep them, an upgrade leaves them, and an earlier exam brings them forward."""
    german.ok("cards", "import", str(words), "--reviews")
    laid = set(sessions(german))
    german.ok("replan", "--even")
    german.ok("replan", today="2026-07-22")
    german.ok("upgrade")
    assert set(sessions(german)) == laid
    german.ok("replan", "--exam", "2026-08-10")
    for task in sessions(german).values():
        assert task["date"] <= "2026-08-10"


def test_a_plan_from_a_template_takes_own_cards_into_its_reviews(terminal: Terminal, words: Path) -> None:
    """A module of its own gets its reviews beside those of the template, whose days stay."""
    terminal.ok("start", "foundations", "--days", "60")
    before = sessions(terminal, "foundations")
    terminal.ok("cards", "import", str(words), "--reviews")
    after = sessions(terminal, "foundations")
    assert {key: after[key] for key in before} == before
    assert {"review-reading-1", "review-other-1"} <= set(after)
    assert len([key for key in after if key.startswith("last-pass")]) == len(
        [key for key in before if key.startswith("last-pass")]
    )
    terminal.ok("upgrade")
    assert set(sessions(terminal, "foundations")) == set(after)


def test_there_must_be_cards(german: Terminal) -> None:
    assert german("cards", "reviews").code == 3


def deck(tmp_path: Path, many: int, module: str = "verbs") -> str:
    file = tmp_path / f"deck{many}.csv"
    rows = [f"What is {module} {n}?,Answer {n},{module}" for n in range(many)]
    file.write_text("\n".join(["question,answer,module", *rows]) + "\n", encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("many", "review", "passes"), [(1, 5, [5]), (3, 5, [5]), (12, 10, [10]), (20, 15, [10, 10]), (200, 30, [30, 30])]
)
def test_minutes_go_by_cards_in_a_plan_of_ones_own(
    terminal: Terminal, tmp_path: Path, many: int, review: int, passes: list[int]
) -> None:
    """And the last passes are two at most, on the last days before the exam."""
    terminal.ok("start", "blank", "--name", "german", "--exam", "+90d")
    offered = terminal.ok("cards", "import", deck(tmp_path, many)).out
    terminal.ok("cards", "reviews")
    laid = sessions(terminal)
    assert [laid[f"review-verbs-{turn}"]["minutes"] for turn in (1, 2)] == [review, review]
    last = {task["date"]: task["minutes"] for key, task in laid.items() if key.startswith("last-pass")}
    assert list(last.values()) == passes
    assert sorted(last) == ["2026-09-27", "2026-09-28"][-len(passes) :]
    total = 2 * review + sum(passes)
    assert ("2 h in all" if total == 120 else f"{total} min in all") in offered


def test_last_passes_grow_with_the_cards(terminal: Terminal, tmp_path: Path) -> None:
    """As the reviews do, but not beyond what their day holds."""
    terminal.ok("start", "blank", "--name", "german", "--exam", "+90d", "--minutes", "15")
    terminal.ok("cards", "import", deck(tmp_path, 3), "--reviews")
    terminal.ok("cards", "import", deck(tmp_path, 40), "--reviews")
    laid = sessions(terminal)
    assert {(task["title"].split(": ")[1], task["minutes"]) for task in laid.values()} == {
        ("verbs, 40 cards from memory", 15),
        ("all 40 cards from memory", 15),
    }
