"""Learners by their names: found whatever the capitals, never doubled by a slip."""

from __future__ import annotations


def test_capitals_do_not_matter(terminal):
    """A name is found however it is written, beyond ASCII too; the exact one wins where two differ by capitals alone."""
    terminal.ok("--learner", "Jürgen", "start", "small")
    terminal.ok("learner", "add", "bo")
    assert terminal.ok("--learner", "JÜRGEN", "tasks", "--json").json["plans"][0]["plan"]["learner"] == "Jürgen"
    assert terminal.ok("learner", "show", "BO", "--json").json["learner"]["name"] == "bo"
    assert terminal("learner", "add", "Bo").code == 5
    assert terminal("learner", "rename", "bo", "jürgen").code == 5
    assert terminal.ok("learner", "rename", "BO", "Bo", "--json").json["learner"]["name"] == "Bo"
    terminal.ok("--learner", "jürgen", "done", "1")
    terminal.ok("--learner", "JÜRGEN", "undo")


def test_the_nearest_name_is_offered(terminal):
    """A name that is nobody's is refused with the one that is close; where a first start makes a learner, it says so."""
    terminal.ok("--learner", "johanna", "start", "small")
    refused = terminal("--learner", "JOHANA", "done", "1")
    assert (refused.code, "did you mean 'johanna'?" in refused.err) == (3, True)
    made = terminal.ok("--learner", "johana", "start", "small", "--json").json
    assert any("if you meant 'johanna'" in note for note in made["notes"])
    other = terminal.ok("--learner", "zoe", "start", "small", "--json").json
    assert not any("new learner" in note for note in other["notes"])
