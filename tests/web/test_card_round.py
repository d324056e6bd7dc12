"""A round of cards in an address: what an answer makes of it, and what is no round."""

import pytest

from studyplan.errors import UsageProblem
from studyplan.model import COMES_BACK, Grade
from studyplan.web.card_round import MOST_CARDS, CardRound

ROUND = CardRound(plan=1, queue=(7, 8, 9, 10, 11, 12), was=412, task=40)


def test_it_is_read_as_it_is_written() -> None:
    for found in (
        ROUND,
        CardRound(2, ()),
        ROUND.answered(Grade.AGAIN, 5, comes_back=True).answered(Grade.EASY, None, comes_back=False),
    ):
        assert CardRound.of(dict(found.fields())) == found


def test_a_forgotten_card_comes_back_after_others() -> None:
    found = ROUND.answered(Grade.AGAIN, 5, comes_back=True)
    assert found.queue == (8, 9, 10, 11, 7, 12)
    assert found.queue.index(7) == COMES_BACK
    assert not found.came_back
    last = CardRound(1, (7,)).answered(Grade.AGAIN, 5, comes_back=True)
    assert last.queue == (7,)
    assert last.came_back
    assert last.answered(Grade.GOOD, 6, comes_back=False).queue == ()


@pytest.mark.parametrize("grade", list(Grade))
def test_an_answer_is_taken_back(grade: Grade) -> None:
    again = ROUND.answered(Grade.AGAIN, 5, comes_back=True)
    for before in (ROUND, again, CardRound(1, (7,), again=(7,))):
        after = before.answered(grade, 6, comes_back=grade is Grade.AGAIN)
        back = after.taken_back()
        assert (back.queue, set(back.again), back.tally) == (before.queue, set(before.again), before.tally)
        assert back.last is None


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"plan": "x"},
        {"plan": "1.2"},
        {"plan": "1", "cards": "1..2"},
        {"plan": "1", "cards": "-1"},
        {"plan": "1", "cards": "1.1"},
        {"plan": "1", "cards": "²"},
        {"plan": "1", "cards": "99999999999"},
        {"plan": "9999999999"},
        {"plan": "1", "cards": ".".join(map(str, range(MOST_CARDS + 1)))},
        {"plan": "1", "tally": "1.2.3"},
        {"plan": "1", "last": "1.2.4.0"},
        {"plan": "1", "last": "1.2"},
    ],
)
def test_what_is_no_round(fields: dict[str, str]) -> None:
    with pytest.raises(UsageProblem):
        CardRound.of(fields)
