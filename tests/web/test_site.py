"""What all requests share."""

from studyplan.web.site import LastUsed


def test_what_is_kept_is_made_once() -> None:
    kept: LastUsed[str, list[int]] = LastUsed(2)
    made: list[str] = []

    def make(key: str) -> list[int]:
        made.append(key)
        return [len(made)]

    for key in ("a", "b", "a", "c", "a", "b"):
        kept.get(key, lambda key=key: make(key))  # type: ignore[misc]
    assert made == ["a", "b", "c", "b"]
