"""``gvhdcalc hr``: the hazard ratio, by the kind of evidence. Each kind of input is a file of this folder, hr_*.py."""

from __future__ import annotations

import click

from .groups import Kinds, Modules

#: Each kind of input and the file it is in, which is imported when it is used.
ROUTES = {
    "ci": "hr_ci",
    "p": "hr_p",
    "medians": "hr_medians",
    "survival": "hr_survival",
    "rates": "hr_rates",
    "oe": "hr_oe",
    "events": "hr_events",
    "curve": "hr_curve",
    "data": "hr_data",
    "pool": "hr_pool",
}


@click.group("hr", cls=Kinds, default="ci", commands=Modules(ROUTES))
def command() -> None:
    """Hazard ratio from what a paper prints: its interval, its P, log-rank figures, events, medians, curves; from data.

    "hr 0.68 0.48 0.95" is short for "hr ci 0.68 0.48 0.95". The treated arm comes first, the control arm second.
    """
