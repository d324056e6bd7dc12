"""The shipped plans: what they say, and how they are laid out. A share of what `.ci/plans.py` goes through in full."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from studyplan.errors import DoesNotFit
from studyplan.model import Anchor, BankQuestion, Template, TemplateTask
from studyplan.template import load

ROOT = Path(__file__).resolve().parent.parent
PLANS = sorted((ROOT / "plans").glob("*.yaml"))
EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.yaml"))
FILES = [*PLANS, *EXAMPLES]


@pytest.fixture(scope="module")
def linter() -> Iterator[ModuleType]:
    spec = spec_from_file_location("plans_linter", ROOT / ".ci" / "plans.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    # Its dataclasses look their module up by name.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture(scope="module")
def templates() -> dict[Path, Template]:
    return {file: load(file) for file in FILES}


def changed(template: Template, id: str, **fields: object) -> Template:
    """The template with another task in the place of one."""
    modules = tuple(
        replace(module, tasks=tuple(replace(task, **fields) if task.id == id else task for task in module.tasks))  # type: ignore[arg-type]
        for module in template.modules
    )
    return replace(template, modules=modules)


def test_the_levels() -> None:
    """Three levels of one track, in their order, each leading to the next."""
    facts = sorted(
        ((found.certification, found.id) for found in map(load, PLANS) if found.certification),
        key=lambda each: each[0].order or 0,
    )
    assert [id for _, id in facts] == ["foundations", "practitioner", "advanced"]
    assert {level.track for level, _ in facts} == {"Certified FinOps Professional"}
    assert [level.level for level, _ in facts] == ["entry", "mid", "senior"]
    assert [level.next["same_track"] for level, _ in facts][:2] == ["practitioner", "advanced"]
    assert all(level.renew_after_years for level, _ in facts)


def test_the_samples(tmp_path: Path) -> None:
    """Every sample that a plan names is there, none is left over, and the script makes each of them anew, byte for byte."""
    folder = ROOT / "plans" / "samples"
    named = {name for file in PLANS for name in load(file).samples}
    assert named == {path.name for path in folder.iterdir()}
    subprocess.run([sys.executable, ROOT / "scripts" / "samples.py", tmp_path], check=True)
    for name in named:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name


@pytest.mark.parametrize("file", PLANS, ids=lambda file: file.stem)
def test_the_windows(file: Path) -> None:
    """A fortnight, a month and sixty days, six paths, and cards enough for retrieval practice."""
    template = load(file)
    assert [(window.id, window.longest) for window in template.windows] == [("sprint", 14), ("month", 30), ("full", 60)]
    assert template.windows[0].shortest == {"foundations": 7, "practitioner": 8, "advanced": 10}[file.stem]
    assert [path.id for path in template.paths] == ["devops", "devsecops", "sre", "aiops-mlops", "dataops", "finops"]
    assert len(template.cards) >= 40


def test_the_banks(linter: ModuleType, templates: dict[Path, Template]) -> None:
    """120 questions for each level; in every window mocks of forty-five and more, of which no two share more than a fifth."""
    assert [text for file in PLANS for text in linter.poor_bank(templates[file])] == []


def test_a_poor_bank_is_told(linter: ModuleType, templates: dict[Path, Template]) -> None:
    template = templates[PLANS[0]]
    modules = tuple(replace(module, questions=module.questions[:4]) for module in template.modules)
    found = list(linter.poor_bank(replace(template, modules=modules)))
    assert "questions, 120 are the least" in found[0]
    assert any("mock-1 has" in text for text in found[1:])


def test_reasons_that_tell_a_wrong_option_are_told(linter: ModuleType, templates: dict[Path, Template]) -> None:
    """Where only wrong options say why, nobody needs to know the answer."""
    template = templates[PLANS[0]]

    def bare(question: BankQuestion) -> BankQuestion:
        options = (replace(each, text=each.text.split(",")[0]) if each.is_right else each for each in question.options)
        return replace(question, options=tuple(options))

    modules = (replace(module, questions=tuple(map(bare, module.questions))) for module in template.modules)
    found = list(linter.poor_bank(replace(template, modules=tuple(modules))))
    assert ["wrong options give a reason" in text for text in found] == [True], found


def test_what_a_mock_cannot_keep_is_told(linter: ModuleType, templates: dict[Path, Template]) -> None:
    """A title that promises a number of questions, and a score that names a module which no exam is about."""
    template = templates[PLANS[0]]
    odd = changed(template, "mock-1", title="Mock exam 1: fifty questions in an hour")
    assert any("the title of mock-1 names a number" in text for text in linter.poor_bank(odd))
    *modules, last = template.modules
    odd = replace(template, modules=(*modules, replace(last, questions=modules[1].questions[:1])))
    assert any(f"{last.id} is about the exam and has questions" in text for text in linter.poor_bank(odd))


def test_no_mistake(linter: ModuleType, templates: dict[Path, Template]) -> None:
    """No shipped file breaks a rule of the linter."""
    assert list(linter.mistakes(templates)) == []


def _some_task(template: Template) -> TemplateTask:
    return next(task for task in template.tasks if task.resources)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"objective": "understands the bill"}, "the objective begins with no 'can'"),
        ({"objective": "can understand the bill"}, "the objective begins with no 'can'"),
        ({"objective": ""}, "the objective begins with no 'can'"),
        ({"evidence": ""}, "no evidence"),
        ({"title": "Quiz: the words"}, "the title says quiz"),
    ],
)
def test_a_mistake_is_told(
    linter: ModuleType, templates: dict[Path, Template], fields: dict[str, str], told: str
) -> None:
    """What is wrong in one task of one file is found, and nothing else."""
    file = PLANS[1]
    spoilt = changed(templates[file], _some_task(templates[file]).id, **fields)
    found = list(linter.mistakes({**templates, file: spoilt}))
    assert len(found) == 1
    assert told in found[0]
    assert file.name in found[0]


def test_a_link_under_two_titles_is_told(linter: ModuleType, templates: dict[Path, Template]) -> None:
    """The same address must have one title in all plans together."""
    file = PLANS[0]
    task = _some_task(templates[file])
    other = replace(task.resources[0], title="Something else")
    elsewhere = next(each for each in templates[file].tasks if other.url not in {link.url for link in each.resources})
    spoilt = changed(templates[file], elsewhere.id, resources=(other, *elsewhere.resources))
    found = list(linter.mistakes({**templates, file: spoilt}))
    assert len(found) == 1
    assert "stands under 2 titles" in found[0]


def test_what_stands_twice_is_told(linter: ModuleType, templates: dict[Path, Template]) -> None:
    """A task that names a link twice, and two tasks of one title."""
    file = PLANS[0]
    task = _some_task(templates[file])
    spoilt = changed(templates[file], task.id, resources=(*task.resources, task.resources[0]))
    assert [f"{task.id}: names" in text for text in linter.mistakes({**templates, file: spoilt})] == [True]
    other = next(each for each in templates[file].tasks if each.id != task.id)
    spoilt = changed(templates[file], task.id, title=other.title)
    assert ["two tasks are called" in text for text in linter.mistakes({**templates, file: spoilt})] == [True]


def test_holidays_are_laid_out(linter: ModuleType, templates: dict[Path, Template]) -> None:
    """Of a year of starts with holidays a few, one of them with a ceiling; what differs in no study day is laid out once."""
    template = templates[ROOT / "plans" / "foundations.yaml"]
    cases = linter.with_holidays(template)
    assert {case.start for case in cases} == {linter.date(2027, 1, 1) + linter.timedelta(days=n) for n in range(365)}
    once = linter.distinct(template, cases)
    assert len(once) < len(cases) / 3
    found = linter.Desk({template.id: template}).check([*once[::150], *[case for case in once if case.ceiling][:1]])
    assert found.problems == []


@pytest.mark.parametrize("url", ["http://example.org/", "https://localhost/a", "https://example.org/100%-sure", ""])
def test_a_bad_link_is_told(linter: ModuleType, templates: dict[Path, Template], url: str) -> None:
    """Only whole https addresses pass."""
    file = PLANS[0]
    task = _some_task(templates[file])
    spoilt = changed(templates[file], task.id, resources=(replace(task.resources[0], url=url),))
    assert any(task.id in text for text in linter.mistakes({**templates, file: spoilt}))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_laid_out(linter: ModuleType, file: Path) -> None:
    """Without ceilings every length, week and path has a plan that keeps the rules: a share of all cases."""
    template = load(file)
    found = linter.Desk({template.id: template}).check(linter.uncapped(template)[::23])
    assert found.plans > 10
    assert (found.refused, found.problems) == (0, [])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_prices(linter: ModuleType, file: Path) -> None:
    """With a ceiling there is a plan, or a price list that is complete and nowhere too dear: a share of the sample."""
    template = load(file)
    found = linter.Desk({template.id: template}).check(linter.capped(template)[::23])
    assert found.refused > 0
    assert found.problems == []


def test_a_later_end_beyond_a_month_is_offered(linter: ModuleType, templates: dict[Path, Template]) -> None:
    """A plan that would fit with some two months more says so."""
    template = templates[ROOT / "plans" / "practitioner.yaml"]
    start = linter.MONDAY + linter.timedelta(days=1)
    case = linter.Case("practitioner", "month", 30, start, "tue, thu, sat", "devops", 90)
    assert linter.Desk({template.id: template}).check([case]).problems == []


@pytest.mark.parametrize("file", PLANS, ids=lambda file: file.stem)
def test_bearable(linter: ModuleType, file: Path) -> None:
    """Where every day is studied no day of a month or of sixty passes 2 h 15, and none of the shortest plan 3 hours."""
    template = load(file)
    desk = linter.Desk({template.id: template})
    found = desk.check([case for case in linter.uncapped(template) if case.week == "every day" and not case.path])
    assert found.problems == []
    assert set(found.fullest) == {"sprint", "month", "full"}
    assert max(found.fullest["month"], found.fullest["full"]) <= 135
    assert found.fullest["sprint"] <= 180


def test_a_heavy_day_is_told(linter: ModuleType, templates: dict[Path, Template]) -> None:
    """A task that makes a day of the month too long is found when it is laid out."""
    template = templates[ROOT / "plans" / "foundations.yaml"]
    heavy = changed(template, "definition", minutes=300)
    case = next(case for case in linter.uncapped(heavy) if (case.window, case.week) == ("month", "every day"))
    found = linter.Desk({heavy.id: heavy}).check([case])
    assert any("the most is 135" in text for text in found.problems)


def test_what_is_new_after_the_last_mock_is_told(linter: ModuleType, templates: dict[Path, Template]) -> None:
    """A mock exam that comes too early leaves new material after it; so does a talk that is too late for a review."""
    template = templates[ROOT / "plans" / "foundations.yaml"]
    early = {"month": Anchor("exam", -8), "full": Anchor("exam", -8)}
    case = next(case for case in linter.uncapped(template) if (case.window, case.week) == ("month", "every day"))
    spoilt = changed(template, "mock-2", on=early, after=("mock-1-log",))
    told = linter.Desk({template.id: spoilt}).check([case]).problems
    assert any("need-behind is new on" in text and "after mock-2" in text for text in told)
    late = changed(template, "need-behind", on={"month": Anchor("exam", -2)})
    late = changed(late, "why-ignored", on={"month": Anchor("exam", -2)})
    told = linter.Desk({template.id: changed(late, "mock-2", on={"month": Anchor("exam", -2)})}).check([case]).problems
    assert any("the cards of need-behind have no review" in text for text in told)


def test_a_long_answer_is_told(
    linter: ModuleType, templates: dict[Path, Template], capsys: pytest.CaptureFixture[str]
) -> None:
    """A card whose answer nobody says in one breath; one that passes the rule is named in the table."""
    file = PLANS[0]
    card, *others = templates[file].modules[1].cards

    def with_answer(words: int) -> Template:
        cards = (replace(card, answer=" ".join(["word"] * words)), *others)
        first, second, *rest = templates[file].modules
        return replace(templates[file], modules=(first, replace(second, cards=cards), *rest))

    assert list(linter.mistakes({**templates, file: with_answer(20)})) == []
    assert [
        card.id in text and "21 words" in text for text in linter.mistakes({**templates, file: with_answer(21)})
    ] == [True]
    linter.print_figures(with_answer(16))
    linter.print_figures(with_answer(15))
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  answers of more")]
    assert told == [f"  answers of more than 15 words: {card.id} (16)"]


def test_labs_and_mocks_are_counted(
    linter: ModuleType, templates: dict[Path, Template], capsys: pytest.CaptureFixture[str]
) -> None:
    """Of the labs those that somebody has to do by hand are named, and each window says what its mocks ask."""
    linter.print_figures(templates[ROOT / "plans" / "foundations.yaml"])
    lines = capsys.readouterr().out.splitlines()
    labs = next(line for line in lines if " labs: " in line)
    assert labs.endswith(" done by .ci/labs.py; not done: tag-dictionary, practice-policy")
    number, done = (int(word) for word in labs.split() if word.isdigit())
    assert number == done + 2
    assert "  month asks diagnostic 20, mock-1 50, mock-2 50" in lines


def test_a_price_that_is_missing_or_too_high_is_told(
    linter: ModuleType, templates: dict[Path, Template], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The linter holds a price list against its own trials, not against what it says of itself."""
    template = templates[ROOT / "plans" / "foundations.yaml"]
    desk = linter.Desk({template.id: template})
    case = linter.Case("foundations", "month", 30, linter.MONDAY, "mon-fri", ceiling=60)
    with pytest.raises(DoesNotFit) as refused:
        desk._planner.plans.preview(linter._wish(case))
    offers = refused.value.offers
    assert list(desk._judge_prices(case, refused.value)) == []
    for place, offer in enumerate(offers):
        less = DoesNotFit("", offers=[*offers[:place], *offers[place + 1 :]])
        assert len(list(desk._judge_prices(case, less))) == 1, offer.kind
    dearer = [replace(offer, value=offer.value + 5) if offer.kind == "minutes" else offer for offer in offers]
    assert ["are enough" in text for text in desk._judge_prices(case, DoesNotFit("", offers=dearer))] == [True]
