"""The registry: what a command shows unasked, and what is loaded for it."""

import subprocess
import sys

import pytest

from gvhdcalc.stats import registry

TWO_ARMS = ("odds ratio", "risk ratio", "risk difference", "number needed to treat")


@pytest.mark.parametrize("measure", TWO_ARMS)
def test_what_is_shown_unasked_is_every_default(measure):
    """The defaults must be in the first or the last file of the measure."""
    estimators, tests = registry.shown_unasked(measure)
    assert estimators
    assert tests
    assert estimators == [m for m in registry.estimators(measure).values() if m.default]
    assert tests == [m for m in registry.tests(measure).values() if m.default]


def test_it_loads_no_other_file():
    code = (
        "import sys; from gvhdcalc.stats import registry; registry.shown_unasked('odds ratio'); "
        "print(*sorted(m.rpartition('.')[2] for m in sys.modules if m.startswith('gvhdcalc.stats.')))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"odds_ratio", "independence"} <= set(loaded)
    assert not {"odds_ratio_score", "scas", "profile_likelihood", "mover", "numpy"} & set(loaded)
