"""A spreadsheet's list becomes a template; what cannot is told row by row."""

from __future__ import annotations

import csv
import io
from random import Random

import pytest

from studyplan.errors import BadFile
from studyplan.model import Kind
from studyplan.template import imported, parse
from studyplan.template.sheet import SheetImport

HEAD = "title,minutes,module,kind,after\n"


def made(text: str | bytes, id: str = "sample") -> SheetImport:
    """What a sheet becomes; a problem in it fails the test with all of them."""
    data = text.encode() if isinstance(text, str) else text
    try:
        return imported(data, "list.csv", id)
    except BadFile as error:
        pytest.fail("\n".join(error.problems))


def refused(text: str | bytes) -> list[str]:
    """The problems of a sheet, without the file's name."""
    with pytest.raises(BadFile) as caught:
        imported(text.encode() if isinstance(text, str) else text, "list.csv", "sample")
    assert caught.value.exit_code == 4
    return [problem.removeprefix("list.csv:") for problem in caught.value.problems]


def test_a_list() -> None:
    """Rows become tasks in their order, modules follow the column, the text loads as what was returned."""
    found = made(HEAD + "Read it,40,One,read,\nDo it,60,One,lab,Read it\nSit the exam,60,Two,exam,Do it\n")
    assert [(m.id, [t.id for t in m.tasks]) for m in found.template.modules] == [
        ("one", ["read-it", "do-it"]),
        ("two", ["sit-the-exam"]),
    ]
    assert [task.after for task in found.template.tasks] == [(), ("read-it",), ("do-it",)]
    assert [task.kind for task in found.template.tasks] == [Kind.READ, Kind.LAB, Kind.EXAM]
    assert parse(found.text, "sample.yaml") == found.template
    assert (found.rounded, found.left_out) == ((), ())


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_how_spreadsheets_write(separator: str, ending: str, encoding: str) -> None:
    """Separators, line ends and encodings make no difference, nor do order, case and additions of the columns."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=ending)
    writer.writerows(
        [["Kind", " TITLE ", "Owner", "Minutes (net)"], ["lab", "Größe; Gewicht, Länge\tund mehr", "ana", 45]]
    )
    found = made(out.getvalue().encode(encoding))
    (task,) = found.template.tasks
    assert (task.title, task.id, task.kind) == (
        "Größe; Gewicht, Länge und mehr",
        "groe-gewicht-lange-und-mehr",
        Kind.LAB,
    )
    assert found.left_out == ("Owner",)


def test_what_spreadsheets_add() -> None:
    """A line that names the separator, blank rows, cells on the right, merged cells and guarded numbers are no mistakes."""
    text = 'sep=;\n;;;\nTitle;Minutes;Module;;\n"One";"=""30""";First;;\n;;;;\nTwo\u00a0 more;45.0;;;\n'
    found = made(text)
    assert [(task.title, task.minutes, task.module) for task in found.template.tasks] == [
        ("One", 30, "first"),
        ("Two more", 45, "first"),
    ]


@pytest.mark.parametrize(
    ("given", "minutes"),
    [
        ("45", 45),
        ("41", 45),
        ("1 min", 5),
        ("45.0", 45),
        ("45,5", 50),
        ("45 min", 45),
        ("1:30", 90),
        ("01:30:00", 90),
        ("1.5 h", 90),
        ("1,5h", 90),
        ("1h 20", 80),
        ("2 hours", 120),
        ("4８", 50),
        ("480", 480),
    ],
)
def test_minutes(given: str, minutes: int) -> None:
    """Minutes as people write them, rounded up to steps of five; what was changed is told and stands in the file."""
    found = made(f'title,minutes\nA task,"{given}"\n')
    assert found.template.tasks[0].minutes == minutes
    assert [(each.line, each.minutes) for each in found.rounded] in ([], [(2, minutes)])
    assert ("in the sheet, rounded up" in found.text) == bool(found.rounded)


@pytest.mark.parametrize(
    "given", ["", "soon", "-5", "0", "0:00", "481", "9 h", "1,234", "1e2", "nan", "∞", "10-20", "9" * 500]
)
def test_bad_minutes(given: str) -> None:
    """What is no time, none, or more than a task may take is told with its line and title."""
    (problem,) = refused(f'title,minutes\nGood,30\nA task,"{given}"\n')
    assert problem.startswith("3: 'A task': minutes ")


def test_all_problems_at_once() -> None:
    """Each bad row is named with its line, whatever else is wrong."""
    told = refused(
        HEAD
        + "Good,30,M,read,\n"
        + ",30,M,read,\n"
        + '"Two\nlines",abc,M,read,\n'
        + "Spelt,30,M,raed,\n"
        + "Spaced,30,M,review,\n"
        + "Waits,30,M,read,Nothing like it\n"
        + "Nearly,30,M,read,Goood\n"
        + "Itself,30,M,read,Itself\n"
        + "Early,30,M,read,Late\n"
        + "Late,30,M,read,\n"
        + "Exam,30,M,exam,\n"
        + "Exam 2,30,M,exam,\n"
        + "More,30,M,read,Exam\n"
        + "Many,30,M,read,,and,more\n"
        + f"{'x' * 201},30,M,read,\n"
        + 'Open,"30,M,read,\n'
    )
    assert [int(problem.split(":")[0]) for problem in told] == [3, 4, 6, 7, 8, 9, 10, 11, 14, 15, 16, 17, 18]
    words = [
        "title cannot be empty",
        "'abc'",
        "did you mean 'read'?",
        "cards",
        "not a title",
        "did you mean 'Good'?",
        "itself",
    ]
    words += ["comes later (line 12)", "second exam", "the exam", "7 cells", "not 201", "never closed"]
    for problem, word in zip(told, words, strict=True):
        assert word in problem


def test_many_bad_rows_are_all_named() -> None:
    """A sheet without a single good row is told from its first to its last."""
    told = refused("title,minutes\n" + "x,y\n" * 1500)
    assert len(told) == 1500
    assert told[-1].startswith("1501: ")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file is empty"),
        ("\n , \n", "the file is empty"),
        ("title,minutes\n", "no task"),
        ("Read it,40\n", "no column is called 'title'"),
        ("title,module\nA,B\n", "no column is called 'minutes'"),
        ("Titles,Minute\nA,5\n", "rename 'Titles'"),
        ("title,minutes,Title\nA,5,B\n", "two columns"),
        (b"title,minutes\n\xff\xfe,5\n", "not UTF-8"),
        (b"\xff\xfet", "not UTF-8"),
        (b"title,minutes\n" + b"x" * (1 << 20), "larger than 1 MiB"),
    ],
)
def test_no_list(text: str | bytes, words: str) -> None:
    """A file that is no such list is refused for one reason that says what it lacks."""
    assert words in " ".join(refused(text))


def test_too_many_tasks() -> None:
    """A template holds 2,000 tasks at most."""
    assert len(made("title,minutes\n" + "Same,5\n" * 2000).template.tasks) == 2000
    assert "the most is 2,000" in refused("title,minutes\n" + "Same,5\n" * 2001)[0]


@pytest.mark.parametrize(
    ("title", "kind", "id"),
    [
        ("Start", "read", "start-task"),
        ("Exam", "read", "exam-task"),
        ("Exam", "exam", "exam"),
        ("Last pass", "read", "last-pass-task"),
        ("Review M 1", "read", "review-m-1-task"),
        ("Review M", "read", "review-m-task"),
        ("Plan exam-3d", "read", "plan-exam-3d-task"),
        ("7 days", "read", "task-7-days"),
        ("日本語", "read", "task-1"),
        ("null", "read", "null"),
    ],
)
def test_ids_that_mean_something_else(title: str, kind: str, id: str) -> None:
    """An id that would be an anchor or the key of a review is changed, also where its title stands twice."""
    found = made(HEAD + f"{title},30,M,{kind},\n")
    assert found.template.tasks[0].id == id
    if kind == "read":
        twice = made(HEAD + f"{title},30,M,read,\n" * 3).template.tasks
        assert len({task.id for task in twice}) == 3


def test_ids_are_unique_and_short() -> None:
    """Titles that begin alike and titles that are alike have ids of their own, cut between words."""
    long = "A title that says in many words what others say in few"
    found = made(HEAD + f"{long} a,5,,,\n{long} b,5,,,\nOne,5,,,\nOne-2,5,,,\nOne,5,,,\n").template.tasks
    assert [task.id for task in found] == [
        "a-title-that-says-in-many-words-what",
        "a-title-that-says-in-many-words-what-2",
        "one",
        "one-2",
        "one-3",
    ]


def test_after_names_the_nearest_above() -> None:
    """Of several tasks of one title the nearest above is meant; ids and titles with separators in them work too."""
    found = made(
        HEAD
        + "Quiz,5,A,,\n"
        + "Quiz,5,B,,Quiz\n"
        + '"Sort, then cut",5,B,,quiz\n'
        + '"Join",5,B,,"SORT, then cut; quiz-2"\n'
        + '"End",5,B,,"Join, Quiz"\n'
    ).template.tasks
    assert [task.after for task in found] == [
        (),
        ("quiz",),
        ("quiz-2",),
        ("sort-then-cut", "quiz-2"),
        ("join", "quiz-2"),
    ]


def test_a_module_that_comes_back() -> None:
    """Rows keep their order: a module whose rows stand apart becomes two, so that no `after` is turned around."""
    found = made(HEAD + "A,5,One,,\nB,5,Two,,A\nC,5,One,,B\n").template
    assert [module.id for module in found.modules] == ["one", "two", "one-2"]
    assert [module.title for module in found.modules] == ["One", "Two", "One"]


@pytest.mark.parametrize(
    ("minutes", "exam", "days"),
    [(60, False, (7, 7)), (420, False, (7, 7)), (425, False, (7, 14)), (360, True, (7, 14)), (3000, True, (28, 56))],
)
def test_windows_of_whole_weeks(minutes: int, exam: bool, days: tuple[int, int]) -> None:
    """At most an hour a day at the window's longest, two at its shortest, exam and buffer days aside, in whole weeks."""
    rows = "".join(f"T,{min(60, minutes - done)},M,,\n" for done in range(0, minutes, 60))
    (window,) = made(HEAD + rows + ("E,60,M,exam,\n" if exam else "")).template.windows
    assert (window.shortest, window.longest) == days


def test_more_than_three_years() -> None:
    """What an hour a day would not hold in the longest window that there is takes that window."""
    (window,) = made("title,minutes\n" + "T,480\n" * 2000).template.windows
    assert (window.shortest, window.longest) == (1100, 1100)


def test_text_that_yaml_would_misread() -> None:
    """Titles hold whatever a cell may hold; the template has them as they were."""
    titles = [
        "a: b",
        "# no comment",
        '"quoted"',
        "back\\slash",
        "{x}",
        "- dash",
        "yes",
        "1:30",
        "'",
        "@at",
        "%",
        "\U0001f600",
    ]
    out = io.StringIO()
    csv.writer(out).writerows([["title", "minutes", "module"], *([title, 5, title] for title in titles)])
    found = made(out.getvalue()).template
    assert [task.title for task in found.tasks] == titles
    assert [module.title for module in found.modules] == titles


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\x9f", "\u202e", "\ufffe"])
def test_characters_without_a_place(character: str) -> None:
    """A control character, or one that turns the text around it, is told with its line."""
    (problem,) = refused(f"title,minutes\nGood,5\nA{character}b,5\n")
    assert problem.startswith("3: ")
    assert f"U+{ord(character):04X}" in problem


def test_mangled_sheets() -> None:
    """Whatever is done to a sheet, it is either refused with problems or becomes a template that loads."""
    dice = Random(20260701)
    good = (
        HEAD + 'One,30,A,read,\n"Two, too",1:30,,lab,One\nThree,45,B,quiz,"One; Two, too"\nExam,60,B,exam,\n'
    ).encode()
    bits = [
        b",",
        b";",
        b"\t",
        b'"',
        b"\n",
        b"\r",
        b"\x00",
        b"\xff",
        b"\xef\xbb\xbf",
        b"sep=;\n",
        b"exam",
        b"review",
        b"-1",
    ]
    bits += [
        b"start",
        b"=",
        b"\xe2\x80\xae",
        b"999999999999",
        b"1/2",
        b"title",
        b"minutes",
        b"#",
        b": ",
        b"\xc2\x85",
        b"'",
    ]
    loaded = 0
    for _ in range(400):
        data = bytearray(good)
        for _ in range(dice.randint(1, 3)):
            place, length = dice.randrange(len(data) + 1), dice.choice([0, 0, 1, 3, 20])
            data[place : place + length] = dice.choice(bits) * dice.choice([1, 1, 1, 3])
        told: tuple[str, ...] = ()
        try:
            found = imported(bytes(data), "list.csv", "sample")
        except BadFile as error:
            told = error.problems
        if told:
            assert all(problem.startswith("list.csv:") for problem in told)
        else:
            assert parse(found.text, "sample.yaml") == found.template
            loaded += 1
    assert 40 < loaded < 360


@pytest.mark.parametrize(
    ("heading", "cell", "minutes"),
    [
        ("hours", "1.5", 90),
        ("h", "2", 120),
        ("Stunden", "1,5", 90),
        ("Std.", "0,25", 15),
        ("Duration (h)", "1", 60),
        ("Dauer in Stunden", "1:30", 90),
        ("Study hours", "45 min", 45),
        ("duration", "90", 90),
        ("Duration", "1,5 h", 90),
        ("duration", "1:30", 90),
        ("Dauer", "90 min", 90),
        ("Minuten", "90", 90),
        ("min", "45", 45),
        ("Minutes (net)", "45", 45),
    ],
)
def test_headings_that_tell_a_length(heading: str, cell: str, minutes: int) -> None:
    """A bare number counts what the heading says; one with its unit counts that."""
    assert made(f'Titel,{heading}\nA task,"{cell}"\n').template.tasks[0].minutes == minutes


@pytest.mark.parametrize(
    ("heading", "cell", "why"),
    [
        ("minutes", "2", "reads like hours: write 2 h or 2 min"),
        ("duration", "1", "reads like hours"),
        ("duration", "1,5", "is unclear: write 1,5h or 1,5m, or call the column hours"),
        ("hours", "90", "if these are minutes, call the column minutes"),
        ("hours", "9", "more than 480 minutes"),
        ("hours", "0", "must be more than 0"),
        ("minutes,hours", "30,1", "several columns tell how long a task takes, 'minutes' and 'hours'"),
    ],
)
def test_sizes_that_would_be_silly(heading: str, cell: str, why: str) -> None:
    """What would become an absurd task is refused, with the words that would be understood."""
    cells = cell if "," in heading else f'"{cell}"'
    assert why in refused(f"title,{heading}\nA task,{cells}\n")[0]


def test_a_column_with_the_very_name_comes_first() -> None:
    """A second column that could also be meant is left out, and told."""
    found = made("Task,Title,Minutes,Duration\nx,A task,30,two weeks\n")
    assert (found.template.tasks[0].title, found.left_out) == ("A task", ("Task", "Duration"))


def test_kinds_of_ones_own() -> None:
    """Kept as they are written, in the file too, and laid out as reading is; a slip of one of ours is told."""
    found = made("title,minutes,kind\nWords,60,Vokabeln\nTalk,30,WATCH\n")
    words, talk = found.template.tasks
    assert (words.kind, words.own_kind, words.splittable) == (Kind.READ, "Vokabeln", True)
    assert (talk.kind, talk.own_kind) == (Kind.WATCH, None)
    assert 'own_kind: "Vokabeln"' in found.text
    assert "did you mean 'lab'" in refused("title,minutes,kind\nA task,30,lba\n")[0]
    assert "at most 40" in refused(f"title,minutes,kind\nA task,30,{'x' * 41}\n")[0]
