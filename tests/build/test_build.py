# SPDX-License-Identifier: GPL-2.0-only
"""What make builds again and what not, what it installs, and what it formats."""
import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[2]
FOLDERS = ("abi", "bench", "bpf", "dist", "lab", "man", "src", "tests")


def make(tree, *arguments):
    done = subprocess.run([*os.environ.get("MAKE", "make").split(), "--no-print-directory",
                           *arguments], cwd=tree, text=True, check=False, capture_output=True,
                          timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """The sources as a tarball has them: no .git, nothing built."""
    folder = tmp_path_factory.mktemp("build") / "xgress"
    folder.mkdir()
    shutil.copy(ROOT / "Makefile", folder)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    assert "rm " not in make(folder, "-j2")  # no part of the build is a passing thing
    return folder


def test_the_second_make_builds_nothing(tree):
    assert make(tree) == ""


def test_other_flags_build_anew(tree):
    assert "src/main.c" in make(tree, "-n", "SAN=1")
    assert make(tree) == ""


def test_install_and_uninstall(tree, tmp_path):
    make(tree, "install", f"DESTDIR={tmp_path}", "PREFIX=/usr")
    files = {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*") if file.is_file()}
    assert files == {"usr/sbin/xgress", "usr/share/man/man8/xgress.8",
                     "usr/share/man/man5/xgress.yaml.5", "usr/lib/systemd/system/xgress.service"}
    unit = (tmp_path / "usr/lib/systemd/system/xgress.service").read_text()
    assert "ExecStart=/usr/sbin/xgress run " in unit and "@" not in unit
    make(tree, "uninstall", f"DESTDIR={tmp_path}", "PREFIX=/usr")
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


def test_the_format_check_sees_every_source(tree):
    seen = set(make(tree, "fmt-check", "FORMAT=echo").split())
    found = {str(file.relative_to(tree)) for name in FOLDERS
             for file in (tree / name).rglob("*.[ch]")}
    assert found and found <= seen


def test_help_names_the_suites(tree):
    text = make(tree, "help")
    assert all(word in text for word in ("deps", "test-unit", "test-netns", "uninstall"))
