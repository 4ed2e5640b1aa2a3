"""Many tables at once give what each gives by itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gvhdcalc.stats import registry
from gvhdcalc.stats.noncentral_hypergeometric import Conditional
from gvhdcalc.stats.noncentral_hypergeometric_arrays import ConditionalArrays
from gvhdcalc.stats.two_by_two import TwoByTwo

cells = st.integers(0, 30)
tables = st.tuples(cells, cells, cells, cells).filter(lambda t: t[0] + t[1] and t[2] + t[3])
#: Zero cells, no other table, widths of all sizes, one too wide for a matrix.
AWKWARD = [
    (0, 10, 5, 5), (0, 10, 0, 5), (10, 0, 5, 0), (1, 0, 0, 1), (900, 100, 100, 900), (5000, 5000, 4800, 5200),
    (60_000, 40_000, 59_000, 41_000),
]  # fmt: skip


def stacked(rows):
    return TwoByTwo(*np.array(rows, dtype=float).T)


@settings(max_examples=30)
@given(st.lists(tables, min_size=1, max_size=8))
def test_tails_and_limits_are_those_of_each_table(rows):
    rows = rows + AWKWARD
    many = ConditionalArrays(stacked(rows))
    each = [Conditional.of(TwoByTwo(*row)) for row in rows]
    np.testing.assert_allclose(np.array(many.tails()).T, [one.tails() for one in each], rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(many.no_more_likely(), [one.no_more_likely() for one in each], rtol=1e-10)
    np.testing.assert_allclose(many.maximum_likelihood(), [one.maximum_likelihood() for one in each], rtol=1e-10)
    for weight in (1.0, 0.5):
        found = np.array(many.limits(0.95, weight)).T
        np.testing.assert_allclose(found, [one.limits(0.95, weight) for one in each], rtol=1e-10)


def test_shape_is_kept():
    table = TwoByTwo(*(np.full((2, 3), float(cell)) for cell in (8, 2, 3, 7)))
    assert ConditionalArrays(table).maximum_likelihood().shape == (2, 3)


@pytest.mark.parametrize("key", ["conditional-exact", "mid-p"])
def test_notes_say_which_tables_they_concern(key):
    row = registry.estimators("odds ratio")[key].function(stacked([(0, 10, 0, 5), (8, 2, 3, 7)]), 0.95)
    (note,) = row.notes
    assert note.where.tolist() == [True, False]
