# SPDX-License-Identifier: GPL-2.0-only
import itertools
import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(__file__))
from gateway import Gateway  # noqa: E402

NUMBER = itertools.count()


@pytest.fixture
def gw(tmp_path):
    gateway = Gateway(f"n{next(NUMBER)}", tmp_path)
    try:
        yield gateway.up()
    finally:
        gateway.down()
