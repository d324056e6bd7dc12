"""How questions and attempts are kept. Apart from ``rows``, since `today` and `done` need none of them."""

from __future__ import annotations

from typing import Any

from studyplan.model import Attempt, BankQuestion, Difficulty, Option, QuestionKind, Response, Slip, Tier
from studyplan.store.rows import INSTANT, FieldCodec, RowCodec, listed, word


def _number(kept: Any) -> Any:
    """A number is always a float; other programs write a whole one without its point."""
    return float(kept) if type(kept) is int else kept


def _packed_response(response: Response) -> list[Any]:
    given = list(response.given) if isinstance(response.given, tuple) else response.given
    return [
        response.question,
        given,
        response.is_sure,
        response.is_flagged,
        response.milliseconds,
        response.is_right,
        None if response.slip is None else response.slip.value,
    ]


def _response(kept: list[Any]) -> Response:
    question, given, is_sure, is_flagged, milliseconds, is_right, slip = kept
    given = tuple(given) if isinstance(given, list) else _number(given)
    return Response(question, given, is_sure, is_flagged, milliseconds, is_right, None if slip is None else Slip(slip))


QUESTION = RowCodec(
    BankQuestion,
    {
        "kind": word(QuestionKind),
        "options": listed(lambda option: [option.text, option.is_right, option.why], lambda kept: Option(*kept)),
        "answer": FieldCodec(from_column=_number, from_log=_number),
        "tolerance": FieldCodec(from_column=_number, from_log=_number, empty=0.0),
        "difficulty": word(Difficulty),
        "tier": word(Tier),
    },
)
ATTEMPT = RowCodec(
    Attempt, {"began_at": INSTANT, "responses": listed(_packed_response, _response), "ended_at": INSTANT}
)
