"""Every registered method for 2x2 tables and one proportion, against R and against published tables.

The R values are in the JSON files of tests/reference named below, each made by the script of its name; its header says
where the values of each method come from. Nothing here names a function of ours: methods are found in the registry.
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

#: The files of tests/reference that are held to here. A group or table named in several is the same in all.
FILES = ("counts", "conditional", "proportion", "two_arms", "unconditional")


def together(names: tuple[str, ...]) -> dict[str, Any]:
    """The files as one: their tables, groups and values in order, and the sources of each measure from all of them."""
    found: dict[str, Any] = {"header": {"sources": {}}, "tables": [], "proportions": [], "values": [], "tests": []}
    for name in names:
        content = json.loads((Path(__file__).parents[1] / "reference" / f"{name}.json").read_text(encoding="utf-8"))
        for measure, sources in content["header"]["sources"].items():
            known = found["header"]["sources"].setdefault(measure, {})
            assert not set(known) & set(sources), f"{name}.json has a method of {measure} that another file has too"
            known.update(sources)
        for part in ("tables", "proportions", "values", "tests"):
            found[part] += content.get(part, [])
    return found


REFERENCE = together(FILES)
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


@pytest.mark.parametrize("row", REFERENCE["tests"], ids=row_id)
def test_the_test_of_a_measure_agrees_with_r(row: dict[str, Any]) -> None:
    """Wald's tests: those of one measure, not of the table."""
    method = registry.tests(row["measure"])[row["method"]]
    assert method.measure == row["measure"]
    result = method.function(TwoByTwo.from_totals(*TABLES[row["id"]]))
    for field in ("statistic", "p"):
        expected = pytest.approx(figure(row[field]), rel=1e-6, abs=near_zero(row, field), nan_ok=True)
        assert getattr(result, field) == expected, field
    assert result.notes or not math.isnan(result.p)


@pytest.mark.parametrize("measure", ["odds ratio", "risk ratio", "risk difference"])
def test_no_test_of_a_measure_without_reference(measure: str) -> None:
    own = {key for key, method in registry.tests(measure).items() if method.measure == measure}
    for key in own:
        assert len([row for row in REFERENCE["tests"] if (row["measure"], row["method"]) == (measure, key)]) >= 20, key


@pytest.mark.parametrize("measure", REFERENCE["header"]["sources"])
def test_no_method_without_reference(measure: str) -> None:
    """Each registered method has a source and at least 20 tables, zero cells and counts of 10^9 among them."""
    methods = methods_of(measure)
    assert methods
    for key in methods:
        if measure == "number needed to treat" and key in REFERENCE["header"]["sources"]["risk difference"]:
            continue  # the inverse of limits that have reference values (test_number_needed_to_treat.py)
        assert REFERENCE["header"]["sources"][measure].get(key), f"{measure} by {key} has no source"
        rows = [row for row in REFERENCE["values"] if (row["measure"], row["method"]) == (measure, key)]
        identities = {row["id"] for row in rows}
        assert len(identities) >= 20, f"{measure} by {key} has {len(identities)} tables"
        sizes = [GROUPS[i] if measure == "proportion" else TABLES[i] for i in identities]
        assert any(0 in size for size in sizes)
        assert methods[key].slow or any(max(size) == 10**9 for size in sizes)
        if measure in ESTIMATED:
            assert {row["conf"] for row in rows} == {0.9, 0.95, 0.99}


# Published figures, as printed. Sources:
#  FLL  Fagerland, Lydersen & Laake 2017, Statistical Analysis of Contingency Tables, chapters 2 and 4, as printed by
#       the book's R package contingencytables (tests/testthat/test-ch2.R and test-ch4.R).
#  N-D  Newcombe 1998, Stat Med 17:873-890 (difference of proportions), examples a, b (as in the tests of the R package
#       propint) and d (as in the tests of the R package ratesci).
#  N-P  Newcombe 1998, Stat Med 17:857-872 (one proportion), as in the tests of ratesci.
#  G-N  Gart & Nam 1988, Biometrics 44:323-338, score limits without skewness correction, as in the tests of ratesci.
#  F-N  Fagerland & Newcombe 2013, Stat Med 32:2823-2836, Miettinen-Nurminen and MOVER limits, as in the tests of
#       ratesci.
#  G-S  Gart & Nam 1988 and 1990, score limits corrected for skewness, as in the tests of ratesci. They lack the factor
#       N/(N-1) of Laud 2017, and are tested with constrained.py below.
#  G85  Gart 1985 (Cornfield's limits of 28/99 and 23/182), Cornfield 1956 (3/14 and 60/92, his chi-square 3.841) and
#       Gart & Thomas 1982 (28/51 and 71/230, uncorrected), as in the tests of ratesci.
#  STA  Stata 6 FAQ on continuity adjustments, by W. Gould: cci 11 3 106 223 prints 2.26 to 26.20 (uncorrected, and off
#       in the last figure, 26.19 being exact: its iteration stops early), Epi Info 1.94 to 35.63 (corrected).
#  SAS  PROC FREQ riskdiff for Newcombe's examples a and b and for 84/101 and 89/105: paper 127 of WUSS 2016, as in the
#       tests of the R packages DescTools and lumen.
#  D-Z  Donner & Zou 2012, 6/22 and 112/842, as in the tests of ratesci.
#  MFQ  30/100 and 40/90, 38/100, 26/78 and 0/5 by R (DescTools, PropCIs) and SAS PROC FREQ, as in the tests of the
#       Julia package MetidaFreq (test/tests.jl), to the six decimals to which that package compares.
#  OE   OpenEpi, 2x2 table module: a published output for two strata and the crude table (epiinformatics.com, SessionI).
# Conditional exact intervals have theirs in test_conditional_exact.py. Left out: contingencytables' test of the
# "Cornfield exact" limits of 9/13 and 4/14 prints the mid-P ones (1.0226 to 31.5025), as epitools::or.midp confirms;
# fisher.test has 0.847 to 40.4. They are entered as mid-P. Its MOVER-R Wilson limits of an odds ratio (1.0433 to
# 20.5670 for 9/13 and 4/14) put proportions where the odds belong; Fagerland & Newcombe 2013 have the limits of odds.
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
    ("F-N", "risk ratio", "mover-wilson", (24, 73, 53, 65), {"lower": "0.282", "upper": "0.563"}),
    ("F-N", "risk ratio", "mover-wilson", (29, 55, 11, 11), {"lower": "0.398", "upper": "0.761"}),
    ("F-N", "risk ratio", "mover-wilson", (7, 18, 1, 18), {"lower": "1.277", "upper": "40.751"}),
    ("F-N", "odds ratio", "mover-wilson", (24, 73, 53, 65), {"lower": "0.050", "upper": "0.242"}),
    ("F-N", "odds ratio", "mover-wilson", (29, 55, 11, 11), {"lower": "0.000", "upper": "0.427"}),
    ("F-N", "odds ratio", "mover-wilson", (7, 18, 1, 18), {"lower": "1.395", "upper": "75.890"}),
    ("F-N", "odds ratio", "miettinen-nurminen", (24, 73, 53, 65), {"lower": "0.050", "upper": "0.245"}),
    ("F-N", "odds ratio", "miettinen-nurminen", (29, 55, 11, 11), {"lower": "0.000", "upper": "0.417"}),
    ("F-N", "odds ratio", "miettinen-nurminen", (7, 18, 1, 18), {"lower": "1.416", "upper": "76.428"}),
    ("D-Z", "risk ratio", "mover-wilson", (6, 22, 112, 842), {"lower": "0.9735", "upper": "3.7295"}),
    ("G85", "odds ratio", "cornfield-cc", (28, 99, 23, 182), {"lower": "1.41", "upper": "5.30"}),
    ("G85", "odds ratio", "cornfield-cc", (3, 14, 60, 92), {"lower": "0.0296", "upper": "0.6228"}),
    ("G85", "odds ratio", "cornfield", (28, 51, 71, 230), {"lower": "1.476", "upper": "5.035"}),
    ("STA", "odds ratio", "cornfield", (11, 14, 106, 329), {"estimate": "7.71", "lower": "2.26", "upper": "26.19"}),
    ("STA", "odds ratio", "cornfield-cc", (11, 14, 106, 329), {"lower": "1.94", "upper": "35.6"}),
    ("FLL", "odds ratio", "miettinen-nurminen", SINGH, {"estimate": "5.6250", "lower": "1.0934", "upper": "28.9419"}),
    ("FLL", "odds ratio", "cornfield", RITLAND, {"estimate": "0.0000", "lower": "0.0000", "upper": "0.9532"}),
    ("FLL", "odds ratio", "arcsinh", SINGH, {"estimate": "5.6250", "lower": "1.2472", "upper": "25.3686"}),
    ("FLL", "odds ratio", "independence-smoothed", SINGH, {"lower": "1.0206", "upper": "23.7777"}),
    ("FLL", "risk ratio", "arcsinh", PERONDI, {"estimate": "7.0000", "lower": "1.1671", "upper": "41.9827"}),
    ("FLL", "risk ratio", "adjusted-log", PERONDI, {"lower": "0.9241", "upper": "27.0523"}),
    ("FLL", "risk ratio", "mover-wilson", PERONDI, {"estimate": "7.0000", "lower": "1.1537", "upper": "41.9763"}),
    ("FLL", "risk difference", "mee", PERONDI, {"estimate": "0.1765", "lower": "0.0284", "upper": "0.3439"}),
    ("FLL", "risk difference", "wald-cc", PERONDI, {"estimate": "0.1765", "lower": "-0.0002", "upper": "0.3532"}),
    ("N-D", "risk difference", "mee", (5, 56, 0, 29), {"lower": "-0.0313", "upper": "0.1926"}),
    *(
        ("SAS", "risk difference", key, data, dict(zip(("lower", "upper"), limits, strict=True)))
        for data, rows in {
            (56, 70, 48, 80): {
                "wald": ("0.0575", "0.3425"), "wald-cc": ("0.0441", "0.3559"), "haldane": ("0.0535", "0.3351"),
                "jeffreys-perks": ("0.0531", "0.3355"), "mee": ("0.0533", "0.3377"), "newcombe": ("0.0524", "0.3339"),
                "miettinen-nurminen": ("0.0528", "0.3382"), "newcombe-cc": ("0.0428", "0.3422"),
                "hauck-anderson": ("0.0494", "0.3506"), "agresti-caffo": ("0.0525", "0.3358"),
            },
            (9, 10, 3, 10): {
                "wald": ("0.2605", "0.9395"), "haldane": ("0.1777", "0.8289"), "jeffreys-perks": ("0.1760", "0.8306"),
                "mee": ("0.1821", "0.8370"), "newcombe": ("0.1705", "0.8090"), "newcombe-cc": ("0.1013", "0.8387"),
                "miettinen-nurminen": ("0.1700", "0.8406"), "agresti-caffo": ("0.1600", "0.8400"),
            },
            (84, 101, 89, 105): {
                "wald": ("-0.1162", "0.0843"), "wald-cc": ("-0.1259", "0.0940"), "haldane": ("-0.1152", "0.0834"),
                "jeffreys-perks": ("-0.1160", "0.0843"), "mee": ("-0.1188", "0.0857"),
                "newcombe": ("-0.1177", "0.0851"), "miettinen-nurminen": ("-0.1191", "0.0860"),
                "newcombe-cc": ("-0.1245", "0.0918"), "hauck-anderson": ("-0.1216", "0.0898"),
                "agresti-caffo": ("-0.1168", "0.0850"),
            },
        }.items()
        for key, limits in rows.items()
    ),
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
