# SPDX-License-Identifier: GPL-2.0-only
# The build itself: what it builds again, installs and formats; no root.
.PHONY: test-build
test-build:
	$(Q)env -u MAKEFLAGS -u MFLAGS -u O MAKE='$(MAKE)' CC='$(CC)' CLANG='$(CLANG)' \
		$(PYTHON) -m pytest -q -rs -p no:cacheprovider tests/build
