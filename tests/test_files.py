"""Files that are made: whole, private where they are personal, by names that nobody can plant, and swept after a kill."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from studyplan import files
from studyplan.errors import StorageProblem

STALE = f".studyplan-{'0a' * 16}.part"


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o777], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def listed(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_what_is_personal_is_private_whatever_the_umask(
    tmp_path: Path, umask: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From before its first byte until it has its name, in a folder that nobody else can enter."""
    seen: list[tuple[int, int]] = []
    fdopen = os.fdopen

    def watched(handle: int, *given: Any) -> Any:
        found = os.fstat(handle)
        seen.append((found.st_mode & 0o777, found.st_size))
        return fdopen(handle, *given)

    monkeypatch.setattr(os, "fdopen", watched)
    folder = tmp_path / "a" / "b"
    files.make_folder(folder)
    files.write_private(folder / "dump.json", b"mine")
    assert seen == [(0o600, 0)]
    assert [mode(each) for each in (folder.parent, folder, folder / "dump.json")] == [0o700, 0o700, 0o600]
    files.make_private(folder / "new.db")
    assert mode(folder / "new.db") == 0o600


def test_what_is_shared_follows_the_umask(tmp_path: Path) -> None:
    """A calendar that others subscribe to is for those whom the umask lets in."""
    before = os.umask(0o027)
    try:
        files.write_beside(tmp_path / "plan.ics", b"x")
    finally:
        os.umask(before)
    assert mode(tmp_path / "plan.ics") == 0o640


@pytest.mark.parametrize("write", [files.write_beside, files.write_private])
def test_what_was_there_keeps_its_permissions(tmp_path: Path, write) -> None:
    """A file and a folder that somebody has made open, or closed, stay so; a link stays a link."""
    for wanted in (0o644, 0o660, 0o600):
        (tmp_path / "real").write_bytes(b"old")
        (tmp_path / "real").chmod(wanted)
        (tmp_path / "link").unlink(missing_ok=True)
        (tmp_path / "link").symlink_to("real")
        write(tmp_path / "link", b"new")
        assert (mode(tmp_path / "real"), (tmp_path / "real").read_bytes()) == (wanted, b"new")
        assert (tmp_path / "link").is_symlink()
    tmp_path.chmod(0o755)
    files.make_folder(tmp_path)
    assert mode(tmp_path) == 0o755
    assert listed(tmp_path) == ["link", "real"]


def test_nothing_is_left_of_a_write_that_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk leaves the old file and nothing beside it."""
    (tmp_path / "report.html").write_bytes(b"old")

    def full(part: Path, path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "replace", full)
    with pytest.raises(StorageProblem, match="No space left"):
        files.write_private(tmp_path / "report.html", b"new")
    assert listed(tmp_path) == ["report.html"]
    assert (tmp_path / "report.html").read_bytes() == b"old"


def test_a_planted_link_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even whoever guessed the name of a temporary file could not have us write through it."""
    monkeypatch.setattr(os, "urandom", lambda count: b"\x0a" * count)
    (tmp_path / STALE).symlink_to(tmp_path / "victim")
    with pytest.raises(StorageProblem, match="File exists"):
        files.write_private(tmp_path / "dump.json", b"mine")
    assert listed(tmp_path) == [STALE]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_another_users_link_in_a_folder_for_all_is_not_followed(tmp_path: Path) -> None:
    """In /tmp whoever plants a link where a report is to go would choose which of our files is written over."""
    tmp_path.chmod(0o1777)
    (tmp_path / "victim").write_bytes(b"mine")
    link = tmp_path / "report.html"
    link.symlink_to("victim")
    os.chown(link, 12345, 12345, follow_symlinks=False)
    for write in (files.write_beside, files.write_private):
        with pytest.raises(StorageProblem, match="a link that another user made"):
            write(link, b"new")
    assert (tmp_path / "victim").read_bytes() == b"mine"
    os.chown(link, 0, 0, follow_symlinks=False)
    files.write_private(link, b"new")
    assert (tmp_path / "victim").read_bytes() == b"new"


def killed_writer(folder: Path) -> None:
    """A writer that dies with its file half written, and a rollback journal beside it."""
    program = (
        "import os, sys; from pathlib import Path; from studyplan import files\n"
        "with files.temporary(Path(sys.argv[1])) as part:\n"
        "    part.write_bytes(b'half'); part.with_name(part.name + '-journal').touch(); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", program, str(folder)], check=False).returncode == 9


@pytest.mark.parametrize("write", [files.write_beside, files.write_private])
def test_the_next_write_sweeps_what_a_killed_one_left(tmp_path: Path, write) -> None:
    """The next write into the folder removes it, journal and all."""
    killed_writer(tmp_path)
    assert len(listed(tmp_path)) == 2
    write(tmp_path / "x", b"y")
    assert listed(tmp_path) == ["x"]


def test_sweeping_spares_the_living_and_the_strange(tmp_path: Path) -> None:
    """A file whose writer is at work stays, and so does whatever has another name or is no file."""
    others = [".studyplan-1.part", f".{STALE[1:-5].upper()}.part", "study.part", f"{STALE}.txt", f"x{STALE}"]
    for name in others:
        (tmp_path / name).write_bytes(b"theirs")
    folder = tmp_path / f".studyplan-{'0b' * 16}.part"
    folder.mkdir()
    link = tmp_path / f".studyplan-{'0c' * 16}.part"
    link.symlink_to("study.part")
    (tmp_path / STALE).write_bytes(b"dead")
    with files.temporary(tmp_path) as part:
        assert not (tmp_path / STALE).exists()
        part.write_bytes(b"live")
        files.write_private(tmp_path / "x", b"y")
        assert part.read_bytes() == b"live"
    assert listed(tmp_path) == sorted([*others, folder.name, link.name, "x"])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_sweeping_spares_what_another_user_has(tmp_path: Path) -> None:
    """In a folder that is shared another's file stays, even for one who could remove it."""
    (tmp_path / STALE).write_bytes(b"theirs")
    os.chown(tmp_path / STALE, 12345, 12345)
    files.write_private(tmp_path / "x", b"y")
    assert listed(tmp_path) == sorted([STALE, "x"])


@pytest.mark.parametrize("has_links", [True, False])
def test_settling_never_takes_a_name_that_is_in_use(
    tmp_path: Path, has_links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first name that is free, on file systems without hard links too; none free is said."""
    if not has_links:

        def refused(path: Path, target: Path) -> None:
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr(Path, "hardlink_to", refused)
    (tmp_path / "a").write_bytes(b"first")
    (tmp_path / "b").symlink_to("nowhere")
    names = [tmp_path / name for name in "abc"]
    for count in range(2):
        with files.temporary(tmp_path) as part:
            part.write_bytes(b"new")
            if count == 0:
                assert files.settle(part, names) == tmp_path / "c"
            else:
                with pytest.raises(FileExistsError):
                    files.settle(part, names)
    assert listed(tmp_path) == ["a", "b", "c"]
    assert (tmp_path / "a").read_bytes() == b"first"
    assert mode(tmp_path / "c") == 0o600


def test_a_place_that_takes_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some file systems (/proc) say that a folder is not there when they mean that none can be made: one error, no endless try."""

    def nowhere(self: Path, mode: int = 0o777, parents: bool = False, exist_ok: bool = False) -> None:
        raise FileNotFoundError(2, "No such file or directory", str(self))

    monkeypatch.setattr(Path, "mkdir", nowhere)
    for folder in (tmp_path / "a", tmp_path / "a" / "b"):
        with pytest.raises(FileNotFoundError):
            files.make_folder(folder)
