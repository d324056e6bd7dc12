"""The ways out of errors as the command line says them: the library names the thing, here stands the flag or the command."""

from __future__ import annotations

from shlex import quote

from studyplan.errors import WayOut

WAYS = {
    "add-calendar": "`studyplan sync add URL` adds one",
    "add-cards": "`studyplan cards import FILE` adds some",
    "add-questions": "`studyplan questions import FILE` adds some",
    "add-learner": "`studyplan learner add NAME` adds one",
    "ask-questions": "--json lists the questions",
    "cancel-timer": "`studyplan timer cancel` discards the timer, `studyplan undo` brings the {what} back",
    "choose-learner": "choose one with --learner NAME",
    "choose-mock": "`studyplan mock` sits the next one, `studyplan tasks --kind mock` lists them",
    "choose-plan": "choose one with --plan NAME",
    "choose-quiz": "`studyplan quiz --count K` asks K questions, `studyplan tasks --kind quiz` lists the quizzes of your plan",
    "choose-upgrade": "choose one: studyplan upgrade {plan}",
    "early-day": "write the year if it is another one, or add --yes if that is the day",
    "existing-file": "--file takes the path of an existing file",
    "fewer-minutes": "leave out --minutes to keep the {recorded}, or add --yes to replace them with {minutes}",
    "force-import": "add --force if you deleted them on purpose",
    "forget-place": "--forget removes one",
    "keep-words": "give it by --{option}, or keep the words in the title: studyplan add {words}",
    "later-exam": "give a later --exam",
    "leave-out-plan": "leave out --plan",
    "leave-out-take": "leave out --take",
    "list-calendars": "`studyplan sync list` shows them",
    "list-cards": "`studyplan cards` lists them",
    "list-catalog": "`studyplan templates` lists them",
    "list-feeds": "`studyplan feed list` shows them",
    "list-log": "`studyplan log` shows each with its number",
    "list-learners": "`studyplan learner list` shows them",
    "list-open-tasks": "`studyplan tasks` lists them",
    "list-places": "`studyplan note {task}` lists them",
    "list-plans": "`studyplan plans` lists them",
    "list-tasks": "`studyplan tasks --all` lists numbers and keys",
    "list-tokens": "`studyplan token list` shows them",
    "list-templates": "`studyplan templates` lists those that exist",
    "load-as": "--as NAME loads it under another name",
    "test-again": "`studyplan {form} {task} --again` begins it once more, --result shows how it went",
    "move-end": "`studyplan replan --exam DATE` moves the end",
    "habit-days": "`studyplan skip {habit}` skips the day, `studyplan edit {habit} --every DAYS` chooses other weekdays",
    "more-study-days": "`studyplan hours` shows and sets the study days",
    "move-exam": "`studyplan replan --exam {to}` moves it",
    "name-calendar": "choose another name with --name NAME",
    "name-minutes": "`studyplan timer stop --minutes M` records the time you give, `studyplan timer cancel` discards the timer",
    "name-or-drop": "name the new one with --name NAME, or end the old one: studyplan finish {plan}, or studyplan drop {plan}",
    "no-exam-hour": "give the last day alone: --exam {day}",
    "no-password-command": "leave out --password-command: the system keyring stores the password",
    "one-score": "give a module's score like --score MODULE=40, or mark the tasks one at a time",
    "own-minutes": "--minutes is for this plan alone; `studyplan hours WEEK` changes those of all running plans",
    "past-day": "--at takes today or an earlier day",
    "practise": "`studyplan quiz --count K` asks K questions for practice",
    "recommend": "`studyplan recommend --role ROLE` suggests where to start",
    "remove-anyone": "add --anyone if you manage this database and want to remove someone else",
    "remove-entry": "`studyplan log remove {entry}` takes it out",
    "remove-note": "`studyplan edit TASK --note ''` removes a note",
    "revoke-token": "`studyplan token list` shows them, `studyplan token revoke N` ends one",
    "rename-plan": "rename one: studyplan rename {plan} NAME",
    "reopen-first": "`studyplan reopen {task}` first",
    "say-who": "say who you are with --learner NAME",
    "score-by-hand": "`studyplan done {task} --score 80` records a score",
    "scored-kinds": "quizzes, reviews, mocks and exams have one; use --note for other tasks",
    "set-zone": "`studyplan learner set --zone Europe/Berlin` sets yours",
    "shift-less": "shift by less, or move the exam as well: --exam DATE",
    "split-export": "`studyplan export --split` writes several files",
    "start-plan": "`studyplan start TEMPLATE` begins one, `studyplan templates` lists them",
    "start-timer": "`studyplan timer start TASK` starts one",
    "stop-timer": "`studyplan timer stop` records it, `studyplan timer cancel` discards it",
    "undo-drop": "`studyplan undo` takes back changes, the last one first",
    "upgrade-plan": "its template has some by now: `studyplan upgrade {plan}` brings them",
    "use-mock": "`studyplan mock {task}` begins it",
    "use-quiz": "`studyplan quiz {task}` begins it",
    "wide-range": "write {shorter} instead, or add --yes to take them all",
    "sync-only": "`studyplan sync --only {calendar}` syncs it",
}


def worded(hint: str | None) -> str | None:
    """A hint as it is said on the command line, what it names as a shell takes it."""
    if not isinstance(hint, WayOut):
        return hint
    return WAYS[hint.name].format_map({name: quote(str(value)) for name, value in hint.values.items()})
