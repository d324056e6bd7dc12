"""What a change means to calendars: which fields they show, and which raise the number that they go by."""

#: What an exported calendar shows of a task: a change of one of these is a new revision of its event.
SHOWN = frozenset(
    {
        "date",
        "done_at",
        "evidence",
        "exists",
        "key",
        "kind",
        "minutes",
        "module",
        "objective",
        "resources",
        "starts_at",
        "status",
        "tags",
        "title",
    }
)

#: What raises the SEQUENCE of a task's event too. Thunderbird keeps its own state of an entry whose SEQUENCE has not grown.
RAISING = frozenset({"date", "exists", "starts_at", "status"})
