"""Where compiled kernels are kept, and when what is kept is not used."""

import logging

import pytest

from mesacircuits.circuits import compiled_kernels

CALLER = "from mesacircuits.callee_kernels import one\n\ndef f(x):\n    return x + 1\n"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of two files of kernels, and a home folder for its caches."""
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "caller_kernels.py").write_text(CALLER)
    (folder / "callee_kernels.py").write_text("one = 1\n")
    monkeypatch.setattr(compiled_kernels, "_PACKAGE", folder)
    monkeypatch.setattr(compiled_kernels, "_folder_of", compiled_kernels._folder_of.__wrapped__)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CACHE_HOME", "NUMBA_CACHE_DIR", compiled_kernels._TOLD):
        # Set first, so that what the test sets is undone.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return folder


def compiled(package):
    """Compile the caller's function, as a new process does, and call it."""
    file = package / "caller_kernels.py"
    space = {"__name__": __name__}
    exec(compile(file.read_text().partition("\n")[2], str(file), "exec"), space)
    function = compiled_kernels.kernel(space["f"])
    assert function(1) == 2
    return function


def was_kept(function):
    return bool(function.stats.cache_hits)


def test_code_is_kept_in_private_folders(package, tmp_path):
    assert not was_kept(compiled(package))
    assert was_kept(compiled(package))
    home = tmp_path / ".cache" / "mesacircuits"
    assert list(home.rglob("*.nbc"))
    assert not list(package.rglob("*.nbc"))
    for folder in (home, *(path for path in home.rglob("*") if path.is_dir())):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_code_is_not_used_once_a_callee_in_another_file_has_changed(package, tmp_path):
    compiled(package)
    (package / "callee_kernels.py").write_text("one = 2\n")
    assert not was_kept(compiled(package))
    assert was_kept(compiled(package))
    # What was kept for the old state of the sources is gone.
    assert len({path.parent for path in tmp_path.rglob("*.nbc")}) == 1


@pytest.mark.parametrize("suffix", ["nbi", "nbc"])
@pytest.mark.parametrize("length", [0, 40])
def test_files_that_are_cut_short_are_made_anew(package, tmp_path, suffix, length):
    compiled(package)
    (kept,) = tmp_path.rglob(f"*.{suffix}")
    kept.write_bytes(kept.read_bytes()[:length])
    assert not was_kept(compiled(package))
    assert was_kept(compiled(package))


def test_a_folder_of_the_user_s_choice_is_taken(package, tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "chosen"))
    compiled(package)
    assert {path.parents[3].name for path in tmp_path.rglob("*.nbc")} == {"mesacircuits"}
    assert list((tmp_path / "chosen").rglob("*.nbc"))


def test_without_a_safe_folder_nothing_is_kept_and_that_is_said_once(
    package, tmp_path, monkeypatch, caplog
):
    compiled(package)
    (tmp_path / ".cache" / "mesacircuits").chmod(0o777)
    with caplog.at_level(logging.WARNING):
        assert not was_kept(compiled(package))
        assert not was_kept(compiled(package))
    assert [r.message for r in caplog.records] == [
        "mesacircuits: note: compiled kernels are not kept for the next run: "
        "there is no cache folder that only you can write"
    ]


def test_a_full_disk_ends_no_search(package, monkeypatch, caplog):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(compiled_kernels.FunctionCache, "save_overload", full)
    assert not was_kept(compiled(package))
    assert "No space left on device" in caplog.text
