"""A newer edition of a template from the command line: the diff, consent, what is refused, and undo."""

from __future__ import annotations

import shlex

import pytest
from terminals import SMALL, Terminal

CARDS = """\
    cards:
      - {id: c1, question: Which words?, answer: These., after: words}
"""
#: Another edition: the rules take longer, a reading is new, the quiz is gone, and there is a card.
NEXT = (
    SMALL.replace('edition: "1"', 'edition: "2"')
    .replace("minutes: 100, after: [words]", "minutes: 120, after: [words]")
    .replace(
        "      - {id: quiz, title: Answer the quiz, kind: quiz, minutes: 20, after: [rules]}\n",
        "      - {id: uses, title: Use the rules, kind: lab, minutes: 40, after: [rules], objective: can use them}\n",
    )
    .replace("after: [quiz]", "after: [uses]")
    .replace("  - id: finish\n", f"{CARDS}  - id: finish\n")
)


def publish(terminal: Terminal, text: str) -> None:
    (terminal.folder / "plans" / "small.yaml").write_text(text)


def data(terminal: Terminal) -> list[dict]:
    return terminal.ok("tasks", "--json").json["plans"]


@pytest.fixture
def running(terminal: Terminal) -> Terminal:
    terminal.ok("start", "small", "--days", "10", "--minutes", "90")
    terminal.ok("done", "1")
    return terminal


def test_an_unchanged_template_is_no_upgrade(running: Terminal) -> None:
    """Nothing is asked, nothing written, and it says so."""
    files = running.bytes()
    assert "up to date" in running.ok("upgrade").out
    found = running.ok("upgrade", "small", "--json").json
    assert (found["changed"], found["written"], found["changes"]) == (False, False, [])
    assert running.bytes() == files


def test_the_diff_then_the_upgrade_then_undo(running: Terminal) -> None:
    """A dry run shows what the upgrade then does; twice is once; one undo takes all of it back, cards and reviews too."""
    publish(running, NEXT)
    before = data(running)
    dry = running.ok("upgrade", "--dry-run", "--json").json
    assert data(running) == before
    made = running.ok("upgrade", "--yes", "--json").json
    assert {**made, "written": False, "tasks": None} == {**dry, "tasks": None}
    assert [made["from"], made["to"], made["plan"]["edition"]] == ["1", "2", "2"]
    tasks = made["tasks"]
    assert [task["key"] for task in tasks["new"] if task["kind"] != "review"] == ["uses"]
    assert any(task["key"] == "review-basics-1" for task in tasks["new"])
    assert [task["key"] for task in tasks["gone"]] == ["quiz"]
    assert {each["task"]: each["fields"] for each in tasks["changed"]} == {
        "rules": {"minutes": {"from": 100, "to": 120}},
        "mock": {"after": {"from": ["quiz"], "to": ["uses"]}},
    }
    assert tasks["kept"] == []
    assert made["cards"] == {"new": 1, "changed": 0, "gone": 0}
    now = {task["key"]: task for task in data(running)[0]["tasks"]}
    assert now["words"] == next(task for task in before[0]["tasks"] if task["key"] == "words")
    assert now["rules"]["date"] <= now["uses"]["date"] <= now["mock"]["date"]
    for change in made["changes"]:
        if change["to"]:
            assert now[change["key"]]["date"] == change["to"]
    assert running.ok("upgrade", "--json").json["changed"] is False
    assert "Which words?" in running.ok("show", "review-basics-1").out
    after = data(running)
    running.ok("undo")
    assert data(running) == before
    assert running.ok("upgrade", "--dry-run", "--json").json["cards"]["new"] == 1
    running.ok("redo")
    assert data(running) == after


def test_a_dry_run_writes_nothing(running: Terminal) -> None:
    """The differences are shown, and nothing is written; without it one undo takes all back."""
    publish(running, NEXT)
    before = data(running)
    shown = running.ok("upgrade", "--dry-run")
    for word in ("edition 1 → 2", "New: ", "Use the rules", "minutes: 100 → 120", "Gone: 1 task", "Cards: 1 new"):
        assert word in shown.out, word
    assert data(running) == before
    assert "`studyplan undo` takes it back." in running.ok("upgrade").out
    running.ok("undo")
    assert data(running) == before


def test_what_the_learner_made_stays(running: Terminal) -> None:
    """Words and minutes changed by hand, tasks taken out, done work, notes and own tasks stay; the output says so."""
    pieces = running.ok("show", "rules", "--json").json["tasks"]
    running.ok("edit", str(pieces[0]["number"]), "--minutes", "55", "--title", "My rules", "--note", "mine")
    running.ok("remove", "mock")
    running.ok("add", "My own", "--minutes", "15")
    publish(running, NEXT.replace("Learn the words", "All words").replace("Learn the rules", "All rules"))
    made = running.ok("upgrade", "--yes", "--json").json
    kept = {each["task"]: each for each in made["tasks"]["kept"]}
    assert {id: each["why"] for id, each in kept.items()} == {"rules": "edited", "words": "over", "mock": "removed"}
    assert kept["rules"]["fields"] == ["title", "minutes"]
    now = {task["number"]: task for task in data(running)[0]["tasks"]}
    mine = now[pieces[0]["number"]]
    assert (mine["title"], mine["minutes"], mine["note"]) == ("My rules", 55, "mine")
    assert any(task["own"] and task["title"] == "My own" for task in now.values())
    assert not any(task["task"] == "mock" for task in now.values())
    assert now[1]["title"] == "Learn the words"
    running.ok("undo")
    assert "you removed it" in running.ok("upgrade", "--dry-run").out


def test_what_a_learner_wrote_stays(terminal: Terminal) -> None:
    """A card of the template in the learner's words keeps them, named, where the edition has other ones and where it drops the card."""
    publish(terminal, SMALL.replace("  - id: finish\n", f"{CARDS}  - id: finish\n"))
    terminal.ok("start", "small", "--days", "10")
    terminal.ok("cards", "edit", "c1", "--answer", "Mine.")
    words = {"question": "Which words?", "answer": "Mine."}
    for edition, card in ((2, CARDS.replace("These", "Those")), (3, CARDS.replace("id: c1", "id: c2"))):
        text = SMALL.replace("  - id: finish\n", f"{card}  - id: finish\n")
        publish(terminal, text.replace('edition: "1"', f'edition: "{edition}"'))
        made = terminal.ok("upgrade", "--dry-run", "--json").json
        assert (made["own_words"], made["cards"]["changed"], made["cards"]["gone"]) == (["c1"], 0, 0)
        assert "In your own words still: 1 card (c1)" in terminal.ok("upgrade").out
        (deck,) = terminal.ok("cards", "--json").json["plans"]
        (kept,) = [each for each in deck["cards"] if each["id"] == "c1"]
        assert {name: kept[name] for name in words} == words
        assert terminal.ok("upgrade", "--json").json["changed"] is False
    assert terminal.ok("db", "check").code == 0


def test_a_card_that_is_asked_both_ways_by_now(terminal: Terminal) -> None:
    """Its sibling comes, what it left in memory stays, reviews are as long as before, and the last pass has one card more."""
    publish(terminal, SMALL.replace("  - id: finish\n", f"{CARDS}  - id: finish\n"))
    terminal.ok("start", "small", "--days", "10")
    terminal.ok("review", "--grade", "c1=good")
    before = {task["key"]: task["title"] for task in data(terminal)[0]["tasks"]}
    text = SMALL.replace("  - id: finish\n", f"{CARDS.replace('These.,', 'These., reverse: true,')}  - id: finish\n")
    publish(terminal, text.replace('edition: "1"', 'edition: "2"'))
    assert terminal.ok("upgrade", "--json").json["cards"] == {"new": 1, "changed": 0, "gone": 0}
    (deck,) = terminal.ok("cards", "--json").json["plans"]
    assert [(card["id"], card["question"], card["answers"]) for card in deck["cards"]] == [
        ("c1", "Which words?", 1),
        ("c1.back", "These.", 0),
    ]
    after = {task["key"]: task["title"] for task in data(terminal)[0]["tasks"]}
    assert {key: title for key, title in after.items() if before.get(key) != title} == {
        key: "Last pass: all 2 cards from memory" for key in after if key.startswith("last-pass-")
    }
    assert any(key.startswith("last-pass-") for key in after)


def test_the_learners_own_cards_stay(running: Terminal) -> None:
    """Imported cards belong to no edition: they keep their memory and stand behind the cards of the template."""
    (running.folder / "cards.csv").write_text("question,answer,module\nMine?,Yes.,basics\nToo?,Yes.,basics\n")
    running.ok("cards", "import", "cards.csv")
    (deck,) = running.ok("cards", "--json").json["plans"]
    running.ok("review", "--grade", f"{deck['cards'][0]['id']}=good")
    (deck,) = running.ok("cards", "--json").json["plans"]
    own = deck["cards"]
    assert own[0]["due"] is not None
    assert running.ok("upgrade", "--json").json["changed"] is False
    publish(running, NEXT)
    made = running.ok("upgrade", "--yes", "--json").json
    assert made["cards"] == {"new": 1, "changed": 0, "gone": 0}
    (deck,) = running.ok("cards", "--json").json["plans"]
    assert deck["cards"][1:] == own
    assert deck["cards"][0]["id"] == "c1"
    assert running.ok("upgrade", "--json").json["changed"] is False
    running.ok("undo")
    (deck,) = running.ok("cards", "--json").json["plans"]
    assert deck["cards"] == own


def test_a_start_that_left_a_task_out_stays_without_it(terminal: Terminal) -> None:
    """What --leave-out left out is not new."""
    terminal.ok("start", "small", "--window", "long", "--days", "20", "--leave-out", "drill")
    assert terminal.ok("upgrade", "--json").json["changed"] is False


def test_an_edition_that_finds_no_room_has_its_prices(running: Terminal) -> None:
    """Nothing is written; each offer is a command that does it."""
    longer = NEXT.replace("minutes: 120, after: [words]", "minutes: 480, after: [words]")
    publish(running, longer.replace("minutes: 40, after: [rules]", "minutes: 480, after: [rules]"))
    before = data(running)
    refused = running("upgrade", "--yes", "--json")
    assert refused.code == 5
    assert refused.json["error"]["code"] == "does-not-fit"
    assert data(running) == before
    assert "--take" not in refused.err
    offers = refused.json["error"]["offers"]
    assert {offer["kind"] for offer in offers} >= {"minutes", "days"}
    for offer in offers:
        running.ok(*shlex.split(offer["command"])[1:], "--yes")
        running.ok("undo")
        assert data(running) == before


def test_what_cannot_be_upgraded_is_refused(running: Terminal) -> None:
    """A template that is gone, a bad one, a window that is gone, an unknown plan, several plans, an ended one."""
    publish(running, NEXT.replace("id: short,", "id: brief,").replace("default_window: short", "default_window: brief"))
    refused = running("upgrade")
    assert (refused.code, "no longer has the window 'short'" in refused.err) == (5, True)
    publish(running, NEXT.replace("minutes: 40", "minutes: 41"))
    assert running("upgrade").code == 4
    (running.folder / "plans" / "small.yaml").unlink()
    gone = running("upgrade")
    assert (gone.code, "carries on with the copy" in gone.err) == (3, True)
    publish(running, NEXT)
    assert running("upgrade", "smal").code == 3
    running.ok("start", "small", "--name", "second")
    several = running("upgrade")
    assert (several.code, "studyplan upgrade small" in several.err) == (5, True)
    running.ok("drop", "second", "--yes")
    assert running("upgrade", "second").code == 5
    for task in data(running)[0]["tasks"]:
        running.ok("done", str(task["number"]))
    finished = running("upgrade", "small")
    assert (finished.code, "finished" in finished.err) == (5, True)


def test_an_edition_that_only_has_another_name(running: Terminal) -> None:
    """The plan then has that edition, and nothing moves; a changed text of the same edition is an upgrade too."""
    publish(running, SMALL.replace('edition: "1"', 'edition: "1b"'))
    made = running.ok("upgrade", "--yes", "--json").json
    assert (made["plan"]["edition"], made["changes"]) == ("1b", [])
    publish(running, SMALL.replace('edition: "1"', 'edition: "1b"').replace("Learn the rules", "Learn all rules"))
    shown = running.ok("upgrade", "--yes").out
    assert "edition 1b, with changes" in shown
    assert "title: Learn the rules → Learn all rules" in shown


def test_a_plan_lives_on_after_an_upgrade(running: Terminal) -> None:
    """Scores, cards, timer and retake work on it as before; a timer on a task that went can be forgotten or its task brought back."""
    publish(
        running, SMALL.replace("  - id: finish\n", f"{CARDS}  - id: finish\n").replace('edition: "1"', 'edition: "1c"')
    )
    running.ok("upgrade", "--yes")
    running.ok("review", "--grade", "c1=again")
    running.ok("timer", "start", "quiz")
    publish(running, NEXT)
    running.ok("upgrade", "--yes")
    assert "was removed" in running("timer", "stop").err
    running.ok("undo")
    assert (
        running.ok("timer", "status", "--json").json["timer"]["task"]
        == running.ok("show", "quiz", "--json").json["tasks"][0]["number"]
    )
    running.ok("done", "quiz", "--score", "40")
    running.ok("upgrade", "--yes")
    running.ok("review", "--grade", "c1=good", today="2026-07-02")
    running.ok("timer", "start", "uses", today="2026-07-02")
    running.ok("timer", "cancel", today="2026-07-02")
    running.ok("done", "mock", "--score", "66", "--weak", "basics", today="2026-07-02")
    found = running.ok("progress", "--json", today="2026-07-02").json["plans"][0]
    assert [(each["key"], each["score"]) for each in found["scores"]] == [("quiz", 40), ("mock", 66)]
    assert (found["plan"]["edition"], found["recall"]["answered"]) == ("2", 1)
    running.ok("result", "small", "fail", "--score", "55", today="2026-07-02")
    made = running.ok("start", "small", "--retake", "small", "--name", "again", "--json", today="2026-07-02").json
    assert [(each["module"], each["weak"]) for each in made["retake"]] == [("basics", True), ("finish", None)]
    assert (made["plan"]["edition"], made["plan"]["retake"]) == ("2", 1)
    running.ok("undo", today="2026-07-02")
    text = running.ok("start", "small", "--retake", "small", "--name", "again", today="2026-07-02").out
    first = running.ok("tasks", "--plan", "again", "--json").json["tasks"][0]["number"]
    assert f"`studyplan done {first}`" in text


def test_kind_module_and_order_by_hand_stay(terminal: Terminal) -> None:
    """What `edit` changed is the learner's, whatever the next edition says, and without one there is nothing to upgrade."""
    terminal.ok("start", "small", "--days", "10", "--name", "mine")
    terminal.ok("edit", "words", "--kind", "Aufsatz", "--module", "extra")
    terminal.ok("edit", "quiz", "--after", "none")
    terminal.ok("edit", "quiz", "--order", "first")
    assert terminal.ok("upgrade", "--json").json["changed"] is False
    new = "\n      - {id: sums, title: Do the sums, kind: read, minutes: 15, after: [rules]}\n      - {id: quiz"
    text = SMALL.replace("Mock exam", "Practice exam").replace('edition: "1"', 'edition: "2"')
    (terminal.folder / "plans" / "small.yaml").write_text(text.replace("\n      - {id: quiz", new))
    made = terminal.ok("upgrade", "--json").json
    kept = {each["task"]: set(each["fields"]) for each in made["tasks"]["kept"]}
    assert kept == {"words": {"own_kind", "module"}}
    tasks = {task["task"]: task for task in terminal.ok("tasks", "--plan", "mine", "--json").json["tasks"]}
    assert (tasks["words"]["kind"], tasks["words"]["module"]) == ("Aufsatz", "extra")
    assert (tasks["quiz"]["after"], tasks["mock"]["title"]) == ([], "Practice exam")
    assert terminal.ok("upgrade", "--json").json["changed"] is False
    terminal.ok("replan", "--even")
    dates = {task["task"]: task["date"] for task in terminal.ok("tasks", "--plan", "mine", "--json").json["tasks"]}
    assert dates["quiz"] <= dates["words"] <= dates["rules"] <= dates["sums"]


def test_an_edition_that_contradicts_the_order_by_hand_wins(terminal: Terminal) -> None:
    """Tasks that would come after each other in a circle come after what the edition says."""
    file = terminal.folder / "plans" / "small.yaml"
    file.write_text(SMALL.replace("minutes: 100, after: [words]", "minutes: 100"))
    terminal.ok("start", "small", "--days", "10", "--name", "mine")
    terminal.ok("edit", "words", "--after", "rules")
    file.write_text(SMALL.replace('edition: "1"', 'edition: "2"'))
    terminal.ok("upgrade")
    tasks = {task["task"]: task for task in terminal.ok("tasks", "--plan", "mine", "--json").json["tasks"]}
    assert (tasks["words"]["after"], tasks["rules"]["after"]) == ([], ["words"])
    assert terminal.ok("upgrade", "--json").json["changed"] is False
    terminal.ok("replan", "--even", "--strict")


def test_a_plan_started_from_a_file_elsewhere(terminal: Terminal) -> None:
    """Its template is none of those known here, which is not to say that it is gone."""
    file = terminal.folder / "uni.yaml"
    file.write_text(SMALL.replace("id: small", "id: uni"))
    terminal.ok("start", str(file), "--days", "10")
    refused = terminal("upgrade")
    assert (refused.code, "there is no template 'uni' here" in refused.err) == (3, True), refused.err
