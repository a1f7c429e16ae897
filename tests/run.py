#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Runs the suites that `make test` names, shows their output, and ends with one line of counts.

usage: run.py MAKE SUITE...
"""
import re
import subprocess
import sys
import time

# What the closing lines of pytest, cmocka and our fuzz runs look like.
COUNTS = (
    ("passed", re.compile(r"(\d+) passed")),
    ("failed", re.compile(r"(\d+) (?:failed|error)")),
    ("skipped", re.compile(r"(\d+) skipped")),
)
PYTEST_END = re.compile(r"\b(passed|failed|skipped|error)s?\b.* in \d")
CMOCKA_END = re.compile(r"\[  (PASSED|FAILED)  \] (\d+) test\(s\)")
FUZZ_END = re.compile(r"no finding, inputs tried: \d+")


def count_line(line, total):
    """Adds what a closing line says. Returns whether it was one."""
    cmocka = CMOCKA_END.search(line)
    if cmocka:
        total[cmocka.group(1).lower()] += int(cmocka.group(2))
        return True
    if FUZZ_END.search(line):
        total["passed"] += 1
        return True
    if not PYTEST_END.search(line):
        return False
    for name, pattern in COUNTS:
        for number in pattern.findall(line):
            total[name] += int(number)
    return True


def run_suite(make, suite, total):
    """Runs one suite. A suite that counts nothing itself is one test."""
    started, counted = time.monotonic(), False
    print(f"== {suite}", flush=True)
    with subprocess.Popen([*make, "--no-print-directory", suite], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace") as child:
        for line in child.stdout:
            counted |= count_line(line, total)
            print(line, end="", flush=True)
    if child.returncode and not (counted and total["failed"]):
        total["failed"] += 1
    elif not counted:
        total["passed"] += 1
    print(f"== {suite}: {'failed' if child.returncode else 'good'}, "
          f"{time.monotonic() - started:.0f} s\n", flush=True)
    return child.returncode == 0


def main():
    make, suites = sys.argv[1:2], sys.argv[2:]
    total = {"passed": 0, "failed": 0, "skipped": 0}
    results = [run_suite(make, suite, total) for suite in suites]
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    return 0 if all(results) and not total["failed"] else 1


if __name__ == "__main__":
    sys.exit(main())
