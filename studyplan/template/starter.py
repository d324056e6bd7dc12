"""The text of a new template: it loads as it stands, and its comments say what to change."""

from __future__ import annotations

from collections.abc import Sequence

from studyplan.errors import UsageProblem
from studyplan.template.blank import BLANK
from studyplan.template.fields import is_slug, slug
from studyplan.template.problems import quoted
from studyplan.template.tables import LONGEST_ID
from studyplan.text import command


def skeleton(id: str, *, schema: str | None = None) -> str:
    """A template to edit, with three windows, anchors, a deck of cards, a mock exam and an exam. Goes to ``<id>.yaml``.

    ``schema`` is where an editor finds the JSON Schema, as seen from that file. Raises ``UsageProblem`` for what cannot be
    an id.
    """
    check_id(id, ("studyplan", "templates", "new"))
    return modeline(schema) + _TEXT.replace("ID", id, 1).replace("TITLE", title_of(id), 1)


def check_id(id: str, way: Sequence[str]) -> None:
    """Raise ``UsageProblem`` for what cannot be a template's id; ``way`` is the command that takes a better one behind
    it."""
    if id == BLANK:
        raise UsageProblem(f"{quoted(id)} is the empty plan's id", hint="choose another id")
    if not is_slug(id, LONGEST_ID):
        better = slug(id)[:LONGEST_ID].strip("-")
        raise UsageProblem(
            f"{quoted(id)} cannot be a template's id: use at most {LONGEST_ID} of a-z, 0-9 and -, a letter or digit first",
            hint=command(*way, better) if better else None,
        )


def title_of(id: str) -> str:
    """A title to start from."""
    return id.replace("-", " ").strip().capitalize()


def modeline(schema: str | None) -> str:
    """The comment, a file's first line, by which editors that run the YAML language server find the schema."""
    return f"# yaml-language-server: $schema={schema}\n" if schema else ""


_TEXT = """\
# A plan template. Save it as <id>.yaml, edit it, and check it with `studyplan templates check FILE`.

studyplan: 1                # version of this format
id: "ID"                    # a-z, 0-9 and -; the file's name without .yaml
title: "TITLE"
edition: "1"                # of the content; a started plan keeps the edition it was started with
language: en
about: >-
  One paragraph: who this plan is for, and what it leads to.

# What it prepares for. Leave this out if there is no certification.
certification:
  track: The name of the track
  level: entry              # entry, mid or senior
  order: 1                  # its place in the track
  audience: [people new to the field]
  prerequisites: [nothing but curiosity]
  skills: [the first skill, the second skill]
  roles: [cloud-engineer]   # roles that it is recommended for
  renew_after_years: [2, 3]

# Electives: a task with `path: [deeper]` is only for learners who chose it.
paths:
  - id: deeper
    title: A look behind the scenes
    about: For those who want to know how it works inside.

# How long a plan may be, smallest first. A window holds the tasks of its tier and of the tiers before it.
windows:
  - {id: sprint, days: [7, 14], tier: core, goal: Know the words and pass a first mock exam.}
  - {id: month, days: [30, 30], tier: practice, goal: Have done each thing once by hand.}
  - {id: full, days: [60, 60], tier: depth, goal: Explain it to others.}
default_window: month

modules:
  - id: basics
    title: The basics
    about: The words that everything else uses.
    tasks:
      - id: read-overview   # a letter first, then a-z, 0-9 and -; never rename it within an edition
        title: Read the overview and write each idea down in your own words
        kind: read          # read, watch, lab, quiz, review, mock, discuss, reflect or exam
        minutes: 60         # a multiple of 5; reading, watching, labs and reflection above 45 may be split over days
        tags: [culture]
        objective: can say what the field is about in two sentences
        evidence: half a page of notes
        resources:
          - {title: The overview, url: "https://example.org/overview", minutes: 40, free: true}
      - id: first-steps
        title: Do the first steps
        kind: lab
        minutes: 90
        after: [read-overview]
        access: free-signup # none, free-signup, local-cluster or paid: what it takes to do it
      - id: own-example
        title: Find an example in your own work
        kind: reflect
        minutes: 30
        tier: practice      # core by default; this task is not in the sprint
        after: [first-steps]
      - id: look-inside
        title: Read how it works inside
        kind: read
        minutes: 45
        tier: depth
        path: [deeper]
        optional: true      # may be left out if a plan does not fit
    # Questions to answer from memory. The plan adds reviews for them automatically.
    cards:
      - id: overview-1
        question: What is the field about?
        answer: The two sentences that you want to hear.
        source: https://example.org/overview
        after: read-overview
      - id: overview-2
        question: Which word is mixed up most often, and with what?
        answer: The word, and the difference.
        after: read-overview
      - id: overview-3
        question: FAQ
        answer: frequently asked questions
        reverse: true       # asked both ways; `cloze: "An {{c1::answer}} left out"` makes a card of a sentence
        after: read-overview
    # Exam questions, for mocks and quizzes. Each option says why it is right, or what choosing it would mean.
    questions:
      - id: first-step
        kind: single        # single, several, true-false, order or number
        question: A colleague asks where to begin. What do you answer?
        options:
          - {text: With the overview, right: true, why: The words in it are used everywhere else.}
          - {text: With the exam, why: It asks for what the overview explains.}
          - {text: With a tool, why: A tool answers questions that a beginner does not have yet.}
        source: https://example.org/overview
        difficulty: easy    # easy, medium (the default) or hard
        after: read-overview
      - id: minutes-of-two
        kind: number
        question: Two sections take 20 minutes each. How long do both take?
        answer: 40
        tolerance: 0
        unit: minutes
        why: Twice 20 minutes.
        after: read-overview

  - id: rehearsal
    title: Rehearsal and exam
    tasks:
      - id: mock-1
        title: Take the first mock exam, closed book
        kind: mock
        minutes: 60
        # An anchor ties a task to a day: exam-3d, start+7d, or another anchored task, or one for each window.
        questions: 50       # how many exam questions it asks, where the plan has as many
        on: {sprint: exam-2d, month: exam-10d, full: exam-20d}
        after: [first-steps]
      - id: mock-1-log
        title: Write down what went wrong, and why
        kind: reflect
        minutes: 25
        on: mock-1
        after: [mock-1]
      - id: mock-2
        title: Take the second mock exam under exam conditions
        kind: mock
        minutes: 60
        tier: practice
        on: exam-4d
        after: [mock-1-log]
      - id: eve
        title: Look over the notes once, lay things out, go to bed in time
        kind: review        # only with an anchor: card reviews are added automatically
        minutes: 20
        on: exam-1d
      - id: exam
        title: Sit the exam
        kind: exam          # takes place on the last day, which has nothing else; at most one per window
        minutes: 60
"""
