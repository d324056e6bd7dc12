"""Cards listed, brought in from files and written to files."""

from __future__ import annotations

import pytest

CSV = "question,answer,module,source\nWhat?,That.,basics,https://example.org\nクラウド?,雲,日本語,\n"
ANKI = '#separator:tab\n#html:true\n#tags column:3\n"<b>Why</b> so?"\t"Because<br>of &lt;it&gt;"\tbasics marked\n'


@pytest.fixture
def plan(terminal):
    terminal.ok("start", "small")
    (terminal.folder / "cards.csv").write_text(CSV)
    (terminal.folder / "anki.txt").write_text(ANKI)
    return terminal


def held(terminal) -> list[tuple[str, str, str, str | None]]:
    (deck,) = terminal.ok("cards", "--json").json["plans"]
    return [(card["question"], card["answer"], card["module"], card["source"]) for card in deck["cards"]]


def test_cards_come_in_and_are_taken_back(plan):
    """A file's cards join the plan as one change; a second time they are known; undo and redo work to the last card."""
    before = held(plan)
    brought = plan.ok("cards", "import", "cards.csv", "--json").json
    assert (brought["written"], brought["known"], len(brought["cards"])) == (True, 0, 2)
    assert held(plan) == [("What?", "That.", "basics", "https://example.org"), ("クラウド?", "雲", "日本語", None)]
    assert plan.ok("cards", "import", "cards.csv", "--json").json["known"] == 2
    plan.ok("cards", "import", "anki.txt")
    assert held(plan)[-1] == ("Why so?", "Because\nof <it>", "basics", None)
    plan.ok("undo")
    plan.ok("undo")
    assert held(plan) == before == []
    plan.ok("redo")
    plan.ok("redo")
    assert len(held(plan)) == 3
    assert plan.ok("db", "check").code == 0


def test_cards_of_one_s_own_are_asked(plan):
    """Imported cards belong to no task: they can be asked at once, and removed ones no more."""
    plan.ok("cards", "import", "cards.csv")
    ids = [card["id"] for card in plan.ok("review", "--json").json["cards"]]
    assert sorted(ids) == ["own-1", "own-2"]
    plan.ok("review", "--grade", "own-1=good")
    text = plan.ok("cards").out
    assert "own-1" in text
    assert "new" in text
    plan.ok("undo")
    plan.ok("undo")
    assert plan("review", "--json").code == 3
    plan.ok("cards", "import", "cards.csv")
    assert [card["id"] for card in plan.ok("review", "--json").json["cards"]] == ["own-3", "own-4"]


@pytest.mark.parametrize(("name", "form"), [("out.csv", None), ("out.txt", None), ("out", "anki"), ("out", "csv")])
def test_what_is_written_reads_the_same(plan, name, form):
    """A plan's cards written to a file and read into another plan are the same cards."""
    plan.ok("cards", "import", "cards.csv")
    plan.ok("cards", "import", "anki.txt")
    before = held(plan)
    told = plan.ok("cards", "export", "-o", name, *(["--as", form] if form else []))
    assert "Wrote 3 cards" in told.err
    plan.ok("drop", "small", "--yes")
    plan.ok("start", "small")
    assert held(plan) == []
    plan.ok("cards", "import", name)
    assert held(plan) == before


def test_a_pipe_gets_the_file(plan):
    """Without a terminal the file goes to standard output."""
    plan.ok("cards", "import", "cards.csv")
    assert plan.ok("cards", "export").out == CSV
    assert plan.ok("cards", "export", "-o", "-").out == CSV


def test_a_bad_file_names_every_line(plan):
    """All problems at once with file and line, exit 4, nothing written."""
    (plan.folder / "bad.csv").write_text('question,answer,module\n,No question,a\n"ok",,a\nx,"\x1b[31m",a\n')
    before = plan.bytes()
    answer = plan("cards", "import", "bad.csv", "--json")
    assert answer.code == 4
    problems = answer.json["error"]["problems"]
    assert [problem.partition(": ")[0] for problem in problems] == ["bad.csv:2", "bad.csv:3", "bad.csv:4"]
    assert "answer cannot be empty" in problems[1]
    assert "\x1b" not in answer.err
    assert plan.bytes() == before


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["import", "missing.csv"], 6),
        (["import", "."], 6),
        (["import", "cards.csv", "--plan", "nope"], 3),
        (["export", "-o", "nowhere/x.csv"], 6),
        (["export", "--as", "pdf"], 2),
        (["--module", "nope"], 3),
        (["--plan", "small", "import", "cards.csv"], 2),
    ],
)
def test_wrong_words_are_one_line(plan, words, code):
    """A file that is not there, a folder, an unknown plan: one line, its exit code, nothing written."""
    before = plan.bytes()
    answer = plan("cards", *words)
    assert (answer.code, len(answer.err.splitlines())) == (code, 1)
    assert plan.bytes() == before


def test_a_dry_run_writes_nothing(plan):
    """--dry-run checks the file and tells what would come."""
    before = plan.bytes()
    assert "Would add 2 cards" in plan.ok("cards", "import", "cards.csv", "--dry-run").out
    assert plan.bytes() == before
    assert held(plan) == []


def test_an_ended_plan_takes_no_cards(plan):
    """A dropped plan is a conflict."""
    plan.ok("drop", "small", "--yes")
    assert plan("cards", "import", "cards.csv", "--plan", "small").code == 5
    assert plan("cards", "import", "cards.csv").code == 3


def test_two_plans_keep_their_cards_apart(plan):
    """Cards of two plans do not meet; what writes asks which plan is meant."""
    plan.ok("start", "small", "--name", "other")
    assert plan("cards", "import", "cards.csv").code == 5
    plan.ok("cards", "import", "cards.csv", "--plan", "other")
    plan.ok("cards", "import", "cards.csv", "--plan", "small")
    plan.ok("review", "--plan", "other", "--grade", "own-1=good")
    decks = {deck["plan"]["name"]: deck["cards"] for deck in plan.ok("cards", "--json").json["plans"]}
    assert [card["answers"] for card in decks["other"]] == [1, 0]
    assert [card["answers"] for card in decks["small"]] == [0, 0]
    assert plan("review", "--json").code == 5


def the_card(terminal, id: str, *words: str) -> dict:
    (deck,) = terminal.ok("cards", "list", *words, "--json").json["plans"]
    return next(card for card in deck["cards"] if card["id"] == id)


LEECH = [word for _ in range(8) for grade in ("good", "again") for word in ("--grade", f"own-1={grade}")]


def test_a_card_is_set_aside_and_taken_back(plan):
    """By hand or by forgetting: it is not asked, says so in the list, and comes back as it was; each is one change."""
    plan.ok("cards", "import", "cards.csv")
    before = the_card(plan, "own-1")
    said = plan.ok("cards", "suspend", "own-1", "own-2", "own-1").out
    assert said == "Suspended: own-1  What?\nSuspended: own-2  クラウド?\n`studyplan undo` takes it back.\n"
    assert "suspended" in plan.ok("cards").out
    assert plan.ok("review", "--json").json["cards"] == []
    assert plan.ok("cards", "suspend", "own-1").out == "own-1 is suspended already.\n"
    assert plan.ok("cards", "unsuspend", "own-1", "--json").json["changed"] == ["own-1"]
    assert the_card(plan, "own-1") == before
    assert plan.ok("cards", "unsuspend", "own-1").out == "own-1 is not suspended.\n"
    plan.ok("undo")
    assert the_card(plan, "own-1")["suspended_at"] is not None
    plan.ok("undo")
    assert the_card(plan, "own-2")["suspended_at"] is None


def test_leeches_are_listed_until_they_are_rewritten(plan):
    """The list names them with how often; taken back one is still a leech, after four more it is set aside again."""
    plan.ok("cards", "import", "cards.csv")
    assert plan.ok("cards", "list", "--leeches").out == "small: no card was forgotten 8 times.\n"
    plan.ok("review", *LEECH)
    assert the_card(plan, "own-1", "--leeches")["forgotten"] == 8
    assert "    8 times  suspended  own-1  What?" in plan.ok("cards", "--leeches").out
    plan.ok("cards", "unsuspend", "own-1")
    assert "    8 times  asked      own-1  What?" in plan.ok("cards", "list", "--leeches").out
    plan.ok("review", *LEECH[: 3 * 4])
    assert the_card(plan, "own-1")["suspended_at"] is None
    plan.ok("review", *LEECH[: 1 * 4])
    assert the_card(plan, "own-1")["suspended_at"] is not None
    plan.ok("cards", "edit", "own-1", "--question", "Better?")
    assert (the_card(plan, "own-1")["forgotten"], the_card(plan, "own-1")["leech"]) == (0, False)
    assert plan("cards", "--leeches", "list").code == 2


def test_a_card_is_rewritten(plan):
    """Its words are the learner's, what it left in memory stays, a suspended one is asked again; undo takes all of it back."""
    plan.ok("cards", "import", "cards.csv")
    plan.ok("review", "--grade", "own-1=good")
    plan.ok("cards", "suspend", "own-1")
    before = the_card(plan, "own-1")
    said = plan.ok("cards", "edit", "own-1", "-q", " Which? ", "-a", "This.\nOr that.").out
    assert said == "Which?\n  This.\n  Or that.\n`studyplan undo` takes it back.\n"
    now = the_card(plan, "own-1")
    assert (now["question"], now["answer"], now["suspended_at"]) == ("Which?", "This.\nOr that.", None)
    assert now["rewritten_at"] is not None
    assert (now["due"], now["source"], now["module"]) == (before["due"], before["source"], before["module"])
    assert "Nothing changed" in plan.ok("cards", "edit", "own-1", "-q", "Which?").out
    plan.ok("undo")
    assert the_card(plan, "own-1") == before
    plan.ok("redo")
    assert the_card(plan, "own-1") == now
    assert plan.ok("db", "check").code == 0


SIBLINGS = """\
question,answer,module,source,reverse,cloze
CUD,committed use discount,terms,,yes,
,see it,terms,,,{{c1::R&D}} is {{c2::dear::how}}
"""


def test_siblings_come_in_are_asked_apart_and_go_out(plan):
    """A card for each way and each number; one of them a day; what is written reads the same, and is known when it comes again."""
    (plan.folder / "siblings.csv").write_text(SIBLINGS)
    assert "Added 4 cards" in plan.ok("cards", "import", "siblings.csv").out
    (deck,) = plan.ok("cards", "--json").json["plans"]
    ids = {card["id"]: (card["question"], card["answer"]) for card in deck["cards"]}
    assert ids == {
        "own-1": ("CUD", "committed use discount"),
        "own-1.back": ("committed use discount", "CUD"),
        "own-3.c1": ("[...] is dear", "R&D\nsee it"),
        "own-3.c2": ("R&D is [how]", "dear\nsee it"),
    }
    first = [card["id"] for card in plan.ok("review", "--json").json["cards"]]
    assert first == ["own-1", "own-3.c1"]
    plan.ok("review", "--grade", "own-1=good", "--grade", "own-3.c1=good")
    assert plan.ok("review", "--json").json["cards"] == []
    second = [card["id"] for card in plan.ok("review", "--json", today="2026-07-02").json["cards"]]
    assert second == ["own-1.back", "own-3.c2"]
    for name in ("out.csv", "out.txt"):
        plan.ok("cards", "export", "-o", name)
        brought = plan.ok("cards", "import", name, "--json").json
        assert (brought["known"], brought["cards"]) == (4, [])
    assert (plan.folder / "out.csv").read_bytes().replace(b"\r", b"").decode() == SIBLINGS


def test_a_cloze_is_rewritten_whole_or_card_by_card(plan):
    """A new text for all of its cards; a question of its own takes one card out of it."""
    (plan.folder / "siblings.csv").write_text(SIBLINGS)
    plan.ok("cards", "import", "siblings.csv")
    plan.ok("cards", "suspend", "own-3.c2")
    before = [the_card(plan, id) for id in ("own-3.c1", "own-3.c2")]
    changed = plan.ok("cards", "edit", "own-3.c1", "--cloze", "{{c1::AT&T}} was {{c2::big}}", "--json").json
    assert changed["changed"] == ["own-3.c1", "own-3.c2"]
    now = the_card(plan, "own-3.c2")
    assert (now["question"], now["answer"], now["suspended_at"]) == ("AT&T was [...]", "big\nsee it", None)
    for words in (
        ["own-1", "--cloze", "{{c1::a}} b"],
        ["own-3.c1", "--cloze", "{{c1::a}} b"],
        ["own-3.c1", "--cloze", "{{c1::a"],
    ):
        assert plan("cards", "edit", *words).code == 2
    assert plan("cards", "edit", "own-3.c1", "--cloze", "{{c1::a}} {{c2::b}}", "-a", "x").code == 2
    plan.ok("cards", "edit", "own-3.c1", "-q", "Which firm?")
    assert the_card(plan, "own-3.c1")["cloze"] is None
    assert the_card(plan, "own-3.c2") == now
    plan.ok("undo")
    plan.ok("undo")
    assert [the_card(plan, id) for id in ("own-3.c1", "own-3.c2")] == before


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["edit", "own-1"], 2, "--question"),
        (["edit", "own-1", "-q", "  "], 2, "the question cannot be empty"),
        (["edit", "own-1", "-q", "{{c1::A}} is B"], 2, "the question is a cloze text"),
        (["edit", "own-1", "-a", "x" * 4001], 2, "4,000"),
        (["edit", "own-1", "-a", "a\x1b[31mb"], 2, "the answer"),
        (["edit", "own-9", "-a", "x"], 3, "no card 'own-9'"),
        (["suspend"], 2, "CARD"),
        (["suspend", "own-1", "one"], 3, "no card 'one'"),
        (["unsuspend", "own-1", "--plan", "nope"], 3, "no plan 'nope'"),
        (["list", "--leeches", "--module", "none"], 3, "no cards for the module"),
    ],
)
def test_wrong_words_about_a_card(plan, words, code, told):
    """What cannot be meant is refused in one line, and nothing is written."""
    plan.ok("cards", "import", "cards.csv")
    before = plan.bytes()
    answer = plan("cards", *words)
    assert (answer.code, told in answer.err) == (code, True)
    assert plan.bytes() == before


def test_cards_of_a_finished_plan_stay_as_they_are(plan):
    """What is over is not rewritten."""
    plan.ok("cards", "import", "cards.csv")
    plan.ok("finish", "small")
    answer = plan("cards", "edit", "own-1", "-a", "x", "--plan", "small")
    assert (answer.code, "only cards of a running plan" in answer.err) == (5, True)
