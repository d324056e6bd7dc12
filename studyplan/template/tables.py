"""The format of a template file: a table of fields for each item. The loader and the JSON Schema are made from it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from studyplan.model import (
    LONGEST_KIND,
    LONGEST_NAME,
    LONGEST_TASK,
    LONGEST_WINDOW,
    STEP,
    Access,
    Difficulty,
    Kind,
    QuestionKind,
    Tier,
)
from studyplan.template.fields import (
    Amount,
    Answered,
    ByWindow,
    Choice,
    Days,
    Field,
    FileName,
    Id,
    Language,
    List,
    Shape,
    Text,
    Truth,
    Type,
    Url,
    Weekdays,
    Whole,
)

#: The version of the format that this package reads.
FORMAT = 1
#: Characters of a template's id.
LONGEST_ID = 40
#: Tasks in a file.
MOST_TASKS = 2000
#: Questions that one quiz or mock asks, and options of one of them: the most.
MOST_ASKED = 300
MOST_OPTIONS = 10


class Level(StrEnum):
    ENTRY = "entry"
    MID = "mid"
    SENIOR = "senior"


_TITLE = Text(LONGEST_NAME)
_PROSE = Text(4000, paragraphs=True)


def _words(example: str) -> Type:
    return List(_TITLE, example=example)


RESOURCE = Shape(
    "resource",
    (
        Field("title", _TITLE, "What it is called.", required=True),
        Field("url", Url(), "Where it is; https only.", required=True),
        Field("minutes", Whole(1, 10_000), "Minutes it takes, if known."),
        Field("free", Truth(), "Whether it costs nothing.", default=True),
    ),
)

TASK = Shape(
    "task",
    (
        Field("id", Id(letter_first=True), "Unique in the file; never renamed within an edition.", required=True),
        Field("title", _TITLE, "What to do, in one line.", required=True),
        Field("kind", Choice(Kind), "The kind of work; `review` only with `on`.", required=True),
        Field("own_kind", Text(LONGEST_KIND), "Another word for it, which is shown instead."),
        Field(
            "minutes", Whole(STEP, LONGEST_TASK, STEP), "Working time of one learner, without breaks.", required=True
        ),
        Field("tier", Choice(Tier), "The first tier that includes it (core).", default=Tier.CORE),
        Field(
            "splittable", Truth(), "May be split over several days (true: read, watch, lab, reflect above 45 minutes)."
        ),
        Field(
            "after", List(Id(), located=True, example="[other-task]"), "Tasks that must be finished first.", default=()
        ),
        Field("on", ByWindow(), "Anchor: exam-3d, start+7d, a task such as mock-1, mock-1+1d; or one per window."),
        Field(
            "path", List(Id(), located=True, example="[devops]"), "Only for learners who chose this path.", default=()
        ),
        Field("optional", Truth(), "May be left out if the plan does not fit (false).", default=False),
        Field("access", Choice(Access), "What access it needs (none).", default=Access.NONE),
        Field("tags", _words("[project, culture]"), "Labels of your choice.", default=()),
        Field("objective", _PROSE, "What the learner can do afterwards.", default=""),
        Field("evidence", _PROSE, "What there is to show for it.", default=""),
        Field("resources", List(RESOURCE, example="[{title: …, url: https://…}]"), "What to work with.", default=()),
        Field("questions", Whole(1, MOST_ASKED), "How many questions of the bank a quiz or a mock asks."),
        Field("every", Weekdays(), "Makes it a habit: done on each of these days of the week.", default=()),
    ),
)

CARD = Shape(
    "card",
    (
        Field("id", Id(), "Unique in the file.", required=True),
        Field("question", _PROSE, "Answered from memory.", required=True, unless="cloze"),
        Field("answer", _PROSE, "What a good answer contains.", required=True, unless="cloze"),
        Field("reverse", Truth(), "Also asks for the question by the answer (false).", default=False),
        Field(
            "cloze", _PROSE, "Instead of both: a text with deletions, such as {{c1::answer::hint}}, a card for each."
        ),
        Field("source", Url(), "Where the answer can be checked; https only."),
        Field("after", Id(), "The task that teaches it (the first of the module)."),
    ),
)

OPTION = Shape(
    "option",
    (
        Field("text", _PROSE, "What can be chosen, or put in order.", required=True),
        Field("right", Truth(), "Whether it is right (false).", default=False),
        Field("why", _PROSE, "Why it is right, or what choosing it would mean.", default=""),
    ),
)

QUESTION = Shape(
    "question",
    (
        Field("id", Id(), "Unique among the questions of the file.", required=True),
        Field("kind", Choice(QuestionKind), "How it is answered.", required=True),
        Field("question", _PROSE, "What is asked.", required=True),
        Field(
            "options",
            List(OPTION, most=MOST_OPTIONS, example="- {text: …, right: true, why: …}"),
            "What can be chosen (single, several), or the right order (order).",
            default=(),
        ),
        Field("answer", Answered(), "The right answer of true-false and number."),
        Field("tolerance", Amount(least=0), "How far from the answer a number may be (0).", default=0.0),
        Field("unit", _TITLE, "What a number counts, such as USD or percent.", default=""),
        Field("why", _PROSE, "Why the answer is right; for true-false, order and number.", default=""),
        Field("source", Url(), "Where the answer can be checked; https only."),
        Field("difficulty", Choice(Difficulty), "How hard it is (medium).", default=Difficulty.MEDIUM),
        Field("tier", Choice(Tier), "The first tier that asks it (that of its task)."),
        Field("after", Id(), "The task that teaches it (the first of the module)."),
    ),
)

MODULE = Shape(
    "module",
    (
        Field("id", Id(), "Unique in the file.", required=True),
        Field("title", _TITLE, "What it is about, in one line.", required=True),
        Field("about", _PROSE, "A longer description.", default=""),
        Field("tasks", List(TASK, least=1, example="- id: …"), "In the order of study.", required=True),
        Field("cards", List(CARD, example="- id: …"), "Retrieval practice; earns the module reviews.", default=()),
        Field("questions", List(QUESTION, example="- id: …"), "What mocks and quizzes ask.", default=()),
    ),
)

WINDOW = Shape(
    "window",
    (
        Field("id", Id(), "Unique in the file.", required=True),
        Field("days", Days(LONGEST_WINDOW), "The shortest and the longest, in days.", required=True),
        Field("tier", Choice(Tier), "Includes this tier and those before it.", required=True),
        Field("goal", _PROSE, "What is reached at its end.", default=""),
    ),
)

PATH = Shape(
    "path",
    (
        Field("id", Id(), "Unique in the file.", required=True),
        Field("title", _TITLE, "What people call it.", required=True),
        Field("about", _PROSE, "What is in it.", default=""),
    ),
)

NEXT = Shape(
    "next",
    (
        Field("same_track", _TITLE, "The next of the same track: a template's id or a title."),
        Field("cross_track", _TITLE, "One of another track."),
        Field("leadership", _TITLE, "One that leads to managing people."),
    ),
)

EXAM_QUESTION = Shape(
    "exam question",
    (
        Field("question", _TITLE, "What people ask about the exam.", required=True),
        Field("answer", _PROSE, "The answer, in a sentence or two.", required=True),
        Field("source", Url(), "Where the answer can be checked; https only.", required=True),
    ),
)

PROVIDER = Shape(
    "provider",
    (
        Field("name", _TITLE, "What it is called.", required=True),
        Field("focus", _TITLE, "What its courses concentrate on, in one line.", required=True),
        Field("url", Url(), "Where it is; https only."),
    ),
)

CERTIFICATION = Shape(
    "certification",
    (
        Field("track", _TITLE, "The track it belongs to.", required=True),
        Field("level", Choice(Level), "Level: entry, mid or senior.", required=True),
        Field("order", Whole(1, 1000), "Place in the track's recommended order."),
        Field("audience", _words("[junior engineers]"), "Who it is for.", default=()),
        Field("prerequisites", _words("[basic cloud literacy]"), "What to know beforehand.", default=()),
        Field("skills", _words("[tagging]"), "What it proves.", default=()),
        Field("roles", _words("[cloud-engineer]"), "Roles it is recommended for.", default=()),
        Field(
            "renew_after_years",
            List(Whole(1, 50), least=1, most=2, example="[2, 3]"),
            "Years until renewal; two numbers mean from and to.",
            default=(),
        ),
        Field("next", NEXT, "What follows."),
        Field(
            "exam",
            List(EXAM_QUESTION, example="- {question: …, answer: …, source: https://…}"),
            "What people ask about the exam before they book it.",
            default=(),
        ),
        Field("providers", List(PROVIDER, example="- {name: …, focus: …}"), "Who teaches for it.", default=()),
    ),
)

TEMPLATE = Shape(
    "",
    (
        Field("studyplan", Whole(FORMAT, FORMAT), "Version of this format.", required=True),
        Field("id", Id(LONGEST_ID), "The file's name without .yaml.", required=True),
        Field("title", _TITLE, "What people call the plan.", required=True),
        Field("edition", Text(40, no_number=True), "Of the content; text, in quotes.", required=True),
        Field("language", Language(), "Of the content, such as en.", required=True),
        Field("about", _PROSE, "Who it is for and what it leads to.", required=True),
        Field("certification", CERTIFICATION, "The certification it prepares for."),
        Field("paths", List(PATH, example="- {id: devops, title: DevOps}"), "Electives.", default=()),
        Field(
            "windows",
            List(WINDOW, least=1, example="- {id: month, days: [30, 30], tier: practice}"),
            "How long a plan may be, smallest first.",
            required=True,
        ),
        Field("default_window", Id(), "The window used if none is named.", required=True),
        Field(
            "samples",
            List(FileName(), example="[bill.csv]"),
            "Files with sample data for the labs, in the folder samples beside this file.",
            default=(),
        ),
        Field(
            "modules", List(MODULE, least=1, example="- id: …"), "The content, in the order of study.", required=True
        ),
    ),
)


def json_schema() -> dict[str, Any]:
    """The format as JSON Schema, for editors. It knows the fields; references, order and anchors only the loader checks.

    Draft 7: the newest that the YAML language server, which most editors run, is sure to read.
    """
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "studyplan template",
        **TEMPLATE.schema(),
    }
