"""Pure decisions of the use cases: values in, values out.

Nothing here opens the store, starts a process or asks for the time: :mod:`studyplan.planner` gathers what a rule needs, and
applies the changes that it answers with.
"""
