"""Reading a template: the values of a good file, and what each bad field is told."""

from __future__ import annotations

import pytest
from template_samples import EXAM, HEAD, TASK, WINDOWS, assert_refused_as_marked, expected, file, good, problems, task

from studyplan.errors import BadFile
from studyplan.model import Access, Anchor, Certification, Kind, Resource, Tier, Window
from studyplan.template import hours, minutes_of, parse


def test_all_fields_arrive():
    """Every key of the format ends in the field of the same meaning."""
    template = good(
        file(
            """\
            - id: principles
              title: Read the principles
              kind: read
              minutes: 40
              tags: [project, culture]
              objective: can name them
              evidence: notes
              access: free-signup
              resources: [{title: Page, url: https://example.org/a, minutes: 17, free: false}]
            - id: lab
              title: A lab
              kind: lab
              minutes: 60
              tier: practice
              after: [principles]
              path: [devops]
              optional: true
            - id: exam
              title: The exam
              kind: exam
              minutes: 90
            """,
            more="""\
            certification:
              track: Foundations
              level: entry
              order: 1
              audience: [juniors]
              prerequisites: [literacy]
              skills: [tagging]
              roles: [cloud-engineer]
              renew_after_years: [2, 3]
              next: {same_track: practitioner, leadership: Essentials}
            paths:
              - {id: devops, title: DevOps, about: Pipelines}
            """,
            cards="""\
            - {id: c-1, question: What?, answer: That., source: https://example.org/b, after: lab}
            - {id: c-2, question: Who?, answer: They.}
            """,
        )
    )
    assert template.id == "sample"
    assert template.edition == "2026.1"
    assert template.windows[0] == Window("sprint", 7, 14, Tier.CORE)
    assert template.default_window == "month"
    assert template.certification == Certification(
        "Foundations",
        "entry",
        1,
        ("juniors",),
        ("literacy",),
        ("tagging",),
        ("cloud-engineer",),
        (2, 3),
        {"same_track": "practitioner", "leadership": "Essentials"},
    )
    assert [(path.id, path.title, path.about) for path in template.paths] == [("devops", "DevOps", "Pipelines")]
    principles, lab, exam = template.tasks
    assert principles.resources == (Resource("Page", "https://example.org/a", 17, False),)
    assert (principles.tags, principles.objective, principles.evidence) == (
        ("project", "culture"),
        "can name them",
        "notes",
    )
    assert (principles.access, principles.module, principles.tier) == (Access.FREE_SIGNUP, "language", Tier.CORE)
    assert (lab.after, lab.path, lab.optional, lab.tier) == (("principles",), ("devops",), True, Tier.PRACTICE)
    assert (exam.kind, exam.minutes, exam.on) == (Kind.EXAM, 90, {})
    assert [(card.after, card.source) for card in template.cards] == [
        ("lab", "https://example.org/b"),
        ("principles", None),
    ]


@pytest.mark.parametrize(
    ("kind", "minutes", "more", "splittable"),
    [
        ("read", 45, "", False),
        ("read", 50, "", True),
        ("watch", 50, "", True),
        ("lab", 50, "", True),
        ("reflect", 50, "", True),
        ("quiz", 50, "", False),
        ("mock", 90, "", False),
        ("discuss", 90, "", False),
        ("read", 90, ", splittable: false", False),
        ("quiz", 90, ", splittable: true", True),
    ],
)
def test_splittable_by_kind_and_minutes(kind, minutes, more, splittable):
    """Long reading, watching, labs and reflection may be cut; the file has the last word."""
    [read] = good(file(f"- {{id: a, title: A, kind: {kind}, minutes: {minutes}{more}}}")).tasks
    assert read.splittable is splittable


def test_every_as_days_of_the_week():
    """Days by name, in ranges and lists; no other task is a habit."""
    found = good(
        file(
            "- {id: a, title: A, kind: read, minutes: 30, every: 'fri-mon,wed'}\n"
            "- {id: b, title: B, kind: read, minutes: 30, every: daily}\n"
            "- {id: c, title: C, kind: read, minutes: 30}\n"
        )
    )
    assert [task.every for task in found.tasks] == [(0, 2, 4, 5, 6), (0, 1, 2, 3, 4, 5, 6), ()]
    assert [task.id for task in found.tasks_of(found.windows[-1])] == ["c"]
    assert [task.id for task in found.habits_of(found.windows[-1])] == ["a", "b"]


def test_words_that_other_readers_take_for_values_stay_words():
    """Text is what its author wrote: yes, on, dates, times and numbers are not read as something else."""
    template = good(
        file(
            "- {id: on, title: 2026-07-01, kind: read, minutes: 30, tags: [no, 1:30, 0x10, .inf]}\n"
            "- {id: yes, title: No, kind: read, minutes: 30, on: start+1d}\n",
            cards="- {id: null-1, question: Yes or no?, answer: yes}",
        )
    )
    first, second = template.tasks
    assert (first.id, first.title, first.tags) == ("on", "2026-07-01", ("no", "1:30", "0x10", ".inf"))
    assert (second.id, second.title) == ("yes", "No")
    assert second.on == dict.fromkeys(("sprint", "month", "full"), Anchor("start", 1))
    assert template.cards[0].answer == "yes"


def test_on_is_a_key():
    """The key ``on`` is itself, not the truth value of YAML 1.1, and may differ by window."""
    text = file(task("a", "on: {sprint: exam-3d, full: exam-22d}", "mock") + task("b", "on: a+1d") + EXAM)
    [told] = problems(text)
    assert "'a', which has no anchor of its own to count from (window 'month')" in told
    a, b, _ = good(text.replace("on: a+1d", "on: {sprint: a+1d, full: a}")).tasks
    assert a.on == {"sprint": Anchor("exam", -3), "full": Anchor("exam", -22)}
    assert b.on == {"sprint": Anchor("a", 1), "full": Anchor("a")}


def test_the_exam_may_be_called_by_its_id():
    """An anchor on the exam task by its own id counts from the exam."""
    tasks = task("mock-1", "on: final-3d", "mock") + EXAM.replace("id: exam", "id: final")
    assert good(file(tasks)).tasks[0].on["month"] == Anchor("exam", -3)


def test_minutes_and_hours_of_a_window():
    """Minutes of a window are those of its tiers and of the chosen paths."""
    template = good(
        file(
            task("a") + task("b", "tier: practice") + task("c", "path: [devops]") + EXAM,
            more="paths: [{id: devops, title: DevOps}]\n",
        )
    )
    sprint, month, _ = template.windows
    assert minutes_of(template, sprint) == 90
    assert minutes_of(template, month) == 120
    assert minutes_of(template, month, frozenset({"devops"})) == 150
    assert hours(template, sprint) == 1.5


def test_many_mistakes_are_told_at_once():
    """A file with twelve different mistakes and more reports each, with its line, once."""
    text = """\
    studyplan: 1
    id: Sample  #! try 'sample'
    title: A sample
    edition: 2026.1  #! write it in quotes, "2026.1"
    langauge: en  #! unknown key 'langauge', did you mean 'language'?
    about: For tests.
    windows:
      - {id: sprint, days: [14, 7], tier: core}  #! window 'sprint': days [14, 7] must begin with the shortest
      - {id: month, days: [30, 30], tier: practise}  #! window 'month': tier 'practise' is unknown, did you mean 'practice'?
    default_window: mont  #! default_window names 'mont', did you mean 'month'?
    modules:
      - id: language
        title: The language
        tasks:
          - id: tagging
            title: Tag things
            kind: lb  #! task 'tagging': kind 'lb' is unknown, did you mean 'lab'?
            minutes: 40
          - id: tagging-lab
            title: Tag more
            kind: lab
            minutes: 42  #! minutes 42 must be a multiple of 5, so 40 or 45
            after: [taging]  #! task 'tagging-lab': after names 'taging', did you mean 'tagging'?
            optional: yes  #! optional must be true or false, not 'yes'
          - id: tagging  #! the id is already used on line 15
            title: Another
            kind: read
            minutes: 45
            on: exam - 3d  #! on 'exam - 3d' is not an anchor
            resources:
              - {title: x, url: http://example.org}  #! resource 1: url 'http://example.org' must begin with https://
          - title: Nameless  #! task number 4 of module 'language': key 'id' is missing
            kind: read
            minutes: 10
        cards:
          - {id: c, question: Who?, answer: no, after: tagging-la}  #! card 'c': after names 'tagging-la', did you mean
    """
    text = text.replace("\n    ", "\n").removeprefix("    ")
    assert_refused_as_marked(text)
    assert len(expected(text)) > 12


BAD_TASKS = {
    "unknown kind": task("a", kind="zzz", marks="it must be one of read, watch, lab"),
    "minutes too few": "- {id: a, title: A, kind: read, minutes: 0}  #! minutes 0 must be from 5 to 480",
    "minutes too many": "- {id: a, title: A, kind: read, minutes: 485}  #! minutes 485 must be from 5 to 480",
    "minutes uneven": "- {id: a, title: A, kind: read, minutes: 479}  #! multiple of 5, so 475 or 480",
    "minutes quoted": "- {id: a, title: A, kind: read, minutes: '30'}  #! must be a whole number without quotes",
    "minutes decimal": "- {id: a, title: A, kind: read, minutes: 30.0}  #! must be a whole number, not '30.0'",
    "minutes a list": "- {id: a, title: A, kind: read, minutes: [30]}  #! must be a whole number, not a list",
    "minutes huge": f"- {{id: a, title: A, kind: read, minutes: {'9' * 5000}}}  #! must be a whole number",
    "minutes empty": "- {id: a, title: A, kind: read, minutes: }  #! minutes has no value",
    "title missing": "- {id: a, kind: read, minutes: 30}  #! key 'title' is missing",
    "title empty": "- {id: a, title: ' ', kind: read, minutes: 30}  #! title cannot be empty",
    "title long": f"- {{id: a, title: {'x' * 201}, kind: read, minutes: 30}}  #! title can have at most 200 characters, not 201",
    "title in lines": '- {id: a, title: "x\\ny", kind: read, minutes: 30}  #! title must be one line',
    "title with escape": '- {id: a, title: "\\e[2J", kind: read, minutes: 30}  #! control characters (U+001B)',
    "title turning": '- {id: a, title: "a\\u202eb", kind: read, minutes: 30}  #! control characters (U+202E)',
    "objective with escape": task(
        "a", r'objective: "a\nb\x07"', marks="objective cannot contain control characters (U+0007)"
    ),
    "title a mapping": "- {id: a, title: {b: c}, kind: read, minutes: 30}  #! title must be text, not a mapping",
    "id digit first": task("1st", marks="id '1st' must have a letter first"),
    "id upper case": task("Lab", marks="try 'lab'"),
    "id with spaces": task("a b", marks="try 'a-b'"),
    "id long": task("a" * 101, marks="id has 101 characters; the most is 100"),
    "id of an anchor": task("week-2d", marks="ends like an anchor (-2d)"),
    "id start": task("start", marks="id 'start' stands for a day in anchors"),
    "id exam": task("exam", marks="id 'exam' stands for a day in anchors"),
    "id of a review": task("review-language-1", marks="reserved for the reviews of module 'language'"),
    "id of a tier's review": task("review-language-depth-2", marks="reserved for the reviews of module 'language'"),
    "id of a last pass": task("last-pass-1", marks="reserved for the last passes"),
    "tier": task("a", "tier: Core", marks="tier 'Core' is unknown, did you mean 'core'?"),
    "access": task("a", "access: payed", marks="access 'payed' is unknown, did you mean 'paid'?"),
    "splittable": task("a", "splittable: 1", marks="splittable must be true or false, not '1'"),
    "every a number": task("a", "every: 3", marks="every '3' must be days like mon-fri"),
    "every on no day": task("a", "every: mon-fry", marks="every 'mon-fry' must be days like mon-fri"),
    "every and after": task("b") + task("a", "after: [b], every: daily", marks="a task with every: cannot have after:"),
    "every and on": task("a", "on: start, every: daily", marks="a task with every: cannot have on:"),
    "a mock every day": task("a", "every: daily", "mock", "a task of kind mock cannot be done every day"),
    "after a habit": task("b", "every: daily") + task("a", "after: [b]", marks="'b', which is a habit"),
    "on a habit": task("b", "every: daily")
    + task("a", "on: b+1d", marks="on names 'b', which has no anchor of its own"),
    "quoted truth": task("a", "optional: 'true'", marks="optional must be true or false"),
    "after a word": task("a", "after: b", marks="after must be a list, such as [other-task], not 'b'"),
    "after empty": task("a", "after: ", marks="after must be a list"),
    "after twice": task("b") + task("a", "after: [b, b]", marks="after names 'b' twice"),
    "after unknown": task("a", "after: [qqqq]", marks="after names 'qqqq', which is not a task in this file"),
    "after itself": task("a", "after: [a]", marks="after names the task itself"),
    "path unknown": task("a", "path: [devops]", marks="this file has no paths"),
    "unknown key": task("a", "frob: 1", marks="unknown key 'frob'; the keys of a task are id, title, kind"),
    "near key": task("a", "splitable: true", marks="unknown key 'splitable', did you mean 'splittable'?"),
    "url without a host": task("a", "resources: [{title: t, url: https://}]", marks="has no host"),
    "url of a lone word": task("a", "resources: [{title: t, url: https://host/x}]", marks="has no host"),
    "url with a space": task("a", "resources: [{title: t, url: https://a.org/ b}]", marks="is not an address"),
    "url broken": task("a", "resources: [{title: t, url: 'https://[a.org/'}]", marks="is not an address"),
    "url with a bad port": task("a", "resources: [{title: t, url: 'https://a.org:x/'}]", marks="is not an address"),
    "url with a password": task("a", "resources: [{title: t, url: 'https://u:p@a.org'}]", marks="name or password"),
    "url of a script": task("a", "resources: [{title: t, url: 'javascript:x'}]", marks="must begin with https://"),
    "resource key": task("a", "resources: [{title: t, url: https://a.org, cost: 1}]", marks="resource 1: unknown key"),
    "resource a word": task("a", "resources: [https://a.org]", marks="resource 1: must be a mapping"),
    "task a word": "- principles  #! task number 1 of module 'language': must be a mapping with the keys id, title, kind",
    "no tasks": "[]  #! module 'language': tasks is empty",
    "duplicate key": task("a", "title: Again", marks="key 'title' is here a second time (first on line"),
    "review without on": task("a", kind="review", marks="kind review needs on:"),
    "review not in all": task("a", "on: {sprint: start}", "review", "kind review needs on: in windows 'month', 'full'"),
    "exam with on": task("exam", "on: start", "exam", "an exam task takes no 'on':"),
    "exam in parts": task("exam", "splittable: true", "exam", "an exam task cannot be split"),
    "two exams": task("e-1", kind="exam")
    + task(
        "e-2", "tier: practice", "exam", "a second exam task in windows 'month', 'full' (the first is 'e-1', line 16)"
    ),
    "after the exam": EXAM + task("a", "after: [exam]", marks="nothing comes after it"),
    "after later in the file": task("a", "after: [b]", marks="'b', which comes later in the file (line 17)")
    + task("b"),
    "after a later tier": task("b", "tier: depth") + task("a", "after: [b]", marks="'b' of the later tier depth"),
    "circle of two": task("a", "after: [b]", marks="after goes in a circle: a after b after a")
    + task("b", "after: [a]"),
    "circle over tiers": task("a")
    + task("b", "after: [d]", marks="after goes in a circle: b after d after c after b")
    + task("c", "tier: practice, after: [b, a]")
    + task("d", "after: [c]"),
}


@pytest.mark.parametrize("tasks", BAD_TASKS.values(), ids=BAD_TASKS.keys())
def test_bad_tasks(tasks):
    """Each mistake in a task is told once, with its line."""
    assert_refused_as_marked(file(tasks))


def test_after_an_earlier_tier_is_fine_wherever_it_stands():
    """Curriculum order goes tier by tier: what is core comes before practice, also from further down."""
    good(file(task("a", "tier: practice, after: [b]") + task("b")))


PATHS = "paths: [{id: devops, title: DevOps}, {id: sre, title: SRE}]\n"
BAD_PATHS = {
    "needed by all": task("a", "path: [sre]") + task("b", "after: [a]", marks="'a', which only path sre has"),
    "needed by another": task("a", "path: [sre]")
    + task("b", "path: [devops, sre], after: [a]", marks="'a', which only path sre has"),
    "misspelt": task("a", "path: [devop]", marks="path names 'devop', did you mean 'devops'?"),
    "anchored to": task("a", "path: [sre], on: start")
    + task("b", "on: a", marks="which only path sre has (windows 'sprint', 'month', 'full')"),
}


@pytest.mark.parametrize("tasks", BAD_PATHS.values(), ids=BAD_PATHS.keys())
def test_bad_paths(tasks):
    """A task may only rest on tasks that are there whenever it is."""
    assert_refused_as_marked(file(tasks, more=PATHS))


def test_good_paths():
    """A task of a path may come after common tasks and after those that its path brings."""
    tasks = task("a") + task("b", "path: [devops, sre], after: [a]") + task("c", "path: [sre], after: [b]")
    assert good(file(tasks, more=PATHS)).tasks[2].path == ("sre",)


BAD_WINDOWS = {
    "overlap": "- {id: a, days: [7, 14], tier: core}\n- {id: b, days: [14, 20], tier: core}  #! overlaps window 'a'",
    "order": "- {id: a, days: [30, 30], tier: core}\n- {id: b, days: [7, 7], tier: core}  #! is shorter than window 'a'",
    "tier shrinks": "- {id: a, days: [7, 7], tier: practice}\n- {id: b, days: [9, 9], tier: core}  #! tier core is smaller",
    "one number": "- {id: a, days: 30, tier: core}  #! days must be the shortest and the longest, such as [7, 14]",
    "three numbers": "- {id: a, days: [1, 2, 3], tier: core}  #! days must be the shortest and the longest",
    "no days": "- {id: a, days: [0, 2], tier: core}  #! days 0 must be from 1 to 1,100",
    "too long": "- {id: a, days: [7, 1101], tier: core}  #! days 1101 must be from 1 to 1,100",
    "same id": "- {id: a, days: [7, 7], tier: core}\n- {id: a, days: [9, 9], tier: core}  #! the id is already used on line 8",
}


@pytest.mark.parametrize("windows", BAD_WINDOWS.values(), ids=BAD_WINDOWS.keys())
def test_bad_windows(windows):
    """Windows stand smallest first, share no day and never lose a tier."""
    assert_refused_as_marked(file(windows=f"windows:\n{windows}\ndefault_window: a\n"))


def test_empty_window():
    """A window whose tiers hold no task is no plan."""
    text = file(task("a", "tier: depth"), windows=WINDOWS.replace("tier: core}", "tier: core}  #! has no tasks"))
    text = text.replace("tier: practice}", "tier: practice}  #! none is of tier core or practice")
    assert_refused_as_marked(text)


def test_more_minutes_than_days_have():
    """Tasks that fill more than every hour of a window's days are refused."""
    tasks = "".join(f"- {{id: t{n}, title: T, kind: lab, minutes: 480}}\n" for n in range(4))
    windows = "windows:\n  - {id: a, days: [1, 1], tier: core}  #! 32 hours of tasks do not fit 1 day of 24\ndefault_window: a\n"
    assert_refused_as_marked(file(tasks, windows=windows))


def test_electives_do_not_count_to_what_must_fit():
    """Nobody has to choose every path: only common tasks must fit the days of a window."""
    tasks = "".join(f"- {{id: t{n}, title: T, kind: lab, minutes: 480, path: [sre]}}\n" for n in range(4))
    good(file(tasks, more=PATHS, windows="windows:\n  - {id: a, days: [1, 1], tier: core}\ndefault_window: a\n"))


BAD_HEADS = {
    "missing keys": ("studyplan: 1  #! key 'id' is missing ! key 'title' is missing\n" + HEAD.split("A sample\n")[1]),
    "id long": HEAD.replace("id: sample", f"id: {'a' * 41}  #! id has 41 characters; the most is 40"),
    "id dash": HEAD.replace("id: sample", "id: -a  #! id '-a' must have only a-z, 0-9 and -; try 'a'"),
    "edition": HEAD.replace('"2026.1"', "1e3  #! edition is text"),
    "language": HEAD.replace("en\n", "English  #! is not a language tag\n"),
    "version word": HEAD.replace("studyplan: 1", "studyplan: one  #! studyplan must be a whole number"),
    "level": HEAD + "certification: {track: T, level: zzz}  #! it must be one of entry, mid, senior\n",
    "next": HEAD
    + "certification: {track: T, level: mid, next: {same: x}}  #! certification: next: unknown key 'same'\n",
    "certification a word": HEAD + "certification: Foundations  #! certification: must be a mapping\n",
    "years": HEAD + "certification: {track: T, level: mid, renew_after_years: [1, 2, 3]}  #! has 3, the most is 2\n",
    "sample in a folder": HEAD
    + "samples: [../secret.csv]  #! must be a file's name such as bill.csv, without a folder\n",
    "exam without a source": HEAD
    + "certification: {track: T, level: mid, exam: [{question: Q, answer: A}]}  #! key 'source' is missing\n",
    "order": HEAD
    + "certification: {track: T, level: mid, order: first}  #! certification: order must be a whole number\n",
}


@pytest.mark.parametrize("head", BAD_HEADS.values(), ids=BAD_HEADS.keys())
def test_bad_heads(head):
    """Mistakes at the top of a file and in its certification."""
    assert_refused_as_marked(file(head=head))


BAD_CARDS = {
    "source": "- {id: c, question: Q, answer: A, source: ftp://a.org}  #! card 'c': source 'ftp://a.org' must begin with",
    "after": "- {id: c, question: Q, answer: A, after: onli}  #! card 'c': after names 'onli', did you mean 'only'?",
    "no answer": "- {id: c, question: Q}  #! card 'c': key 'answer' is missing",
    "same id": "- {id: c, question: Q, answer: A}\n- {id: c, question: Q, answer: A}  #! the id is already used on line 18",
    "nothing": "- {id: c}  #! card 'c': key 'question' is missing ! card 'c': key 'answer' is missing",
    "misspelt cloze": "- {id: c, clozee: '{{c1::A}} is B'}  #! card 'c': unknown key 'clozee', did you mean 'cloze'?",
    "both": "- {id: c, answer: A, cloze: '{{c1::A}} is B'}  #! card 'c': a card with a cloze has no answer",
    "reverse cloze": "- {id: c, reverse: true, cloze: '{{c1::A}} is B'}  #! card 'c': a card with a cloze has no reverse",
    "reverse": "- {id: c, question: Q, answer: A, reverse: maybe}  #! card 'c': reverse must be true or false",
    "unclosed": "- {id: c, cloze: 'A is {{c1::B'}  #! card 'c': cloze does not close the deletion c1",
    "empty": "- {id: c, cloze: 'A is {{c1::}}'}  #! card 'c': cloze has nothing in the deletion c1",
    "numbers": "- {id: c, cloze: '{{c1::A}} is {{c3::B}}'}  #! card 'c': cloze has a deletion c3, but none c2",
    "braces": "- {id: c, cloze: '{{c1::A}} is {{2::B}}'}  #! card 'c': cloze has {{ that belong to no deletion",
}


def test_cards_made_of_one_text():
    """Asked both ways, or a card for each number of a cloze; with the source and the task of their text."""
    found = good(
        file(
            cards="""\
            - {id: cud, question: CUD, answer: committed use discount, reverse: true, source: "https://example.org/a"}
            - {id: say, cloze: "{{c1::R&D}} is {{c2::dear::adjective}}", after: only}
            - {id: not, question: Q, answer: A, reverse: false}
            """
        )
    ).cards
    assert [(card.id, card.question, card.answer) for card in found] == [
        ("cud", "CUD", "committed use discount"),
        ("cud.back", "committed use discount", "CUD"),
        ("say.c1", "[...] is dear", "R&D"),
        ("say.c2", "R&D is [adjective]", "dear"),
        ("not", "Q", "A"),
    ]
    assert [(card.note, card.source, card.after) for card in found[1:3]] == [
        ("cud", "https://example.org/a", "only"),
        ("say", None, "only"),
    ]


@pytest.mark.parametrize("cards", BAD_CARDS.values(), ids=BAD_CARDS.keys())
def test_bad_cards(cards):
    """Mistakes in cards."""
    assert_refused_as_marked(file(cards=cards))


def test_references_are_left_alone_where_tasks_could_not_be_read():
    """One mistake is told once: a list of tasks that is none does not make every reference unknown."""
    text = file(task("a", "after: [b]")) + "  - {id: second, title: S, tasks: none}  #! tasks must be a list\n"
    assert_refused_as_marked(text)


def test_too_many_tasks():
    """2,000 tasks are read, one more is refused at its line."""
    tasks = "".join(f"- {{id: t{n}, title: T, kind: read, minutes: 5}}\n" for n in range(2001))
    text = file(tasks)
    assert problems(text) == (
        f"plans/sample.yaml:{len(text.splitlines())}: the file has 2,001 tasks; the most is 2,000",
    )
    assert len(good(text[: text.rindex("      - ")]).tasks) == 2000


def test_a_later_format_is_one_problem():
    """A file of a later format is refused as such, not for the keys that this format does not know."""
    assert problems(file(head="studyplan: 2\nnew: {}\n")) == (
        "plans/sample.yaml:1: the file is of format 2, this studyplan reads format 1: upgrade studyplan",
    )


def test_the_error_is_one_line():
    """The message of a single problem is that problem; of several, how many."""
    with pytest.raises(BadFile) as one:
        parse(file(task("a", "frob: 1")), "x.yaml")
    with pytest.raises(BadFile) as three:
        parse(file("- {id: a}"), "x.yaml")
    assert one.value.message == one.value.problems[0]
    assert three.value.message == "x.yaml cannot be used: 3 problems"
    assert (three.value.exit_code, len(three.value.problems)) == (4, 3)


def test_good_parts_are_good():
    """The parts that the other tests break load as they stand."""
    assert [t.id for t in good(file(TASK + EXAM)).tasks] == ["only", "exam"]
