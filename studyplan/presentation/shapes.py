"""The shapes of the JSON objects that `facts`, `standing_facts` and `question_facts` make: the contract with other programs, written once.

mypy holds those functions against it, and the schema of the API is made of it. Only for type checkers and for that schema: making
these classes takes a while, so no command imports this file. Their annotations are real objects, since what reads them at run time
would have to look up names otherwise; ``typing_extensions`` has the one TypedDict that pydantic takes before Python 3.12.
"""

from typing import Any, NotRequired

from typing_extensions import TypedDict

# --- plans and tasks


class ExamResultFacts(TypedDict):
    """How an exam went; ``score`` in percent."""

    passed: bool
    on: str
    score: int | None


class PlanFacts(TypedDict):
    number: int
    name: str
    title: str
    template: str
    edition: str
    window: str
    learner: str | None
    start: str
    end: str
    exam: str | None
    state: str
    paths: list[str]
    ended_at: str | None
    result: ExamResultFacts | None
    #: The number of the plan whose exam this one prepares for again.
    retake: int | None


class LessonFacts(TypedDict):
    """What a retake makes of a module."""

    module: str
    score: int | None
    source: str | None
    weak: bool | None
    minutes: int
    before: int


class DayFacts(TypedDict):
    """A day of a window; ``capacity`` null: no ceiling, ``share`` null: not a day for material."""

    date: str
    role: str
    capacity: int | None
    share: float | None


class ReasonFacts(TypedDict):
    """Why a piece sits where it sits, and the key, date or number that this rests on."""

    code: str
    because: str | int


class ResourceFacts(TypedDict):
    title: str
    url: str
    minutes: int | None
    free: bool


class ScoresFacts(TypedDict):
    """Percent reached, in all and for single modules."""

    score: int | None
    scores: dict[str, int | None]


class TaskFacts(ScoresFacts):
    number: int
    plan: int
    key: str
    task: str
    part: int
    parts: int
    module: str
    title: str
    kind: str
    minutes: int
    splittable: bool
    date: str
    starts_at: str | None
    status: str
    done_at: str | None
    spent_minutes: int | None
    pinned: bool
    uid: str
    reason: ReasonFacts | None
    tier: str
    optional: bool
    own: bool
    after: list[str]
    on: str | None
    access: str
    tags: list[str]
    objective: str
    evidence: str
    resources: list[ResourceFacts]
    note: str | None
    links: list[str]
    files: list[str]
    habit: int | None


class HabitFacts(TypedDict):
    number: int
    key: str
    title: str
    minutes: int
    kind: str
    every: str
    first: str
    until: str | None
    own: bool


class HabitStandingFacts(HabitFacts):
    """A habit and how it goes, in days."""

    plan: int
    done: int
    missed: int
    skipped: int
    left: int
    streak: int
    longest: int
    next: str | None
    missed_days: list[str]


class ViewFacts(TypedDict):
    """A plan with its days and all its tasks."""

    plan: PlanFacts
    days: list[DayFacts]
    tasks: list[TaskFacts]
    habits: list[HabitStandingFacts]


class PlanViewsFacts(TypedDict):
    plans: list[ViewFacts]


class CountedPlanFacts(PlanFacts):
    """A plan with the number of its tasks, and of those that are over."""

    over: int
    tasks: int


class PlansFacts(TypedDict):
    plans: list[CountedPlanFacts]


class OnePlanFacts(TypedDict):
    plan: PlanFacts


class FinishedPlanFacts(OnePlanFacts):
    """A plan that was finished; ``open``: tasks that it left open."""

    open: int
    batch: int | None


class SlackChangeFacts(TypedDict):
    """What a start costs another plan: its slack in minutes."""

    plan: str
    before: int | None
    after: int | None


class DraftFacts(ViewFacts):
    """A plan as a start makes it, written or not."""

    notes: list[str]
    written: bool
    left_out: list[str]
    slack: list[SlackChangeFacts]
    retake: NotRequired[list[LessonFacts]]


# --- days


class MinutesFacts(TypedDict):
    overdue: int
    no_room: int
    due: int
    done: int
    total: int


class TickingFacts(TypedDict):
    """A timer that runs."""

    task: int
    started_at: str
    minutes: int


class AgendaFacts(TypedDict):
    """A study day."""

    date: str
    learner: str | None
    plans: list[PlanFacts]
    overdue: list[TaskFacts]
    no_room: list[TaskFacts]
    due: list[TaskFacts]
    done: list[TaskFacts]
    minutes: MinutesFacts
    next: str | None
    habits: list[HabitStandingFacts]
    timer: TickingFacts | None


class WeekDayFacts(TypedDict):
    date: str
    minutes: int
    tasks: list[TaskFacts]


class WeekFacts(TypedDict):
    """Seven study days from today."""

    date: str
    overdue: list[TaskFacts]
    no_room: list[TaskFacts]
    days: list[WeekDayFacts]


class PickFacts(TypedDict):
    minutes: int
    left: int
    whole: bool
    task: TaskFacts


class ChoiceFacts(TypedDict):
    """The best use of so many minutes."""

    date: str
    learner: str | None
    minutes: int
    used: int
    picks: list[PickFacts]
    shortest: int | None


# --- what is known of a task, time spent, history


class FieldChangeFacts(TypedDict):
    field: str
    before: Any
    after: Any


class ChangeFacts(FieldChangeFacts):
    of: str
    number: int


class HappeningFacts(TypedDict):
    batch: int | None
    at: str
    action: str
    changes: list[FieldChangeFacts]


class TimeFacts(TypedDict):
    date: str
    minutes: int
    stint: int | None
    started_at: str | None


class KnownFacts(TypedDict):
    """A task's history, and the time spent on it."""

    history: list[HappeningFacts]
    time: list[TimeFacts]


class CardFacts(TypedDict):
    id: str
    question: str
    answer: str
    after: str
    source: str | None
    cloze: str | None


class CardOfModuleFacts(CardFacts):
    module: str


class ShownTaskFacts(TaskFacts, KnownFacts):
    """A task with all that is known of it, and its cards where it has some."""

    cards: NotRequired[list[CardFacts]]


class ShownFacts(TypedDict):
    tasks: list[ShownTaskFacts]
    notes: list[str]


class BatchFacts(TypedDict):
    """Changes that were made together."""

    number: int
    at: str
    actor: str
    action: str
    kind: str
    target: int | None
    undone: bool
    changes: list[ChangeFacts]


class LogEntryFacts(TypedDict):
    number: int | None
    task: int
    key: str
    title: str
    plan: int
    minutes: int
    stint: int | None
    started_at: str | None
    removed: bool


class LogDayFacts(TypedDict):
    date: str
    minutes: int
    entries: list[LogEntryFacts]


class LogFacts(TypedDict):
    """Time spent, day by day."""

    minutes: int
    days: list[LogDayFacts]


class UndoneFacts(TypedDict):
    """What was taken back; null: there was nothing."""

    undone: BatchFacts | None


class RedoneFacts(TypedDict):
    redone: BatchFacts | None


class HistoryFacts(TypedDict):
    history: list[BatchFacts]


class NotedFacts(TypedDict):
    """The note and the evidence of a task."""

    number: int
    key: str
    title: str
    note: str | None
    links: list[str]
    files: list[str]


class WatchFacts(TypedDict):
    """The timer that runs or ran; null: none."""

    timer: TickingFacts | None
    task: NotRequired[TaskFacts]


# --- changes

MovedFacts = TypedDict("MovedFacts", {"number": int, "key": str, "from": str, "to": str})
MovedFacts.__doc__ = "A task that changed its day."


class MovedTaskFacts(MovedFacts):
    minutes: int
    reason: ReasonFacts | None


class ChangedFacts(TypedDict):
    """What a change did. ``batch`` null: nothing had to be done."""

    changed: list[TaskFacts]
    unchanged: list[TaskFacts]
    finished: list[str]
    moved: list[MovedTaskFacts]
    notes: list[str]
    batch: int | None
    habit: NotRequired[HabitFacts]


class SittingFacts(ChangedFacts):
    """Time that was recorded, and what it changed."""

    minutes: int
    date: str
    entry: int | None


class TakenOutFacts(TypedDict):
    number: int
    task: int
    minutes: int


class RemovedEntriesFacts(ChangedFacts):
    """Entries taken out of the log, and what that changed."""

    removed: list[TakenOutFacts]


_MoveEnds = TypedDict("_MoveEnds", {"from": str | None, "to": str | None})


class MoveFacts(_MoveEnds):
    """What happens to a piece; ``from`` or ``to`` null: it is made, or merged away."""

    number: int | None
    key: str
    task: str
    minutes: int | None
    reason: ReasonFacts | None


class OfferFacts(TypedDict):
    """A way out of a plan that does not fit; ``number`` takes it."""

    number: int
    kind: str
    value: int | str | list[str]
    command: str
    exact: bool
    titles: NotRequired[list[str]]
    minutes: NotRequired[int | None]
    what_fits: NotRequired[int | None]


class MendedFacts(TypedDict):
    """A replan, written or not."""

    plan: PlanFacts
    strategy: str
    exact: bool
    written: bool
    changes: list[MoveFacts]
    skipped: list[str]
    notes: list[str]
    left_over: list[TaskFacts]
    left_over_proved: bool
    offers: list[OfferFacts]
    #: What a preview rests on: the same given to the replan itself refuses it where anything changed in between.
    basis: NotRequired[str]


class SpanFacts(TypedDict):
    first: str
    last: str


class LearnerFacts(TypedDict):
    name: str
    zone: str | None
    hours: str | None
    off: list[SpanFacts]
    holidays: str | None
    alarms: dict[str, int]
    created_at: str | None


class PlanSettingsFacts(TypedDict):
    """What a plan has of its own beside the learner's hours and days off."""

    hours: str | None
    hours_in_force: str | None
    off: list[SpanFacts]
    holidays: str | None


class PlanWithSettingsFacts(PlanFacts, PlanSettingsFacts):
    pass


class AdjustedFacts(TypedDict):
    """Hours or days off, and the replans that follow from them."""

    written: bool
    learner: LearnerFacts
    replans: list[MendedFacts]
    notes: list[str]
    plan: NotRequired[PlanWithSettingsFacts]


class LearnerOffFacts(TypedDict):
    name: str
    off: list[SpanFacts]


class OffFacts(TypedDict):
    learner: LearnerOffFacts
    plans: list[LearnerOffFacts]


class LearnerHoursFacts(TypedDict):
    name: str
    hours: str | None


class PlanHoursFacts(LearnerHoursFacts):
    hours_in_force: str | None


class HoursInForceFacts(TypedDict):
    learner: LearnerHoursFacts
    plans: list[PlanHoursFacts]


_FieldEnds = TypedDict("_FieldEnds", {"from": Any, "to": Any})


class AmendmentFacts(TypedDict):
    number: int
    task: str
    title: str
    fields: dict[str, _FieldEnds]


class KeptFacts(TypedDict):
    number: int | None
    task: str
    title: str
    why: str
    fields: list[str]


class UpgradedTasksFacts(TypedDict):
    new: list[TaskFacts]
    changed: list[AmendmentFacts]
    gone: list[TaskFacts]
    kept: list[KeptFacts]


class _Upgrade(TypedDict):
    plan: PlanFacts
    changed: bool
    exact: bool
    written: bool
    tasks: UpgradedTasksFacts
    cards: dict[str, int]
    questions: dict[str, int]
    own_words: list[str]
    changes: list[MoveFacts]
    skipped: list[str]
    notes: list[str]


_Editions = TypedDict("_Editions", {"from": str, "to": str})


class UpgradedFacts(_Upgrade, _Editions):
    """What a new edition changes in a plan, written or not."""


class _CalendarChange(_FieldEnds):
    number: int
    key: str
    what: str
    at: str | None


class RefusedFacts(TypedDict):
    number: int
    key: str
    why: str
    hint: str | None


class MissingFacts(TypedDict):
    number: int
    key: str


class ImportedFacts(TypedDict):
    """What a calendar brings, written or not."""

    written: bool
    changes: list[_CalendarChange]
    refused: list[RefusedFacts]
    missing: list[MissingFacts]
    is_part: bool
    unchanged: int
    foreign: int
    finished: list[str]
    warnings: list[str]
    batch: int | None


# --- access


class TokenFacts(TypedDict):
    """A token of a program; the secret itself is shown once and kept nowhere."""

    number: int
    name: str
    scope: str
    created_at: str
    expires_on: str | None
    used_on: str | None
    revoked_at: str | None


# --- errors


class ProblemFacts(TypedDict):
    code: str
    message: str
    hint: str | None
    short_minutes: NotRequired[int | None]
    offers: NotRequired[list[OfferFacts]]
    problems: NotRequired[list[str]]


class ProblemDetails(TypedDict):
    """What is wrong with a call, as RFC 9457 has it; ``error`` is what `--json` prints, and its ``code`` tells one from another."""

    type: str
    title: str
    status: int
    detail: str
    error: ProblemFacts


# --- where a learner stands


class HabitsFacts(TypedDict):
    habits: list[HabitStandingFacts]


class LearnerPlansFacts(TypedDict):
    learner: LearnerFacts
    plans: list[PlanFacts]


class TallyFacts(TypedDict):
    tasks: int
    minutes: int


class StandingFacts(TypedDict):
    plan: PlanFacts
    date: str
    done: TallyFacts
    skipped: TallyFacts
    open: TallyFacts
    overdue: TallyFacts
    no_room: TallyFacts
    planned: TallyFacts
    days_left: int
    days_to_exam: int | None
    study_days_left: int
    slack: int | None
    exam_hour: str | None
    next: str | None
    habits: list[HabitStandingFacts]


class BehindFacts(TypedDict):
    """Positive: behind; negative: ahead."""

    minutes: int
    days: float


class RatioFacts(TypedDict):
    """Minutes spent over minutes estimated; ``ratio`` null: too few records to claim any."""

    ratio: float | None
    records: int
    estimated: int
    spent: int


class KindRatioFacts(RatioFacts):
    kind: str | None


class PaceFacts(RatioFacts):
    kinds: list[KindRatioFacts]


class ForecastFacts(TypedDict):
    p50: str | None
    p80: str | None
    chance: float
    study_days: int
    used: int
    horizon: str


class StreakWeekFacts(TypedDict):
    minutes: int
    target: int


class StreakFacts(TypedDict):
    days: int
    longest: int
    repair_by: str | None
    week: StreakWeekFacts
    weeks: int


class ProgressFacts(StandingFacts):
    """Where a plan stands, with its figures; one with nothing to report is null."""

    behind: BehindFacts | None
    pace: PaceFacts
    forecast: ForecastFacts | None
    streak: StreakFacts | None


class PlanLoadFacts(TypedDict):
    name: str
    minutes: int


class WeekLoadFacts(TypedDict):
    first: str
    last: str
    minutes: int
    capacity: int | None
    plans: list[PlanLoadFacts]


class StatusFacts(TypedDict):
    """Where each plan stands, and the load of all running plans week by week."""

    plans: list[ProgressFacts]
    load: list[WeekLoadFacts]


class BurnUpFacts(TypedDict):
    date: str
    planned: int
    began: int
    done: int | None


class HoursFacts(TypedDict):
    planned: int
    done: int
    studied: int


class ModuleHoursFacts(HoursFacts):
    module: str


class KindHoursFacts(HoursFacts):
    kind: str


class ScoreFacts(ScoresFacts):
    """A test that told how it went."""

    date: str
    number: int
    key: str
    kind: str
    title: str


class CalibrationFacts(TypedDict):
    """How sure the learner was of their answers, and how right."""

    module: str
    sure: int
    sure_right: int
    unsure: int
    unsure_right: int


class ErrorTallyFacts(TypedDict):
    module: str
    errors: int
    kinds: dict[str, int]
    unsorted: int


class DebtFacts(TypedDict):
    """A question that was answered wrong and comes back."""

    question: int
    wrong_on: str
    right_on: list[str]


class RecordFacts(TypedDict):
    """What the tests of a plan tell."""

    plan: str
    questions: int
    tests: int
    errors: list[ErrorTallyFacts]
    coming_back: list[DebtFacts]
    due: int


class ModuleRecallFacts(TypedDict):
    module: str
    cards: int
    answered: int
    recall_today: float
    recall_exam: float
    recall_low: float
    recall_high: float


class ExamRecallFacts(TypedDict):
    exam: str
    cards: int
    answered: int
    recall_exam: float
    recall_low: float
    recall_high: float
    modules: list[ModuleRecallFacts]


class CardStateFacts(TypedDict):
    """Since when a card is not asked, and when its learner rewrote it."""

    suspended_at: str | None
    rewritten_at: str | None


class ChangedCardFacts(CardOfModuleFacts, CardStateFacts):
    pass


class ChangedCardsFacts(TypedDict):
    """Cards that were named, as they are now; ``changed``: the ids of those that were different before."""

    plan: PlanFacts
    changed: list[str]
    cards: list[ChangedCardFacts]


class RecallFacts(ExamRecallFacts):
    """What a learner of a plan remembers, and will on the exam day."""

    plan: PlanFacts
    date: str
    confidence: list[CalibrationFacts]
    suspended: list[ChangedCardFacts]


class PlanPictureFacts(ProgressFacts):
    burn_up: list[BurnUpFacts]
    modules: list[ModuleHoursFacts]
    kinds: list[KindHoursFacts]
    scores: list[ScoreFacts]
    recall: ExamRecallFacts | None
    confidence: list[CalibrationFacts]
    tests: RecordFacts | None


class ReportedPlanFacts(PlanPictureFacts):
    #: Without what is private.
    tasks: list[dict[str, object]]


class StudiedFacts(TypedDict):
    date: str
    minutes: int


class _Picture(TypedDict):
    date: str
    learner: str | None
    studied: list[StudiedFacts]


class PictureFacts(_Picture):
    """Everything that `progress` draws, as numbers."""

    plans: list[PlanPictureFacts]


class ReportFacts(_Picture):
    """The picture with the tasks of each plan."""

    plans: list[ReportedPlanFacts]


# --- cards


class MemoryFacts(TypedDict):
    """What the answers to a card left in memory; ``stability`` in days."""

    stability: float
    difficulty: float
    last: str
    answers: int
    lapses: int


class DueCardFacts(CardOfModuleFacts):
    review: bool
    gain: float
    seconds: int


class SessionFacts(TypedDict):
    """The cards that are worth most now, ordered."""

    plan: PlanFacts
    date: str
    exam: str
    seconds: int
    reviews: list[TaskFacts]
    cards: list[DueCardFacts]
    suspended: int
    modules: list[ModuleRecallFacts]


class AnswerFacts(TypedDict):
    card: str
    grade: str
    at: str
    milliseconds: int | None


class CardsLeftFacts(TypedDict):
    number: int
    key: str
    cards: int


class RecitedFacts(TypedDict):
    """Answers that were recorded, and what came of them."""

    plan: PlanFacts
    date: str
    exam: str
    answers: list[AnswerFacts]
    done: list[TaskFacts]
    left: list[CardsLeftFacts]
    finished: list[str]
    before: list[ModuleRecallFacts]
    after: list[ModuleRecallFacts]
    leeches: list[str]


class HeldCardFacts(ChangedCardFacts):
    open: bool
    answers: int
    lapses: int
    forgotten: int
    leech: bool
    last: str | None
    due: str | None
    stability: float | None
    difficulty: float | None
    recall_today: float
    recall_exam: float


class DeckFacts(TypedDict):
    """The cards of a plan."""

    plan: PlanFacts
    date: str
    exam: str
    cards: list[HeldCardFacts]


class DecksFacts(TypedDict):
    plans: list[DeckFacts]


class RecallsFacts(TypedDict):
    plans: list[RecallFacts]


class AddedCardsFacts(TypedDict):
    plan: PlanFacts
    written: bool
    known: int
    cards: list[CardOfModuleFacts]
    notes: list[str]
    reviews: list[TaskFacts]
    laid_out: bool


# --- tests and questions


class AttemptFacts(TypedDict):
    number: int | None
    form: str
    began_at: str | None
    ended_at: str | None
    limit_minutes: int | None
    seconds: int
    answered: int


class ChoiceOptionFacts(TypedDict):
    number: int
    text: str


class _Posed(TypedDict):
    id: str
    kind: str
    module: str
    difficulty: str
    question: str
    unit: str | None
    flagged: bool
    given: Any
    sure: bool | None


class PosedFacts(_Posed):
    options: list[ChoiceOptionFacts]


class PaperFacts(TypedDict):
    """A test without its answers."""

    plan: str
    learner: str | None
    task: TaskFacts | None
    attempt: AttemptFacts
    questions: list[PosedFacts]


class AnsweredOptionFacts(ChoiceOptionFacts):
    right: bool
    why: str | None


class _Answered(TypedDict):
    is_right: bool | None
    right: Any
    why: str | None
    options: list[AnsweredOptionFacts]
    source: str | None
    error: str | None
    seconds: int


class AnsweredFacts(_Posed, _Answered):
    pass


class ModuleTallyFacts(TypedDict):
    module: str
    asked: int
    right: int
    score: int


class MarkedFacts(TypedDict):
    """A test that is over, with every answer."""

    plan: str
    learner: str | None
    task: TaskFacts | None
    attempt: AttemptFacts
    score: int
    right: int
    asked: int
    modules: list[ModuleTallyFacts]
    confidence: CalibrationFacts
    questions: list[AnsweredFacts]
    coming_back: int
    known: list[str]
    saves_minutes: int
    log: int | None
    moved: list[MovedFacts]
    finished: list[str]
    notes: list[str]


class QuestionOptionFacts(TypedDict):
    text: str
    right: bool
    why: str


class QuestionFacts(TypedDict):
    """A question with its answer, as the bank holds it."""

    id: str
    kind: str
    module: str
    question: str
    options: list[QuestionOptionFacts]
    answer: bool | float | None
    tolerance: float
    unit: str
    why: str
    source: str | None
    difficulty: str
    tier: str
    after: str


class HeldQuestionFacts(QuestionFacts):
    asked: int
    answered_right: int


class BankFacts(TypedDict):
    plan: PlanFacts
    questions: list[HeldQuestionFacts]


class AddedQuestionsFacts(TypedDict):
    plan: PlanFacts
    written: bool
    known: int
    questions: list[QuestionFacts]
    notes: list[str]


# --- templates


class WindowFacts(TypedDict):
    """What a window asks for; ``days`` and ``minutes_a_day``: at least and at most, at its longest and at its shortest."""

    id: str
    days: list[int]
    tier: str
    tasks: int
    minutes: int
    hours: float
    minutes_a_day: list[int]
    habits: int
    goal: str


class ModuleQuestions(TypedDict):
    """The questions of a module by difficulty."""

    id: str
    title: str
    easy: int
    medium: int
    hard: int


class AnswerLengths(TypedDict):
    """Cards whose answers have at most so many words, and more than the row before; null: all that are longer."""

    up_to: int | None
    cards: int


class TemplateCounts(TypedDict):
    """What a template holds: its tasks and its questions by kind, its cards by the words of their answers."""

    id: str
    tasks: dict[str, int]
    questions: dict[str, int]
    modules: list[ModuleQuestions]
    cards: list[AnswerLengths]


class ElectiveFacts(TypedDict):
    id: str
    title: str
    about: str


class ExamQuestionFacts(TypedDict):
    question: str
    answer: str
    source: str


class ProviderFacts(TypedDict):
    name: str
    focus: str
    url: str | None


class CertificationFacts(TypedDict):
    track: str
    level: str
    order: int | None
    audience: list[str]
    prerequisites: list[str]
    skills: list[str]
    roles: list[str]
    renew_after_years: list[int]
    next: dict[str, str]
    exam: list[ExamQuestionFacts]
    providers: list[ProviderFacts]


class BrokenTemplateFacts(TypedDict):
    """A file that cannot be used, and why."""

    id: str
    own: bool
    problems: list[str]


class TemplateFacts(BrokenTemplateFacts):
    title: str
    edition: str
    language: str
    about: str
    level: str | None
    certification: CertificationFacts | None
    default_window: str
    windows: list[WindowFacts]
    paths: list[ElectiveFacts]
    shadows: bool


class TemplatesFacts(TypedDict):
    templates: list[TemplateFacts | BrokenTemplateFacts]


class TemplateResourceFacts(TypedDict):
    title: str
    url: str


class TemplateTaskFacts(TypedDict):
    id: str
    title: str
    kind: str
    minutes: int
    tier: str
    splittable: bool
    every: str | None
    after: list[str]
    on: dict[str, str]
    path: list[str]
    optional: bool
    access: str
    tags: list[str]
    objective: str
    evidence: str
    resources: list[TemplateResourceFacts]
    questions: int | None


class TemplatePathFacts(TemplateFacts):
    """A template with one of its electives, and what that adds."""

    path: str
    tasks: list[TemplateTaskFacts]


class ModuleFacts(TypedDict):
    """A module; ``minutes`` by window."""

    id: str
    title: str
    about: str
    minutes: dict[str, int]
    tasks: list[TemplateTaskFacts]
    cards: int
    questions: int


class SyllabusFacts(TemplateFacts):
    """A template in full."""

    samples: list[str]
    modules: list[ModuleFacts]


# --- feeds


class MissingEntriesFacts(TypedDict):
    """What a feed leaves out because it would be too large: plans by name, and how many tasks of others."""

    plans: list[str]
    tasks: int


class FeedFacts(TypedDict):
    """An address that calendars subscribe to; ``plan`` null: all plans, ``alarm`` null: as for exports, 0: none. ``last_fetched`` is a
    day."""

    number: int
    name: str
    plan: str | None
    form: str
    alarm: int | None
    numbered: bool
    zoned: bool
    created_at: str
    last_fetched: str | None
    revoked_at: str | None
    left_out: MissingEntriesFacts


class NewFeedFacts(TypedDict):
    """``address`` is told this once."""

    feed: FeedFacts
    address: str
    webcal: str


class FeedsFacts(TypedDict):
    feeds: list[FeedFacts]


class FeedNameFacts(TypedDict):
    number: int
    name: str


class RenamedFeedFacts(TypedDict):
    feed: FeedNameFacts


class ClosedFeedFacts(FeedNameFacts):
    revoked_at: str | None


class RevokedFeedFacts(TypedDict):
    feed: ClosedFeedFacts


class NewFeedAnswerFacts(TypedDict):
    """A new feed. ``address`` and ``webcal`` are null where the answer is given again: they are told once."""

    feed: FeedFacts
    address: str | None
    webcal: str | None
