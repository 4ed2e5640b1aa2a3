"""Every registered method for 2x2 tables and one proportion, against R and against published tables.

The R values are in tests/reference/counts.json, made by counts.R beside it; its header says where the values
of each method come from. Nothing here names a function of ours: methods are found in the registry.
"""

from __future__ import annotations

import json
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gvhdcalc.stats import registry
from gvhdcalc.stats.proportion import OneProportion
from gvhdcalc.stats.two_by_two import TwoByTwo

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "counts.json").read_text(encoding="utf-8"))
TABLES = {table["id"]: (table["x1"], table["n1"], table["x0"], table["n0"]) for table in REFERENCE["tables"]}
GROUPS = {group["id"]: (group["x"], group["n"]) for group in REFERENCE["proportions"]}
ESTIMATED = ("odds ratio", "risk ratio", "risk difference", "number needed to treat", "proportion")
FIELDS = ("estimate", "lower", "upper", "se", "statistic", "p")


def methods_of(measure: str) -> dict[str, registry.Method]:
    """What is registered for a measure of the reference file; the tests of a table are under "independence"."""
    if measure in ESTIMATED:
        return registry.estimators(measure)
    return {key: m for key, m in registry.tests("odds ratio").items() if m.measure == measure}


def registered(measure: str, key: str) -> registry.Method:
    methods = methods_of(measure)
    assert key in methods, f"the reference file has {measure} by {key}, which is not registered"
    return methods[key]


def counts(identity: str, measure: str) -> TwoByTwo | OneProportion:
    if measure == "proportion":
        return OneProportion(*GROUPS[identity])
    return TwoByTwo.from_totals(*TABLES[identity])


def call(method: registry.Method, data: TwoByTwo | OneProportion, conf: float | None) -> Any:
    return method.function(data) if method.kind == "test" else method.function(data, conf)


def figure(value: float | str | None) -> float:
    """A figure of the reference file: null does not exist, "Infinity" is infinite."""
    return math.nan if value is None else float(value)


def near_zero(row: dict[str, Any], field: str) -> float:
    """The absolute tolerance of a figure.

    A difference may pass through zero, so that only its distance on the scale of its interval means anything. A ratio,
    a P value or a small proportion has no other scale than its own size: only an exact zero is compared absolutely.
    """
    if field == "statistic":
        return 1e-12
    if row["measure"] == "risk difference" and field in ("estimate", "lower", "upper"):
        sizes = [abs(figure(row[name])) for name in ("estimate", "lower", "upper")]
        return 1e-12 * (max(sizes) or 1.0)
    return 1e-12 if row[field] == 0 else 0.0


def row_id(row: dict[str, Any]) -> str:
    level = f"-{row['conf']:g}" if "conf" in row else ""
    return f"{row['measure'].replace(' ', '-')}-{row['method']}-{row['id']}{level}"


@pytest.mark.parametrize("row", REFERENCE["values"], ids=row_id)
def test_agrees_with_r(row: dict[str, Any]) -> None:
    method = registered(row["measure"], row["method"])
    result = call(method, counts(row["id"], row["measure"]), row.get("conf"))
    assert (result.measure, result.method) == (row["measure"], row["method"])
    for field in FIELDS:
        got = getattr(result, field, None)
        if field not in row:
            assert got is None, f"{field} = {got}: there is no reference value for it"
            continue
        if got is None:
            assert field in ("se", "statistic", "p"), f"{field} is missing"
            assert method.kind == "estimator", f"{field} is missing"
            continue
        expected = pytest.approx(figure(row[field]), rel=1e-6, abs=near_zero(row, field), nan_ok=True)
        assert got == expected, f"{field} = {got!r}, R has {row[field]!r}"
    if "df" in row:
        assert result.df == row["df"]


@pytest.mark.parametrize("measure", REFERENCE["header"]["sources"])
def test_no_method_without_reference(measure: str) -> None:
    """Each registered method has a source and at least 20 tables, zero cells and counts of 10^9 among them."""
    methods = methods_of(measure)
    assert methods
    for key in methods:
        assert REFERENCE["header"]["sources"][measure].get(key), f"{measure} by {key} has no source"
        rows = [row for row in REFERENCE["values"] if (row["measure"], row["method"]) == (measure, key)]
        identities = {row["id"] for row in rows}
        assert len(identities) >= 20, f"{measure} by {key} has {len(identities)} tables"
        sizes = [GROUPS[i] if measure == "proportion" else TABLES[i] for i in identities]
        assert any(0 in size for size in sizes)
        assert any(max(size) == 10**9 for size in sizes)
        if measure in ESTIMATED:
            assert {row["conf"] for row in rows} == {0.9, 0.95, 0.99}


# Published figures, as printed. Sources:
#  FLL  Fagerland, Lydersen & Laake 2017, Statistical Analysis of Contingency Tables, chapters 2 and 4, as printed by
#       the book's R package contingencytables (tests/testthat/test-ch2.R and test-ch4.R).
#  N-D  Newcombe 1998, Stat Med 17:873-890 (difference of proportions), examples a, b (as in the tests of the R package
#       propint) and d (as in the tests of the R package ratesci).
#  N-P  Newcombe 1998, Stat Med 17:857-872 (one proportion), as in the tests of ratesci.
#  G-N  Gart & Nam 1988, Biometrics 44:323-338, score limits without skewness correction, as in the tests of ratesci.
#  F-N  Fagerland & Newcombe 2013, Stat Med 32:2823-2836, Miettinen-Nurminen limits, as in the tests of ratesci.
#  MFQ  30/100 and 40/90, 38/100, 26/78 and 0/5 by R (DescTools, PropCIs) and SAS PROC FREQ, as in the tests of the
#       Julia package MetidaFreq (test/tests.jl), to the six decimals to which that package compares.
#  OE   OpenEpi, 2x2 table module: a published output for two strata and the crude table (epiinformatics.com, SessionI).
# Left out: contingencytables' Fisher mid-P, which is the two-sided Fisher P less half the point probability, another
# test than the doubled mid-P here. Its test of the "Cornfield exact" limits of 9/13 and 4/14 prints the mid-P ones
# (1.0226 to 31.5025), as epitools::or.midp confirms; fisher.test has 0.847 to 40.4. They are entered as mid-P.
# Of OpenEpi, what its approximate normal tail and quantile give: P 0.2233 for a chi-square of 1.486, which is 0.2229,
# and a lower limit of 2.232% that is 2.231%.
PERONDI, RITLAND, TEA, SINGH = (7, 34, 1, 34), (0, 16, 15, 72), (3, 4, 1, 4), (9, 13, 4, 14)
FORTY_NINETY = (30, 100, 40, 90)
PUBLISHED: list[tuple[str, str, str, tuple[int, ...], dict[str, str]]] = [
    ("FLL", "risk difference", "wald", PERONDI, {"estimate": "0.1765", "lower": "0.0292", "upper": "0.3238"}),
    ("FLL", "risk difference", "agresti-caffo", PERONDI, {"estimate": "0.1765", "lower": "0.0116", "upper": "0.3217"}),
    ("FLL", "risk difference", "newcombe", PERONDI, {"estimate": "0.1765", "lower": "0.0189", "upper": "0.3404"}),
    ("FLL", "risk difference", "miettinen-nurminen", RITLAND,
     {"estimate": "-0.2083", "lower": "-0.3164", "upper": "-0.0056"}),
    ("FLL", "risk ratio", "katz", PERONDI, {"estimate": "7.0000", "lower": "0.9096", "upper": "53.8695"}),
    ("FLL", "risk ratio", "koopman", PERONDI, {"estimate": "7.0000", "lower": "1.2209", "upper": "42.5757"}),
    ("FLL", "risk ratio", "miettinen-nurminen", PERONDI, {"estimate": "7.0000", "lower": "1.2086", "upper": "43.0330"}),
    ("FLL", "odds ratio", "haldane-anscombe", RITLAND, {"lower": "0.0064", "upper": "1.9804"}),
    ("FLL", "odds ratio", "mid-p", SINGH, {"lower": "1.0226", "upper": "31.5025"}),
    ("FLL", "odds ratio", "mid-p", TEA, {"lower": "0.3101", "upper": "308.5568"}),
    ("FLL", "independence", "fisher", RITLAND, {"p": "0.06287"}),
    ("FLL", "independence", "pearson", TEA, {"statistic": "2.000", "p": "0.15730"}),
    ("FLL", "independence", "yates", TEA, {"statistic": "0.500", "p": "0.47950"}),
    ("FLL", "independence", "yates", RITLAND, {"statistic": "2.680", "p": "0.1016"}),
    ("FLL", "independence", "likelihood-ratio", TEA, {"statistic": "2.093", "p": "0.14798"}),
    ("FLL", "proportion", "clopper-pearson", (13, 16), {"estimate": "0.8125", "lower": "0.5435", "upper": "0.9595"}),
    ("FLL", "proportion", "jeffreys", (13, 16), {"lower": "0.5792", "upper": "0.9442"}),
    ("FLL", "proportion", "wilson", (13, 16), {"lower": "0.5699", "upper": "0.9341"}),
    ("N-D", "risk difference", "newcombe", (56, 70, 48, 80), {"lower": "0.0524", "upper": "0.3339"}),
    ("N-D", "risk difference", "newcombe", (9, 10, 3, 10), {"lower": "0.1705", "upper": "0.8090"}),
    ("N-D", "risk difference", "newcombe", (5, 56, 0, 29), {"lower": "-0.0381", "upper": "0.1926"}),
    ("N-D", "risk difference", "miettinen-nurminen", (5, 56, 0, 29), {"lower": "-0.0326", "upper": "0.1933"}),
    ("N-P", "proportion", "clopper-pearson", (15, 148), {"lower": "0.0578", "upper": "0.1617"}),
    ("N-P", "proportion", "clopper-pearson", (0, 20), {"lower": "0.0000", "upper": "0.1684"}),
    ("N-P", "proportion", "clopper-pearson", (1, 29), {"lower": "0.0009", "upper": "0.1776"}),
    ("G-N", "risk ratio", "koopman", (8, 15, 4, 15), {"lower": "0.815", "upper": "5.336"}),
    ("G-N", "risk ratio", "koopman", (6, 10, 6, 20), {"lower": "0.844", "upper": "4.594"}),
    ("F-N", "risk ratio", "miettinen-nurminen", (24, 73, 53, 65), {"lower": "0.280", "upper": "0.560"}),
    ("F-N", "risk ratio", "miettinen-nurminen", (29, 55, 11, 11), {"lower": "0.397", "upper": "0.742"}),
    ("F-N", "risk ratio", "miettinen-nurminen", (7, 18, 1, 18), {"lower": "1.296", "upper": "42.544"}),
    ("MFQ", "odds ratio", "woolf", FORTY_NINETY, {"lower": "0.295042", "upper": "0.972708"}),
    ("MFQ", "risk ratio", "katz", FORTY_NINETY, {"lower": "0.462467", "upper": "0.985205"}),
    ("MFQ", "risk ratio", "miettinen-nurminen", FORTY_NINETY, {"lower": "0.460549", "upper": "0.982096"}),
    ("MFQ", "risk difference", "wald", FORTY_NINETY, {"lower": "-0.280848", "upper": "-0.008040"}),
    ("MFQ", "risk difference", "newcombe", FORTY_NINETY, {"lower": "-0.275382", "upper": "-0.007158"}),
    ("MFQ", "risk difference", "agresti-caffo", FORTY_NINETY, {"lower": "-0.276945", "upper": "-0.006517"}),
    ("MFQ", "risk difference", "miettinen-nurminen", FORTY_NINETY, {"lower": "-0.278129", "upper": "-0.006708"}),
    ("MFQ", "proportion", "wald", (26, 78), {"estimate": "0.3333333", "lower": "0.2287182", "upper": "0.4379485"}),
    ("MFQ", "proportion", "wilson", (26, 78), {"lower": "0.2387267", "upper": "0.4435859"}),
    ("MFQ", "proportion", "wilson", (0, 5), {"lower": "0.0000000", "upper": "0.4344825"}),
    ("MFQ", "proportion", "clopper-pearson", (38, 100), {"lower": "0.2847675", "upper": "0.4825393"}),
    ("MFQ", "proportion", "clopper-pearson", (0, 5), {"lower": "0.0000000", "upper": "0.5218238"}),
    ("MFQ", "proportion", "jeffreys", (38, 100), {"lower": "0.2893837", "upper": "0.4774507"}),
    ("MFQ", "proportion", "agresti-coull", (38, 100), {"lower": "0.2908745", "upper": "0.4780039"}),
    *(
        ("OE", "independence", key, data, dict(zip(("p", "statistic"), figures, strict=False)))
        for data, rows in {
            (66, 94, 36, 68): {"pearson": ("0.02466", "5.047"), "yates": ("0.03736", "4.334"),
                               "fisher-central": ("0.03762",), "fisher-mid-p": ("0.02682",)},
            (139, 200, 93, 147): {"fisher-central": ("0.2698",), "fisher-mid-p": ("0.2261",)},
            (205, 294, 129, 215): {"pearson": ("0.02247", "5.209"), "yates": ("0.02868", "4.787"),
                                   "fisher-central": ("0.02895",), "fisher-mid-p": ("0.02331",)},
        }.items()
        for key, figures in rows.items()
    ),
    ("OE", "risk ratio", "katz", (66, 94, 36, 68), {"estimate": "1.326", "lower": "1.023", "upper": "1.72"}),
    ("OE", "independence", "pearson", (139, 200, 93, 147), {"statistic": "1.486"}),
    ("OE", "independence", "yates", (139, 200, 93, 147), {"statistic": "1.218"}),
    ("OE", "risk difference", "wald", (66, 94, 36, 68), {"estimate": "0.1727", "upper": "0.3231"}),
]


@pytest.mark.parametrize(
    ("source", "measure", "key", "data", "printed"), PUBLISHED, ids=[f"{s}-{m}-{k}-{d}" for s, m, k, d, _ in PUBLISHED]
)
def test_published(source: str, measure: str, key: str, data: tuple[int, ...], printed: dict[str, str]) -> None:
    method = registered(measure, key)
    group = OneProportion(*data) if measure == "proportion" else TwoByTwo.from_totals(*data)
    result = call(method, group, 0.95)
    for field, text in printed.items():
        half_a_unit = 0.5 * 10.0 ** int(Decimal(text).as_tuple().exponent)
        got = getattr(result, field)
        assert abs(got - float(text)) <= half_a_unit * (1 + 1e-9), f"{field} = {got!r}, {source} prints {text}"


CLOSED_FORM = [
    (measure, key)
    for measure in REFERENCE["header"]["sources"]
    for key, method in methods_of(measure).items()
    if method.closed_form
]


@pytest.mark.parametrize("conf", [0.95, 0.99])
@pytest.mark.parametrize("dtype", ["float64", "int64"])
@pytest.mark.parametrize(("measure", "key"), CLOSED_FORM)
def test_arrays_give_what_plain_numbers_give(measure: str, key: str, dtype: str, conf: float) -> None:
    """All tables at once as numpy arrays and one by one as plain numbers, to 1e-12, nan and inf in the same places."""
    method = registered(measure, key)
    rows = list((GROUPS if measure == "proportion" else TABLES).items())
    columns = [np.array(column, dtype=dtype) for column in zip(*(row for _, row in rows), strict=True)]
    stacked = OneProportion(*columns) if measure == "proportion" else TwoByTwo.from_totals(*columns)
    together = call(method, stacked, conf)
    compared = 0
    for index, (identity, _) in enumerate(rows):
        alone = call(method, counts(identity, measure), conf)
        for field in FIELDS:
            one, all_of_them = getattr(alone, field, None), getattr(together, field, None)
            assert (one is None) == (all_of_them is None), field
            if one is None:
                continue
            many = np.broadcast_to(all_of_them, (len(rows),))
            assert many[index] == pytest.approx(one, rel=1e-12, abs=1e-300, nan_ok=True), f"{field} of {identity}"
            compared += 1
    assert compared >= len(rows)
