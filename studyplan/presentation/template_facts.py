"""Templates as JSON objects, whose names and shapes other programs rely on. Fields may be added, never renamed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studyplan.notation import weekdays_text
from studyplan.presentation.figures import path_tasks, window_rows

if TYPE_CHECKING:
    from studyplan.model import Path, Template, TemplateTask
    from studyplan.presentation.shapes import (
        BrokenTemplateFacts,
        CertificationFacts,
        ModuleFacts,
        SyllabusFacts,
        TemplateFacts,
        TemplatePathFacts,
        TemplateTaskFacts,
    )
    from studyplan.template import CatalogFile


def of_entry(entry: CatalogFile) -> TemplateFacts | BrokenTemplateFacts:
    """A file of the catalog: what can be started, or what is wrong with it."""
    if entry.template is None:
        return {"id": entry.path.stem, "own": entry.own, "problems": list(entry.problems)}
    return _of_template(entry, entry.template)


def _of_template(entry: CatalogFile, found: Template) -> TemplateFacts:
    return {
        "id": found.id,
        "title": found.title,
        "edition": found.edition,
        "language": found.language,
        "about": found.about,
        "level": found.certification.level if found.certification else None,
        "certification": _of_certification(found),
        "default_window": found.default_window,
        "windows": window_rows(found),
        "paths": [{"id": path.id, "title": path.title, "about": path.about} for path in found.paths],
        "own": entry.own,
        "shadows": entry.shadows,
        "problems": [],
    }


def of_path(entry: CatalogFile, template: Template, path: Path) -> TemplatePathFacts:
    """A template with one of its electives, and what that adds."""
    return {
        **_of_template(entry, template),
        "windows": window_rows(template, path.id),
        "path": path.id,
        "tasks": [_of_template_task(task) for task in path_tasks(template, path.id)],
    }


def of_syllabus(entry: CatalogFile, template: Template) -> SyllabusFacts:
    """A template in full."""
    return {
        **_of_template(entry, template),
        "samples": list(template.samples),
        "modules": [_of_module(template, module.id) for module in template.modules],
    }


def _of_certification(template: Template) -> CertificationFacts | None:
    facts = template.certification
    if facts is None:
        return None
    return {
        "track": facts.track,
        "level": facts.level,
        "order": facts.order,
        "audience": list(facts.audience),
        "prerequisites": list(facts.prerequisites),
        "skills": list(facts.skills),
        "roles": list(facts.roles),
        "renew_after_years": list(facts.renew_after_years),
        "next": dict(facts.next),
        "exam": [{"question": each.question, "answer": each.answer, "source": each.source} for each in facts.exam],
        "providers": [{"name": each.name, "focus": each.focus, "url": each.url} for each in facts.providers],
    }


def _of_module(template: Template, id: str) -> ModuleFacts:
    module = next(module for module in template.modules if module.id == id)
    minutes = {
        window.id: sum(task.minutes for task in template.tasks_of(window) if task.module == id)
        for window in template.windows
    }
    return {
        "id": module.id,
        "title": module.title,
        "about": module.about,
        "minutes": minutes,
        "tasks": [_of_template_task(task) for task in module.tasks],
        "cards": len(module.cards),
        "questions": len(module.questions),
    }


def _of_template_task(task: TemplateTask) -> TemplateTaskFacts:
    return {
        "id": task.id,
        "title": task.title,
        "kind": task.kind_word,
        "minutes": task.minutes,
        "tier": task.tier.value,
        "splittable": task.splittable,
        "every": weekdays_text(task.every) if task.every else None,
        "after": list(task.after),
        "on": {window: str(anchor) for window, anchor in task.on.items()},
        "path": list(task.path),
        "optional": task.optional,
        "access": task.access.value,
        "tags": list(task.tags),
        "objective": task.objective,
        "evidence": task.evidence,
        "resources": [{"title": each.title, "url": each.url} for each in task.resources],
        "questions": task.questions,
    }
