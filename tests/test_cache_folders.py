"""The user's cache folders are private, and `make clean` removes the kernels in them alone."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mesacircuits import cache_folders
from mesacircuits.cache_folders import kernel_folder, user_cache_folder

ROOT = Path(__file__).parent.parent


@pytest.fixture
def cache_home(tmp_path, monkeypatch):
    """A home folder of its own, in which the caches are to lie."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    return tmp_path


def test_the_user_s_caches_are_private(cache_home, monkeypatch):
    folder = user_cache_folder("progress")
    assert folder == cache_home / ".cache" / "mesacircuits" / "progress"
    assert folder == user_cache_folder("progress")
    for made in (folder, folder.parent):
        assert made.stat().st_mode & 0o777 == 0o700
    folder.parent.chmod(0o755)
    assert user_cache_folder("progress") == folder
    assert folder.parent.stat().st_mode & 0o777 == 0o700
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache_home / "elsewhere"))
    assert user_cache_folder() == cache_home / "elsewhere" / "mesacircuits"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert user_cache_folder() == folder.parent


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
def test_a_cache_that_others_could_write_into_is_not_used(cache_home, mode):
    folder = user_cache_folder()
    folder.chmod(mode)
    assert user_cache_folder() is None
    assert folder.stat().st_mode & 0o777 == mode


def test_a_cache_that_others_could_replace_is_not_used(cache_home):
    assert user_cache_folder()
    cache_home.chmod(0o777)
    assert user_cache_folder() is None
    cache_home.chmod(0o1777)
    assert user_cache_folder()


def test_a_cache_of_another_owner_is_not_used(cache_home, monkeypatch):
    assert user_cache_folder()
    monkeypatch.setattr(cache_folders.os, "geteuid", lambda: 4242)
    assert user_cache_folder() is None


def test_no_cache_where_there_is_no_home(cache_home, monkeypatch):
    monkeypatch.setenv("HOME", str(cache_home / "missing"))
    assert user_cache_folder() is None
    assert not (cache_home / "missing").exists()
    (cache_home / "file").write_text("")
    monkeypatch.setenv("HOME", str(cache_home / "file"))
    assert user_cache_folder() is None
    (cache_home / ".cache").mkdir()
    (cache_home / ".cache" / "mesacircuits").symlink_to(cache_home)
    monkeypatch.setenv("HOME", str(cache_home))
    assert user_cache_folder() is None


@pytest.mark.parametrize("chosen", ["", "chosen"])
@pytest.mark.parametrize("venv", ["gone", "broken"])
def test_make_clean_removes_this_checkout_s_kernels_alone(tmp_path, monkeypatch, chosen, venv):
    if shutil.which("make") is None:
        pytest.skip("needs make")
    checkout = tmp_path / "checkout"
    (checkout / "mesacircuits").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", checkout)
    shutil.copy(ROOT / "mesacircuits" / "cache_folders.py", checkout / "mesacircuits")
    if venv == "broken":
        (checkout / ".venv" / "bin").mkdir(parents=True)
        (checkout / ".venv" / "bin" / "python").symlink_to("nothing")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NUMBA_CACHE_DIR", chosen and str(tmp_path / chosen))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    own = kernel_folder("here", checkout.resolve() / "mesacircuits")
    others = kernel_folder("there"), user_cache_folder("verify"), user_cache_folder("hypothesis")
    for folder in (own, *others):
        (folder / "file").write_text("")
    assert own.is_relative_to(tmp_path / (chosen or ".cache") / "mesacircuits" / "kernels")
    # The numba of nobody is needed: the interpreter is bare.
    command = ["make", "clean", f"PYTHON={sys.executable} -S"]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert not own.parent.exists()
    assert all((folder / "file").exists() for folder in others)
    assert not (checkout / ".venv").exists()


def test_make_clean_does_not_fail_without_an_interpreter(tmp_path):
    if shutil.which("make") is None:
        pytest.skip("needs make")
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "build").mkdir()
    command = ["make", "clean", f"PYTHON={tmp_path / 'nothing'}"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    assert os.listdir(tmp_path) == ["Makefile"]
