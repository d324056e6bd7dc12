"""The template of an empty plan, for those who study without one: nothing in it but the exam, for those who sit one."""

from __future__ import annotations

from dataclasses import replace

from studyplan.model import LONGEST_WINDOW, Kind, Module, Template, TemplateTask, Tier, Window

#: Minutes of the exam, until the learner says how long it takes.
EXAM_MINUTES = 60
#: Days of a plan whose learner names none.
QUARTER = 90

#: The id by which it is started; no file has it.
BLANK = "blank"

_EXAM = TemplateTask("exam", "Exam", Kind.EXAM, EXAM_MINUTES, "exam")
_WHOLE = Template(
    id=BLANK,
    title="A plan of your own",
    edition="1",
    language="en",
    about="An empty plan: the days up to your exam or last day, and whatever tasks you add.",
    windows=(Window("open", 1, QUARTER, Tier.CORE), Window("long", QUARTER + 1, LONGEST_WINDOW, Tier.CORE)),
    default_window="open",
    modules=(Module("exam", "Exam", tasks=(_EXAM,)),),
)


def blank(*, exam: bool = True) -> Template:
    """The template of an empty plan, with its exam or without."""
    return _WHOLE if exam else replace(_WHOLE, modules=())


def is_blank(template: Template) -> bool:
    return template is _WHOLE
