"""Power curves in text; in files they are tested with the command that draws them."""

import pytest

from gvhdcalc.report.power_curve import chart, lines_of
from gvhdcalc.stats.results import Value

LABEL = "patients"


def values(method, points):
    return [Value("power", power, "proportion", method=method, case=((LABEL, x),)) for x, power in points]


def test_points_are_where_they_belong():
    rows = values("pooled", [(0, 0.0), (50, 0.5), (100, 1.0)]) + values("exact", [(0, 0.5)])
    assert lines_of(rows, LABEL) == {"pooled": [(0, 0.0), (50, 0.5), (100, 1.0)], "exact": [(0, 0.5)]}
    drawn = chart(rows, LABEL, 46).splitlines()
    assert drawn[0] == "100% \u2502" + " " * 39 + "o"
    assert drawn[10].startswith("     \u2502x")
    assert drawn[10].index("o") - 6 in (19, 20)
    assert drawn[20] == "  0% \u2502o"
    assert drawn[22].split() == ["0", LABEL, "100"]
    assert drawn[23] == "Power: o pooled, x exact"
    assert max(map(len, drawn)) <= 46


def test_a_figure_that_does_not_exist_is_left_out():
    rows = values("pooled", [(1, float("nan")), (2, 0.5), (3, None)])
    assert lines_of(rows, LABEL) == {"pooled": [(2, 0.5)]}
    with pytest.raises(ValueError, match="nothing to draw"):
        chart(values("pooled", [(1, float("nan"))]), LABEL)
