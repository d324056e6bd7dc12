"""Every change, told in words and taken back."""

from browsing import Browser

from studyplan.model import Grade

LONG = "復習" * 100


def test_nothing_changed(browser: Browser) -> None:
    assert "Nothing has been changed yet." in browser.get("/history").main


def test_changes_in_words(studying: Browser) -> None:
    planner = studying.planner
    planner.tasks.done(1)
    planner.tasks.move(2, to="2026-07-25")
    page = studying.get("/history")
    assert "1 Fix your study times and ask for one conversation: done" in page.main
    assert "moved from Tue 21 Jul to Sat 25 Jul" in page.main or "moved from Mon 20 Jul to Sat 25 Jul" in page.main
    assert "“foundations”: added" in page.main


def test_undo_and_redo(studying: Browser) -> None:
    studying.planner.tasks.done(1)
    studying.get("/history")
    page = studying.send("/history/undo")
    assert page.notices[0].startswith("Taken back: Done: 1")
    assert studying.planner.queries.show(1)[0][0].status.value == "open"
    assert "taken back" in page.main
    page = studying.send("/history/redo")
    assert page.notices[0].startswith("Done again: Done: 1")
    assert studying.planner.queries.show(1)[0][0].status.value == "done"
    assert not page.soup.select('form[action="/history/redo"]')


def test_only_what_stands_there_is_taken_back(studying: Browser) -> None:
    """Another window may have changed something meanwhile."""
    studying.planner.tasks.done(1)
    studying.get("/history")
    studying.planner.tasks.done(2)
    page = studying.send("/history/undo")
    assert page.notices == ["Something else was changed since then."]
    assert studying.planner.queries.show(2)[0][0].status.value == "done"


def test_pages_of_it(studying: Browser) -> None:
    for _ in range(15):
        studying.planner.tasks.done(1)
        studying.planner.tasks.reopen(1)
    page = studying.get("/history")
    assert len(page.soup.select(".changes > li")) == 20
    older = page.soup.select_one('a[href^="/history?before="]')
    assert older
    page = studying.get(str(older["href"]))
    assert len(page.soup.select(".changes > li")) == 11
    assert "Start foundations" in page.main
    assert not page.soup.select('a[href^="/history?before="]')


def test_of_one_plan(studying: Browser) -> None:
    planner = studying.planner
    planner.plans.start("practitioner", start="2026-07-20")
    planner.tasks.done(1)
    planner.review.grade("foundations", [(planner.cards.decks("foundations")[0].cards[0].card.id, Grade.GOOD)])
    page = studying.get("/history?plan=1")
    assert len(page.soup.select(".changes > li")) == 3
    assert "1 card: answered" in page.main
    assert len(studying.get("/history?plan=2").soup.select(".changes > li")) == 1
    assert studying.get("/history?plan=nonsense").status == 404


def test_addresses_that_are_none(studying: Browser) -> None:
    for query in ("before=0", "before=x", "before=99999999999999", "before=1&plan=%00", f"plan={LONG}"):
        assert studying.get(f"/history?{query}").status in (400, 404), query


def test_undo_of_what_is_none(studying: Browser) -> None:
    before = studying.planner.history.batches()
    for batch in ("0", "x", "999999999", LONG, "1\0"):
        for way in ("undo", "redo"):
            assert studying.post(f"/history/{way}", {"batch": batch}).status in (200, 400, 409), batch
    assert studying.planner.history.batches() == before
