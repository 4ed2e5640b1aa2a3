"""Lawful estimates in the styles of many journals: computed from drawn data, rounded as papers round, never accused.

Every figure comes from scipy, statsmodels or plain numpy, not from this package. A form is filled with fields: {a}, {b}
and {c} are ratios, {x} and {y} differences ({a:ci} with label and limits, {a:range} the limits alone, {a:p} the P
value), {p} is a P value of something else ({p:P for trend = } in another form), and a name in ``WORDS`` one of its
words. Other fields are those that the form's ``make`` gives.
"""

# ruff: noqa: E501 - the forms are sentences
from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import brentq, minimize_scalar

from gvhdcalc.reported.abstract import check_text

DRAWS = 3
Triple = tuple[str, str, str, str | None]
LABELS = [
    "95% CI ", "95% CI, ", "95% CI: ", "95%CI ", "CI ", "95% confidence interval ", "95% CI = ",
    "95% confidence interval [CI], ", "95% CIs ", "CI 95% ", "95% C.I. ",
]  # fmt: skip
WORDS = {
    "M": [
        "hazard ratio", "HR", "adjusted HR", "aHR", "odds ratio", "OR", "adjusted odds ratio", "aOR", "relative risk",
        "RR", "risk ratio", "rate ratio", "incidence rate ratio", "IRR", "prevalence ratio", "hazard ratio [HR]",
        "adjusted odds ratio (aOR)", "subdistribution hazard ratio", "SHR", "geometric mean ratio",
    ],
    "u": ["mmHg", "kg", "mmol/L", "mm Hg", "points", "mL/min/1.73 m2", "g", "cm", "mg/dL", "kg/m2", "s", "units"],
    "unit": ["kg", "mm Hg", "mmol/L", "days", "points", "mL"],
    "corrected": [
        "Bonferroni-corrected", "Bonferroni-adjusted", "adjusted", "corrected", "FDR-adjusted", "FDR", "Holm-adjusted",
    ],
    "posterior": ["posterior probability of benefit", "probability of superiority", "posterior probability"],
    "sign": ["", "%"],
    "NR": ["not reached", "NR", "NE", "not estimable"],
}  # fmt: skip


class Figure:
    """An estimate with its limits and P value, printed by the format: "", "ci", "range", "p"."""

    def __init__(self, draw: Draw, e: float, low: float, high: float, p: float, decimals: int, unit: str = "") -> None:
        self.draw, self.p, self.decimals, self.unit = draw, p, decimals, unit
        self.e, self.low, self.high = e, low, high

    def __format__(self, spec: str) -> str:
        d = self.draw
        if spec == "p":
            return d.p(self.p)
        if spec in ("ci", "range"):
            return (d.ci if spec == "ci" else d.range)(self.low, self.high, self.decimals, self.unit)
        return d.n({"": self.e, "low": self.low, "high": self.high}[spec], self.decimals)


class AnyP:
    """A P value, in the form that its format says: "P for trend = "."""

    def __init__(self, draw: Draw, p: float) -> None:
        self.draw, self.p = draw, p

    def __format__(self, spec: str) -> str:
        return self.draw.p(self.p, spec + "{}" if spec else None)


class Draw(dict[str, Any]):
    """One text: its style, its fields (drawn when they are asked for), and the figures that a reader should find."""

    def __init__(self, seed: str) -> None:
        self.rng = random.Random(seed)
        pick = self.rng.choice
        self.dot = pick([".", ".", ".", "\u00b7"])
        self.minus = pick(["-", "\u2212", "\u2013"])
        self.p_form = pick(["P = {}", "P={}", "p = {}", "p={}", "P value = {}", "P\u2009=\u2009{}"])
        self.zero = pick([True, True, True, False])
        self.label = pick(LABELS)
        self.to = pick([" to ", "-", "\u2013", ", ", "; "])
        self.ratio_decimals = pick([2, 2, 2, 2, 1, 3])
        self.expected: list[Triple] = []

    def __missing__(self, name: str) -> Any:
        if name in ("a", "b", "c"):
            found: Any = self.figure(*self.ratio(), self.ratio_decimals, want=True)
        elif name in ("x", "y"):
            found = self.figure(*self.difference(), self.rng.choice([1, 2]), want=True)
        elif name == "p":
            found = AnyP(self, self.rng.random() ** 3)
        else:
            found = self.rng.choice(WORDS[name])
        self[name] = found
        return found

    # -- numbers ----------------------------------------------------------------------------------------------------

    def n(self, value: float, decimals: int) -> str:
        text = f"{abs(value):.{decimals}f}"
        sign = self.minus if value < 0 and float(text) else ""
        return sign + text.replace(".", self.dot)

    def p(self, p: float, form: str | None = None) -> str:
        """A P value as papers round it."""
        if p < 0.001:
            said, sign = "0.001", "<"
        elif p > 0.99:
            said, sign = "0.99", ">"
        else:
            decimals = 3 if p < 0.0095 or (p < 0.2 and self.rng.random() < 0.5) else 2
            if 0.045 <= p < 0.055:
                decimals = 3
            said, sign = f"{p:.{decimals}f}", "="
        if not self.zero:
            said = said[1:]
        text = (form or self.p_form).format(said.replace(".", self.dot))
        return text.replace("=", sign) if sign != "=" else text

    def range(self, low: float, high: float, decimals: int, unit: str = "") -> str:
        to = " to " if low < 0 and self.to in ("-", "\u2013") else self.to
        return f"{self.n(low, decimals)}{unit}{to}{self.n(high, decimals)}{unit}"

    def ci(self, low: float, high: float, decimals: int, unit: str = "") -> str:
        return self.label + self.range(low, high, decimals, unit)

    # -- estimates --------------------------------------------------------------------------------------------------

    def ratio(self, conf: float = 0.95) -> tuple[float, float, float, float]:
        log, se = self.rng.gauss(0, 0.6), self.rng.uniform(0.05, 0.5)
        z = stats.norm.ppf((1 + conf) / 2)
        return math.exp(log), math.exp(log - z * se), math.exp(log + z * se), 2 * stats.norm.sf(abs(log / se))

    def difference(self, scale: float = 1.0, df: float = math.inf, conf: float = 0.95):
        e, se = self.rng.gauss(0, 2) * scale, self.rng.uniform(0.3, 2) * scale
        t = stats.t(df) if df < math.inf else stats.norm()
        q = t.ppf((1 + conf) / 2)
        return e, e - q * se, e + q * se, 2 * t.sf(abs(e / se))

    def figure(
        self, e: float, low: float, high: float, p: float, decimals: int, unit: str = "", want: bool = False
    ) -> Figure:
        if want:
            said = [f"{value:.{decimals}f}" for value in (e, low, high)]
            said = [text if float(text) else text.lstrip("-") for text in said]
            self.expected.append((said[0], said[1], said[2], "p"))
        return Figure(self, e, low, high, p, decimals, unit)


Make = Callable[[Draw], dict[str, Any]]
TEMPLATES: dict[str, tuple[str, Make | None]] = {}
READ: set[str] = set()


def sentences(kind: str, forms: list[str] | str, make: Make | None = None, read: bool = False) -> None:
    """A template for each form; where ``read``, what is read of those with a P value is asserted too."""
    for number, form in enumerate([forms] if isinstance(forms, str) else forms, 1):
        TEMPLATES[name := f"{kind} {number}"] = form, make
        if read and ":p}" in form:
            READ.add(name)


def forms_of(kind: str, *forms: str, read: bool = False) -> Callable[[Make], Make]:
    """The forms that a function fills."""

    def decorate(make: Make) -> Make:
        sentences(kind, list(forms), make, read)
        return make

    return decorate


def two_sided(e: float, se: float) -> float:
    return 2 * stats.norm.sf(abs(e) / se)


def error(low: float, high: float) -> float:
    """The standard error of the logarithm of a ratio with these 95% limits."""
    return math.log(high / low) / 3.92


# -- ratios ---------------------------------------------------------------------------------------------------------

sentences(
    "ratio",
    [
        "Mortality was related to the exposure ({M} {a}, {a:ci}; {a:p}).",
        "Mortality was related to the exposure ({M}, {a}; {a:ci}; {a:p}).",
        "Mortality was related to the exposure ({M} {a} [{a:ci}], {a:p}).",
        "Mortality was related to the exposure ({M} = {a}; {a:ci}, {a:p}).",
        "Mortality was related to the exposure ({M}: {a}, {a:p}, {a:ci}).",
        "In multivariable analysis, age ({M} {a}, {a:ci}, {a:p}) was a predictor of relapse.",
        "The {M} for death was {a} ({a:ci}; {a:p}).",
        "The {M} for death was {a} ({a:ci}) ({a:p}).",
        "The {M} for death was {a} ({a:ci}), {a:p}.",
        "Age was associated with death, with an {M} of {a} ({a:ci}, {a:p}).",
        "The {M} of death per 10-year increase in age was {a} ({a:ci}; {a:p}).",
        "The {M} (95% CI) of death was {a} ({a:range}), {a:p}.",
        "The {M} of death was {a} ({a:ci}) in the exposed compared with the unexposed ({a:p}).",
        "Age \u226565 years ({M} {a}; {a:ci}; {a:p}) predicted death within 30 days in 1245 patients.",
        "Compared with placebo, drug A changed relapse at 12 months ({M} {a}, {a:ci}; two-sided {a:p}).",
        "Death was related to smoking; {M}={a} ({a:ci}); {a:p}.",
    ],
    read=True,
)
sentences(
    "two ratios",
    [
        "Age ({M} {a}, {a:ci}; {a:p}) and smoking ({M} {b}, {b:ci}; {b:p}) were independent predictors.",
        "Age ({M} {a}, {a:ci}, {a:p}) but not smoking ({b}, {b:ci}, {b:p}) predicted death.",
        "The {M}s for death were {a} ({a:ci}; {a:p}) and {b} ({b:ci}; {b:p}) for age and smoking.",
        "The {M}s for death were {a} ({a:ci}) and {b} ({b:ci}) for age and smoking, respectively ({a:p} and {b:p}, respectively).",
        "The {M} was {a} ({a:ci}, {a:p}) for men and {b} ({b:ci}, {b:p}) for women.",
        "Death was rarer on drug A ({M} {a} [{a:ci}]; {a:p}), as was relapse ({b} [{b:ci}]; {b:p}).",
        "Effects on death ({M} {a}; {a:ci}; {a:p}) were unlike those on relapse ({M} {b}; {b:ci}; {b:p}).",
    ],
    read=True,
)
sentences(
    "several ratios",
    [
        "The adjusted ORs for low, middle and high intake were {a}, {b} and {c} (95% CI {a:range}, {b:range} and {c:range}), respectively ({a:p}, {b:p} and {c:p}).",
        "HRs for relapse and death were {a} and {b} (95% CI: {a:range} and {b:range}; {a:p} and {b:p}).",
        "The ORs across tertiles were 1.00 (reference), {a} ({a:range}) and {b} ({b:range}), {p:P for trend = }.",
        "Compared with never smokers, HRs (95% CI) were {a} ({a:range}), {b} ({b:range}) and {c} ({c:range}) for light, moderate and heavy smokers ({p:P for trend = }).",
        "The crude OR was {a} ({a:ci}) and the adjusted OR {b} ({b:ci}; {b:p}).",
        "OR {a} ({a:ci}) before and {b} ({b:ci}) after adjustment ({b:p}).",
        "The association (HR {a}, {a:ci}, {a:p}) was attenuated after adjustment (HR {b}, {b:ci}, {b:p}).",
        "In univariable (OR {a}; {a:ci}; {a:p}) and multivariable analysis (OR {b}; {b:ci}; {b:p}) age mattered.",
    ],
)
sentences(
    "p for trend",
    [
        f"Compared with the lowest tertile, the HRs were {{a}} ({{a:ci}}) for the second and {{b}} ({{b:ci}}; {{p:{form}}}) for the highest."
        for form in (
            "P for trend = ", "P trend = ", "Ptrend = ", "P-trend = ", "P for linear trend = ", "p-value for trend = ",
            "P(trend) = ", "P_trend = ", "trend P = ", "test for trend, P = ", "p for trend: ",
            "P value, test for trend = ",
        )
    ]
    + [
        f"The RR for extreme quintiles was {{a}} ({{a:ci}}; {{p:{form}}})."
        for form in ("P for trend = ", "Ptrend = ", "P-trend = ", "P for linear trend = ")
    ],
)  # fmt: skip
sentences(
    "p for interaction",
    [
        f"The effect differed between men (HR {{a}}, {{a:ci}}) and women (HR {{b}}, {{b:ci}}; {{p:{form}}}{after})."
        for form, after in (
            ("P for interaction = ", ""), ("Pinteraction = ", ""), ("P-interaction = ", ""), ("interaction P = ", ""),
            ("P interaction = ", ""), ("P = ", " for interaction"), ("P value for interaction = ", ""),
            ("p for difference = ", ""), ("P for heterogeneity = ", ""), ("test for interaction, P = ", ""),
            ("Pint = ", ""), ("p-int=", ""), ("P for effect modification = ", ""), ("P for nonlinearity = ", ""),
        )
    ],
)  # fmt: skip


@forms_of(
    "p of two estimates",
    "The HR was {one} in smokers and {two} in non-smokers ({of_both}).",
    "Risk was greater for A (OR {one_}) than for B (OR {two_}) ({of_both}).",
    "The HR was {one_} in A and {two_} in B; the difference was not significant ({of_both}).",
    "The OR in men ({one_}) was greater than that in women ({two_}; {of_both}).",
    "The OR in men ({one_}) was unlike that in women ({two_}; P for difference{bare}).",
    "HRs were {one} in men and {two} in women (ratio of HRs {r}; {r:ci}; {interaction}).",
)
def _two_estimates(d: Draw) -> dict[str, Any]:
    a, b = d.ratio(), d.ratio()
    e, se = math.log(a[0] / b[0]), math.hypot(*(error(x[1], x[2]) for x in (a, b)))
    p = d.p(two_sided(e, se))
    one, two = (f"{d.n(x[0], 2)} ({d.ci(x[1], x[2], 2)})" for x in (a, b))
    one_, two_ = (f"{d.n(x[0], 2)}, {d.ci(x[1], x[2], 2)}" for x in (a, b))
    return {
        "one": one, "two": two, "one_": one_, "two_": two_, "of_both": p, "bare": p.lstrip("Ppvalue \u2009"),
        "r": d.figure(math.exp(e), math.exp(e - 1.96 * se), math.exp(e + 1.96 * se), 1, 2),
        "interaction": d.p(two_sided(e, se), "P for interaction = {}"),
    }  # fmt: skip


@forms_of(
    "corrected p",
    "The marker was associated with death (HR {r}, {r:ci}; {corrected} {r:p}).",
    "The marker was associated with death (OR {r}, {r:ci}; q = {q}).",
)
def _corrected(d: Draw) -> dict[str, Any]:
    e, low, high, p = d.ratio()
    p = min(1.0, d.rng.choice([3, 5, 10]) * p)
    return {"r": d.figure(e, low, high, p, 2), "q": d.n(p, 3)}


@forms_of("tukey after anova", "Group A differed from B (mean difference {r}, {r:ci}; {r:p}, Tukey).")
def _tukey(d: Draw) -> dict[str, Any]:
    e, low, high, p = d.difference()
    q = stats.studentized_range.sf(abs(stats.norm.isf(p / 2)) * math.sqrt(2), 3, 60)
    return {"r": d.figure(e, low, high, float(q), 1)}


@forms_of("levels", "The hazard ratio was {r} ({level:g}% CI {r:range}; {r:p}).", read=True)
def _levels(d: Draw) -> dict[str, Any]:
    conf = d.rng.choice([0.9, 0.975, 0.99, 0.95, 0.9955])
    return {"r": d.figure(*d.ratio(conf), 2, want=True), "level": 100 * conf}


@forms_of("one-sided p", "Survival was longer with drug A (HR {r}; 90% CI {r:range}; one-sided {r:p}).")
def _one_sided(d: Draw) -> dict[str, Any]:
    e, low, high, _ = d.ratio(0.9)
    p = stats.norm.cdf(math.log(e) / (math.log(high / low) / 2 / stats.norm.ppf(0.95)))
    return {"r": d.figure(e, low, high, p, 2)}


@forms_of(
    "non-inferiority",
    *(
        f"Cure differed by {{r}} percentage points ({{r:ci}}; {{of:{form}}}{after}), within the non-inferiority margin of 5 percentage points."
        for form, after in (
            ("P for noninferiority = ", ""), ("P = ", " for non-inferiority"), ("Pnoninferiority = ", ""),
            ("noninferiority P = ", ""), ("one-sided P = ", ""),
        )
    ),
)  # fmt: skip
def _noninferior(d: Draw) -> dict[str, Any]:
    e, low, high, p = d.difference(1.5)
    of = AnyP(d, float(stats.norm.sf((5 + e) / ((high - low) / 3.92))))
    return {"r": d.figure(e, low, high, p, 1), "of": of}


@forms_of(
    "non-inferiority of a hazard ratio",
    "The primary outcome met noninferiority (HR {r}; {r:ci}; margin 1.3; {of} for noninferiority and {r:p} for superiority).",
    "The primary outcome met noninferiority (HR {r}; {r:ci}; {of} for noninferiority; {r:p} for superiority).",
    "The primary outcome met noninferiority (HR {r}; {r:ci}; {r:p} for superiority, {of} for non-inferiority).",
)
def _noninferior_ratio(d: Draw) -> dict[str, Any]:
    e, low, high, p = d.ratio()
    return {
        "r": d.figure(e, low, high, p, 2),
        "of": AnyP(d, float(stats.norm.cdf(math.log(e / 1.3) / error(low, high)))),
    }


@forms_of(
    "credible",
    *(
        f"Drug A ranked best (OR {{r}}, {label}{{skewed}}; {{posterior}} {{of}})."
        for label in (
            "95% credible interval ", "95% CrI ", "95% CrI, ", "95% Cr.I. ", "95% credible interval [CrI], ", "95% BCI ",
            "95% HDI ", "95% Bayesian credible interval ", "95% highest density interval ", "95% HPD ",
        )
    ),
    "Median OR for survival was {r} (95% credible interval {r:range}; Pr = {of}).",
)  # fmt: skip
def _credible(d: Draw) -> dict[str, Any]:
    e, low, high, p = d.ratio()
    return {
        "r": d.figure(e, low, high, p, 2), "skewed": d.range(low * d.rng.uniform(0.93, 1.02), high, 2),
        "of": d.n(stats.norm.cdf(-math.log(e) / error(low, high)), d.rng.choice([2, 3])),
    }  # fmt: skip


# -- differences ----------------------------------------------------------------------------------------------------

sentences(
    "difference",
    [
        "The mean difference was {x} {u} ({x:ci}; {x:p}).",
        "The mean difference between groups was {x} ({x:ci}; {x:p}).",
        "The adjusted mean difference was {x} {u} [{x:ci}], {x:p}.",
        "Drug A changed the score (mean difference {x} {u}, {x:ci}; {x:p}).",
        "Drug A changed the score (between-group difference, {x}; {x:ci}; {x:p}).",
        "Systolic pressure changed (MD {x} {u}; {x:ci}; {x:p}) at 12 months in 240 patients.",
        "The treatment effect was {x} {u} ({x:ci}; {x:p}).",
        "The difference in change from baseline was {x} {u} ({x:ci}, {x:p}).",
        "The standardised mean difference was {x} ({x:ci}, {x:p}).",
        "Anxiety changed (SMD = {x}, {x:ci}, {x:p}; I2 = 45%).",
        "Anxiety changed (SMD {x}; {x:ci}; {x:p}; I2 = 71%, P for heterogeneity = 0.003).",
        "Weight changed (weighted mean difference [WMD], {x} {u}; {x:ci}; {x:p}).",
        "A 1-SD increase was associated with a difference of {x} {u} ({x:ci}; {x:p}).",
        "The least-squares mean difference was {x} ({x:ci}; {x:p}).",
        "The estimated treatment difference was {x} {u} ({x:ci}; {x:p}).",
        "Each 10-unit increase was associated with the score (\u03b2 = {x}, {x:ci}, {x:p}).",
        "Age was associated with the score (beta {x}; {x:ci}; {x:p}).",
        "Age was associated with the score (B = {x}, {x:ci}, {x:p}).",
        "Age was associated with the score (regression coefficient {x}; {x:ci}; {x:p}).",
        "The effect size was small (Cohen's d = {x}, {x:ci}, {x:p}).",
        "The effect size was small (Hedges' g {x}; {x:ci}; {x:p}).",
        "The restricted mean survival time difference was {x} months ({x:ci}; {x:p}).",
    ],
)


@forms_of(
    "small",
    "The mean difference was {r} kg ({r:ci}; {r:p}).",
    "In {n} volunteers, exposure changed (mean difference {r}, {r:ci}, {r:p}).",
    "Of the patients (n = {n}), weight changed (MD {r} kg [{r:ci}]; {r:p}).",
    "Weight changed (\u03b2 {r}, {r:ci}, {r:p}).",
)
def _small(d: Draw) -> dict[str, Any]:
    df = d.rng.choice([5, 6, 8, 10, 14, 20])
    return {"r": d.figure(*d.difference(df=df), 1), "n": df + d.rng.choice([1, 2])}


@forms_of(
    "decrease without its sign",
    *(
        f"The score {words} {{e}} points ({{r:ci}}; {{r:p}})."
        for words in ("was a reduction of", "was a decrease of", "fell by", "declined by")
    ),
    "The score was reduced by {mirrored} points ({mirrored:ci}; {mirrored:p}).",
)
def _decrease(d: Draw) -> dict[str, Any]:
    e, low, high, p = d.difference()
    e, low, high = (e, low, high) if e < 0 else (-e, -high, -low)
    return {"r": d.figure(e, low, high, p, 1), "e": d.n(-e, 1), "mirrored": d.figure(-e, -high, -low, p, 1)}


@forms_of("small g", "Pain was lower with drug A (Hedges g = {r}; {r:ci}; {r:p}; n = {n}).")
def _small_g(d: Draw) -> dict[str, Any]:
    n = d.rng.choice([8, 10, 15, 20])
    a, b = (np.random.default_rng(d.rng.getrandbits(32)).normal(m, 1, n) for m in (d.rng.uniform(0, 2), 0))
    pooled = math.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
    e = (a.mean() - b.mean()) / pooled * (1 - 3 / (8 * n - 9))
    se = math.sqrt(2 / n + e * e / (4 * n))
    return {"r": d.figure(e, e - 1.96 * se, e + 1.96 * se, stats.ttest_ind(a, b).pvalue, 2), "n": 2 * n}


@forms_of("noncentral d", "Groups differed, t({df}) = {t}, {r:p}, Cohen's d = {r} ({r:ci}).")
def _noncentral_d(d: Draw) -> dict[str, Any]:
    n, t = d.rng.choice([10, 20, 40]), d.rng.uniform(1, 6)
    f, df = math.sqrt(2 / n), 2 * n - 2
    low = brentq(lambda x: stats.nct.sf(t, df, x) - 0.025, -10, 20) * f
    high = brentq(lambda x: stats.nct.cdf(t, df, x) - 0.025, -10, 30) * f
    return {"df": df, "t": d.n(t, 2), "r": d.figure(t * f, low, high, 2 * stats.t.sf(t, df), 2)}


@forms_of(
    "percent change",
    *(
        f"Incidence {verb} {{fall}}% (95% CI {{fall:low}}% to {{fall:high}}%; {{fall:p}})."
        for verb in ("fell by", "decreased by", "was reduced by", "declined")
    ),
    *(
        f"{words} {{change}}% (95% CI {{change:low}}% to {{change:high}}%; {{change:p}})."
        for words in (
            "The percentage change in concentration was", "The relative change in CRP was", "CRP changed by",
            "The percent difference in geometric means was", "The percentage difference in LDL was",
            "The annual percent change was",
        )
    ),
    "The rate was {size}% {than} ({size:ci}; {size:p}) in the exposed.",
    "The relative risk reduction was {fall}% (95% CI {fall:low}% to {fall:high}%; {fall:p}).",
    "Relative risk reduction {fall}%, 95% CI {fall:low} to {fall:high}, {fall:p}.",
    "Stroke was less frequent (RRR {fall}%; 95% CI {fall:low} to {fall:high}; {fall:p}).",
)  # fmt: skip
def _percent_change(d: Draw) -> dict[str, Any]:
    e, low, high, p = d.ratio()
    up = [100 * (x - 1) for x in (e, low, high)]
    down = [100 * (1 - x) for x in (e, high, low)]
    less = [100 * (1 - x) for x in ((e, high, low) if e < 1 else (1 / e, 1 / low, 1 / high))]
    return {
        "fall": d.figure(*less, p, 0), "change": d.figure(*up, p, 1),
        "size": d.figure(*(down if e < 1 else up), p, 0), "than": "lower" if e < 1 else "higher",
    }  # fmt: skip


@forms_of("annual change", "Incidence changed by {r}% per year ({r:ci}; {r:p}) from 1995 to 2010.")
def _annual(d: Draw) -> dict[str, Any]:
    e, se = d.rng.gauss(0, 0.05), d.rng.uniform(0.003, 0.03)
    return {"r": d.figure(*(100 * (math.exp(x) - 1) for x in (e, e - 1.96 * se, e + 1.96 * se)), two_sided(e, se), 1)}


@forms_of(
    "vaccine efficacy",
    "Vaccine efficacy was {r}% ({r:low} to {r:high}; {r:p}).",
    "Vaccine efficacy was {r}% (95% CI {r:low} to {r:high}; {r:p}).",
    "Vaccine effectiveness against hospital admission was {r}% (95% CI {r:low}% to {r:high}%).",
    "VE was {r}% (95% CI, {r:low} to {r:high}; {r:p}).",
    "Protective efficacy was {r}% (95% CI {r:low}-{r:high}, {r:p}) over 12 months.",
    "Adjusted VE against influenza was {r}% (95% confidence interval [CI], {r:low} to {r:high}).",
)
def _efficacy(d: Draw) -> dict[str, Any]:
    e, low, high = (0.6 * x for x in d.ratio()[:3])
    p = two_sided(math.log(e), error(low, high))
    return {"r": d.figure(*(100 * (1 - x) for x in (e, high, low)), p, 0)}


# -- tests of means -------------------------------------------------------------------------------------------------


def _samples(d: Draw) -> tuple[np.ndarray, np.ndarray]:
    g = np.random.default_rng(d.rng.getrandbits(32))
    n1, n2 = d.rng.randint(8, 60), d.rng.randint(8, 60)
    mean = d.rng.uniform(5, 80)
    sd = mean * d.rng.uniform(0.1, 0.4)
    return g.normal(mean + d.rng.gauss(0, 0.5) * sd, sd, n1), g.normal(mean, sd, n2)


def _groups(d: Draw) -> dict[str, Any]:
    a, b = _samples(d)
    equal = d.rng.random() < 0.5
    test = stats.ttest_ind(a, b, equal_var=equal)
    x = d.difference()
    return {
        **{f"m{k}": d.n(v.mean(), 1) for k, v in enumerate((a, b), 1)},
        **{f"s{k}": d.n(v.std(ddof=1), 1) for k, v in enumerate((a, b), 1)},
        **{f"e{k}": d.n(v.std(ddof=1) / math.sqrt(len(v)), 2) for k, v in enumerate((a, b), 1)},
        "df": f"{test.df:.0f}" if equal else f"{test.df:.{d.rng.choice([1, 2])}f}",
        "t": d.n(test.statistic, 2), "of_t": d.p(test.pvalue), "n1": len(a), "n2": len(b),
        "of_n": d.p(stats.ttest_ind(a, b).pvalue), "of_errors": d.p(stats.ttest_ind(a, b, equal_var=False).pvalue),
        "r": d.figure(*x, 1),
    }  # fmt: skip


_SPREADS = ["{{m{0}}} \u00b1 {{s{0}}}", "{{m{0}}} (SD {{s{0}}})", "{{m{0}}} [SD, {{s{0}}}]", "{{m{0}}} ({{s{0}}})"]
_ERRORS = ["{{m{0}}} \u00b1 {{e{0}}}", "{{m{0}}} (SE {{e{0}}})", "{{m{0}}} (SEM {{e{0}}})", "{{m{0}}} [SE, {{e{0}}}]"]
sentences(
    "two means",
    [
        f"Scores differed (mean {form.format(1)} vs {form.format(2)}; {t}, {{of_t}})."
        for form in _SPREADS
        for t in ("t({df}) = {t}", "t({df})={t}", "t{df} = {t}", "t [{df}] = {t}", "t = {t}, df = {df}")
    ]
    + [
        f"We compared patients (n = {{n1}}) and controls (n = {{n2}}). Age was {form.format(1)} vs. {form.format(2)} years ({{of_n}})."
        for form in (_SPREADS[0], "{{m{0}}}\u00b1{{s{0}}}", _SPREADS[1])
    ]
    + [
        f"We compared patients (n = {{n1}}) and controls (n = {{n2}}). Values (mean \u00b1 SE) were {form.format(1)} vs. {form.format(2)} ({{of_errors}})."
        for form in _ERRORS
    ]
    + [
        "Scores were {m1} (SD {s1}) and {m2} (SD {s2}), adjusted difference {r} ({r:ci}; {r:p}).",
    ],
    _groups,
)


@forms_of(
    "paired means",
    "In {n} patients (n = {n}) glucose went from {one} to {two} mg/dL (paired t({df}) = {t}; {of}).",
)
def _paired(d: Draw) -> dict[str, Any]:
    a, b = _samples(d)
    n = min(len(a), len(b))
    c = b[:n] + 0.7 * (a[:n] - a[:n].mean())
    test = stats.ttest_rel(a[:n], c)
    one, two = (f"{d.n(v.mean(), 1)} \u00b1 {d.n(v.std(ddof=1), 1)}" for v in (a[:n], c))
    return {"n": n, "df": n - 1, "one": one, "two": two, "t": d.n(test.statistic, 2), "of": d.p(test.pvalue)}


@forms_of(
    "analysis of variance",
    *(
        f"Groups differed ({form}, {{of}})."
        for form in (
            "F({k},{df}) = {F}", "F({k}, {df}) = {F}", "F{k},{df} = {F}", "F[{k},{df}]={F}", "F({k};{df})={F}",
            "F({k}/{df}) = {F}", "F = {F}", "F({df}) = {F}",
        )
    ),
)  # fmt: skip
def _anova(d: Draw) -> dict[str, Any]:
    g = np.random.default_rng(d.rng.getrandbits(32))
    groups = [g.normal(d.rng.gauss(0, 0.4), 1, d.rng.randint(5, 30)) for _ in range(d.rng.randint(2, 5))]
    test = stats.f_oneway(*groups)
    k = len(groups)
    return {"k": k - 1, "df": sum(map(len, groups)) - k, "F": d.n(test.statistic, 2), "of": d.p(test.pvalue)}


@forms_of(
    "corrected degrees of freedom",
    *(
        f"Time mattered ({form})."
        for form in (
            "F({k}, {df}) = {F}, {of}", "F({k},{df}) = {F}, \u03b72 = 0.12, {of}", "F = {F}, df = {k}, {df}, {of}",
            "F({k}, {df}) = {F}, MSE = 1.2, {of}", "F [{k}, {df}] = {F}; {of}",
            "F(3, {whole}) = {G}, {geisser}, Greenhouse-Geisser corrected",
        )
    ),
)  # fmt: skip
def _corrected_degrees(d: Draw) -> dict[str, Any]:
    a, b, x = d.rng.uniform(1.1, 3.9), d.rng.uniform(15, 90), d.rng.expovariate(0.4)
    y, eps, n = d.rng.expovariate(0.3), d.rng.uniform(0.5, 0.95), d.rng.randint(10, 40)
    return {
        "k": d.n(a, 2), "df": d.n(b, 2), "F": d.n(x, 2), "of": d.p(float(stats.f.sf(x, a, b))), "whole": 3 * n,
        "G": d.n(y, 2), "geisser": d.p(float(stats.f.sf(y, 3 * eps, 3 * eps * n))),
    }  # fmt: skip


@forms_of(
    "chi-squared",
    *(
        f"The groups differed ({form}, {{of}})."
        for form in (
            "\u03c72({df}) = {x2}", "\u03c7\u00b2({df}) = {x2}", "chi-square({df}) = {x2}", "\u03c72 = {x2}, df = {df}",
            "\u03c72({df}, N = 240) = {x2}", "\u03c7\u00b2 = {x2}", "chi-squared = {x2}", "X2({df}) = {x2}",
            "\u03c7{df}2 = {x2}", "\u03c72[{df}] = {x2}", "Wald \u03c72 = {x2}", "Kruskal-Wallis H({df}) = {x2}",
            "Friedman \u03c72({df}) = {x2}", "Q({df}) = {x2}", "Cochran Q = {x2}, df = {df}",
            "likelihood ratio \u03c72 = {x2}, df = {df}", "\u03c72 = {x2}, {df} df",
            "\u03c7\u00b2 = {x2} on {df} degrees of freedom", "\u0394\u03c72({df}) = {x2}", "\u03c72 for trend = {x2}",
            "G2({df}) = {x2}", "Wald({df}) = {x2}",
        )
    ),
    "The groups differed (\u03c72 ({df} df) = {x2}; {of}).",
)  # fmt: skip
def _chi_squared(d: Draw) -> dict[str, Any]:
    df = d.rng.choice([1, 1, 2, 3, 4, 8, 12])
    x = d.rng.expovariate(1 / (2 + df / 2))
    return {"df": df, "x2": d.n(x, 2), "of": d.p(float(stats.chi2.sf(x, df)))}


@forms_of(
    "z and t",
    *(
        f"The groups differed ({form}, {{of_z}})."
        for form in (
            "z = {z}", "Z = {z}", "Z={z}", "z-score = {z}", "Mann-Whitney U = 312, z = {z}", "Wilcoxon Z = {z}",
        )
    ),
    *(
        f"The groups differed ({form})."
        for form in (
            "t({df}) = {t}, SE = 0.31, {of}", "t = {t}, {of}", "t-value = {t}, {of}", "t = {t}, df = {df}, {of}",
            "unpaired t test, t = {t}, {of}", "t{df} = {t}, d = 0.41, {of}", "t({df}) = {t}; {of}; d = 0.3",
            "{of}, t({df}) = {t}", "t ({df} df) = {t}; {of}", "t({df}) = {t}, two-tailed {of}",
            "t({df}) = {t}, one-tailed {half}", "t({df}) = {t}, t({df}) = {t2} and t({df}) = {t3} ({listed}, respectively)",
        )
    ),
    "Age predicted the score (\u03b2 = {beta}, t({df}) = {t}, {of}).",
)  # fmt: skip
def _z_and_t(d: Draw) -> dict[str, Any]:
    z, df = d.rng.gauss(0, 2), d.rng.randint(10, 300)
    t = [d.rng.gauss(0, 2) for _ in range(3)]
    p = [2 * stats.t.sf(abs(x), df) for x in t]
    return {
        "z": d.n(z, 2), "of_z": d.p(two_sided(z, 1)), "df": df, "of": d.p(p[0]), "half": d.p(p[0] / 2),
        "t": d.n(t[0], 2), "t2": d.n(t[1], 2), "t3": d.n(t[2], 2), "beta": d.n(t[0] / 20, 2),
        "listed": "P = {}, {} and {}".format(*(d.n(max(x, 0.001), 3) for x in p)),
    }  # fmt: skip


@forms_of(
    "corrected statistic",
    *(
        f"Activation was greater in patients ({form})."
        for form in (
            "t({df}) = {t}, {of} FWE-corrected", "t({df}) = {t}, {of}, corrected", "t({df}) = {t}, corrected {of}",
            "t({df}) = {t}, pFWE = {raw}", "t({df}) = {t}, {of} (FDR)", "t({df}) = {t}, {of} (permutation test)",
            "t({df}) = {t}, cluster-corrected {of}", "t({df}) = {t}, adjusted {of}", "t({df}) = {t}, Pcorr = {raw}",
        )
    ),
    "P values were corrected by the method of Holm. Activation was greater in patients (t({df}) = {t}, {of}).",
)  # fmt: skip
def _corrected_statistic(d: Draw) -> dict[str, Any]:
    t, df = d.rng.uniform(2.5, 6), d.rng.randint(10, 40)
    p = min(1.0, 2 * stats.t.sf(t, df) * d.rng.choice([3, 10, 400]))
    return {"df": df, "t": d.n(t, 2), "of": d.p(p), "raw": d.n(max(p, 0.001), 3)}


@forms_of(
    "correlation",
    *(
        f"IL-6 correlated with CRP ({form}, {{of}}) in {{n}} patients."
        for form in (
            "r({df}) = {r}", "r = {r}, n = {n}", "r={r}, df={df}", "r = {r}", "rho = {r}", "r2 = {square}", "R = {r}",
            "r\u00b2={square}", "Pearson's r = {r}", "rs = {r}", "Spearman's r = {r}", "\u03c1 = {r}",
        )
    ),
    "IL-6 correlated with CRP (r = {r}, {r:ci}, {of}).",
    "The correlation was {r} ({r:ci}; {of}).",
    "Spearman's correlation coefficient was {r} ({r:ci}; {of}).",
    "IL-6 and CRP were related (rho {r}; {r:ci}; {of}).",
    "IL-6 correlated with CRP (r = {r} [{r:ci}]; {of}) and with age (r = {r}, {r:ci}).",
    "The genetic correlation was rg = {r} ({r:ci}, {of}).",
    "Agreement was fair (Kendall's tau = {r}; {r:ci}; {of}).",
    "The Pearson correlation of IL-6 with the difference in CRP was {r} ({r:ci}; {of}).",
    "Concordance correlation coefficient (CCC) = {r} ({r:ci}).",
    "Lin's coefficient was {r} ({r:ci}).",
    "The difference between observers was small (Lin's concordance coefficient {large}, {large:ci}).",
    "There was no difference in reproducibility (Spearman {large}; {large:ci}).",
)  # fmt: skip
def _correlation(d: Draw) -> dict[str, Any]:
    n = d.rng.randint(6, 200)
    r = max(-0.95, min(0.95, d.rng.gauss(0, 0.5)))
    large = d.rng.uniform(0.8, 0.97)
    p = 2 * stats.t.sf(abs(r) * math.sqrt((n - 2) / (1 - r * r)), n - 2)

    def fisher(r: float, n: int) -> Figure:
        return d.figure(r, *(math.tanh(math.atanh(r) + s * 1.96 / math.sqrt(n - 3)) for s in (-1, 1)), p, 2)

    return {
        "n": n, "df": n - 2, "r": fisher(r, n), "square": d.n(r * r, 2), "of": d.p(p),
        "large": fisher(large, d.rng.randint(8, 60)),
    }  # fmt: skip


@forms_of(
    "partial correlation",
    *(
        f"IL-6 was related to CRP ({form})."
        for form in (
            "partial r = {r}, n = {n}, {of_partial}", "partial r({df}) = {r}, {of_partial}", "r = {r}, {of}, n = {n}",
            "r = {r}; n = {n}; {of}", "r = {rs}, n = {few}, {of_rs}, Spearman",
        )
    ),
)  # fmt: skip
def _partial(d: Draw) -> dict[str, Any]:
    n, k = d.rng.randint(20, 80), d.rng.randint(1, 4)
    r = max(-0.9, min(0.9, d.rng.gauss(0, 0.35)))
    g = np.random.default_rng(d.rng.getrandbits(32))
    x = g.normal(size=d.rng.randint(6, 40))
    test = stats.spearmanr(x, 0.6 * x + g.normal(size=len(x)))

    def p(df: int) -> str:
        return d.p(2 * stats.t.sf(abs(r) * math.sqrt(df / (1 - r * r)), df))

    return {
        "n": n, "df": n - 2 - k, "r": d.n(r, 2), "of": p(n - 2), "of_partial": p(n - 2 - k), "few": len(x),
        "rs": d.n(test.statistic, 2), "of_rs": d.p(test.pvalue),
    }  # fmt: skip


@forms_of(
    "beta with its error",
    *(
        f"Age predicted the score ({form})."
        for form in (
            "\u03b2 = {r}, SE = {se}, {r:p}", "beta={r}, SE={se}, {r:p}", "B = {r} (SE = {se}), {r:p}",
            "\u03b2 {r} \u00b1 {se}, {r:p}", "b = {r}; SE {se}; {r:p}",
        )
    ),
)  # fmt: skip
def _beta(d: Draw) -> dict[str, Any]:
    e, low, high, p = d.difference(0.1)
    return {"r": d.figure(e, low, high, p, 2), "se": d.n((high - low) / 3.92, 2)}


# -- medians and survival -------------------------------------------------------------------------------------------


@forms_of(
    "medians",
    *(
        f"Median length of stay was {form.format(1)} days versus {form.format(2)} days ({{of}})."
        for form in (
            "{{m{0}}} (IQR {{l{0}}}-{{u{0}}})", "{{m{0}}} [IQR, {{l{0}}} to {{u{0}}}]", "{{m{0}}} ({{l{0}}}-{{u{0}}})",
            "{{m{0}}} (range {{l{0}}}-{{u{0}}})", "{{m{0}}} [{{l{0}}}, {{u{0}}}]",
        )
    ),
    "The median difference was {r} days ({r:ci}; {of}).",
    "Length of stay differed (difference {r} days, {r:ci}, {of}).",
    "Median stay was 7.1 v 8.3 days (difference {r}; {r:ci}; {of}).",
    "The Hodges-Lehmann estimate was {r} points ({r:ci}; {of}).",
    "Median scores differed (between-group difference {r} points; {r:ci}; {of}).",
)  # fmt: skip
def _medians(d: Draw) -> dict[str, Any]:
    g = np.random.default_rng(d.rng.getrandbits(32))
    a, b = (np.sort(g.lognormal(2 + d.rng.random() / 2, 0.65, d.rng.randint(10, 50))) for _ in range(2))
    every = np.sort(np.subtract.outer(a, b).ravel())
    k = max(0, int(len(a) * len(b) / 2 - 1.96 * math.sqrt(len(a) * len(b) * (len(a) + len(b) + 1) / 12)))
    p = stats.mannwhitneyu(a, b).pvalue
    quartiles = {
        f"{name}{k}": d.n(v, 1)
        for k, x in enumerate((a, b), 1)
        for name, v in zip("mlu", np.percentile(x, [50, 25, 75]), strict=True)
    }
    return {**quartiles, "of": d.p(p), "r": d.figure(float(np.median(every)), every[k], every[-k - 1], p, 1)}


@forms_of(
    "median survival",
    "Median overall survival was {one} versus {two} (HR {r}, {r:ci}; {r:p}).",
    "Median progression-free survival was {one} with drug A and {two} with drug B (hazard ratio, {r}; {r:ci}; {r:p}).",
    "Median OS was {one} in arm A and {two} in arm B ({r:p}).",
    "Median survival times were {one} and {two}, respectively ({r:p}; HR {r}; {r:ci}).",
    "Median PFS was {open} vs {half}; HR {r} [{r:ci}]; {r:p}).",
)
def _median_survival(d: Draw) -> dict[str, Any]:
    m = [d.rng.uniform(3, 40) for _ in range(2)]
    limits = [(x * d.rng.uniform(0.6, 0.95), x * d.rng.uniform(1.05, 2)) for x in m]
    one, two = (f"{d.n(x, 1)} months ({d.ci(*y, 1)})" for x, y in zip(m, limits, strict=True))
    x = m[0]
    return {
        "one": one, "two": two, "r": d.figure(*d.ratio(), 2),
        "open": f"{d.n(x, 1)} months ({d.label}{d.n(0.7 * x, 1)} to {d['NR']})",
        "half": f"{d.n(x / 2, 1)} months ({d.ci(x / 3, x * 0.8, 1)}",
    }  # fmt: skip


@forms_of(
    "survival at a time",
    "The 5-year overall survival was {s}% ({s:ci}).",
    "At 2 years, the cumulative incidence of relapse was {s}% ({s:ci}).",
    "Estimated 1-year event-free survival (EFS) was {s}% ({s:ci}) after transplantation.",
    "Two-year PFS was {s} \u00b1 {se}%.",
    "The 3-year probability of relapse was {s}% ({s:ci}) and that of death 12%.",
    "The difference between groups was clear: survival at 3 years was {s}% ({s:ci}).",
    "Drug A improved 2-year survival: {s}% ({s:ci}).",
    "The reduction in relapse was maintained: 2-year relapse {s}% ({s:ci}).",
    "Three-year survival was {t1}% ({t1:ci}) with drug A versus {t2}% ({t2:ci}) with drug B (HR {r}; {r:ci}; log-rank {r:p}).",
)
def _survival(d: Draw) -> dict[str, Any]:
    s, n = d.rng.uniform(0.05, 0.97), d.rng.randint(15, 300)

    def loglog(s: float, n: int, decimals: int, unit: str) -> Figure:
        w = 1.96 * math.sqrt(s * (1 - s) / n) / (s * math.log(s))
        return d.figure(100 * s, *sorted((100 * s ** math.exp(w), 100 * s ** math.exp(-w))), 1, decimals, unit)

    se = math.sqrt(s * (1 - s) / n)
    plain = d.figure(100 * s, 100 * max(0, s - 1.96 * se), 100 * min(1, s + 1.96 * se), 1, 0, "%")
    return {
        "s": plain if d.rng.random() < 0.5 else loglog(s, n, 0, "%"), "se": d.n(100 * se, 0),
        "t1": loglog(s, n, 1, ""), "t2": loglog(d.rng.uniform(0.05, 0.97), d.rng.randint(20, 300), 1, ""),
        "r": d.figure(*d.ratio(), 2),
    }  # fmt: skip


# -- rates ----------------------------------------------------------------------------------------------------------


@forms_of(
    "rates",
    "The incidence rate was {rate} per 1000 person-years ({rate:ci}).",
    "The incidence was {rate} ({rate:ci}) per 1000 person-years, {k} events in {t} person-years.",
    "There were {k} deaths (rate {rate}/1000 person-years; {rate:ci}).",
    "The standardised mortality ratio was {smr} ({smr:ci}).",
    "Mortality was raised (SMR {smr}; {smr:ci}), {k} deaths observed.",
    "The standardized incidence ratio was {smr} ({smr:ci}; {k} cases).",
    "The standardized incidence ratio was {smr} ({smr:range}; {k} cases).",
    "SIR = {smr}, {smr:ci}.",
    "The ratio of observed to expected deaths was {smr} ({smr:ci}).",
    "The O/E ratio was {smr} ({smr:ci}).",
    "The mortality rate increased to {rate} per 1000 person-years ({rate:ci}).",
    "The rate was lower than expected: {rate} ({rate:ci}) per 1000 person-years.",
)
def _rates(d: Draw) -> dict[str, Any]:
    k, t = d.rng.randint(1, 60), d.rng.uniform(100, 5000)
    kind = d.rng.choice(["exact", "byar", "log"])
    if kind == "exact":
        low, high = stats.chi2.ppf(0.025, 2 * k) / 2, stats.chi2.ppf(0.975, 2 * k + 2) / 2
    elif kind == "byar":
        low = k * (1 - 1 / (9 * k) - 1.96 / (3 * math.sqrt(k))) ** 3
        high = (k + 1) * (1 - 1 / (9 * (k + 1)) + 1.96 / (3 * math.sqrt(k + 1))) ** 3
    else:
        low, high = (k * math.exp(s * 1.96 / math.sqrt(k)) for s in (-1, 1))
    u, x = 1000 / t, 1 / d.rng.uniform(2, 40)
    return {
        "k": k, "t": round(t), "rate": d.figure(k * u, low * u, high * u, 1, 1),
        "smr": d.figure(k * x, low * x, high * x, 1, 2),
    }  # fmt: skip


@forms_of(
    "rates and their ratio",
    "Rates were {one} and {two} per 1000 person-years (rate ratio {r}, {r:ci}; {r:p}).",
    "The rate difference was {x} per 1000 person-years ({x:ci}; {x:p}), 12.3 v {other}.",
)
def _rates_and_ratio(d: Draw) -> dict[str, Any]:
    k, t = [d.rng.randint(3, 80) for _ in range(2)], [d.rng.uniform(500, 3000) for _ in range(2)]
    said = []
    for a, b in zip(k, t, strict=True):
        low, high = stats.chi2.ppf(0.025, 2 * a) / 2 / b, stats.chi2.ppf(0.975, 2 * a + 2) / 2 / b
        said.append(f"{d.n(1000 * a / b, 1)} ({d.ci(1000 * low, 1000 * high, 1)})")
    log, se = math.log(k[0] / t[0] / (k[1] / t[1])), math.sqrt(1 / k[0] + 1 / k[1])
    if d.rng.random() < 0.5:
        test = stats.binomtest(k[0], sum(k), t[0] / sum(t))
        b = test.proportion_ci(0.95, "exact")
        low, high = (x / (1 - x) * t[1] / t[0] for x in (b.low, b.high))
        p = test.pvalue
    else:
        low, high, p = math.exp(log - 1.96 * se), math.exp(log + 1.96 * se), two_sided(log, se)
    x = d.figure(*d.difference(), 1)
    return {
        "one": said[0], "two": said[1], "r": d.figure(math.exp(log), low, high, p, 2), "x": x,
        "other": d.n(12.3 - x.e, 1),
    }  # fmt: skip


# -- proportions of one group, diagnosis, agreement -----------------------------------------------------------------


def _limits(k: int, n: int, kind: str) -> tuple[float, float]:
    if kind == "wald":
        se = 1.96 * math.sqrt(k * (n - k) / n**3)
        return max(0, k / n - se), min(1, k / n + se)
    b = stats.binomtest(k, n).proportion_ci(0.95, kind)
    return b.low, b.high


@forms_of(
    "diagnosis",
    "Sensitivity was {s1}% ({k1}/{n1}; {s1:ci}) and specificity {s2}% ({k2}/{n2}; {s2:ci}).",
    "Sensitivity was {s1}% ({s1:ci}; {k1} of {n1}) and specificity was {s2}% ({s2:ci}; {k2} of {n2}).",
    "The sensitivity and specificity were {s1}% ({s1:ci}) and {s2}% ({s2:ci}), respectively.",
    "Sensitivity {s1}% [{s1:ci}], specificity {s2}% [{s2:ci}].",
    "The test had a sensitivity of {s1}% ({k1}/{n1}) ({s1:ci}).",
    "Sensitivity was {f} ({f:ci}) and the positive likelihood ratio was 4.2.",
    "The difference in sensitivity was clear: {f} ({f:ci}).",
    "Sensitivity was {w}% (CI {w:low}%, {w:high}%).",
    "The positive likelihood ratio was {lr} ({lr:ci}) and diagnostic OR {dor} ({dor:ci}).",
)
def _diagnosis(d: Draw) -> dict[str, Any]:
    kind, decimals = d.rng.choice(["wald", "exact", "wilson", "wilsoncc"]), d.rng.choice([0, 1])
    fields: dict[str, Any] = {}
    for i in (1, 2):
        n = d.rng.randint(20, 200)
        k = d.rng.randint(int(0.5 * n), n)
        low, high = (100 * x for x in _limits(k, n, kind))
        unit = d.rng.choice(["", "%"])
        fields |= {f"k{i}": k, f"n{i}": n, f"s{i}": d.figure(100 * k / n, low, high, 1, decimals, unit)}
    k, n = min(fields["k1"], fields["n1"] - 1), fields["n1"]
    limits = _limits(k, n, "wilson")
    e, low, high, p = d.ratio()
    return {
        **fields, "f": d.figure(k / n, *limits, 1, 2), "w": d.figure(100 * k / n, *(100 * x for x in limits), 1, 0),
        "lr": d.figure(3 * e, 3 * low, 3 * high, p, 1), "dor": d.figure(9 * e, 9 * low, 9 * high, p, 1),
    }  # fmt: skip


@forms_of(
    "area under a curve",
    "The AUC was {r} ({r:ci}; {p}).",
    "The area under the curve was {r} ({r:ci}).",
    "AUROC {r}, {r:ci}, {p}.",
    "Discrimination was good (c statistic {r}; {r:ci}).",
    "The C-index was {r} ({r:ci}) versus {s} ({s:ci}; {p}).",
    "The model improved discrimination (AUC {r} [{r:ci}] vs {s} [{s:ci}]; {p}).",
    "Drug use increased the AUC from {s} ({s:ci}) to {r} ({r:ci}; {p}).",
    "The difference in AUC was small ({r}, {r:ci}, versus {s}, {s:ci}; {p}).",
)
def _auc(d: Draw) -> dict[str, Any]:
    a, se = d.rng.uniform(0.55, 0.97), d.rng.uniform(0.01, 0.06)
    logit, w = math.log(a / (1 - a)), 1.96 * se / (a * (1 - a))
    b = a - d.rng.uniform(0, 0.1)
    return {
        "r": d.figure(a, *(1 / (1 + math.exp(-x)) for x in (logit - w, logit + w)), 1, 2),
        "s": d.figure(b, b - 1.9 * se, min(1, b + 1.7 * se), 1, 2),
    }  # fmt: skip


@forms_of(
    "agreement",
    "Agreement was good (kappa {r}, {r:ci}).",
    "Agreement was good (\u03ba = {r}; {r:ci}; {p}).",
    "The ICC was {r} ({r:ci}).",
    "The intraclass correlation coefficient was {r} ({r:ci}; {p}).",
    "Weighted kappa was {r} ({r:ci}).",
    "Cronbach's alpha was {r} ({r:ci}).",
    "Heritability was {r} ({r:ci}).",
    "Reliability (ICC = {r}, {r:ci}, {p}) improved.",
    "The difference in agreement was small: ICC {r} ({r:ci}).",
    "The mean difference was 0.3 mm with an ICC of {r} ({r:ci}; {p}).",
    "I2 was {r} ({r:ci}).",
    "The utility was {r} ({r:ci}).",
)
def _agreement(d: Draw) -> dict[str, Any]:
    a = d.rng.uniform(0.2, 0.97)
    return {"r": d.figure(a, a - d.rng.uniform(0.02, 0.3), min(1.0, a + d.rng.uniform(0.01, 0.2)), 1, 2)}


@forms_of(
    "number needed",
    "The number needed to treat was {nnt} ({nnt:ci}).",
    "NNT {nnt}, {nnt:ci}.",
    "NNT = {nnt} [{nnt:ci}] to prevent one death.",
    "(number needed to treat, {nnt}; {nnt:ci}).",
    "The number needed to treat was {nnt} (95% CI NNTB {nnt:low} to infinity to NNTH {harm}).",
    "The absolute risk reduction was {r}% ({r:ci}; {r:p}; number needed to treat {nnt}, {nnt:ci}).",
)
def _needed(d: Draw) -> dict[str, Any]:
    e, se = d.rng.uniform(3, 20), d.rng.uniform(0.5, 1.4)
    low, high = e - 1.96 * se, e + 1.96 * se
    return {
        "r": d.figure(e, low, high, two_sided(e, se), 1), "harm": d.rng.randint(5, 300),
        "nnt": d.figure(100 / e, 100 / high, 100 / low, 1, 0),
    }  # fmt: skip


@forms_of(
    "risk difference",
    "The absolute risk difference was {r}% ({r:ci}; {r:p}).",
    "The risk difference was {r} percentage points ({r:ci}; {r:p}).",
    "Response differed by {r}% ({r:ci}, {r:p}).",
    "The absolute risk reduction was {s}% ({s:ci}; {s:p}).",
    "Risk difference {r}% [{r:ci}]; {r:p}.",
    "Cure was {one}% v {two}% (difference {r}%, {r:ci}; {r:p}).",
)
def _risk_difference(d: Draw) -> dict[str, Any]:
    n1, n2 = d.rng.randint(20, 300), d.rng.randint(20, 300)
    p2 = d.rng.uniform(0.05, 0.9)
    p1 = p2 + (d.rng.uniform(0.05, 0.9) - p2) / 5
    e, se = p1 - p2, math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    low, high, p = 100 * (e - 1.96 * se), 100 * (e + 1.96 * se), two_sided(e, se)
    return {
        "r": d.figure(100 * e, low, high, p, 1, d["sign"]), "s": d.figure(-100 * e, -high, -low, p, 1, d["sign"]),
        "one": d.n(100 * p1, 1), "two": d.n(100 * p2, 1),
    }  # fmt: skip


# -- meta-analysis, small tables, models ----------------------------------------------------------------------------

HETEROGENEITY = [
    "The pooled OR was {a} ({a:ci}; {a:p}; I2 = {i2}%, P for heterogeneity = {q}).",
    "The pooled RR was {a} ({a:ci}; {a:p}), with heterogeneity (I2 = {i2}%, Phet = {q}).",
    "Twelve trials showed a benefit (RR {a}, {a:ci}, {a:p}; heterogeneity P = {q}; I2 = {i2}%).",
    "Twelve trials (n = 2345) were pooled (OR {a}; {a:ci}; {a:p}; I\u00b2 = {i2}%; Q = 4.2).",
    "Twelve trials were pooled (OR {a}; {a:ci}; {a:p}; P for publication bias = {q}).",
]
AFTER_INTERVAL = [
    "The pooled OR was {a} ({a:ci}; I2 = {i2}%, P = {q}).", "The pooled OR was {a} ({a:ci}; I2 = {i2}%; P = {q}).",
    "The pooled RR was {a} ({a:ci}; I2={i2}%; Pheterogeneity = {q}).",
    "The pooled RR was {a} ({a:ci}), with no heterogeneity (P = {q}).",
    "The pooled RR was {a} ({a:ci}) with little heterogeneity (I2 = {i2}%, P = {q}).",
    "The pooled RR was {a} ({a:ci}; Q = 12.1, df = 8, P = {q}).",
    "Heterogeneity was tested (I\u00b2 = {i2}%; P = {q}).", "The test of homogeneity gave I2={i2}%, P = {q}.",
    "The pooled RR was {a} ({a:ci}); Egger's test P = {q}.", "The pooled RR was {a} ({a:ci}; Egger P = {q}).",
    "The pooled RR was {a} ({a:ci}); there was no publication bias (P = {q}).",
    "The pooled RR was {a} ({a:ci}; tau2 = 0.02; I2 = {i2}%; P = {q}).",
    "The pooled RR was {a} ({a:ci}; P het = {q}).", "The pooled RR was {a} ({a:ci}; Phet={q}; I2={i2}%).",
    "The pooled RR was {a} ({a:ci}; P = {q} for heterogeneity).",
    "The pooled OR was {a} ({a:ci}; test of homogeneity P = {q}).",
    "The pooled HR was {a} ({a:ci}; Cochran's Q test P = {q}).",
    "The HR was {a} ({a:ci}; proportional hazards test P = {q}).",
    "The model fitted well (Hosmer-Lemeshow P = {q}): OR {a} ({a:ci}).",
    "The OR was {a} ({a:ci}; Hosmer-Lemeshow P = {q}).",
    "The OR per allele was {a} ({a:ci}), in Hardy-Weinberg equilibrium (P = {q}).",
]  # fmt: skip


def _heterogeneity(d: Draw) -> dict[str, Any]:
    p, df = max(d.rng.random() ** 2, 0.002), d.rng.randint(1, 40)
    return {"q": d.n(p, 3), "i2": d.n(100 * max(0.0, 1 - df / stats.chi2.isf(p, df)), d.rng.choice([0, 1]))}


sentences("heterogeneity", HETEROGENEITY, _heterogeneity, read=True)
sentences("p after an interval", AFTER_INTERVAL, _heterogeneity)


def _table(d: Draw, unequal: bool = False) -> tuple[int, int, int, int]:
    while True:
        n1, n2 = d.rng.randint(8, 60), d.rng.randint(8, 60)
        n2 *= d.rng.randint(2, 8) if unequal else 1
        a, b = d.rng.randint(1, n1 - 1), d.rng.randint(1, n2 - 1)
        if 0.1 < a * (n2 - b) / (b * (n1 - a)) < 12 and (not unequal or min(a, n1 - a, b, n2 - b) > 2):
            return a, n1, b, n2


def _profile(a: int, n1: int, b: int, n2: int) -> tuple[float, float, float, float]:
    """Odds ratio of a table with its profile likelihood interval and the likelihood ratio P."""
    e = math.log(a * (n2 - b) / (b * (n1 - a)))

    def most(beta: float) -> float:
        def minus(alpha: float) -> float:
            one, two = n1 * math.log1p(math.exp(alpha + beta)), n2 * math.log1p(math.exp(alpha))
            return one + two - b * alpha - a * (alpha + beta)

        return -minimize_scalar(minus, bounds=(-12, 12), method="bounded").fun

    def beyond(beta: float) -> float:
        return most(e) - most(beta) - stats.chi2.ppf(0.95, 1) / 2

    p = stats.chi2.sf(2 * (most(e) - most(0)), 1)
    return math.exp(e), math.exp(brentq(beyond, e - 9, e)), math.exp(brentq(beyond, e, e + 9)), p


@forms_of(
    "small tables",
    "Smoking was related to relapse in logistic regression (OR {r}, {r:ci}; {r:p}).",
    "In multivariable analysis, age (OR {s}, {s:ci}; {s:p}) and stage (OR {t}, {t:ci}; {t:p}) were independent predictors.",
    "Stage was a predictor (OR {w}, {w:ci}; {r:p}).",
    "Relapse was seen in {one}% of smokers and {two}% of others (OR {u}, {u:ci}).",
    "Relapse was seen in {one}% v {two}% ({of_u}; OR {u}; {u:ci}).",
)
def _small_tables(d: Draw) -> dict[str, Any]:
    r, t, table = _profile(*_table(d)), _profile(*_table(d)), _table(d, unequal=True)
    half, u = error(r[1], r[2]), _profile(*table)
    return {
        "r": d.figure(*r, 2), "s": d.figure(*r, 1), "t": d.figure(*t, 1), "u": d.figure(*u, 2), "of_u": d.p(u[3]),
        "w": d.figure(r[0], r[0] * math.exp(-1.96 * half), r[0] * math.exp(1.96 * half), r[3], 2),
        "one": d.n(100 * table[0] / table[1], 1), "two": d.n(100 * table[2] / table[3], 1),
    }  # fmt: skip


@forms_of(
    "fisher",
    "Relapse was related to smoking (exact OR {r}, {r:ci}; {r:p}, Fisher's exact test).",
    "Relapse was related to smoking (OR {r}, {r:ci}; {r:p}, Fisher's exact test).",
    "Smoking was related to relapse (OR {w}, {w:ci}; {w:p}).",
)
def _fisher(d: Draw) -> dict[str, Any]:
    a, n1, b, n2 = _table(d)
    table = np.array([[a, n1 - a], [b, n2 - b]])
    p = stats.fisher_exact(table).pvalue
    o = stats.contingency.odds_ratio(table)
    e, se = math.log(a * (n2 - b) / (b * (n1 - a))), math.sqrt(sum(1 / x for x in table.ravel()))
    return {
        "r": d.figure(o.statistic, *o.confidence_interval(0.95), p, 1),
        "w": d.figure(*(math.exp(x) for x in (e, e - 1.96 * se, e + 1.96 * se)), p, 2),
    }  # fmt: skip


@forms_of(
    "log-rank",
    *(f"Survival was different ({test}{{r:p}}; HR {{r}}; {{r:ci}})." for test in ("log-rank ", "", "logrank ")),
)
def _logrank(d: Draw) -> dict[str, Any]:
    g = np.random.default_rng(d.rng.getrandbits(32))
    n = d.rng.randint(10, 60)
    x = np.repeat([0, 1], n)
    x = x[np.argsort(g.exponential(np.where(x, math.exp(d.rng.gauss(0.3, 0.6)), 1.0)))]
    at_risk = np.arange(2 * n, 0, -1)
    ones = np.cumsum(x[::-1])[::-1]
    u, v = float(np.sum(x - ones / at_risk)), float(np.sum(ones * (at_risk - ones) / at_risk**2))
    beta = 0.0
    for _ in range(30):
        w = ones * math.exp(beta) / (ones * math.exp(beta) + at_risk - ones)
        beta += float(np.sum(x - w)) / float(np.sum(w * (1 - w)))
    se = 1 / math.sqrt(float(np.sum(w * (1 - w))))
    return {
        "r": d.figure(
            *(math.exp(b) for b in (beta, beta - 1.96 * se, beta + 1.96 * se)), stats.chi2.sf(u * u / v, 1), 2
        )
    }


@forms_of(
    "bootstrap",
    "The mean cost difference was ${r} ({r:ci}, bootstrapped).",
    "The indirect effect was significant (b = {r}, bootstrap {r:ci}).",
    "The incremental cost per patient was \u00a3{r} ({r:ci}).",
    "Mean costs differed by \u20ac{r} (bias-corrected bootstrap {r:ci}).",
    "The indirect effect was {m} ({m:ci}).",
    "Anxiety mediated the effect (indirect effect = {m}, {m:ci}).",
    "The mediated effect (ab = {m}; {m:ci}) was present.",
    "The natural indirect effect was {m} ({m:ci}).",
)
def _bootstrap(d: Draw) -> dict[str, Any]:
    e, low, high, p = d.difference(100)
    low = min(low + d.rng.uniform(-0.3, 0.3) * (high - low) / 2, e - 10)
    m = d.rng.gauss(0, 0.2)
    return {
        "r": d.figure(e, low, high, p, 0),
        "m": d.figure(m, m - d.rng.uniform(0.05, 0.15), m + d.rng.uniform(0.05, 0.25), p, 2),
    }  # fmt: skip


@forms_of(
    "geometric means",
    "The geometric mean ratio was {r} (90% CI {r:range}).",
    "The GMR (90% CI) for AUC was {r} ({r:range}) and for Cmax {r} ({r:range}).",
    "The ratio of geometric means was {q}% (90% CI {q:range}).",
    "GMRs for Cmax and AUC were {r} ({r:range}) and {r} ({r:range}), within the bounds of 0.80 to 1.25.",
    "The geometric least-squares mean ratio was {q}% (90% CI: {q:range}).",
    "Geometric mean titres were {g} ({g:ci}) and {h} ({h:ci}), {p}.",
    "The geometric mean titre increased to {g} ({g:ci}), {p}.",
    "The difference in geometric means: {g} ({g:ci}) versus {h} ({h:ci}); {p}.",
    "GMT rose from {g} ({g:ci}) to {h} ({h:ci}; {p}).",
    "Titres were higher after two doses (GMC {g} [{g:ci}] vs {h} [{h:ci}]; {p}).",
)
def _geometric(d: Draw) -> dict[str, Any]:
    r, m = d.ratio(0.9), d.rng.uniform(10, 200)
    g, h = ([m * x for x in d.ratio()[:3]] for _ in range(2))
    return {
        "r": d.figure(*r, 2), "q": d.figure(*(100 * x for x in r[:3]), r[3], 1, d["sign"]),
        "g": d.figure(*g, 1, 1), "h": d.figure(*h, 1, 1),
    }  # fmt: skip


@forms_of(
    "one decimal",
    "Expression was {r}-fold higher ({r:ci}; {r:p}).",
    "A {r}-fold increase ({r:ci}, {r:p}) was seen.",
    "Titres rose {r} times ({r:ci}; {r:p}).",
    "Risk was increased {r}-fold ({r:ci}; {r:p}).",
    "Deaths were {r} times more likely ({r:ci}; {r:p}) in men.",
    "Odds were {r} times as high ({r:ci}; {r:p}).",
    "Men were {r} ({r:ci}) times as likely to die ({r:p}).",
    "A {r}-fold greater risk ({r:ci}) was found ({r:p}).",
)
def _one_decimal(d: Draw) -> dict[str, Any]:
    return {"r": d.figure(*d.ratio(), 1)}


@forms_of(
    "small and large",
    "Age (HR {small} per year, {small:ci}; {small:p}) predicted death.",
    "Prior surgery (OR {large}, {large:ci}; {large:p}) predicted death.",
    "Prior surgery (OR {m1}, 95% CI {m2} to {m3}; {of_mixed}) predicted death.",
)
def _sizes(d: Draw) -> dict[str, Any]:
    def ratio(e: float, se: float, decimals: int) -> Figure:
        return d.figure(*(math.exp(x) for x in (e, e - 1.96 * se, e + 1.96 * se)), two_sided(e, se), decimals)

    mixed = [6 * x for x in d.ratio()[:3]]
    said = [d.n(x, 0 if x >= 10 else (1 if x >= 1 else 2)) for x in mixed]
    return {
        "small": ratio(d.rng.gauss(0, 0.02), d.rng.uniform(0.002, 0.02), 2),
        "large": ratio(d.rng.uniform(2, 5), d.rng.uniform(0.4, 1.2), 1),
        **dict(zip(("m1", "m2", "m3"), said, strict=True)),
        "of_mixed": d.p(two_sided(math.log(mixed[0]), error(mixed[1], mixed[2]))),
    }


# -- which P value is whose, which number is the estimate -----------------------------------------------------------

sentences(
    "p of another finding",
    [
        "Risk was greater for A (OR {a}, {a:ci}) and response was more frequent ({p}).",
        "The OR was {a} ({a:ci}); age was also higher ({p}).",
        "The OR was {a} ({a:ci}) and median stay was longer (7 v 5 days, {p}).",
        "The HR was {a} ({a:ci}), with the effect greater in women ({p}).",
        "The HR was {a} ({a:ci}), while deaths did not differ ({p}).",
        "Drug A lowered relapse (HR {a}; {a:ci}) but raised creatinine ({p}).",
        "The OR in men was {a} ({a:ci}), different from that in women ({p}).",
        "The HR was {a} ({a:ci}); survival was longer in women than in men ({p}).",
        "Relapse was rarer (HR {a}; {a:ci}), and there were fewer infections ({p}).",
        "Relapse was rarer (HR {a}; {a:ci}), whereas toxicity was more frequent ({p}).",
        "The HR was {a} ({a:ci}), whereas in women no effect was found ({p}).",
    ],
)
sentences(
    "order",
    [
        "Death was more frequent ({a:p}; OR {a}; {a:ci}).",
        "Death was more frequent ({a:p}, {a:ci}, OR {a}).",
        "Death was more frequent ({a:p}; {a:ci}; OR = {a}).",
        "Death was more frequent ({a:p}, HR {a} [{a:ci}]).",
        "Death was more frequent (HR {a} ({a:range}, 95% CI), {a:p}).",
        "Death was more frequent (HR {a}; {a:p}; {a:ci}).",
        "Height predicted death (HR per SD {a}, {a:ci}; {a:p}).",
        "Height predicted death (OR per 1 SD {a} [{a:ci}]; {a:p}).",
    ],
)


@forms_of(
    "thresholds",
    "Age predicted death (OR {r}, {r:ci}, {sign1}).",
    "Age predicted death (OR {r}, {r:ci}, {sign2}).",
    "Age predicted death (OR {r}, {r:ci}, {sign3}).",
)
def _thresholds(d: Draw) -> dict[str, Any]:
    r = d.figure(*d.ratio(), 2)
    sign = "P < 0.01" if r.p < 0.01 else "P < 0.05" if r.p < 0.05 else "P > 0.05"
    return {"r": r, "sign1": sign, "sign2": sign.lower(), "sign3": sign.replace(" ", "")}


@forms_of(
    "one p of both",
    *(
        f"HRs for relapse and death were {{r}} ({{r:ci}}) and {{s}} ({{s:ci}}) {p}."
        for p in ("(P<0.001)", "(both P<0.001)", "(P<0.001 for both)", "(P<0.001 for each)")
    ),
)
def _both(d: Draw) -> dict[str, Any]:
    while True:
        a, b = d.ratio(), d.ratio()
        if max(a[3], b[3]) < 0.001:
            return {"r": d.figure(*a, 2), "s": d.figure(*b, 2)}


@forms_of(
    "p values behind one letter",
    "HRs were {r} ({r:ci}), {s} ({s:ci}) and {t} ({t:ci}) ({listed}, respectively).",
    "HRs were {r} ({r:ci}), {s} ({s:ci}) and {t} ({t:ci}) ({listed}).",
    "Relapse occurred in {k1}/{n}, {k2}/{n} and {k3}/{n} v {k4}/{n} ({of_counts}, respectively).",
    "Relapse occurred in {k1}/{n} v {k4}/{n}, {k2}/{n} v {k4}/{n} and {k3}/{n} v {k4}/{n} ({of_counts}, respectively).",
)
def _listed(d: Draw) -> dict[str, Any]:
    r = [d.figure(*d.ratio(), 2) for _ in range(3)]
    n = d.rng.randint(30, 90)
    k = [d.rng.randint(3, n - 3) for _ in range(4)]
    tests = [stats.fisher_exact([[x, n - x], [k[3], n - k[3]]]).pvalue for x in k[:3]]

    def said(ps: list[float]) -> str:
        one, two, three = (f"{p:.3f}" if p >= 0.0005 else "<0.001" for p in ps)
        return f"P = {one}, {two} and {three}".replace("= <", "<")

    return {
        **dict(zip("rst", r, strict=True)), "listed": said([x.p for x in r]), "n": n,
        **{f"k{i}": x for i, x in enumerate(k, 1)}, "of_counts": said(tests),
    }  # fmt: skip


@forms_of(
    "limits of agreement and ranges",
    "The mean bias was {r} mm (95% limits of agreement {r:range}).",
    "The bias was {r} (limits of agreement {r:range}).",
    "The mean difference was {r} mm (95% limits of agreement, {r:range}; {r:p}).",
    "The mean difference was {r} (LoA {r:range}; {r:p}).",
    *(
        f"The mean difference was {{r}} days {range_} ({{r:p}})."
        for range_ in (
            "(range {wide})", "(interquartile range {wide})", "(IQR {wide})", "(range, {wide})",
        )
    ),
)  # fmt: skip
def _agreement_limits(d: Draw) -> dict[str, Any]:
    e, sd = d.rng.gauss(0, 2), d.rng.uniform(0.5, 3)
    r = d.figure(e, e - 1.96 * sd, e + 1.96 * sd, two_sided(e, sd / math.sqrt(80)), 1)
    return {"r": r, "wide": d.range(e - 9, e + 4, 1)}


@forms_of(
    "changes",
    "The change was {r} ({r:ci}) with drug A and {s} ({s:ci}) with placebo ({of}).",
    "HbA1c changed by {r}% ({r:ci}) versus {s}% ({s:ci}); {of}.",
    "Mean change from baseline was {r} ({r:ci}) vs {s} ({s:ci}), {of}.",
    "Weight changed by {r} kg ({r:ci}) in the diet group compared with {s} kg ({s:ci}) in controls ({of}).",
    "The mean reduction was {less} ({less:ci}) in A and {fewer} ({fewer:ci}) in B ({of}).",
    "Scores changed from {one} ({one:ci}) to {two} ({two:ci}; {paired}).",
    "The mean rose from {one} ({one:ci}) at baseline to {two} ({two:ci}) at 6 months ({paired}).",
    "The reduction was from {one} ({one:ci}) to {two} ({two:ci}), {paired}.",
    "Mean scores were {one} ({one:ci}) before and {two} ({two:ci}) after ({paired}).",
    "Mean change was {one} ({one:ci}) in men and {two} ({two:ci}) in women ({paired}).",
    "Scores fell by {fall} points in one group and 4.0 points in the other (difference in differences {r} points; {r:ci}; {r:p}).",
)
def _changes(d: Draw) -> dict[str, Any]:
    a, b = d.difference(), d.difference()
    e, se = a[0] - b[0], math.hypot(a[2] - a[1], b[2] - b[1]) / 3.92
    return {
        "r": d.figure(*a, 1), "s": d.figure(*b, 1), "of": d.p(two_sided(e, se)), "fall": d.n(abs(a[0]) + 4, 1),
        "less": d.figure(-a[0], -a[2], -a[1], 1, 1), "fewer": d.figure(-b[0], -b[2], -b[1], 1, 1),
        "one": d.figure(*(30 + x for x in a[:3]), 1, 1), "two": d.figure(*(30 + x for x in b[:3]), 1, 1),
        "paired": d.p(two_sided(e, 0.6 * se)),
    }  # fmt: skip


sentences(
    "one limit",
    [
        "The HR was {a} (upper limit of the one-sided 97.5% CI, {a:high}).",
        "The HR was {a} (97.5% CI upper bound {a:high}; {a:p}).",
        "The HR was {a} (one-sided 95% CI, 0 to {a:high}).",
        "The difference was {x}% (one-sided 97.5% CI \u2212\u221e to {x:high}%).",
        "The difference was {x} points (lower bound of the 95% CI {x:low}; {x:p}).",
    ],
)
sentences(
    "units on limits",
    [
        "The difference was {x} {unit} (95% CI {x:low} {unit} to {x:high} {unit}; {x:p}).",
        "The difference was {x} {unit} ({x:low}\u2013{x:high}; {x:p}).",
        "Mean difference {x} {unit} [95% CI {x:low}, {x:high} {unit}], {x:p}.",
        "Weight change differed by {x} {unit} ({x:low} to {x:high} {unit}), {x:p}.",
        "Mean difference, {x} {unit}; 95% CI, {x:low} to {x:high} {unit}; {x:p}.",
        "{x} {unit} (95% CI {x:low}\u2013{x:high}; {x:p}) was the difference.",
        "The difference was {x} {unit} ({x:p}; 95% CI {x:low} to {x:high}).",
        "The difference was {x} {unit} ({x:low} to {x:high}, 95% CI; {x:p}).",
        "The difference ({x} {unit}, 95% CI {x:low} to {x:high}) was tested ({x:p}).",
    ],
)


@forms_of(
    "of the ratio",
    "The log odds ratio was {log} ({log:ci}; {log:p}).",
    "log HR {log}, {log:ci}, {log:p}.",
    "The log hazard ratio was {log} ({log:ci}, {log:p}).",
    "The log risk ratio was {log} [{log:ci}], {log:p}.",
    "ln(OR) = {log} ({log:ci}; {log:p}).",
    "The relative risk reduction was {less} ({less:ci}; {less:p}).",
    "Vaccine efficacy was {less} ({less:ci}; {less:p}).",
    "RRR {less}, {less:ci}, {less:p}.",
    "The population attributable fraction was {less} ({less:ci}).",
    "The attributable fraction was {less} ({less:ci}).",
    "The population attributable risk was {share}% ({share:ci}).",
    "PAF was {share}% ({share:ci}).",
    "The attributable fraction was {share}% ({share:ci}).",
    "The pooled RR was {r} ({r:ci}; 95% prediction interval {wide}; {r:p}).",
)
def _of_ratio(d: Draw) -> dict[str, Any]:
    e, low, high, p = d.ratio()
    return {
        "r": d.figure(e, low, high, p, 2), "log": d.figure(*map(math.log, (e, low, high)), p, 2),
        "less": d.figure(1 - e, 1 - high, 1 - low, p, 2), "wide": d.range(low * 0.3, high * 3, 2),
        "share": d.figure(*(100 * (1 - 0.2 * x) for x in (e, high, low)), p, 0, "%"),
    }  # fmt: skip


@forms_of("hartung and knapp", "In {k} trials the pooled RR was {r} ({r:ci}; {r:p}).")
def _hartung_knapp(d: Draw) -> dict[str, Any]:
    """A pooled estimate by Hartung and Knapp: quantiles of t."""
    log, se, k = d.rng.gauss(0, 0.5), d.rng.uniform(0.05, 0.3), d.rng.randint(4, 12)
    q, p = stats.t.ppf(0.975, k - 1), 2 * stats.t.sf(abs(log / se), k - 1)
    return {"k": k, "r": d.figure(*(math.exp(log + s * q * se) for s in (0, -1, 1)), p, 2)}


@forms_of(
    "other languages",
    "La mortalité était moindre (HR {c1} ; IC 95 % {c2}-{c3} ; p = {c4}).",
    "Die Sterblichkeit war geringer (OR {c1}; 95%-KI {c2} bis {c3}; p = {c4}).",
    "El riesgo fue menor (RR: {c1}; IC del 95%: {c2} a {c3}; p = {c4}).",
    "O risco foi menor (OR {c1}; IC95% {c2}; {c3}; p = {c4}).",
)
def _foreign(d: Draw) -> dict[str, Any]:
    return {f"c{k}": f"{x:.{2 + k // 4}f}".replace(".", ",") for k, x in enumerate(d.ratio(), 1)}


def accusations(text: str) -> list[str]:
    return [
        f"{figure.verdict.item} {figure.verdict.printed!r}: {figure.verdict.note}"
        for claim in check_text(text).claims
        for figure in claim.figures
        if figure.verdict.verdict == "inconsistent"
    ]


def filled(name: str, draw: int) -> tuple[str, Draw]:
    drawn = Draw(f"{name}/{draw}")
    form, make = TEMPLATES[name]
    drawn.update(make(drawn) if make else {})
    return form.format_map(drawn), drawn


@pytest.mark.parametrize("name", TEMPLATES)
def test_lawful_estimates_are_never_accused(name):
    for draw in range(DRAWS):
        text, _ = filled(name, draw)
        assert accusations(text) == [], text


@pytest.mark.parametrize("name", [name for name in TEMPLATES if name in READ])
def test_estimates_with_limits_and_p_are_read(name):
    for draw in range(DRAWS):
        text, drawn = filled(name, draw)
        claims = check_text(text).claims
        found = [(c.estimate, c.lower, c.upper, "p" if c.p else None) for c in claims if c.lower is not None]
        assert found == drawn.expected, text


#: With a P value or only a label between, an estimate is taken for that of the limits when it lies inside them.
LINKED_INSIDE = {"ratio 5", "ratio 12"}


@pytest.mark.parametrize("name", [name for name in TEMPLATES if name in READ - LINKED_INSIDE])
def test_an_estimate_moved_out_of_its_limits_is_accused(name):
    moved = []
    for draw in range(DRAWS):
        text, drawn = filled(name, draw)
        for estimate, lower, upper, _ in drawn.expected:
            decimals = len(estimate.partition(".")[2])
            beyond = f"{2.5 * float(upper) - 1.5 * float(lower):.{decimals}f}"
            if text.count(estimate) == 1:
                moved.append(text.replace(estimate, beyond))
    assert moved
    assert [text for text in moved if not accusations(text)] == []
