"""The commands: a file per family, named as the family of use cases in :mod:`studyplan.planner` that it calls."""
