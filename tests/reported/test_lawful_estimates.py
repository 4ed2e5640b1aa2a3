"""Lawful estimates in the styles of many journals: computed from drawn data, rounded as papers round, never accused.

Every figure comes from scipy, statsmodels or plain numpy, not from this package.
"""

# ruff: noqa: E501 - the templates are sentences
from __future__ import annotations

import math
import random
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from gvhdcalc.reported.abstract import check_text

DRAWS = 3
Triple = tuple[str, str, str, str | None]


class Draw:
    """One text: its style, and the figures that a reader should find in it."""

    def __init__(self, seed: str) -> None:
        self.rng = random.Random(seed)
        pick = self.rng.choice
        self.dot = pick([".", ".", ".", "\u00b7"])
        self.minus = pick(["-", "\u2212", "\u2013"])
        self.p_form = pick(["P = {}", "P={}", "p = {}", "p={}", "P value = {}", "P\u2009=\u2009{}"])
        self.zero = pick([True, True, True, False])
        self.label = pick(
            [
                "95% CI ", "95% CI, ", "95% CI: ", "95%CI ", "CI ", "95% confidence interval ", "95% CI = ",
                "95% confidence interval [CI], ", "95% CIs ", "CI 95% ", "95% C.I. ",
            ]
        )  # fmt: skip
        self.to = pick([" to ", "-", "\u2013", ", ", "; "])
        self.ratio_decimals = pick([2, 2, 2, 2, 1, 3])
        self.expected: list[Triple] = []

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
        to = self.to
        if low < 0 and to in ("-", "\u2013"):
            to = " to "
        return f"{self.n(low, decimals)}{unit}{to}{self.n(high, decimals)}{unit}"

    def ci(self, low: float, high: float, decimals: int, unit: str = "") -> str:
        return self.label + self.range(low, high, decimals, unit)

    def want(self, e: float, low: float, high: float, decimals: int, p: float | None = None) -> None:
        said = []
        for value in (e, low, high):
            text = f"{value:.{decimals}f}"
            said.append(text if float(text) else text.lstrip("-"))
        self.expected.append((said[0], said[1], said[2], None if p is None else "p"))

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

    def R(self, conf: float = 0.95, decimals: int | None = None) -> tuple[str, str, str, str]:
        """A ratio as printed: estimate, range, P, and "label range"."""
        d = self.ratio_decimals if decimals is None else decimals
        e, low, high, p = self.ratio(conf)
        self.want(e, low, high, d, p)
        return self.n(e, d), self.range(low, high, d), self.p(p), self.ci(low, high, d)

    def D(self, decimals: int = 1, scale: float = 1.0, df: float = math.inf, unit: str = "", conf: float = 0.95):
        e, low, high, p = self.difference(scale, df, conf)
        self.want(e, low, high, decimals, p)
        return self.n(e, decimals), self.range(low, high, decimals, unit), self.p(p), self.ci(low, high, decimals, unit)


TEMPLATES: dict[str, Callable[[Draw], str]] = {}
READING_OPEN: set[str] = set()


def template(function: Callable[[Draw], str]) -> Callable[[Draw], str]:
    TEMPLATES[function.__name__] = function
    return function


def reading_open(function: Callable[[Draw], str]) -> Callable[[Draw], str]:
    """A template of which only the verdicts are asserted: not all is read yet, or what is to be read is open."""
    READING_OPEN.add(function.__name__)
    return template(function)


def sentences(kind: str, forms: list[str], make: Callable[[Draw], tuple[str, ...]], read: bool = True) -> None:
    """A template for each form, filled with what ``make`` gives: {0} estimate, {1} range, {2} P, {3} label and range."""
    for number, form in enumerate(forms, 1):
        name = f"{kind} {number}"
        TEMPLATES[name] = lambda d, form=form: form.format(*make(d))  # type: ignore[misc]
        if not read or "{2}" not in form:
            READING_OPEN.add(name)


MEASURES = [
    "hazard ratio", "HR", "adjusted HR", "aHR", "odds ratio", "OR", "adjusted odds ratio", "aOR", "relative risk",
    "RR", "risk ratio", "rate ratio", "incidence rate ratio", "IRR", "prevalence ratio", "hazard ratio [HR]",
    "adjusted odds ratio (aOR)", "subdistribution hazard ratio", "SHR", "geometric mean ratio",
]  # fmt: skip


def _ratio(d: Draw) -> tuple[str, ...]:
    return (*d.R(), d.rng.choice(MEASURES))


sentences(
    "ratio",
    [
        "Mortality was related to the exposure ({4} {0}, {3}; {2}).",
        "Mortality was related to the exposure ({4}, {0}; {3}; {2}).",
        "Mortality was related to the exposure ({4} {0} [{3}], {2}).",
        "Mortality was related to the exposure ({4} = {0}; {3}, {2}).",
        "Mortality was related to the exposure ({4}: {0}, {2}, {3}).",
        "In multivariable analysis, age ({4} {0}, {3}, {2}) was a predictor of relapse.",
        "The {4} for death was {0} ({3}; {2}).",
        "The {4} for death was {0} ({3}) ({2}).",
        "The {4} for death was {0} ({3}), {2}.",
        "Age was associated with death, with an {4} of {0} ({3}, {2}).",
        "The {4} of death per 10-year increase in age was {0} ({3}; {2}).",
        "The {4} (95% CI) of death was {0} ({1}), {2}.",
        "The {4} of death was {0} ({3}) in the exposed compared with the unexposed ({2}).",
        "Age \u226565 years ({4} {0}; {3}; {2}) predicted death within 30 days in 1245 patients.",
        "Compared with placebo, drug A changed relapse at 12 months ({4} {0}, {3}; two-sided {2}).",
        "Death was related to smoking; {4}={0} ({3}); {2}.",
    ],
    _ratio,
)


def _two(d: Draw) -> tuple[str, ...]:
    measure = d.rng.choice(MEASURES)
    return (*d.R(), *d.R(), measure)


sentences(
    "two ratios",
    [
        "Age ({8} {0}, {3}; {2}) and smoking ({8} {4}, {7}; {6}) were independent predictors.",
        "Age ({8} {0}, {3}, {2}) but not smoking ({4}, {7}, {6}) predicted death.",
        "The {8}s for death were {0} ({3}; {2}) and {4} ({7}; {6}) for age and smoking.",
        "The {8}s for death were {0} ({3}) and {4} ({7}) for age and smoking, respectively ({2} and {6}, respectively).",
        "The {8} was {0} ({3}, {2}) for men and {4} ({7}, {6}) for women.",
        "Death was rarer on drug A ({8} {0} [{3}]; {2}), as was relapse ({4} [{7}]; {6}).",
        "Effects on death ({8} {0}; {3}; {2}) were unlike those on relapse ({8} {4}; {7}; {6}).",
    ],
    _two,
)  # fmt: skip


@reading_open
def lists_of_estimates(d: Draw) -> str:
    a, b, c = d.R(), d.R(), d.R()
    return (
        f"The adjusted ORs for low, middle and high intake were {a[0]}, {b[0]} and {c[0]} "
        f"(95% CI {a[1]}, {b[1]} and {c[1]}), respectively ({a[2]}, {b[2]} and {c[2]})."
    )


@reading_open
def lists_with_semicolons(d: Draw) -> str:
    a, b = d.R(), d.R()
    return f"HRs for relapse and death were {a[0]} and {b[0]} (95% CI: {a[1]} and {b[1]}; {a[2]} and {b[2]})."


@reading_open
def tertiles_and_trend(d: Draw) -> str:
    a, b = d.R(), d.R()
    form = d.rng.choice(
        [
            "P for trend = {}", "P trend = {}", "Ptrend = {}", "P-trend = {}", "P for linear trend = {}",
            "p-value for trend = {}", "P(trend) = {}", "P_trend = {}", "trend P = {}", "test for trend, P = {}",
            "p for trend: {}", "P value, test for trend = {}",
        ]
    )  # fmt: skip
    return (
        f"Compared with the lowest tertile, the HRs were {a[0]} ({a[3]}) for the second and {b[0]} ({b[3]}; "
        f"{d.p(d.rng.random() ** 4, form)}) for the highest."
    )


@reading_open
def quintiles_extreme_trend(d: Draw) -> str:
    a = d.R()
    form = d.rng.choice(["P for trend = {}", "Ptrend = {}", "P-trend = {}", "P for linear trend = {}"])
    return f"The RR for extreme quintiles was {a[0]} ({a[3]}; {d.p(d.rng.random() ** 4, form)})."


@reading_open
def interaction(d: Draw) -> str:
    a, b = d.R(), d.R()
    form = d.rng.choice(
        [
            "P for interaction = {}", "Pinteraction = {}", "P-interaction = {}", "interaction P = {}",
            "P interaction = {}", "P = {} for interaction", "P value for interaction = {}", "p for difference = {}",
            "P for heterogeneity = {}", "test for interaction, P = {}", "Pint = {}", "p-int={}",
            "P for effect modification = {}", "P for nonlinearity = {}",
        ]
    )  # fmt: skip
    return (
        f"The effect differed between men (HR {a[0]}, {a[3]}) and women (HR {b[0]}, {b[3]}; "
        f"{d.p(d.rng.random() ** 3, form)})."
    )


@reading_open
def difference_between_subgroups(d: Draw) -> str:
    low = [d.ratio() for _ in range(2)]
    d.expected.clear()
    se = math.hypot(*(math.log(x[2] / x[1]) / 3.92 for x in low))
    p = 2 * stats.norm.sf(abs(math.log(low[0][0] / low[1][0])) / se)
    texts = [f"{d.n(x[0], 2)} ({d.ci(x[1], x[2], 2)})" for x in low]
    return f"The HR was {texts[0]} in smokers and {texts[1]} in non-smokers ({d.p(p)})."


@reading_open
def corrected_p(d: Draw) -> str:
    e, low, high, p = d.ratio()
    k = d.rng.choice([3, 5, 10])
    p = min(1.0, k * p)
    word = d.rng.choice(
        [
            "Bonferroni-corrected ",
            "Bonferroni-adjusted ",
            "adjusted ",
            "corrected ",
            "FDR-adjusted ",
            "FDR ",
            "Holm-adjusted ",
        ]
    )
    return f"The marker was associated with death (HR {d.n(e, 2)}, {d.ci(low, high, 2)}; {word}{d.p(p)})."


@reading_open
def q_value(d: Draw) -> str:
    e, low, high, p = d.ratio()
    return (
        f"The marker was associated with death (OR {d.n(e, 2)}, {d.ci(low, high, 2)}; q = {d.n(min(1.0, 4 * p), 3)})."
    )


@reading_open
def tukey_after_anova(d: Draw) -> str:
    e, low, high, p = d.difference()
    q = stats.studentized_range.sf(abs(stats.norm.isf(p / 2)) * math.sqrt(2), 3, 60)
    return f"Group A differed from B (mean difference {d.n(e, 1)}, {d.ci(low, high, 1)}; {d.p(float(q))}, Tukey)."


@template
def levels(d: Draw) -> str:
    conf = d.rng.choice([0.9, 0.975, 0.99, 0.95, 0.9955])
    e, low, high, p = d.ratio(conf)
    d.want(e, low, high, 2, p)
    return f"The hazard ratio was {d.n(e, 2)} ({100 * conf:g}% CI {d.range(low, high, 2)}; {d.p(p)})."


@reading_open
def one_sided_p(d: Draw) -> str:
    e, low, high, _p = d.ratio(0.9)
    one = stats.norm.cdf(math.log(e) / ((math.log(high) - math.log(low)) / 2 / stats.norm.ppf(0.95)))
    return f"Survival was longer with drug A (HR {d.n(e, 2)}; 90% CI {d.range(low, high, 2)}; one-sided {d.p(one)})."


@reading_open
def noninferior(d: Draw) -> str:
    e, low, high, _ = d.difference(1.5)
    p = stats.norm.sf((5 + e) / ((high - low) / 3.92))
    form = d.rng.choice(
        [
            "P for noninferiority = {}",
            "P = {} for non-inferiority",
            "Pnoninferiority = {}",
            "noninferiority P = {}",
            "one-sided P = {}",
        ]
    )
    return (
        f"Cure differed by {d.n(e, 1)} percentage points ({d.ci(low, high, 1)}; {d.p(float(p), form)}), "
        "within the non-inferiority margin of 5 percentage points."
    )


@reading_open
def noninferior_hr(d: Draw) -> str:
    e, low, high, _ = d.ratio()
    p = stats.norm.cdf(math.log(e / 1.3) / (math.log(high / low) / 3.92))
    return (
        f"The primary outcome met noninferiority (HR {d.n(e, 2)}; {d.ci(low, high, 2)}; margin 1.3; "
        f"{d.p(float(p))} for noninferiority and {d.p(2 * stats.norm.sf(abs(math.log(e)) / (math.log(high / low) / 3.92)))} for superiority)."
    )


@reading_open
def credible(d: Draw) -> str:
    e, low, high, _ = d.ratio()
    low *= d.rng.uniform(0.93, 1.02)
    label = d.rng.choice(
        ["95% credible interval ", "95% CrI ", "95% CrI, ", "95% Cr.I. ", "95% credible interval [CrI], ", "95% BCI ", "95% HDI ",
         "95% Bayesian credible interval ", "95% highest density interval ", "95% HPD "]
    )  # fmt: skip
    prob = stats.norm.cdf(-math.log(e) / (math.log(high / low) / 3.92))
    return (
        f"Drug A ranked best (OR {d.n(e, 2)}, {label}{d.range(low, high, 2)}; "
        f"{d.rng.choice(['posterior probability of benefit', 'probability of superiority', 'posterior probability'])} {d.n(prob, 3)})."
    )


@reading_open
def bayesian_p(d: Draw) -> str:
    e, low, high, _ = d.ratio()
    prob = stats.norm.cdf(-math.log(e) / (math.log(high / low) / 3.92))
    return (
        f"Median OR for survival was {d.n(e, 2)} (95% credible interval {d.range(low, high, 2)}; Pr = {d.n(prob, 2)})."
    )


# -- differences ----------------------------------------------------------------------------------------------------

UNITS = ["mmHg", "kg", "mmol/L", "mm Hg", "points", "mL/min/1.73 m2", "g", "cm", "mg/dL", "kg/m2", "s", "units"]


def _diff(d: Draw) -> tuple[str, ...]:
    return (*d.D(d.rng.choice([1, 2])), d.rng.choice(UNITS))


sentences(
    "difference",
    [
        "The mean difference was {0} {4} ({3}; {2}).",
        "The mean difference between groups was {0} ({3}; {2}).",
        "The adjusted mean difference was {0} {4} [{3}], {2}.",
        "Drug A changed the score (mean difference {0} {4}, {3}; {2}).",
        "Drug A changed the score (between-group difference, {0}; {3}; {2}).",
        "Systolic pressure changed (MD {0} {4}; {3}; {2}) at 12 months in 240 patients.",
        "The treatment effect was {0} {4} ({3}; {2}).",
        "The difference in change from baseline was {0} {4} ({3}, {2}).",
        "The standardised mean difference was {0} ({3}, {2}).",
        "Anxiety changed (SMD = {0}, {3}, {2}; I2 = 45%).",
        "Anxiety changed (SMD {0}; {3}; {2}; I2 = 71%, P for heterogeneity = 0.003).",
        "Weight changed (weighted mean difference [WMD], {0} {4}; {3}; {2}).",
        "A 1-SD increase was associated with a difference of {0} {4} ({3}; {2}).",
        "The least-squares mean difference was {0} ({3}; {2}).",
        "The estimated treatment difference was {0} {4} ({3}; {2}).",
        "Each 10-unit increase was associated with the score (\u03b2 = {0}, {3}, {2}).",
        "Age was associated with the score (beta {0}; {3}; {2}).",
        "Age was associated with the score (B = {0}, {3}, {2}).",
        "Age was associated with the score (regression coefficient {0}; {3}; {2}).",
        "The effect size was small (Cohen's d = {0}, {3}, {2}).",
        "The effect size was small (Hedges' g {0}; {3}; {2}).",
    ],
    _diff,
    read=False,
)


def _small(d: Draw) -> tuple[str, ...]:
    df = d.rng.choice([5, 6, 8, 10, 14, 20])
    return (*d.D(1, df=df), "kg", str(df + d.rng.choice([1, 2])))


sentences(
    "small",
    [
        "The mean difference was {0} {4} ({3}; {2}).",
        "In {5} volunteers, exposure changed (mean difference {0}, {3}, {2}).",
        "Of the patients (n = {5}), weight changed (MD {0} kg [{3}]; {2}).",
        "Weight changed (\u03b2 {0}, {3}, {2}).",
    ],
    _small,
    read=False,
)


@reading_open
def decrease_without_sign(d: Draw) -> str:
    e, low, high, p = d.difference()
    e, low, high = (-abs(e), low, high) if e < 0 else (-e, -high, -low)
    word = d.rng.choice(["reduction", "decrease", "fell by", "declined by"])
    verb = f"was a {word} of" if word in ("reduction", "decrease") else word
    return f"The score {verb} {d.n(-e, 1)} points ({d.ci(low, high, 1)}; {d.p(p)})."


@reading_open
def decrease_both_without_sign(d: Draw) -> str:
    e, low, high, p = d.difference()
    if e < 0:
        e, low, high = -e, -high, -low
    return f"The score was reduced by {d.n(e, 1)} points ({d.ci(low, high, 1)}; {d.p(p)})."


@reading_open
def smd_small_g(d: Draw) -> str:
    n = d.rng.choice([8, 10, 15, 20])
    a, b = (np.random.default_rng(d.rng.getrandbits(32)).normal(m, 1, n) for m in (d.rng.uniform(0, 2), 0))
    pooled = math.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
    e = (a.mean() - b.mean()) / pooled * (1 - 3 / (8 * n - 9))
    se = math.sqrt(2 / n + e * e / (4 * n))
    p = stats.ttest_ind(a, b).pvalue
    return f"Pain was lower with drug A (Hedges g = {d.n(e, 2)}; {d.ci(e - 1.96 * se, e + 1.96 * se, 2)}; {d.p(p)}; n = {2 * n})."


@reading_open
def noncentral_d(d: Draw) -> str:
    n = d.rng.choice([10, 20, 40])
    t = d.rng.uniform(1, 6)
    f = math.sqrt(2 / n)
    from scipy.optimize import brentq

    low = brentq(lambda x: stats.nct.sf(t, 2 * n - 2, x) - 0.025, -10, 20) * f
    high = brentq(lambda x: stats.nct.cdf(t, 2 * n - 2, x) - 0.025, -10, 30) * f
    p = 2 * stats.t.sf(t, 2 * n - 2)
    return (
        f"Groups differed, t({2 * n - 2}) = {d.n(t, 2)}, {d.p(p)}, Cohen's d = {d.n(t * f, 2)} ({d.ci(low, high, 2)})."
    )


@reading_open
def percent_change(d: Draw) -> str:
    e, low, high, p = d.ratio()
    if e > 1:
        e, low, high = 1 / e, 1 / high, 1 / low
    a, b, c = 100 * (1 - e), 100 * (1 - high), 100 * (1 - low)
    verb = d.rng.choice(["fell by", "decreased by", "was reduced by", "declined"])
    return f"Incidence {verb} {d.n(a, 0)}% (95% CI {d.n(b, 0)}% to {d.n(c, 0)}%; {d.p(p)})."


@reading_open
def percent_change_signed(d: Draw) -> str:
    e, low, high, p = d.ratio()
    a, b, c = 100 * (e - 1), 100 * (low - 1), 100 * (high - 1)
    phrase = d.rng.choice(
        ["The percentage change in concentration was", "The relative change in CRP was", "CRP changed by",
         "The percent difference in geometric means was", "The percentage difference in LDL was", "The annual percent change was"]
    )  # fmt: skip
    return f"{phrase} {d.n(a, 1)}% (95% CI {d.n(b, 1)}% to {d.n(c, 1)}%; {d.p(p)})."


@reading_open
def percent_higher(d: Draw) -> str:
    e, low, high, p = d.ratio()
    a, b, c = 100 * (e - 1), 100 * (low - 1), 100 * (high - 1)
    if e < 1:
        a, b, c = -a, -c, -b
        word = "lower"
    else:
        word = "higher"
    return f"The rate was {d.n(a, 0)}% {word} ({d.ci(b, c, 0)}; {d.p(p)}) in the exposed."


@reading_open
def annual_percent_change(d: Draw) -> str:
    e, se = d.rng.gauss(0, 0.05), d.rng.uniform(0.003, 0.03)
    a, b, c = (100 * (math.exp(x) - 1) for x in (e, e - 1.96 * se, e + 1.96 * se))
    p = 2 * stats.norm.sf(abs(e / se))
    return f"Incidence changed by {d.n(a, 1)}% per year ({d.ci(b, c, 1)}; {d.p(p)}) from 1995 to 2010."


@reading_open
def vaccine_efficacy(d: Draw) -> str:
    e, low, high, p = d.ratio()
    e, low, high = e * 0.6, low * 0.6, high * 0.6
    p = 2 * stats.norm.sf(abs(math.log(e)) / (math.log(high / low) / 3.92))
    a, b, c = 100 * (1 - e), 100 * (1 - high), 100 * (1 - low)
    form = d.rng.choice(
        [
            "Vaccine efficacy was {0}% ({1} to {2}; {3}).",
            "Vaccine efficacy was {0}% (95% CI {1} to {2}; {3}).",
            "Vaccine effectiveness against hospital admission was {0}% (95% CI {1}% to {2}%).",
            "VE was {0}% (95% CI, {1} to {2}; {3}).",
            "Protective efficacy was {0}% (95% CI {1}-{2}, {3}) over 12 months.",
            "Adjusted VE against influenza was {0}% (95% confidence interval [CI], {1} to {2}).",
        ]
    )
    return form.format(d.n(a, 0), d.n(b, 0), d.n(c, 0), d.p(p))


@reading_open
def relative_risk_reduction(d: Draw) -> str:
    e, low, high, p = d.ratio()
    a, b, c = 100 * (1 - e), 100 * (1 - high), 100 * (1 - low)
    form = d.rng.choice(
        [
            "The relative risk reduction was {0}% (95% CI {1}% to {2}%; {3}).",
            "Relative risk reduction {0}%, 95% CI {1} to {2}, {3}.",
            "Stroke was less frequent (RRR {0}%; 95% CI {1} to {2}; {3}).",
        ]
    )
    return form.format(d.n(a, 0), d.n(b, 0), d.n(c, 0), d.p(p))


# -- tests of means -------------------------------------------------------------------------------------------------


def _samples(d: Draw) -> tuple[np.ndarray, np.ndarray]:
    g = np.random.default_rng(d.rng.getrandbits(32))
    n1, n2 = d.rng.randint(8, 60), d.rng.randint(8, 60)
    mean = d.rng.uniform(5, 80)
    sd = mean * d.rng.uniform(0.1, 0.4)
    return g.normal(mean + d.rng.gauss(0, 0.5) * sd, sd, n1), g.normal(mean, sd, n2)


@reading_open
def means_t(d: Draw) -> str:
    a, b = _samples(d)
    equal = d.rng.random() < 0.5
    test = stats.ttest_ind(a, b, equal_var=equal)
    df = f"{test.df:.0f}" if equal else f"{test.df:.{d.rng.choice([1, 2])}f}"
    pm = d.rng.choice(["{} \u00b1 {}", "{} (SD {})", "{} [SD, {}]", "{} ({})"])
    one, two = (pm.format(d.n(x.mean(), 1), d.n(x.std(ddof=1), 1)) for x in (a, b))
    form = d.rng.choice(["t({}) = {}", "t({})={}", "t{} = {}", "t [{}] = {}", "t = {1}, df = {0}"])
    said = form.format(df, d.n(test.statistic, 2))
    return f"Scores differed (mean {one} vs {two}; {said}, {d.p(test.pvalue)})."


@reading_open
def means_n(d: Draw) -> str:
    a, b = _samples(d)
    p = stats.ttest_ind(a, b).pvalue
    form = d.rng.choice(["{} \u00b1 {}", "{}\u00b1{}", "{} (SD {})"])
    one, two = (form.format(d.n(x.mean(), 1), d.n(x.std(ddof=1), 1)) for x in (a, b))
    return f"We compared patients (n = {len(a)}) and controls (n = {len(b)}). Age was {one} vs. {two} years ({d.p(p)})."


@reading_open
def means_paired(d: Draw) -> str:
    a, b = _samples(d)
    n = min(len(a), len(b))
    c = b[:n] + 0.7 * (a[:n] - a[:n].mean())
    test = stats.ttest_rel(a[:n], c)
    return (
        f"In {n} patients (n = {n}) glucose went from {d.n(a[:n].mean(), 1)} \u00b1 {d.n(a[:n].std(ddof=1), 1)} to "
        f"{d.n(c.mean(), 1)} \u00b1 {d.n(c.std(ddof=1), 1)} mg/dL (paired t({n - 1}) = {d.n(test.statistic, 2)}; {d.p(test.pvalue)})."
    )


@reading_open
def anova(d: Draw) -> str:
    g = np.random.default_rng(d.rng.getrandbits(32))
    groups = [g.normal(d.rng.gauss(0, 0.4), 1, d.rng.randint(5, 30)) for _ in range(d.rng.randint(2, 5))]
    test = stats.f_oneway(*groups)
    df1, df2 = len(groups) - 1, sum(map(len, groups)) - len(groups)
    form = d.rng.choice(
        [
            "F({},{}) = {}",
            "F({}, {}) = {}",
            "F{},{} = {}",
            "F[{},{}]={}",
            "F({};{})={}",
            "F({}/{}) = {}",
            "F = {2}",
            "F({1}) = {2}",
        ]
    )
    return f"Groups differed ({form.format(df1, df2, d.n(test.statistic, 2))}, {d.p(test.pvalue)})."


@reading_open
def chi_squared(d: Draw) -> str:
    df = d.rng.choice([1, 1, 2, 3, 4, 8])
    x = d.rng.expovariate(0.2)
    p = stats.chi2.sf(x, df)
    form = d.rng.choice(
        ["\u03c72({}) = {}", "\u03c7\u00b2({}) = {}", "chi-square({}) = {}", "\u03c72 = {1}, df = {0}", "\u03c72({0}, N = 240) = {1}",
         "\u03c7\u00b2 = {1}", "chi-squared = {1}", "X2({}) = {}", "\u03c7{0}2 = {1}", "\u03c72[{}] = {}", "Wald \u03c72 = {1}"]
    )  # fmt: skip
    return f"The groups differed ({form.format(df, d.n(x, 2))}, {d.p(float(p))})."


@reading_open
def z_test(d: Draw) -> str:
    z = d.rng.gauss(0, 2)
    form = d.rng.choice(["z = {}", "Z = {}", "Z={}", "z-score = {}", "Mann-Whitney U = 312, z = {}", "Wilcoxon Z = {}"])
    return f"The groups differed ({form.format(d.n(z, 2))}, {d.p(2 * stats.norm.sf(abs(z)))})."


@reading_open
def correlation_n(d: Draw) -> str:
    n = d.rng.randint(6, 200)
    r = max(-0.95, min(0.95, d.rng.gauss(0, 0.4)))
    p = 2 * stats.t.sf(abs(r) * math.sqrt((n - 2) / (1 - r * r)), n - 2)
    form = d.rng.choice(
        ["r({0}) = {1}", "r = {1}, n = {2}", "r={1}, df={0}", "r = {1}", "rho = {1}", "r2 = {1}", "R = {1}", "r\u00b2={1}",
         "Pearson's r = {1}", "rs = {1}", "Spearman's r = {1}", "\u03c1 = {1}"]
    )  # fmt: skip
    said = form.format(n - 2, d.n(r * r, 2), n) if "2 =" in form or "²" in form else form.format(n - 2, d.n(r, 2), n)
    return f"IL-6 correlated with CRP ({said}, {d.p(p)}) in {n} patients."


@reading_open
def correlation_interval(d: Draw) -> str:
    n = d.rng.randint(6, 200)
    r = max(-0.95, min(0.95, d.rng.gauss(0, 0.6)))
    low, high = (math.tanh(math.atanh(r) + s * 1.96 / math.sqrt(n - 3)) for s in (-1, 1))
    p = 2 * stats.t.sf(abs(r) * math.sqrt((n - 2) / (1 - r * r)), n - 2)
    form = d.rng.choice(
        [
            "IL-6 correlated with CRP (r = {0}, {1}, {2}).", "The correlation was {0} ({1}; {2}).",
            "Spearman's correlation coefficient was {0} ({1}; {2}).", "IL-6 and CRP were related (rho {0}; {1}; {2}).",
            "IL-6 correlated with CRP (r = {0} [{1}]; {2}) and with age (r = {0}, {1}).",
            "The genetic correlation was rg = {0} ({1}, {2}).", "Agreement was fair (Kendall's tau = {0}; {1}; {2}).",
            "The Pearson correlation of IL-6 with the difference in CRP was {0} ({1}; {2}).",
            "Concordance correlation coefficient (CCC) = {0} ({1}).", "Lin's coefficient was {0} ({1}).",
        ]
    )  # fmt: skip
    return form.format(d.n(r, 2), d.ci(low, high, 2), d.p(p))


@reading_open
def beta_se(d: Draw) -> str:
    e, low, high, p = d.difference(0.1)
    form = d.rng.choice(
        [
            "\u03b2 = {}, SE = {}, {}",
            "beta={}, SE={}, {}",
            "B = {} (SE = {}), {}",
            "\u03b2 {} \u00b1 {}, {}",
            "b = {}; SE {}; {}",
        ]
    )
    return f"Age predicted the score ({form.format(d.n(e, 2), d.n((high - low) / 3.92, 2), d.p(p))})."


@reading_open
def beta_t(d: Draw) -> str:
    df = d.rng.randint(10, 300)
    t = d.rng.gauss(0, 2)
    return f"Age predicted the score (\u03b2 = {d.n(t / 20, 2)}, t({df}) = {d.n(t, 2)}, {d.p(2 * stats.t.sf(abs(t), df))})."


# -- medians and survival -------------------------------------------------------------------------------------------


@reading_open
def medians_iqr(d: Draw) -> str:
    g = np.random.default_rng(d.rng.getrandbits(32))
    a, b = (g.lognormal(2 + d.rng.random() / 2, 0.6, d.rng.randint(10, 60)) for _ in range(2))
    p = stats.mannwhitneyu(a, b).pvalue
    form = d.rng.choice(["{} (IQR {}-{})", "{} [IQR, {} to {}]", "{} ({}-{})", "{} (range {}-{})", "{} [{}, {}]"])
    one, two = (form.format(*(d.n(v, 1) for v in np.percentile(x, [50, 25, 75]))) for x in (a, b))
    return f"Median length of stay was {one} days versus {two} days ({d.p(p)})."


@reading_open
def median_difference(d: Draw) -> str:
    g = np.random.default_rng(d.rng.getrandbits(32))
    a, b = (np.sort(g.lognormal(2 + d.rng.random() / 2, 0.7, d.rng.randint(10, 40))) for _ in range(2))
    every = np.sort(np.subtract.outer(a, b).ravel())
    k = int(len(a) * len(b) / 2 - 1.96 * math.sqrt(len(a) * len(b) * (len(a) + len(b) + 1) / 12))
    p = stats.mannwhitneyu(a, b).pvalue
    form = d.rng.choice(
        [
            "The median difference was {0} days ({1}; {2}).",
            "Length of stay differed (difference {0} days, {1}, {2}).",
            "Median stay was 7.1 v 8.3 days (difference {0}; {1}; {2}).",
            "The Hodges-Lehmann estimate was {0} points ({1}; {2}).",
            "Median scores differed (between-group difference {0} points; {1}; {2}).",
        ]
    )
    return form.format(
        d.n(float(np.median(every)), 1), d.ci(float(every[max(k, 0)]), float(every[-max(k, 0) - 1]), 1), d.p(p)
    )


@reading_open
def median_survival(d: Draw) -> str:
    m = [d.rng.uniform(3, 40) for _ in range(2)]
    limits = [(x * d.rng.uniform(0.6, 0.95), x * d.rng.uniform(1.05, 2)) for x in m]
    e, low, high, p = d.ratio()
    one, two = (f"{d.n(x, 1)} months ({d.ci(y[0], y[1], 1)})" for x, y in zip(m, limits, strict=True))
    form = d.rng.choice(
        [
            "Median overall survival was {0} versus {1} (HR {2}, {3}; {4}).",
            "Median progression-free survival was {0} with drug A and {1} with drug B (hazard ratio, {2}; {3}; {4}).",
            "Median OS was {0} in arm A and {1} in arm B ({4}).",
            "Median survival times were {0} and {1}, respectively ({4}; HR {2}; {3}).",
        ]
    )
    return form.format(one, two, d.n(e, 2), d.ci(low, high, 2), d.p(p))


@reading_open
def median_not_reached(d: Draw) -> str:
    m = d.rng.uniform(3, 40)
    e, low, high, p = d.ratio()
    nr = d.rng.choice(["not reached", "NR", "NE", "not estimable"])
    return (
        f"Median PFS was {d.n(m, 1)} months ({d.label}{d.n(0.7 * m, 1)} to {nr}) vs {d.n(m / 2, 1)} months "
        f"({d.ci(m / 3, m * 0.8, 1)}; HR {d.n(e, 2)} [{d.ci(low, high, 2)}]; {d.p(p)})."
    )


@reading_open
def kaplan_meier(d: Draw) -> str:
    s = d.rng.uniform(0.05, 0.97)
    n = d.rng.randint(15, 300)
    se = math.sqrt(s * (1 - s) / n)
    if d.rng.random() < 0.5:
        low, high = max(0, s - 1.96 * se), min(1, s + 1.96 * se)
    else:
        w = 1.96 * se / (s * math.log(s))
        low, high = sorted((s ** math.exp(w), s ** math.exp(-w)))
    form = d.rng.choice(
        [
            "The 5-year overall survival was {0}% ({1}).",
            "At 2 years, the cumulative incidence of relapse was {0}% ({1}).",
            "Estimated 1-year event-free survival (EFS) was {0}% ({1}) after transplantation.",
            "Two-year PFS was {0} \u00b1 {2}%.",
            "The 3-year probability of relapse was {0}% ({1}) and that of death 12%.",
            "The difference between groups was clear: survival at 3 years was {0}% ({1}).",
            "Drug A improved 2-year survival: {0}% ({1}).",
            "The reduction in relapse was maintained: 2-year relapse {0}% ({1}).",
        ]
    )
    return form.format(d.n(100 * s, 0), d.ci(100 * low, 100 * high, 0, "%"), d.n(100 * se, 0))


@reading_open
def two_survivals(d: Draw) -> str:
    said = []
    for _ in range(2):
        s, n = d.rng.uniform(0.05, 0.97), d.rng.randint(20, 300)
        w = 1.96 * math.sqrt(s * (1 - s) / n) / (s * math.log(s))
        low, high = sorted((s ** math.exp(w), s ** math.exp(-w)))
        said.append(f"{d.n(100 * s, 1)}% ({d.ci(100 * low, 100 * high, 1)})")
    e, low, high, p = d.ratio()
    return (
        f"Three-year survival was {said[0]} with drug A versus {said[1]} with drug B "
        f"(HR {d.n(e, 2)}; {d.ci(low, high, 2)}; log-rank {d.p(p)})."
    )


@reading_open
def rmst(d: Draw) -> str:
    x = d.difference()
    return (
        f"The restricted mean survival time difference was {d.n(x[0], 1)} months ({d.ci(x[1], x[2], 1)}; {d.p(x[3])})."
    )


# -- rates ----------------------------------------------------------------------------------------------------------


@reading_open
def rate_exact(d: Draw) -> str:
    k, t = d.rng.randint(1, 60), d.rng.uniform(100, 5000)
    kind = d.rng.choice(["exact", "byar", "log"])
    if kind == "exact":
        low, high = stats.chi2.ppf(0.025, 2 * k) / 2, stats.chi2.ppf(0.975, 2 * k + 2) / 2
    elif kind == "byar":
        low = k * (1 - 1 / (9 * k) - 1.96 / (3 * math.sqrt(k))) ** 3
        high = (k + 1) * (1 - 1 / (9 * (k + 1)) + 1.96 / (3 * math.sqrt(k + 1))) ** 3
    else:
        low, high = (k * math.exp(s * 1.96 / math.sqrt(k)) for s in (-1, 1))
    u = 1000 / t
    form = d.rng.choice(
        [
            "The incidence rate was {0} per 1000 person-years ({1}).",
            "The incidence was {0} ({1}) per 1000 person-years, {2} events in {3} person-years.",
            "There were {2} deaths (rate {0}/1000 person-years; {1}).",
            "The standardised mortality ratio was {4} ({5}).",
            "Mortality was raised (SMR {4}; {5}), {2} deaths observed.",
            "The standardized incidence ratio was {4} ({5}; {2} cases).",
            "SIR = {4}, {5}.",
            "The ratio of observed to expected deaths was {4} ({5}).",
            "The O/E ratio was {4} ({5}).",
            "The mortality rate increased to {0} per 1000 person-years ({1}).",
            "The rate was lower than expected: {0} ({1}) per 1000 person-years.",
        ]
    )
    x = k / d.rng.uniform(2, 40)
    return form.format(
        d.n(k * u, 1), d.ci(low * u, high * u, 1), k, round(t), d.n(x, 2), d.ci(low * x / k, high * x / k, 2)
    )


@reading_open
def rates_and_ratio(d: Draw) -> str:
    k, t = [d.rng.randint(3, 80) for _ in range(2)], [d.rng.uniform(500, 3000) for _ in range(2)]
    r = [a / b for a, b in zip(k, t, strict=True)]
    said = []
    for a, b in zip(k, t, strict=True):
        low, high = stats.chi2.ppf(0.025, 2 * a) / 2 / b, stats.chi2.ppf(0.975, 2 * a + 2) / 2 / b
        said.append(f"{d.n(1000 * a / b, 1)} ({d.ci(1000 * low, 1000 * high, 1)})")
    log, se = math.log(r[0] / r[1]), math.sqrt(1 / k[0] + 1 / k[1])
    exact = d.rng.random() < 0.5
    if exact:
        b = stats.binomtest(k[0], sum(k), t[0] / sum(t)).proportion_ci(0.95, "exact")
        low, high = (x / (1 - x) * t[1] / t[0] for x in (b.low, b.high))
        p = stats.binomtest(k[0], sum(k), t[0] / sum(t)).pvalue
    else:
        low, high, p = math.exp(log - 1.96 * se), math.exp(log + 1.96 * se), 2 * stats.norm.sf(abs(log / se))
    return (
        f"Rates were {said[0]} and {said[1]} per 1000 person-years (rate ratio {d.n(math.exp(log), 2)}, "
        f"{d.ci(low, high, 2)}; {d.p(p)})."
    )


@reading_open
def rate_difference(d: Draw) -> str:
    e, low, high, p = d.difference()
    return (
        f"The rate difference was {d.n(e, 1)} per 1000 person-years ({d.ci(low, high, 1)}; {d.p(p)}), "
        f"{d.n(12.3, 1)} v {d.n(12.3 - e, 1)}."
    )


# -- proportions of one group, diagnosis, agreement -----------------------------------------------------------------


def _limits(k: int, n: int, kind: str) -> tuple[float, float]:
    if kind == "wald":
        se = 1.96 * math.sqrt(k * (n - k) / n**3)
        return max(0, k / n - se), min(1, k / n + se)
    b = stats.binomtest(k, n).proportion_ci(0.95, kind)
    return b.low, b.high


@reading_open
def diagnostic(d: Draw) -> str:
    said = []
    kind = d.rng.choice(["wald", "exact", "wilson", "wilsoncc"])
    decimals = d.rng.choice([0, 1])
    for _ in range(2):
        n = d.rng.randint(10, 200)
        k = d.rng.randint(int(0.5 * n), n)
        low, high = _limits(k, n, kind)
        said.append((d.n(100 * k / n, decimals), d.ci(100 * low, 100 * high, decimals, d.rng.choice(["", "%"])), k, n))
    (a, b, k1, n1), (c, e, k2, n2) = said
    form = d.rng.choice(
        [
            "Sensitivity was {0}% ({2}/{3}; {1}) and specificity {4}% ({6}/{7}; {5}).",
            "Sensitivity was {0}% ({1}; {2} of {3}) and specificity was {4}% ({5}; {6} of {7}).",
            "The sensitivity and specificity were {0}% ({1}) and {4}% ({5}), respectively.",
            "Sensitivity {0}% [{1}], specificity {4}% [{5}].",
            "The test had a sensitivity of {0}% ({2}/{3}) ({1}).",
        ]
    )
    return form.format(a, b, k1, n1, c, e, k2, n2)


@reading_open
def diagnostic_fractions(d: Draw) -> str:
    n = d.rng.randint(20, 200)
    k = d.rng.randint(int(0.5 * n), n - 1)
    low, high = _limits(k, n, "wilson")
    return (
        f"Sensitivity was {d.n(k / n, 2)} ({d.ci(low, high, 2)}) and the positive likelihood ratio was {d.n(4.2, 1)}."
    )


@reading_open
def likelihood_ratios(d: Draw) -> str:
    e, low, high, _ = d.ratio()
    return f"The positive likelihood ratio was {d.n(3 * e, 1)} ({d.ci(3 * low, 3 * high, 1)}) and diagnostic OR {d.n(9 * e, 1)} ({d.ci(9 * low, 9 * high, 1)})."


@reading_open
def auc(d: Draw) -> str:
    a = d.rng.uniform(0.55, 0.97)
    se = d.rng.uniform(0.01, 0.06)
    lo = math.log(a / (1 - a))
    w = 1.96 * se / (a * (1 - a))
    low, high = 1 / (1 + math.exp(-lo + w)), 1 / (1 + math.exp(-lo - w))
    b = a - d.rng.uniform(0, 0.1)
    p = d.rng.random() ** 3
    form = d.rng.choice(
        [
            "The AUC was {0} ({1}; {2}).", "The area under the curve was {0} ({1}).", "AUROC {0}, {1}, {2}.",
            "Discrimination was good (c statistic {0}; {1}).", "The C-index was {0} ({1}) versus {3} ({4}; {2}).",
            "The model improved discrimination (AUC {0} [{1}] vs {3} [{4}]; {2}).",
            "Drug use increased the AUC from {3} ({4}) to {0} ({1}; {2}).",
            "The difference in AUC was small ({0}, {1}, versus {3}, {4}; {2}).",
        ]
    )  # fmt: skip
    return form.format(d.n(a, 2), d.ci(low, high, 2), d.p(p), d.n(b, 2), d.ci(b - 1.9 * se, min(1, b + 1.7 * se), 2))


@reading_open
def kappa(d: Draw) -> str:
    a = d.rng.uniform(0.2, 0.97)
    low, high = a - d.rng.uniform(0.02, 0.3), min(1.0, a + d.rng.uniform(0.01, 0.2))
    form = d.rng.choice(
        [
            "Agreement was good (kappa {0}, {1}).", "Agreement was good (\u03ba = {0}; {1}; {2}).",
            "The ICC was {0} ({1}).", "The intraclass correlation coefficient was {0} ({1}; {2}).",
            "Weighted kappa was {0} ({1}).", "Cronbach's alpha was {0} ({1}).",
            "Heritability was {0} ({1}).", "Reliability (ICC = {0}, {1}, {2}) improved.",
            "The difference in agreement was small: ICC {0} ({1}).",
            "The mean difference was 0.3 mm with an ICC of {0} ({1}; {2}).",
            "I2 was {0} ({1}).", "The utility was {0} ({1}).",
        ]
    )  # fmt: skip
    return form.format(d.n(a, 2), d.ci(low, high, 2), d.p(d.rng.random() ** 4))


@reading_open
def number_needed(d: Draw) -> str:
    e, low, high, _p = d.difference(0.04)
    e = abs(e) + 0.01
    se = (high - low) / 3.92
    low, high = e - 1.96 * se, e + 1.96 * se
    if low > 0.005:
        form = d.rng.choice(
            [
                "The number needed to treat was {} ({}).",
                "NNT {}, {}.",
                "NNT = {} [{}] to prevent one death.",
                "(number needed to treat, {}; {}).",
            ]
        )
        return form.format(d.n(1 / e, 0), d.ci(1 / high, 1 / low, 0))
    return (
        f"The number needed to treat was {d.n(1 / e, 0)} (95% CI NNTB {d.n(1 / high, 0)} to infinity to NNTH "
        f"{d.n(abs(1 / (low - 0.001)), 0)})."
    )


@reading_open
def risk_difference(d: Draw) -> str:
    n1, n2 = d.rng.randint(20, 300), d.rng.randint(20, 300)
    p1, p2 = d.rng.uniform(0.05, 0.9), d.rng.uniform(0.05, 0.9)
    p1 = p2 + (p1 - p2) / 5
    e, se = p1 - p2, math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    p = 2 * stats.norm.sf(abs(e) / se)
    low, high = e - 1.96 * se, e + 1.96 * se
    form = d.rng.choice(
        [
            "The absolute risk difference was {0}% ({1}; {2}).",
            "The risk difference was {0} percentage points ({1}; {2}).",
            "Response differed by {0}% ({1}, {2}).",
            "The absolute risk reduction was {3}% ({4}; {2}).",
            "Risk difference {0}% [{1}]; {2}.",
            "Cure was {5}% v {6}% (difference {0}%, {1}; {2}).",
        ]
    )
    unit = d.rng.choice(["", "%"])
    return form.format(
        d.n(100 * e, 1), d.ci(100 * low, 100 * high, 1, unit), d.p(p), d.n(-100 * e, 1), d.ci(-100 * high, -100 * low, 1, unit),
        d.n(100 * p1, 1), d.n(100 * p2, 1),
    )  # fmt: skip


# -- meta-analysis, small tables, models ----------------------------------------------------------------------------


@template
def heterogeneity(d: Draw) -> str:
    a = d.R()
    p = d.rng.random() ** 2
    form = d.rng.choice(
        [
            "The pooled OR was {0} ({3}; {2}; I2 = 45%, P for heterogeneity = {4}).",
            "The pooled RR was {0} ({3}; {2}), with heterogeneity (I2 = 62%, Phet = {4}).",
            "Twelve trials showed a benefit (RR {0}, {3}, {2}; heterogeneity P = {4}; I2 = 30%).",
            "Twelve trials (n = 2345) were pooled (OR {0}; {3}; {2}; I\u00b2 = 0%; Q = 4.2).",
            "Twelve trials were pooled (OR {0}; {3}; {2}; P for publication bias = {4}).",
        ]
    )
    return form.format(*a, d.n(max(p, 0.002), 3))


@reading_open
def heterogeneity_after_interval(d: Draw) -> str:
    a = d.R()
    p = max(d.rng.random() ** 2, 0.002)
    form = d.rng.choice(
        [
            "The pooled OR was {0} ({3}; I2 = 45%, P = {4}).", "The pooled OR was {0} ({3}; I2 = 45%; P = {4}).",
            "The pooled RR was {0} ({3}; I2=45%; Pheterogeneity = {4}).",
            "The pooled RR was {0} ({3}), with no heterogeneity (P = {4}).",
            "The pooled RR was {0} ({3}) without heterogeneity (I2 = 0%, P = {4}).",
            "The pooled RR was {0} ({3}; Q = 12.1, df = 8, P = {4}).",
            "The pooled RR was {0} ({3}); Egger's test P = {4}.", "The pooled RR was {0} ({3}; Egger P = {4}).",
            "The pooled RR was {0} ({3}); there was no publication bias (P = {4}).",
            "The pooled RR was {0} ({3}; tau2 = 0.02; I2 = 33%; P = {4}).",
            "The pooled RR was {0} ({3}; P het = {4}).", "The pooled RR was {0} ({3}; Phet={4}; I2=20%).",
            "The pooled RR was {0} ({3}; P = {4} for heterogeneity).", "The pooled OR was {0} ({3}; test of homogeneity P = {4}).",
            "The pooled HR was {0} ({3}; Cochran's Q test P = {4}).",
            "The HR was {0} ({3}; proportional hazards test P = {4}).",
            "The model fitted well (Hosmer-Lemeshow P = {4}): OR {0} ({3}).",
            "The OR was {0} ({3}; Hosmer-Lemeshow P = {4}).",
            "The OR per allele was {0} ({3}), in Hardy-Weinberg equilibrium (P = {4}).",
        ]
    )  # fmt: skip
    return form.format(*a, d.n(p, 3))


def _table(d: Draw) -> tuple[int, int, int, int]:
    while True:
        n1, n2 = d.rng.randint(8, 60), d.rng.randint(8, 60)
        a, b = d.rng.randint(1, n1 - 1), d.rng.randint(1, n2 - 1)
        if 0.1 < a * (n2 - b) / (b * (n1 - a)) < 12:
            return a, n1, b, n2


def _profile(a: int, n1: int, b: int, n2: int) -> tuple[float, float, float, float]:
    """Odds ratio of a table with its profile likelihood interval and the likelihood ratio P."""
    from scipy.optimize import brentq, minimize_scalar

    e = math.log(a * (n2 - b) / (b * (n1 - a)))

    def log_likelihood(beta: float) -> float:
        def minus(alpha: float) -> float:
            return -(
                b * alpha
                - n2 * math.log1p(math.exp(alpha))
                + a * (alpha + beta)
                - n1 * math.log1p(math.exp(alpha + beta))
            )

        return -minimize_scalar(minus, bounds=(-12, 12), method="bounded").fun

    top = log_likelihood(e)
    half = stats.chi2.ppf(0.95, 1) / 2
    low = brentq(lambda x: top - log_likelihood(x) - half, e - 9, e)
    high = brentq(lambda x: top - log_likelihood(x) - half, e, e + 9)
    return math.exp(e), math.exp(low), math.exp(high), stats.chi2.sf(2 * (top - log_likelihood(0)), 1)


@reading_open
def profile_likelihood(d: Draw) -> str:
    e, low, high, p = _profile(*_table(d))
    return f"Smoking was related to relapse in logistic regression (OR {d.n(e, 2)}, {d.ci(low, high, 2)}; {d.p(p)})."


@reading_open
def profile_multivariable(d: Draw) -> str:
    e, low, high, p = _profile(*_table(d))
    f = _profile(*_table(d))
    return (
        f"In multivariable analysis, age (OR {d.n(e, 1)}, {d.ci(low, high, 1)}; {d.p(p)}) and stage (OR {d.n(f[0], 1)}, "
        f"{d.ci(f[1], f[2], 1)}; {d.p(f[3])}) were independent predictors."
    )


@reading_open
def exact_conditional(d: Draw) -> str:
    a, n1, b, n2 = _table(d)
    table = np.array([[a, n1 - a], [b, n2 - b]])
    p = stats.fisher_exact(table).pvalue
    o = stats.contingency.odds_ratio(table)
    c = o.confidence_interval(0.95)
    return (
        f"Relapse was related to smoking ({d.rng.choice(['exact OR', 'OR'])} {d.n(o.statistic, 1)}, "
        f"{d.ci(c.low, c.high, 1)}; {d.p(p)}, Fisher's exact test)."
    )


@reading_open
def fisher_with_wald(d: Draw) -> str:
    a, n1, b, n2 = _table(d)
    table = np.array([[a, n1 - a], [b, n2 - b]])
    p = stats.fisher_exact(table).pvalue
    e = math.log(a * (n2 - b) / (b * (n1 - a)))
    se = math.sqrt(sum(1 / x for x in table.ravel()))
    return f"Smoking was related to relapse (OR {d.n(math.exp(e), 2)}, {d.ci(math.exp(e - 1.96 * se), math.exp(e + 1.96 * se), 2)}; {d.p(p)})."


@reading_open
def logrank_with_cox(d: Draw) -> str:
    g = np.random.default_rng(d.rng.getrandbits(32))
    n = d.rng.randint(10, 60)
    x = np.repeat([0, 1], n)
    t = g.exponential(np.where(x, math.exp(d.rng.gauss(0.3, 0.6)), 1.0))
    order = np.argsort(t)
    x = x[order]
    at_risk = np.arange(2 * n, 0, -1)
    ones = np.cumsum(x[::-1])[::-1]
    u = float(np.sum(x - ones / at_risk))
    v = float(np.sum(ones * (at_risk - ones) / at_risk**2))
    beta = 0.0
    for _ in range(30):
        w = ones * math.exp(beta) / (ones * math.exp(beta) + at_risk - ones)
        beta += float(np.sum(x - w)) / float(np.sum(w * (1 - w)))
    w = ones * math.exp(beta) / (ones * math.exp(beta) + at_risk - ones)
    se = 1 / math.sqrt(float(np.sum(w * (1 - w))))
    p = stats.chi2.sf(u * u / v, 1)
    return (
        f"Survival was different ({d.rng.choice(['log-rank ', '', 'logrank '])}{d.p(p)}; HR {d.n(math.exp(beta), 2)}; "
        f"{d.ci(math.exp(beta - 1.96 * se), math.exp(beta + 1.96 * se), 2)})."
    )


@reading_open
def bootstrapped(d: Draw) -> str:
    e, low, high, _p = d.difference(100)
    low += d.rng.uniform(-0.3, 0.3) * (high - low) / 2
    low = min(low, e - 10)
    form = d.rng.choice(
        [
            "The mean cost difference was ${0} ({1}, bootstrapped).",
            "The indirect effect was significant (b = {0}, bootstrap {1}).",
            "The incremental cost per patient was \u00a3{0} ({1}).",
            "Mean costs differed by \u20ac{0} (bias-corrected bootstrap {1}).",
        ]
    )
    return form.format(d.n(e, 0), d.ci(low, high, 0))


@reading_open
def mediation(d: Draw) -> str:
    e = d.rng.gauss(0, 0.2)
    low, high = e - d.rng.uniform(0.05, 0.15), e + d.rng.uniform(0.05, 0.25)
    form = d.rng.choice(
        ["The indirect effect was {0} ({1}).", "Anxiety mediated the effect (indirect effect = {0}, {1}).",
         "The mediated effect (ab = {0}; {1}) was present.", "The natural indirect effect was {0} ({1})."]
    )  # fmt: skip
    return form.format(d.n(e, 2), d.ci(low, high, 2))


@reading_open
def geometric_mean_ratio(d: Draw) -> str:
    e, low, high, _p = d.ratio(0.9)
    form = d.rng.choice(
        [
            "The geometric mean ratio was {0} (90% CI {1}).",
            "The GMR (90% CI) for AUC was {0} ({1}) and for Cmax {0} ({1}).",
            "The ratio of geometric means was {0}% (90% CI {2}).",
            "GMRs for Cmax and AUC were {0} ({1}) and {0} ({1}), within the bounds of 0.80 to 1.25.",
            "The geometric least-squares mean ratio was {0}% (90% CI: {2}).",
        ]
    )
    if "%" in form.split("(90")[0]:
        return form.format(d.n(100 * e, 1), "", d.range(100 * low, 100 * high, 1, d.rng.choice(["", "%"])))
    return form.format(d.n(e, 2), d.range(low, high, 2))


@reading_open
def geometric_means(d: Draw) -> str:
    e, low, high, _p = d.ratio()
    m = d.rng.uniform(10, 200)
    f, l2, h2, _ = d.ratio()
    form = d.rng.choice(
        [
            "Geometric mean titres were {0} ({1}) and {2} ({3}), {4}.",
            "The geometric mean titre increased to {0} ({1}), {4}.",
            "The difference in geometric means: {0} ({1}) versus {2} ({3}); {4}.",
            "GMT rose from {0} ({1}) to {2} ({3}; {4}).",
            "Titres were higher after two doses (GMC {0} [{1}] vs {2} [{3}]; {4}).",
        ]
    )
    return form.format(
        d.n(m * e, 1), d.ci(m * low, m * high, 1), d.n(m * f, 1), d.ci(m * l2, m * h2, 1), d.p(d.rng.random() ** 3)
    )


@reading_open
def fold_change(d: Draw) -> str:
    a = d.R(decimals=1)
    form = d.rng.choice(
        ["Expression was {0}-fold higher ({3}; {2}).", "A {0}-fold increase ({3}, {2}) was seen.", "Titres rose {0} times ({3}; {2}).",
         "Risk was increased {0}-fold ({3}; {2})."]
    )  # fmt: skip
    return form.format(*a)


@reading_open
def p_of_two_estimates(d: Draw) -> str:
    a, b = d.ratio(), d.ratio()
    se = math.hypot(*(math.log(x[2] / x[1]) / 3.92 for x in (a, b)))
    p = d.p(2 * stats.norm.sf(abs(math.log(a[0] / b[0])) / se))
    one, two = (f"{d.n(x[0], 2)}, {d.ci(x[1], x[2], 2)}" for x in (a, b))
    form = d.rng.choice(
        [
            "Risk was greater for A (OR {0}) than for B (OR {1}) ({2}).",
            "The HR was {0} in A and {1} in B; the difference was not significant ({2}).",
            "The OR in men ({0}) was greater than that in women ({1}; {2}).",
            "The OR in men ({0}) was unlike that in women ({1}; P for difference{2}).",
        ]
    )
    return form.format(one, two, p if "for diff" not in form else p.lstrip("Ppvalue \u2009"))


@reading_open
def p_of_another_finding(d: Draw) -> str:
    a = d.R()
    form = d.rng.choice(
        [
            "Risk was greater for A (OR {0}, {3}) and response was more frequent ({4}).",
            "The OR was {0} ({3}); age was also higher ({4}).",
            "The OR was {0} ({3}) and median stay was longer (7 v 5 days, {4}).",
            "The HR was {0} ({3}), with the effect greater in women ({4}).",
            "The HR was {0} ({3}), while deaths did not differ ({4}).",
            "Drug A lowered relapse (HR {0}; {3}) but raised creatinine ({4}).",
            "The OR in men was {0} ({3}), different from that in women ({4}).",
            "The HR was {0} ({3}); survival was longer in women than in men ({4}).",
            "Relapse was rarer (HR {0}; {3}), and there were fewer infections ({4}).",
            "Relapse was rarer (HR {0}; {3}), whereas toxicity was more frequent ({4}).",
            "The HR was {0} ({3}), whereas in women no effect was found ({4}).",
        ]
    )
    return form.format(*a, d.p(d.rng.random() ** 3))


@reading_open
def p_thresholds(d: Draw) -> str:
    e, low, high, p = d.ratio()
    sign = "P < 0.05" if p < 0.05 else "P > 0.05"
    if p < 0.01:
        sign = "P < 0.01"
    return f"Age predicted death (OR {d.n(e, 2)}, {d.ci(low, high, 2)}, {d.rng.choice([sign, sign.lower(), sign.replace(' ', '')])})."


@reading_open
def both_p(d: Draw) -> str:
    while True:
        a, b = d.ratio(), d.ratio()
        if max(a[3], b[3]) < 0.001:
            break
    texts = [f"{d.n(x[0], 2)} ({d.ci(x[1], x[2], 2)})" for x in (a, b)]
    form = d.rng.choice(["({})", "(both {})", "({} for both)", "({} for each)"])
    return f"HRs for relapse and death were {texts[0]} and {texts[1]} {form.format('P<0.001')}."


@reading_open
def bland_altman(d: Draw) -> str:
    e = d.rng.gauss(0, 2)
    sd = d.rng.uniform(0.5, 3)
    form = d.rng.choice(
        ["The mean bias was {0} mm (95% limits of agreement {1}).", "The bias was {0} (limits of agreement {1}).",
         "The mean difference was {0} mm (95% limits of agreement, {1}; {2}).", "The mean difference was {0} (LoA {1}; {2})."]
    )  # fmt: skip
    p = 2 * stats.norm.sf(abs(e) / (sd / math.sqrt(80)))
    return form.format(d.n(e, 1), d.range(e - 1.96 * sd, e + 1.96 * sd, 1), d.p(p))


@reading_open
def range_after_difference(d: Draw) -> str:
    e, _low, _high, p = d.difference()
    form = d.rng.choice(["(range {})", "(interquartile range {})", "(IQR {})", "(range, {})"])
    return f"The mean difference was {d.n(e, 1)} days {form.format(d.range(e - 9, e + 4, 1))} ({d.p(p)})."


@reading_open
def exposure_response(d: Draw) -> str:
    a, b, c = d.R(), d.R(), d.R()
    return (
        f"Compared with never smokers, HRs (95% CI) were {a[0]} ({a[1]}), {b[0]} ({b[1]}) and {c[0]} ({c[1]}) for light, "
        f"moderate and heavy smokers ({d.p(d.rng.random() ** 4, 'P for trend = {}')})."
    )


@reading_open
def small_estimates(d: Draw) -> str:
    """Ratios per small unit, with one digit of precision."""
    e, se = d.rng.gauss(0, 0.02), d.rng.uniform(0.002, 0.02)
    p = 2 * stats.norm.sf(abs(e / se))
    a, b, c = (math.exp(x) for x in (e, e - 1.96 * se, e + 1.96 * se))
    return f"Age (HR {d.n(a, 2)} per year, {d.ci(b, c, 2)}; {d.p(p)}) predicted death."


@reading_open
def large_estimates(d: Draw) -> str:
    e, se = d.rng.uniform(2, 5), d.rng.uniform(0.4, 1.2)
    p = 2 * stats.norm.sf(abs(e / se))
    a, b, c = (math.exp(x) for x in (e, e - 1.96 * se, e + 1.96 * se))
    return f"Prior surgery (OR {d.n(a, 1)}, {d.ci(b, c, 1)}; {d.p(p)}) predicted death."


@reading_open
def mixed_decimals(d: Draw) -> str:
    e, low, high, p = d.ratio()
    e, low, high = 6 * e, 6 * low, 6 * high
    p = 2 * stats.norm.sf(abs(math.log(e)) / (math.log(high / low) / 3.92))
    said = [d.n(x, 0 if x >= 10 else (1 if x >= 1 else 2)) for x in (e, low, high)]
    return f"Prior surgery (OR {said[0]}, 95% CI {said[1]} to {said[2]}; {d.p(p)}) predicted death."


@reading_open
def difference_in_differences(d: Draw) -> str:
    e, low, high, p = d.difference()
    return (
        f"Scores fell by {d.n(abs(e) + 4, 1)} points in one group and {d.n(4, 1)} points in the other (difference in "
        f"differences {d.n(e, 1)} points; {d.ci(low, high, 1)}; {d.p(p)})."
    )


@reading_open
def changes_of_each_arm(d: Draw) -> str:
    a, b = d.difference(), d.difference()
    e, se = a[0] - b[0], math.hypot(a[2] - a[1], b[2] - b[1]) / 3.92
    p = 2 * stats.norm.sf(abs(e) / se)
    form = d.rng.choice(
        [
            "The change was {0} ({1}) with drug A and {2} ({3}) with placebo ({4}).",
            "HbA1c changed by {0}% ({1}) versus {2}% ({3}); {4}.",
            "Mean change from baseline was {0} ({1}) vs {2} ({3}), {4}.",
            "Weight changed by {0} kg ({1}) in the diet group compared with {2} kg ({3}) in controls ({4}).",
            "The mean reduction was {5} ({6}) in A and {7} ({8}) in B ({4}).",
        ]
    )
    return form.format(
        d.n(a[0], 1), d.ci(a[1], a[2], 1), d.n(b[0], 1), d.ci(b[1], b[2], 1), d.p(p),
        d.n(-a[0], 1), d.ci(-a[2], -a[1], 1), d.n(-b[0], 1), d.ci(-b[2], -b[1], 1),
    )  # fmt: skip


@reading_open
def reference_category(d: Draw) -> str:
    a, b = d.R(), d.R()
    return (
        f"The ORs across tertiles were 1.00 (reference), {a[0]} ({a[1]}) and {b[0]} ({b[1]}), "
        f"{d.p(d.rng.random() ** 3, 'P for trend = {}')}."
    )


@reading_open
def one_sided_limit(d: Draw) -> str:
    e, _low, high, p = d.ratio()
    form = d.rng.choice(
        [
            "The HR was {0} (upper limit of the one-sided 97.5% CI, {1}).", "The HR was {0} (97.5% CI upper bound {1}; {2}).",
            "The HR was {0} (one-sided 95% CI, 0 to {1}).", "The difference was {3}% (one-sided 97.5% CI \u2212\u221e to {4}%).",
            "The difference was {3} points (lower bound of the 95% CI {5}; {2}).",
        ]
    )  # fmt: skip
    x = d.difference()
    return form.format(d.n(e, 2), d.n(high, 2), d.p(p), d.n(x[0], 1), d.n(x[2], 1), d.n(x[1], 1))


@reading_open
def units_on_limits(d: Draw) -> str:
    e, low, high, p = d.difference()
    u = d.rng.choice(["kg", "mm Hg", "mmol/L", "days", "points", "mL"])
    form = d.rng.choice(
        [
            "The difference was {0} {5} (95% CI {1} {5} to {2} {5}; {3}).", "The difference was {0} {5} ({1}\u2013{2}; {3}).",
            "Mean difference {0} {5} [95% CI {1}, {2} {5}], {3}.", "Weight change differed by {0} {5} ({1} to {2} {5}), {3}.",
            "Mean difference, {0} {5}; 95% CI, {1} to {2} {5}; {3}.", "{0} {5} (95% CI {1}\u2013{2}; {3}) was the difference.",
            "The difference was {0} {5} ({3}; 95% CI {1} to {2}).", "The difference was {0} {5} ({1} to {2}, 95% CI; {3}).",
            "The difference ({0} {5}, 95% CI {1} to {2}) was tested ({3}).",
        ]
    )  # fmt: skip
    return form.format(d.n(e, 1), d.n(low, 1), d.n(high, 1), d.p(p), "", u)


@reading_open
def from_to(d: Draw) -> str:
    a, b = d.difference(), d.difference()
    e, se = a[0] - b[0], math.hypot(a[2] - a[1], b[2] - b[1]) / 3.92 * 0.6
    p = 2 * stats.norm.sf(abs(e) / se)
    form = d.rng.choice(
        [
            "Scores changed from {0} ({1}) to {2} ({3}; {4}).", "The mean rose from {0} ({1}) at baseline to {2} ({3}) at 6 months ({4}).",
            "The reduction was from {0} ({1}) to {2} ({3}), {4}.", "Mean scores were {0} ({1}) before and {2} ({3}) after ({4}).",
            "Mean change was {0} ({1}) in men and {2} ({3}) in women ({4}).",
        ]
    )  # fmt: skip
    return form.format(
        d.n(30 + a[0], 1), d.ci(30 + a[1], 30 + a[2], 1), d.n(30 + b[0], 1), d.ci(30 + b[1], 30 + b[2], 1), d.p(p)
    )


@reading_open
def log_ratios(d: Draw) -> str:
    e, low, high, p = (*map(math.log, d.ratio()[:3]), 0.0)
    p = 2 * stats.norm.sf(abs(e) / ((high - low) / 3.92))
    form = d.rng.choice(
        ["The log odds ratio was {0} ({1}; {2}).", "log HR {0}, {1}, {2}.", "The log hazard ratio was {0} ({1}, {2}).",
         "The log risk ratio was {0} [{1}], {2}.", "ln(OR) = {0} ({1}; {2})."]
    )  # fmt: skip
    return form.format(d.n(e, 2), d.ci(low, high, 2), d.p(p))


@reading_open
def fraction_of_reduction(d: Draw) -> str:
    e, low, high, p = d.ratio()
    form = d.rng.choice(
        [
            "The relative risk reduction was {0} ({1}; {2}).",
            "Vaccine efficacy was {0} ({1}; {2}).",
            "RRR {0}, {1}, {2}.",
            "The population attributable fraction was {0} ({1}).",
            "The attributable fraction was {0} ({1}).",
        ]
    )
    return form.format(d.n(1 - e, 2), d.ci(1 - high, 1 - low, 2), d.p(p))


@reading_open
def attributable_percent(d: Draw) -> str:
    e, low, high, _p = d.ratio()
    e, low, high = (0.2 * x for x in (e, low, high))
    form = d.rng.choice(
        [
            "The population attributable risk was {0}% ({1}).",
            "PAF was {0}% ({1}).",
            "The attributable fraction was {0}% ({1}).",
        ]
    )
    return form.format(d.n(100 * (1 - e), 0), d.ci(100 * (1 - high), 100 * (1 - low), 0, "%"))


@reading_open
def p_first(d: Draw) -> str:
    a = d.R()
    form = d.rng.choice(
        ["Death was more frequent ({2}; OR {0}; {3}).", "Death was more frequent ({2}, {3}, OR {0}).",
         "Death was more frequent ({2}; {3}; OR = {0}).", "Death was more frequent ({2}, HR {0} [{3}]).",
         "Death was more frequent (HR {0} ({1}, 95% CI), {2}).", "Death was more frequent (HR {0}; {2}; {3})."]
    )  # fmt: skip
    return form.format(*a)


@reading_open
def other_statistics(d: Draw) -> str:
    df = d.rng.randint(2, 12)
    x = d.rng.expovariate(1 / df)
    t, n = d.rng.gauss(0, 2), d.rng.randint(10, 90)
    form = d.rng.choice(
        [
            "Kruskal-Wallis H({0}) = {1}, {2}", "Friedman \u03c72({0}) = {1}, {2}", "Q({0}) = {1}, {2}", "Cochran Q = {1}, df = {0}, {2}",
            "likelihood ratio \u03c72 = {1}, df = {0}, {2}", "\u03c72 = {1}, {0} df, {2}", "\u03c72 ({0} df) = {1}; {2}",
            "\u03c7\u00b2 = {1} on {0} degrees of freedom, {2}", "\u0394\u03c72({0}) = {1}, {2}", "\u03c72 for trend = {1}, {2}",
            "G2({0}) = {1}, {2}", "Wald({0}) = {1}, {2}",
        ]
    )  # fmt: skip
    if d.rng.random() < 0.5:
        return f"The groups differed ({form.format(df, d.n(x, 2), d.p(stats.chi2.sf(x, df)))})."
    p = 2 * stats.t.sf(abs(t), n)
    form = d.rng.choice(
        [
            "t({0}) = {1}, SE = 0.31, {2}", "t = {1}, {2}", "t-value = {1}, {2}", "t = {1}, df = {0}, {2}", "unpaired t test, t = {1}, {2}",
            "t{0} = {1}, d = 0.41, {2}", "t({0}) = {1}; {2}; d = 0.3", "{2}, t({0}) = {1}", "t ({0} df) = {1}; {2}",
        ]
    )  # fmt: skip
    return f"The groups differed ({form.format(n, d.n(t, 2), d.p(p))})."


@reading_open
def corrected_statistic(d: Draw) -> str:
    t, n = d.rng.uniform(2.5, 6), d.rng.randint(10, 40)
    p = min(1.0, 2 * stats.t.sf(t, n) * d.rng.choice([3, 10, 400]))
    form = d.rng.choice(
        ["t({0}) = {1}, {2} FWE-corrected", "t({0}) = {1}, {2}, corrected", "t({0}) = {1}, corrected {2}", "t({0}) = {1}, pFWE = {3}",
         "t({0}) = {1}, {2} (FDR)", "t({0}) = {1}, {2} (permutation test)", "t({0}) = {1}, cluster-corrected {2}",
         "t({0}) = {1}, adjusted {2}", "t({0}) = {1}, Pcorr = {3}"]
    )  # fmt: skip
    return f"Activation was greater in patients ({form.format(n, d.n(t, 2), d.p(p), d.n(max(p, 0.001), 3))})."


@reading_open
def f_with_corrected_degrees(d: Draw) -> str:
    a, b = d.rng.uniform(1.1, 3.9), d.rng.uniform(15, 90)
    x = d.rng.expovariate(0.4)
    p = float(stats.f.sf(x, a, b))
    form = d.rng.choice(
        ["F({0}, {1}) = {2}, {3}", "F({0},{1}) = {2}, \u03b72 = 0.12, {3}", "F = {2}, df = {0}, {1}, {3}", "F({0}, {1}) = {2}, MSE = 1.2, {3}",
         "F [{0}, {1}] = {2}; {3}"]
    )  # fmt: skip
    return f"Time mattered ({form.format(d.n(a, 2), d.n(b, 2), d.n(x, 2), d.p(p))})."


@reading_open
def greenhouse_geisser(d: Draw) -> str:
    x, eps, n = d.rng.expovariate(0.3), d.rng.uniform(0.5, 0.95), d.rng.randint(10, 40)
    p = float(stats.f.sf(x, 3 * eps, 3 * eps * n))
    return f"Time mattered (F(3, {3 * n}) = {d.n(x, 2)}, {d.p(p)}, Greenhouse-Geisser corrected)."


@reading_open
def partial_correlation(d: Draw) -> str:
    n, k = d.rng.randint(20, 80), d.rng.randint(1, 4)
    r = d.rng.gauss(0, 0.35)
    r = max(-0.9, min(0.9, r))
    p = 2 * stats.t.sf(abs(r) * math.sqrt((n - 2 - k) / (1 - r * r)), n - 2 - k)
    form = d.rng.choice(
        ["partial r = {0}, n = {1}, {2}", "partial r({1}) = {0}, {2}", "r = {0}, {2}, n = {1}", "r = {0}; n = {1}; {2}"]
    )
    if "partial" not in form:
        p = 2 * stats.t.sf(abs(r) * math.sqrt((n - 2) / (1 - r * r)), n - 2)
    return f"IL-6 was related to CRP ({form.format(d.n(r, 2), n - 2 - k if '({1})' in form else n, d.p(p))})."


@reading_open
def spearman_permuted(d: Draw) -> str:
    g = np.random.default_rng(d.rng.getrandbits(32))
    n = d.rng.randint(6, 40)
    x = g.normal(size=n)
    test = stats.spearmanr(x, 0.6 * x + g.normal(size=n))
    return f"IL-6 was related to CRP (r = {d.n(test.statistic, 2)}, n = {n}, {d.p(test.pvalue)}, Spearman)."


@reading_open
def standard_errors(d: Draw) -> str:
    a, b = _samples(d)
    p = stats.ttest_ind(a, b, equal_var=False).pvalue
    form = d.rng.choice(["{} \u00b1 {}", "{} (SE {})", "{} (SEM {})", "{} [SE, {}]"])
    one, two = (form.format(d.n(x.mean(), 1), d.n(x.std(ddof=1) / math.sqrt(len(x)), 2)) for x in (a, b))
    return f"We compared patients (n = {len(a)}) and controls (n = {len(b)}). Values (mean \u00b1 SE) were {one} vs. {two} ({d.p(p)})."


@reading_open
def ancova_adjusted_difference(d: Draw) -> str:
    a, b = _samples(d)
    x = d.difference()
    return (
        f"Scores were {d.n(a.mean(), 1)} (SD {d.n(a.std(), 1)}) and {d.n(b.mean(), 1)} (SD {d.n(b.std(), 1)}), adjusted difference "
        f"{d.n(x[0], 1)} ({d.ci(x[1], x[2], 1)}; {d.p(x[3])})."
    )


@reading_open
def crude_and_adjusted(d: Draw) -> str:
    a, b = d.R(), d.R()
    form = d.rng.choice(
        [
            "The crude OR was {0} ({3}) and the adjusted OR {4} ({7}; {6}).", "OR {0} ({3}) before and {4} ({7}) after adjustment ({6}).",
            "The association (HR {0}, {3}, {2}) was attenuated after adjustment (HR {4}, {7}, {6}).",
            "In univariable (OR {0}; {3}; {2}) and multivariable analysis (OR {4}; {7}; {6}) age mattered.",
        ]
    )  # fmt: skip
    return form.format(*a, *b)


@reading_open
def ratio_of_ratios(d: Draw) -> str:
    a, b = d.ratio(), d.ratio()
    e = math.log(a[0] / b[0])
    se = math.hypot(*(math.log(x[2] / x[1]) / 3.92 for x in (a, b)))
    said = [f"{d.n(x[0], 2)} ({d.ci(x[1], x[2], 2)})" for x in (a, b)]
    return (
        f"HRs were {said[0]} in men and {said[1]} in women (ratio of HRs {d.n(math.exp(e), 2)}; "
        f"{d.ci(math.exp(e - 1.96 * se), math.exp(e + 1.96 * se), 2)}; {d.p(2 * stats.norm.sf(abs(e) / se), 'P for interaction = {}')})."
    )


@reading_open
def prediction_interval(d: Draw) -> str:
    a = d.R()
    _e, low, high, _ = d.ratio()
    return f"The pooled RR was {a[0]} ({a[3]}; 95% prediction interval {d.range(low * 0.3, high * 3, 2)}; {a[2]})."


@reading_open
def kr_hartung_knapp(d: Draw) -> str:
    """A pooled estimate by Hartung and Knapp: quantiles of t."""
    log, se, k = d.rng.gauss(0, 0.5), d.rng.uniform(0.05, 0.3), d.rng.randint(4, 12)
    q, p = stats.t.ppf(0.975, k - 1), 2 * stats.t.sf(abs(log / se), k - 1)
    e, low, high = (math.exp(log + s * q * se) for s in (0, -1, 1))
    return f"In {k} trials the pooled RR was {d.n(e, 2)} ({d.ci(low, high, 2)}; {d.p(p)})."


@reading_open
def likelihood_ratio_p(d: Draw) -> str:
    e, low, high, _ = _profile(*_table(d))
    half = math.log(high / low) / 3.92
    a = math.exp(math.log(e) - 1.96 * half), math.exp(math.log(e) + 1.96 * half)
    _, _, _, p = e, low, high, _
    return f"Stage was a predictor (OR {d.n(e, 2)}, {d.ci(a[0], a[1], 2)}; {d.p(p)})."


@reading_open
def times_higher(d: Draw) -> str:
    a = d.R(decimals=1)
    form = d.rng.choice(
        ["Deaths were {0} times more likely ({3}; {2}) in men.", "Odds were {0} times as high ({3}; {2}).",
         "Men were {0} ({3}) times as likely to die ({2}).", "A {0}-fold greater risk ({3}) was found ({2})."]
    )  # fmt: skip
    return form.format(*a)


@reading_open
def number_needed_after_difference(d: Draw) -> str:
    e, se = d.rng.uniform(3, 20), d.rng.uniform(0.5, 1.4)
    low, high = e - 1.96 * se, e + 1.96 * se
    p = 2 * stats.norm.sf(e / se)
    return (
        f"The absolute risk reduction was {d.n(e, 1)}% ({d.ci(low, high, 1)}; {d.p(p)}; number needed to treat {d.n(100 / e, 0)}, "
        f"{d.ci(100 / high, 100 / low, 0)})."
    )


def accusations(text: str) -> list[str]:
    return [
        f"{figure.verdict.item} {figure.verdict.printed!r}: {figure.verdict.note}"
        for claim in check_text(text).claims
        for figure in claim.figures
        if figure.verdict.verdict == "inconsistent"
    ]


def filled(name: str, draw: int) -> tuple[str, Draw]:
    drawn = Draw(f"{name}/{draw}")
    return TEMPLATES[name](drawn), drawn


@pytest.mark.parametrize("name", TEMPLATES)
def test_lawful_estimates_are_never_accused(name):
    for draw in range(DRAWS):
        text, _ = filled(name, draw)
        assert accusations(text) == [], text


@pytest.mark.parametrize("name", [name for name in TEMPLATES if name not in READING_OPEN])
def test_estimates_with_limits_and_p_are_read(name):
    for draw in range(DRAWS):
        text, drawn = filled(name, draw)
        claims = check_text(text).claims
        found = [(c.estimate, c.lower, c.upper, "p" if c.p else None) for c in claims if c.lower is not None]
        assert found == drawn.expected, text


#: With a P value or only a label between, an estimate is taken for that of the limits when it lies inside them.
LINKED_INSIDE = {"ratio 5", "ratio 12"}


@pytest.mark.parametrize("name", [name for name in TEMPLATES if name not in READING_OPEN | LINKED_INSIDE])
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
