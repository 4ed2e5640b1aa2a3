"""The file of ``check --html``: refused before any text is read when it cannot be written, and replaced as a whole."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from ..report.abstract_html import Page
from . import one_line
from .common import fail


class PageFile:
    """A page and where it goes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.path = Path(name)
        if self.path.is_dir():
            fail(f"--html {one_line(name)!r} is a folder; name a file")
        if not self.path.parent.is_dir():
            fail(f"--html {one_line(name)!r}: there is no folder {one_line(str(self.path.parent))!r}")
        if not os.access(self.path if self.path.exists() else self.path.parent, os.W_OK):
            fail(f"--html {one_line(name)!r} cannot be written: permission denied")
        self.page = Page()

    def save(self) -> None:
        """Write the page; what was there before stays until the new one is whole. A pipe or device is written to."""
        beside = self.path.exists() and not self.path.is_file()
        part = self.path if beside else self.path.with_name(f".{self.path.name}.{os.getpid()}.part")
        try:
            with part.open("w", encoding="utf-8", newline="\n") as out:
                self.page.write(out)
            if not beside:
                os.replace(part, self.path)
        except OSError as error:
            if not beside:
                with suppress(OSError):
                    part.unlink()
            fail(f"--html {one_line(self.name)!r} cannot be written: {error.strerror}")
