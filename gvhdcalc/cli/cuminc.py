"""``gvhdcalc cuminc``: cumulative incidence, by the kind of evidence. Each kind is a file of this folder."""

from __future__ import annotations

import click

from .groups import Kinds, Modules

#: Each kind of input and the file it is in, which is imported when it is used.
ROUTES = {
    "reported": "cuminc_reported",
    "counts": "cuminc_counts",
    "table": "cuminc_table",
    "data": "cuminc_data",
}


@click.group("cuminc", cls=Kinds, default="reported", commands=Modules(ROUTES))
def command() -> None:
    """A cumulative incidence with its interval; two arms compared; competing risks from a table or patients' data.

    "cuminc 39.5% 29.3% 49.4%" is short for "cuminc reported 39.5% 29.3% 49.4%": from a printed interval. "cuminc counts
    40/101" is from counts without censoring, "cuminc table" from a life table, "cuminc data" from patients.
    """
