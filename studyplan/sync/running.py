"""One run: what is here and there is gathered, :func:`studyplan.sync.deciding.decide` says what to do, and it is done.

First what the learner did in the calendar comes here, in one transaction with what was seen; then what changed here goes
there, one entry at a time. Before an entry is made it is noted as sent, after each answer what it was, so that a run that is
killed, or whose answers are lost, is taken up by the next one: nothing is lost and nothing is there twice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from studyplan.calendar import text
from studyplan.calendar.forms import Form, Format, moment_of
from studyplan.errors import Conflict, NetworkProblem
from studyplan.model import Presence, Seen, Status, Task
from studyplan.planner.sync import CalendarSync, Sighting, TaskEdit, sent
from studyplan.sync.collection import Listing, Missed, Object, Outcome, Shelf, WriteResult
from studyplan.sync.deciding import (
    Action,
    Apply,
    Ask,
    Delete,
    EntryState,
    Forget,
    Here,
    Hide,
    Leave,
    Put,
    Remember,
    Tell,
    There,
    decide,
    status_there,
)
from studyplan.sync.reading import entry_in, flaw_of, state_of, uids_in
from studyplan.sync.report import Deleted, Report, SyncOptions
from studyplan.text import count

if TYPE_CHECKING:
    from studyplan.model import Remote


#: Entries that a server refuses before anything else was written, after which no more are tried.
_MOST_REFUSED = 5


def run(syncing: CalendarSync, remote: Remote, shelf: Shelf, wish: SyncOptions) -> Report:
    """Keep one calendar in step. Raises Conflict if too much is gone there, NetworkProblem if the server fails; what
    was carried over until then stays, and the next run goes on from it."""
    return _Run(syncing, remote, shelf, wish).whole()


@dataclass(slots=True)
class _Brought:
    """What comes from the calendar: edits of tasks, what was seen, and what is known no more."""

    edits: list[TaskEdit] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)
    forget: list[str] = field(default_factory=list)


class _Run:
    def __init__(self, syncing: CalendarSync, remote: Remote, shelf: Shelf, wish: SyncOptions) -> None:
        self._syncing = syncing
        self._shelf = shelf
        self._wish = wish
        self._side = syncing.side(remote)
        self._remote = self._side.remote
        self._form = Form(remote.form)
        clock = self._side.clock
        self._format = Format(
            self._form, wish.mark, alarm=self._remote.alarm, day_ends=lambda day: clock.moment(day, 24 * 60)
        )
        self._report = Report(self._remote, wish.write)
        self._objects: dict[str, Object] = {}
        self._there: dict[str, There] = {}
        #: Objects that the server does not give now, and why.
        self._missed: dict[str, str] = {}
        #: Entries that exist there, of which this run knows nothing more.
        self._unknown: set[str] = set()
        #: Entries that cannot be read, and why.
        self._flaws: dict[str, str] = {}
        self._late: set[str] = set()
        #: Entries whose time is a guess, and why.
        self._doubts: dict[str, str] = {}
        #: What was written of entries whose etags the server did not tell.
        self._silent: dict[str, str] = {}

    def whole(self) -> Report:
        self._note_tasks()
        listing = self._shelf.changes(self._remote.token)
        self._gather(listing)
        actions = self._decide_all()
        self._refuse_loss()
        self._note_doubts()
        if not self._wish.write:
            self._foretell(actions)
            return self._report
        self._bring_here(actions)
        self._bring_there()
        report = self._report
        left = report.trouble or report.asked or report.unreadable or self._late
        wrote = report.made or report.changed or report.deleted
        # Some servers name a state by what is in it: when all that was written is gone again, it has its old name.
        self._syncing.finish(self._remote, None if left or wrote else listing.token)
        return self._report

    # --- gathering

    def _note_tasks(self) -> None:
        self._report.tasks.update({task.number: task for task in self._side.tasks.values()})

    def _note_doubts(self) -> None:
        for why in dict.fromkeys(self._doubts.values()):
            numbers = sorted(self._number(uid) for uid, each in self._doubts.items() if each == why)
            words = f"task{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"
            self._report.notes.append(f"{words} may have been moved there, but {why}; nothing was changed")

    def _gather(self, listing: Listing) -> None:
        """What is there of ours, with the text of whatever is not as it was seen last."""
        seen = self._side.seen
        etags = listing.etags
        if etags is None:
            etags = {each.href: each.etag for each in seen.values() if each.presence is Presence.THERE}
        uids = {each.href: uid for uid, each in seen.items()}
        known = {*self._side.tasks, *seen}
        found: dict[str, str] = {}
        strange = []
        for href in etags:
            uid = uids.get(href) or href.removesuffix(".ics").lower()
            if uid in known and uid not in found:
                found[uid] = href
            else:
                strange.append(href)
        missing = [uid for uid, each in seen.items() if uid not in found and each.presence is Presence.THERE]
        if missing and strange:
            # A program may have put an entry under another name.
            strange = self._look_into(strange, found)
        if listing.etags is not None:
            self._report.foreign = len(strange)
        wanted = {
            href: uid
            for uid, href in found.items()
            if uid not in seen
            or seen[uid].presence is not Presence.THERE
            or etags[href] is None
            or seen[uid].etag != etags[href]
        }
        objects = self._fetch(wanted)
        for uid, href in found.items():
            if href in wanted:
                if href in objects:
                    self._take_in(uid, href, objects[href])
                else:
                    self._pass_over(uid, href)
            else:
                self._there[uid] = There(uid, href, etags[href])

    def _pass_over(self, uid: str, href: str) -> None:
        """Leave to the next run an entry that cannot be had. One that is gone since it was listed is seen then too."""
        self._unknown.add(uid)
        self._there[uid] = There(uid, href, None)
        if href in self._missed:
            self._report.trouble.append((self._number(uid), self._missed[href]))
        else:
            self._be_late([uid])

    def _look_into(self, strange: Collection[str], found: dict[str, str]) -> list[str]:
        known = {*self._side.tasks, *self._side.seen}
        left = []
        objects = self._fetch(list(strange))
        for href in strange:
            uids = uids_in(objects[href].text) if href in objects else []
            uid = next((uid for uid in uids if uid in known and uid not in found), None)
            if uid is None:
                left.append(href)
            else:
                found[uid] = href
        return left

    def _fetch(self, hrefs: Collection[str]) -> dict[str, Object]:
        missing = [href for href in hrefs if href not in self._objects]
        if missing:
            progress = self._wish.progress
            for href, each in self._shelf.fetch(missing, lambda done: progress("reading", done, len(missing))).items():
                if isinstance(each, Missed):
                    self._missed[href] = f"it could not be fetched ({each.why}); the next run tries again"
                else:
                    self._objects[href] = each
        return {href: self._objects[href] for href in hrefs if href in self._objects}

    def _take_in(self, uid: str, href: str, found: Object) -> None:
        self._objects[href] = found
        self._there[uid] = There(uid, href, found.etag, self._read(uid, found.text))

    def _read(self, uid: str, whole: str) -> EntryState | None:
        entry = entry_in(whole, uid, self._side.clock.zone)
        self._flaws[uid] = flaw_of(entry)
        if entry is None or self._flaws[uid]:
            return None
        if entry.doubt:
            self._doubts[uid] = entry.doubt
        return state_of(entry, self._side.tasks.get(uid), self._form, self._side.clock)

    # --- deciding

    def _here(self, uid: str) -> Here | None:
        task = self._side.tasks.get(uid)
        if task is None:
            return None
        return Here(
            uid,
            task.date,
            moment_of(task, self._form),
            text.title(task, mark=False),
            task.status,
            task.updated_at,
            is_piece=task.parts > 1,
        )

    def _decide(self, uid: str) -> tuple[Action, ...]:
        return decide(self._here(uid), self._there.get(uid), self._side.seen.get(uid), text.taken_apart)

    def _decide_all(self) -> dict[str, tuple[Action, ...]]:
        order = sorted(
            {*self._side.tasks, *self._side.seen} - self._unknown,
            key=lambda uid: (self._side.tasks[uid].date.toordinal() if uid in self._side.tasks else 0, uid),
        )
        return {uid: self._decide(uid) for uid in order}

    def _refuse_loss(self) -> None:
        """A calendar that is suddenly empty, or has lost more than half of what was in it, is more likely another calendar,
        or a broken one, than a learner's wish."""
        here = self._side.tasks
        had = [each for each in self._side.seen.values() if each.presence is Presence.THERE and each.uid in here]
        lost = [each for each in had if each.uid not in self._there]
        if self._wish.force or not lost or len(lost) * 2 <= len(had):
            return
        what = "is empty" if len(lost) == len(had) else f"has lost {len(lost)} of {count(len(had), 'entry')}"
        raise Conflict(
            f"the calendar '{self._remote.name}' {what}; nothing was changed",
            hint="add --force if you deleted them on purpose",
            slug="calendar-lost",
        )

    def _foretell(self, actions: Mapping[str, tuple[Action, ...]]) -> None:
        """What would be done, for a dry run."""
        brought = self._brought(actions, self._wish.deleted)
        carried = self._syncing.foretell(self._remote, brought.edits)
        report = self._report
        report.changes, report.refused = carried.changes, list(carried.refused)
        report.notes += carried.notes
        set_right = {each.uid for each in carried.refused}
        for uid, of_uid in actions.items():
            task = self._side.tasks.get(uid)
            put = next((action for action in of_uid if isinstance(action, Put)), None)
            if uid in set_right and task is not None and uid in self._there:
                report.changed.append(task)
            elif put is not None and put.etag is None and task is not None:
                report.made.append(task)
            elif put is not None and task is not None and not self._says_so(uid, self._sending(uid)):
                report.changed.append(task)
            elif any(isinstance(action, Ask) for action in of_uid) and self._wish.deleted is Deleted.KEEP and task:
                report.made.append(task)
            report.deleted += [self._side.seen[uid] for action in of_uid if isinstance(action, Delete)]

    def _number(self, uid: str) -> int:
        task = self._side.tasks.get(uid)
        return task.number if task is not None else self._side.seen[uid].task

    # --- what comes here

    def _bring_here(self, actions: Mapping[str, tuple[Action, ...]]) -> None:
        asked = [uid for uid, of_uid in actions.items() if any(isinstance(action, Ask) for action in of_uid)]
        brought = self._brought(actions, self._meant(asked))
        if brought.edits or brought.sightings or brought.forget:
            self._carry(brought)

    def _brought(self, actions: Mapping[str, tuple[Action, ...]], meant: Deleted | None) -> _Brought:
        """What comes here; what is only told goes to the report."""
        brought = _Brought()
        for uid, of_uid in actions.items():
            task = self._side.tasks.get(uid)
            for action in of_uid:
                match action:
                    case Apply():
                        assert task is not None
                        brought.edits.append(
                            TaskEdit(
                                uid,
                                task.number,
                                task.updated_at,
                                action.status,
                                action.done_at,
                                action.day,
                                action.at,
                                action.title,
                            )
                        )
                    case Remember(settled=settled):
                        assert task is not None
                        brought.sightings.append(Sighting(self._sighted(uid, task), task.updated_at, settled))
                    case Forget():
                        brought.forget.append(uid)
                    case Hide():
                        assert task is not None
                        seen = replace(self._side.seen[uid], presence=Presence.GONE, etag=None)
                        brought.sightings.append(Sighting(seen, task.updated_at, settled=True))
                    case Ask():
                        assert task is not None
                        self._answer(uid, task, meant, brought)
                    case Tell():
                        self._report.told.append((action, self._number(uid)))
                    case Leave():
                        self._report.unreadable.append(self._number(uid))
                        self._report.flaws[self._number(uid)] = self._flaws.get(uid) or flaw_of(None)
        return brought

    def _meant(self, asked: Sequence[str]) -> Deleted | None:
        if not asked or self._wish.deleted is not None:
            return self._wish.deleted
        return self._wish.ask([self._side.tasks[uid] for uid in asked])

    def _answer(self, uid: str, task: Task, meant: Deleted | None, brought: _Brought) -> None:
        seen = self._side.seen[uid]
        match meant:
            case Deleted.KEEP:
                brought.forget.append(uid)
            case Deleted.SKIP:
                brought.edits.append(TaskEdit(uid, task.number, task.updated_at, Status.SKIPPED))
                gone = replace(seen, presence=Presence.GONE, etag=None)
                brought.sightings.append(Sighting(gone, task.updated_at, settled=True))
            case Deleted.REMOVE:
                brought.edits.append(TaskEdit(uid, task.number, task.updated_at, remove=True))
                brought.forget.append(uid)
            case None:
                self._report.asked.append(task)

    def _sighted(self, uid: str, task: Task) -> Seen:
        """The entry there as something seen."""
        there = self._there[uid]
        reading = there.reading
        assert reading is not None
        before = self._side.seen.get(uid)
        whole = self._objects[there.href].text.replace("\x00", "")
        status = status_there(reading, before, text.taken_apart) or (
            before.status if before is not None else task.status
        )
        return Seen(
            task.learner_id,
            self._remote.number,
            uid,
            task.number,
            there.href,
            there.etag,
            Presence.THERE,
            reading.day or (before.day if before is not None else task.date),
            reading.at,
            reading.title,
            status,
            None,
            self._words(uid, task, whole, before),
            whole,
        )

    def _words(self, uid: str, task: Task, whole: str, before: Seen | None) -> str:
        """The digest of what was written from here: by a run whose answer was lost perhaps."""
        from studyplan.calendar.objects import known_digest

        return known_digest(whole, uid, task, self._form, before.words if before is not None else None)

    def _carry(self, brought: _Brought) -> None:
        carried = self._syncing.carry(self._remote, brought.edits, brought.sightings, brought.forget)
        report = self._report
        report.changes += carried.changes
        report.batch = carried.batch or report.batch
        report.notes += carried.notes
        report.refused += carried.refused
        self._be_late(carried.late)
        self._side = self._syncing.side(self._remote)
        self._note_tasks()

    def _be_late(self, uids: Collection[str]) -> None:
        """Leave to the next run what somebody changed during this one."""
        numbers = {self._number(uid) for uid in uids if uid in self._side.tasks or uid in self._side.seen}
        self._report.late = sorted({*self._report.late, *numbers})
        self._late |= set(uids)

    # --- what goes there

    def _bring_there(self) -> None:
        puts: list[tuple[Put, Seen]] = []
        deletes: list[Delete] = []
        same: list[Seen] = []
        for uid, of_uid in self._decide_all().items():
            if uid in self._late:
                continue
            for action in of_uid:
                match action:
                    case Put():
                        sending = self._sending(uid)
                        if self._says_so(uid, sending):
                            same.append(replace(self._side.seen[uid], revised=sending.revised))
                        else:
                            puts.append((action, sending))
                    case Delete():
                        deletes.append(action)
        new = [seen for put, seen in puts if put.etag is None]
        if new or same:
            self._syncing.note(self._remote, [*new, *same])
        todo = len(puts) + len(deletes)
        for number, (put, seen) in enumerate(puts):
            self._wish.progress("writing", number, todo)
            self._put(put, seen)
        for number, delete in enumerate(deletes):
            self._wish.progress("writing", len(puts) + number, todo)
            self._delete(delete)
        if todo:
            self._wish.progress("writing", todo, todo)
        self._confirm()

    def _says_so(self, uid: str, sending: Seen) -> bool:
        """Whether the entry there says already what would be written: a task's stamp is of everything that any calendar
        shows of it, its time of day too where this one shows days."""
        seen = self._side.seen.get(uid)
        return (
            seen is not None
            and seen.presence is Presence.THERE
            and seen.revised is not None
            and (seen.day, seen.at, seen.title, seen.status, seen.words)
            == (sending.day, sending.at, sending.title, sending.status, sending.words)
        )

    def _sending(self, uid: str) -> Seen:
        task = self._side.tasks[uid]
        seen = self._side.seen.get(uid)
        there = self._there.get(uid)
        from studyplan.calendar.objects import digest

        href = there.href if there is not None else seen.href if seen is not None else f"{uid}.ics"
        title = text.title(task, mark=self._wish.mark and self._form is not Form.TODOS)
        return sent(self._side, uid, title=title, href=href, words=digest(task, self._form))

    def _body(self, uid: str) -> tuple[bytes, str | None]:
        """The object to write, and what is to be kept of it: all, where it holds what others wrote."""
        from studyplan.calendar import objects

        task = self._side.tasks[uid]
        plan = self._side.plans[task.plan].uuid
        seen = self._side.seen.get(uid)
        whole = seen.whole if seen is not None and seen.presence is Presence.THERE else None
        entry = entry_in(whole, uid, self._side.clock.zone) if whole is not None else None
        if whole is None or entry is None:
            return objects.written(task, plan, self._format), None
        here = self._here(uid)
        reading = self._read(uid, whole)
        same_time = (
            here is not None
            and reading is not None
            and (here.day, here.at) == (reading.day, reading.at)
            and (
                here.at is None or self._form is Form.TODOS or entry.until == here.at + timedelta(minutes=task.minutes)
            )
        )
        body = objects.revised(
            whole,
            entry,
            task,
            plan,
            self._format,
            same_time=same_time,
            was=seen.status if seen is not None else None,
            words=seen.words if seen is not None else None,
        )
        return body, body.decode()

    def _put(self, put: Put, seen: Seen, *, again: bool = False) -> None:
        task = self._side.tasks.get(put.uid)
        if task is None:
            # Somebody removed it while this run went on.
            self._be_late([put.uid])
            return
        body, whole = self._body(put.uid)
        answer = self._shelf.put(seen.href, body, put.etag)
        match answer.outcome:
            case Outcome.WRITTEN:
                (self._report.made if put.etag is None else self._report.changed).append(task)
                known = replace(seen, presence=Presence.THERE, etag=answer.etag, whole=whole)
                self._syncing.note(self._remote, [known])
                self._side = replace(self._side, seen={**self._side.seen, put.uid: known})
                if answer.etag is None:
                    self._silent[put.uid] = body.decode()
            case Outcome.STALE | Outcome.ABSENT if not again:
                self._meet(put.uid, seen.href, answer)
            case _:
                self._report.trouble.append((task.number, answer.why or "it keeps changing there"))
                if len(self._report.trouble) >= _MOST_REFUSED and not (self._report.made or self._report.changed):
                    raise NetworkProblem(
                        f"the calendar '{self._remote.name}' accepts no changes: {answer.why or 'it keeps changing'}",
                        hint="are you allowed to write to it?",
                    )

    def _meet(self, uid: str, href: str, answer: WriteResult) -> None:
        """What is there is not what was expected: look, decide anew, and try once more."""
        self._objects.pop(href, None)
        found = self._fetch([href])
        if href in found:
            self._take_in(uid, href, found[href])
        elif href in self._missed:
            self._report.trouble.append((self._number(uid), self._missed[href]))
            return
        elif not self._find_elsewhere(uid):
            self._there.pop(uid, None)
            if answer.outcome is Outcome.STALE and answer.why:
                self._report.trouble.append((self._number(uid), answer.why))
                return
        actions = self._decide(uid)
        self._bring_here({uid: actions})
        if uid in self._late:
            return
        for action in self._decide(uid):
            match action:
                case Put():
                    sending = self._sending(uid)
                    if action.etag is None:
                        self._syncing.note(self._remote, [sending])
                    self._put(action, sending, again=True)
                case Delete():
                    self._delete(action, again=True)

    def _find_elsewhere(self, uid: str) -> bool:
        """Whether the entry is there under another name; it is taken in then."""
        listing = self._shelf.changes(None)
        for href, each in self._fetch(listing.etags or ()).items():
            if uid in uids_in(each.text):
                self._take_in(uid, href, each)
                return True
        return False

    def _delete(self, delete: Delete, *, again: bool = False) -> None:
        seen = self._side.seen.get(delete.uid)
        if seen is None:
            # Another run has deleted it meanwhile.
            self._be_late([delete.uid])
            return
        answer = self._shelf.delete(delete.href, delete.etag)
        match answer.outcome:
            case Outcome.WRITTEN | Outcome.ABSENT:
                self._report.deleted.append(seen)
                self._syncing.note(self._remote, forget=[delete.uid])
            case Outcome.STALE if not again:
                self._meet(delete.uid, delete.href, answer)
            case _:
                self._report.trouble.append((seen.task, answer.why or "it keeps changing there"))

    def _confirm(self) -> None:
        """Ask for the etags that the server did not tell with its answers. What differs by now is the next run's; what
        others, or the server itself, added to an entry is kept for the next time that it is written."""
        hrefs = {self._side.seen[uid].href: uid for uid in self._silent if uid in self._side.seen}
        for href in hrefs:
            self._objects.pop(href, None)
        confirmed = []
        for href, found in self._fetch(hrefs).items():
            uid = hrefs[href]
            seen = self._side.seen[uid]
            reading = self._read(uid, found.text)
            if reading is not None and (reading.day, reading.at, reading.title, reading.status or seen.status) == (
                seen.day,
                seen.at,
                seen.title,
                seen.status,
            ):
                whole = seen.whole if found.text == self._silent[uid] else found.text.replace("\x00", "")
                confirmed.append(replace(seen, etag=found.etag, whole=whole))
        if confirmed:
            self._syncing.note(self._remote, confirmed)
