"""Lawful sentences of two proportions or more, in the styles of many journals: no figure of one is ever accused.

The tables are random, and what is printed of them is computed by scipy and statsmodels, not by this package.
"""

# ruff: noqa: E501 - a template is one line
from __future__ import annotations

import math
import random
import re
from functools import cached_property

import numpy as np
import pytest
from scipy.stats import chi2_contingency, fisher_exact, norm
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from gvhdcalc.reported.abstract import check_text
from gvhdcalc.stats.results import INCONSISTENT

_WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def fixed(value: float, decimals: int) -> str:
    """Rounded as papers round: halves away from zero, no minus before a zero."""
    text = f"{math.copysign(math.floor(abs(value) * 10**decimals + 0.5 + 1e-9), value) / 10**decimals:.{decimals}f}"
    return text.lstrip("-") if not text.strip("-0.") else text


class Table:
    """Two groups with two outcomes, and a third group; the attributes are the fields of the templates."""

    def __init__(self, seed: str) -> None:
        self.rng = rng = random.Random(seed)
        scale = rng.choice((20, 40, 60, 120, 300, 900))
        self.n1, self.n2, self.n3 = (rng.randint(scale // 2, scale) + 6 for _ in range(3))
        if rng.random() < 0.25:
            self.n3 = self.n2 = self.n1
        risk = rng.choice((0.08, 0.2, 0.4, 0.6, 0.85))
        other = risk * rng.choice((0.4, 0.7, 0.95, 1.1))
        self.a, self.c, self.e = (self._events(n, r) for n, r in ((self.n1, risk), (self.n2, other), (self.n3, other)))
        third = rng.uniform(0.05, 0.9)
        self.b1, self.b2, self.b3 = (self._events(n, third * rng.uniform(0.6, 1.1)) for n in self.totals)
        self.decimals = rng.choice((0, 1, 1, 1, 2))
        self.ratios: dict[str, tuple[str, ...]] = {}

    def _events(self, n: int, risk: float) -> int:
        return min(n - 1, max(1, sum(self.rng.random() < risk for _ in range(n))))

    @property
    def totals(self) -> tuple[int, int, int]:
        return self.n1, self.n2, self.n3

    def percent(self, events: int, total: int, decimals: int | None = None) -> str:
        return fixed(100 * events / total, self.decimals if decimals is None else decimals)

    def p_of(self, table: list[list[int]]) -> str:
        rows = np.array(table)
        how = self.rng.choice(("fisher", "ordinary", "yates")) if len(rows) == 2 else "ordinary"
        if how == "fisher":
            value = fisher_exact(rows).pvalue
        else:
            value = chi2_contingency(rows, correction=how == "yates").pvalue
        return p_text(value, self.rng)

    @cached_property
    def p(self) -> str:
        return self.p_of([[self.a, self.n1 - self.a], [self.c, self.n2 - self.c]])

    @cached_property
    def pb(self) -> str:
        return self.p_of([[self.b1, self.n1 - self.b1], [self.b2, self.n2 - self.b2]])

    @cached_property
    def p3(self) -> str:
        return self.p_of([[self.a, self.n1 - self.a], [self.c, self.n2 - self.c], [self.e, self.n3 - self.e]])

    def interval(self, kind: str, a: int, n1: int, c: int, n2: int) -> tuple[float, float, float]:
        p1, p2 = a / n1, c / n2
        few = min(a, c, n1 - a, n2 - c) < 8  # the solver for score limits fails on some
        if kind == "or":
            estimate = p1 / (1 - p1) * (1 - p2) / p2
            method = "logit" if few else self.rng.choice(("logit", "logit", "score"))
            low, high = confint_proportions_2indep(a, n1, c, n2, compare="odds-ratio", method=method)
        elif kind == "rr":
            estimate = p1 / p2
            method = "log" if few else self.rng.choice(("log", "log", "score"))
            low, high = confint_proportions_2indep(a, n1, c, n2, compare="ratio", method=method)
        else:
            estimate = p1 - p2
            method = "wald" if few else self.rng.choice(("wald", "wald", "newcomb", "agresti-caffo", "score"))
            try:
                low, high = confint_proportions_2indep(a, n1, c, n2, compare="diff", method=method)
            except ValueError:  # its solver fails on some tables
                low, high = confint_proportions_2indep(a, n1, c, n2, compare="diff", method="newcomb")
        return estimate, low, high

    def _three(self, values: tuple[float, float, float], decimals: int) -> tuple[str, ...]:
        return tuple(fixed(x, decimals) for x in values)

    def ratio(self, name: str) -> tuple[str, ...]:
        """An estimate with its limits: "or", "rr" or "rd" of the two groups, with a letter of other groups."""
        if name not in self.ratios:
            self.ratios[name] = self._ratio(name)
        return self.ratios[name]

    def _ratio(self, name: str) -> tuple[str, ...]:
        a, n1, c, n2 = self.a, self.n1, self.c, self.n2
        lower = (a, n1, c, n2) if a / n1 < c / n2 else (c, n2, a, n1)
        if name == "rrr":
            e, lo, up = self.interval("rr", *lower)
            return self._three((100 * (1 - e), 100 * (1 - up), 100 * (1 - lo)), 0)
        if name == "ard":
            e, lo, up = self.interval("rd", *lower)
            return self._three((-100 * e, -100 * up, -100 * lo), 1)
        if name == "aor":
            e, lo, up = self.interval("or", a, n1, c, n2)
            middle = math.log(e) + self.rng.uniform(-0.25, 0.25)
            se = (math.log(up) - math.log(lo)) / 3.92 * self.rng.uniform(1.0, 1.15)
            self.pa = p_text(2 * norm.sf(abs(middle / se)), self.rng)
            return self._three(tuple(math.exp(middle + k * 1.96 * se) for k in (0, -1, 1)), 2)
        four = {
            "": (a, n1, c, n2), "b": (self.b1, n1, self.b2, n2), "c": (self.e, self.n3, c, n2), "r": (c, n2, a, n1),
            "n": (n1 - a, n1, n2 - c, n2),
        }[name[2:]]  # fmt: skip
        scale, decimals = (100, max(self.decimals, 1)) if name.startswith("rd") else (1, 2)
        return self._three(tuple(scale * x for x in self.interval(name[:2], *four)), decimals)

    def field(self, name: str) -> str:
        """What a field of a template says; the later words of the class say which there are."""
        if name in self.groups:
            return self.groups[name]
        if match := re.fullmatch(r"(rrr|ard|aor|(?:or|rr|rd)[bcrn]?)(l|u|)_", name):
            return self.ratio(match[1])[("", "l", "u").index(match[2])]
        if name == "nnt":
            difference = abs(self.a / self.n1 - self.c / self.n2)
            return fixed(1 / difference, 0) if difference > 0.002 else "500"
        return str(getattr(self, name))

    @cached_property
    def groups(self) -> dict[str, str]:
        found = {}
        rows = {
            "1": (self.a, self.n1), "2": (self.c, self.n2), "3": (self.e, self.n3),
            "4": (self.b1, self.n1), "5": (self.b2, self.n2), "6": (self.b3, self.n3),
            "0": (self.a + self.c, self.n1 + self.n2), "7": (self.n1 - self.a, self.n1),
            "8": (self.n2 - self.c, self.n2),
        }  # fmt: skip
        for key, (events, total) in rows.items():
            found["e" + key], found["N" + key] = str(events), str(total)
            found["q" + key] = self.percent(events, total)
            found["Q" + key] = self.percent(events, total, 0)
            found["w" + key] = _WORDS[events] if 0 < events < len(_WORDS) else str(events)
            method = self.rng.choice(("normal", "wilson", "beta", "agresti_coull", "jeffreys"))
            low, high = proportion_confint(events, total, method=method)
            found["L" + key], found["U" + key] = (fixed(100 * max(0, min(1, x)), self.decimals) for x in (low, high))
        found["N"] = str(self.n1 + self.n2)
        return found

    def fill(self, template: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda match: self.field(match[1]), template)


def p_text(value: float, rng: random.Random) -> str:
    """A P value with its relation."""
    if value < 0.001:
        return rng.choice(("< 0.001", "<0.001", " < 0.001"))
    if value < 0.0095:
        return f" = {fixed(value, 3)}"
    if value > 0.06 and rng.random() < 0.1:
        return rng.choice((" > 0.05", " = NS"))
    if value > 0.99:
        return "> 0.99"
    return rng.choice((" = ", "=")) + fixed(value, rng.choice((2, 3)) if not 0.045 < value < 0.05 else 3)


STYLES = {
    "plain": lambda text: text,
    "lancet": lambda text: re.sub(r"(?<=[0-9])\.(?=[0-9])", "·", text).replace("P", "p"),
    "words": lambda text: text.replace("%", " percent").replace(" vs ", " vs. "),
    "per cent": lambda text: text.replace("%", " per cent").replace(" vs ", " v "),
    "jama": lambda text: re.sub(r"(P ?[=<>] ?)0\.", r"\1.", text).replace(" vs ", " versus "),
    "dashes": lambda text: re.sub(r"(?<=[0-9]) to (?=[0-9])", "–", text),
    "minus": lambda text: re.sub(r"(?<=[ (\[])-(?=[0-9])", "−", text).replace(" vs ", " compared with "),
    "brackets": lambda text: re.sub(r"\(([^()]*)\)", r"[\1]", text),
    "commas": lambda text: re.sub(r"(CI,?) ([-0-9.]+) to ([-0-9.]+)", r"\1 \2, \3", text),
}

#: 1 and 2 are the two groups, 3 a third; 4, 5 and 6 another outcome of the three; 0 all; 7 and 8 who had it not.
#: e events, N total, q percentage, Q whole percentage, w events in words, L and U limits. The two groups are read.
PAIRS = """
Relapse was seen in {e1} of {N1} patients ({q1}%) vs {e2} of {N2} ({q2}%) (P{p}).
Relapse occurred in {e1}/{N1} ({q1}%) vs {e2}/{N2} ({q2}%), P{p}.
Relapse rates were {q1}% ({e1}/{N1}) and {q2}% ({e2}/{N2}), respectively (P{p}).
The rate was {q1}% vs {q2}% ({e1}/{N1} vs {e2}/{N2}; RR {rr_}, 95% CI {rrl_} to {rru_}; P{p}).
The rates were {e1}/{N1} vs {e2}/{N2} ({q1}% vs {q2}%; P{p}).
The rates were {e1}/{N1} and {e2}/{N2} ({q1}% and {q2}%, respectively; P{p}).
Response was {q1}% ({e1} of {N1} patients) with drug and {q2}% ({e2} of {N2} patients) with placebo (P{p}).
Response was seen in {q1}% of patients ({e1}/{N1}) in the drug group and in {q2}% ({e2}/{N2}) in the control group (P{p}).
Death occurred in {e1} ({q1}%) of {N1} patients in the drug group and {e2} ({q2}%) of {N2} in the placebo group (OR {or_}, 95% CI {orl_} to {oru_}; P{p}).
Death occurred in {e1} ({q1}%) of {N1} patients on drug compared with {e2} ({q2}%) of {N2} on placebo (relative risk {rr_}; 95% CI {rrl_} to {rru_}).
{e1} of {N1} women ({q1}%) in the intervention arm and {e2} of {N2} ({q2}%) in the control arm gave birth (risk ratio {rr_} [95% CI {rrl_} to {rru_}], P{p}).
In the drug group {e1} of {N1} ({q1}%) died, compared with {e2} of {N2} ({q2}%) in the placebo group (absolute difference {rd_}% [95% CI {rdl_}% to {rdu_}%]; P{p}).
The primary outcome occurred in {e1} of {N1} patients ({q1}%) in the drug group and in {e2} of {N2} patients ({q2}%) in the placebo group (difference, {rd_} percentage points; 95% confidence interval [CI], {rdl_} to {rdu_}; P{p}).
The primary outcome occurred in {e1} of {N1} ({q1}%) in the drug group vs {e2} of {N2} ({q2}%) in the placebo group (risk difference, {rd_}% [95% CI, {rdl_}% to {rdu_}%]; RR, {rr_} [95% CI, {rrl_}-{rru_}]; P{p}).
Cure was {e1}/{N1} ({q1}%) in A and {e2}/{N2} ({q2}%) in B (odds ratio {or_}, 95% confidence interval {orl_} to {oru_}, P{p}).
Cure was {e1}/{N1}, {q1}%, in A versus {e2}/{N2}, {q2}%, in B (P{p}).
Cure was more common with A ({e1}/{N1}, {q1}%) than with B ({e2}/{N2}, {q2}%; P{p}).
Cure was more common with A ({e1}/{N1} [{q1}%]) than with B ({e2}/{N2} [{q2}%]; P{p}).
Cure was more common in the A group ({q1}%, {e1}/{N1}) than in the B group ({q2}%, {e2}/{N2}) (P{p}).
Cure was more common in the A group ({q1}%; {e1} of {N1}) than in the B group ({q2}%; {e2} of {N2}) (OR = {or_}; 95% CI = {orl_}-{oru_}; P{p}).
Cure differed between A ({e1} of {N1}, {q1}%) and B ({e2} of {N2}, {q2}%): RR {rr_}, 95% CI {rrl_} to {rru_}, P{p}.
Overall {e1}/{N1} ({q1}%) of the treated patients and {e2}/{N2} ({q2}%) of the controls relapsed (P{p}, chi-square test).
Overall {e1}/{N1} ({q1}%) of the treated and {e2}/{N2} ({q2}%) of the controls relapsed (P{p}, Fisher's exact test).
Of {N1} treated patients, {e1} ({q1}%) relapsed, compared with {e2} ({q2}%) of {N2} controls (P{p}).
Infections occurred in {e1}/{N1} patients ({q1}%) versus {e2}/{N2} patients ({q2}%); relative risk {rr_} (95% CI {rrl_} to {rru_}).
Infections: {e1}/{N1} ({q1}%) v {e2}/{N2} ({q2}%), RR {rr_} (95% CI {rrl_} to {rru_}), P{p}.
Infections: {e1}/{N1} ({q1}%) v {e2}/{N2} ({q2}%), adjusted OR {aor_} (95% CI {aorl_} to {aoru_}), P{pa}.
Infection was seen in {e1}/{N1} ({q1}%) v {e2}/{N2} ({q2}%) (adjusted odds ratio {aor_}, 95% CI {aorl_} to {aoru_}).
{e1} ({q1}%) of {N1} and {e2} ({q2}%) of {N2} infants in the drug and placebo groups, respectively, died (P{p}).
{e1} of {N1} ({q1}%) and {e2} of {N2} ({q2}%) infants in the drug and placebo groups died (relative risk reduction {rrr_}%, 95% CI {rrrl_} to {rrru_}).
{e1} of {N1} ({q1}%) on drug and {e2} of {N2} ({q2}%) on placebo died, a {rrr_}% relative reduction (95% CI {rrrl_} to {rrru_}).
{e1} of {N1} ({q1}%) on drug and {e2} of {N2} ({q2}%) on placebo died (number needed to treat {nnt}).
{e1} of {N1} ({q1}%) on drug and {e2} of {N2} ({q2}%) on placebo died (absolute risk reduction {ard_}%, 95% CI {ardl_} to {ardu_}; NNT {nnt}).
Success was achieved in {e1} out of {N1} ({q1}%) patients with drug and in {e2} out of {N2} ({q2}%) without (P{p}).
Success was achieved in {q1}% ({e1}/{N1}; 95% CI {L1} to {U1}) with drug and in {q2}% ({e2}/{N2}; 95% CI {L2} to {U2}) without (P{p}).
Success was {q1}% (95% CI {L1} to {U1}; {e1}/{N1}) with drug vs {q2}% (95% CI {L2} to {U2}; {e2}/{N2}) without (P{p}).
Success was {e1}/{N1} ({q1}%, 95% CI {L1}% to {U1}%) with drug vs {e2}/{N2} ({q2}%, 95% CI {L2}% to {U2}%) without, P{p}.
Success was {e1}/{N1} ({q1}% [95% CI {L1} to {U1}]) with drug vs {e2}/{N2} ({q2}% [95% CI {L2} to {U2}]) without; difference {rd_}% (95% CI {rdl_} to {rdu_}), P{p}.
Sensitivity was {q1}% ({e1}/{N1}) for A and {q2}% ({e2}/{N2}) for B (P{p}).
The drug halved the events: {e2}/{N2} ({q2}%) on placebo against {e1}/{N1} ({q1}%) on drug (OR for drug {or_}, 95% CI {orl_} to {oru_}).
Deaths were {e1}/{N1} ({q1}%) and {e2}/{N2} ({q2}%) (OR for survival {orn_}, 95% CI {ornl_} to {ornu_}).
Deaths were {e1}/{N1} ({q1}%) on drug and {e2}/{N2} ({q2}%) on placebo (RR of survival {rrn_}; 95% CI {rrnl_} to {rrnu_}).
Death was seen in {e1}/{N1} ({q1}%) of A and {e2}/{N2} ({q2}%) of B (B vs A: OR {orr_}, 95% CI {orrl_} to {orru_}).
The event rate in women was {q1}% ({e1}/{N1}) vs {q2}% ({e2}/{N2}) in men, hazard ratio not shown, P{p}.
At 12 months, {e1} ({q1}%) of {N1} patients vs {e2} ({q2}%) of {N2} patients were alive (P{p}).
At 12 months, {q1}% ({e1} of {N1}) vs {q2}% ({e2} of {N2}) were alive (P{p}), an absolute difference of {ard_}%.
The incidence was {q1}% ({e1}/{N1}) before and {q2}% ({e2}/{N2}) after the change (P{p}).
Adherence was {e1}/{N1} ({q1}%) in the text-message group and {e2}/{N2} ({q2}%) in the usual-care group: difference {rd_}% (95% CI {rdl_}% to {rdu_}%).
Adherence was {e1}/{N1} ({q1}%) in the text-message group and {e2}/{N2} ({q2}%) in usual care (mean difference not estimated; P{p}).
""".strip().splitlines()

PAIRS_ELSEWHERE = """
Patients were assigned to drug (n={N1}) or placebo (n={N2}). Relapse occurred in {e1} ({q1}%) and {e2} ({q2}%) patients, respectively (P{p}).
Patients were assigned to drug (n={N1}) or placebo (n={N2}). Relapse occurred in {q1}% (n={e1}) vs {q2}% (n={e2}) (P{p}).
{N} patients were randomised, {N1} to drug and {N2} to placebo. {e1} ({q1}%) and {e2} ({q2}%) died (OR {or_}, 95% CI {orl_} to {oru_}).
{N} patients were randomised, {N1} to drug and {N2} to placebo. Death: {e1} ({q1}%) v {e2} ({q2}%), RR {rr_} (95% CI {rrl_} to {rru_}), P{p}.
We randomly assigned {N} patients ({N1} to drug and {N2} to placebo). {e1} patients ({q1}%) in the drug group and {e2} ({q2}%) in the placebo group died (P{p}).
We randomly assigned {N} patients ({N1} to drug and {N2} to placebo). Death was less common with drug ({e1} [{q1}%]) than with placebo ({e2} [{q2}%]; P{p}).
We randomly assigned {N} patients ({N1} drug, {N2} placebo). Death was seen in {q1}% [{e1} patients] vs {q2}% [{e2} patients]; odds ratio, {or_}; 95% confidence interval [CI], {orl_}-{oru_}; P{p}.
There were {N1} patients in group A and {N2} in group B. Fever occurred in {w1} ({q1}%) and {w2} ({q2}%) (P{p}).
There were {N1} patients in group A and {N2} in group B. {w1} patients ({q1}%) in group A and {w2} patients ({q2}%) in group B had fever (P{p}).
In group A (n = {N1}) {e1} patients ({q1}%) and in group B (n = {N2}) {e2} patients ({q2}%) had fever (P{p}).
In group A ({N1} patients), {e1} ({q1}%) had fever; in group B ({N2} patients), {e2} ({q2}%) had fever (P{p}).
In the drug group, {e1} of the {N1} patients had fever ({q1}%), as did {e2} of the {N2} given placebo ({q2}%) (P{p}).
""".strip().splitlines()

OTHERS = """
There were {N1} patients in group A and {N2} in group B. Relapse was {q1}% and {q2}%, respectively (P{p}).
Of {N} patients, {e0} ({q0}%) relapsed: {e1} ({q1}%) of {N1} on drug and {e2} ({q2}%) of {N2} on placebo (P{p}).
Of {N} patients, {e0} ({q0}%) relapsed, {e1}/{N1} ({q1}%) with A and {e2}/{N2} ({q2}%) with B; OR {or_} (95% CI {orl_} to {oru_}).
Relapse was {e1}/{N1} ({q1}%), {e2}/{N2} ({q2}%), and {e3}/{N3} ({q3}%) in groups A, B and C, respectively (P{p3}).
Relapse was {q1}% ({e1}/{N1}), {q2}% ({e2}/{N2}) and {q3}% ({e3}/{N3}) in the three groups (P{p3}).
Relapse was {q1}%, {q2}%, and {q3}% ({e1}/{N1}, {e2}/{N2}, and {e3}/{N3}) in the three groups (P{p3}).
Relapse was {q1}% vs {q2}% vs {q3}% ({e1}/{N1} vs {e2}/{N2} vs {e3}/{N3}; P{p3}).
Relapse was {e1}/{N1}, {e2}/{N2} and {e3}/{N3} ({q1}%, {q2}% and {q3}%, respectively; P{p3}).
Relapse was {e1}/{N1} vs {e2}/{N2} vs {e3}/{N3} ({q1}% vs {q2}% vs {q3}%; P{p3}).
Relapse was {e1} of {N1} ({q1}%) in A, {e2} of {N2} ({q2}%) in B and {e3} of {N3} ({q3}%) in C (P{p3}).
Groups A (n={N1}), B (n={N2}) and C (n={N3}) had relapse in {e1} ({q1}%), {e2} ({q2}%) and {e3} ({q3}%) patients, respectively (P{p3}).
Relapse was {e1}/{N1} ({q1}%) with A, {e3}/{N3} ({q3}%) with C and {e2}/{N2} ({q2}%) with placebo (A vs placebo, RR {rr_}, 95% CI {rrl_} to {rru_}; C vs placebo, RR {rrc_}, 95% CI {rrcl_} to {rrcu_}).
Relapse was {e1}/{N1} ({q1}%) with A, {e3}/{N3} ({q3}%) with C and {e2}/{N2} ({q2}%) with placebo (A vs placebo, P{p}).
Relapse was {e2}/{N2} ({q2}%) with placebo, {e1}/{N1} ({q1}%) with A (RR {rr_}, 95% CI {rrl_} to {rru_}) and {e3}/{N3} ({q3}%) with C (RR {rrc_}, 95% CI {rrcl_} to {rrcu_}).
Relapse ({e1}/{N1} [{q1}%] vs {e2}/{N2} [{q2}%]; P{p}) and death ({e4}/{N1} [{q4}%] vs {e5}/{N2} [{q5}%]; P{pb}) were compared.
Relapse ({q1}% vs {q2}%; P{p}) and death ({q4}% vs {q5}%; P{pb}) were compared.
Relapse ({e1} of {N1} vs {e2} of {N2}; OR {or_}, 95% CI {orl_} to {oru_}) and death ({e4} of {N1} vs {e5} of {N2}; OR {orb_}, 95% CI {orbl_} to {orbu_}) were compared.
Relapse and death occurred in {e1}/{N1} ({q1}%) and {e4}/{N1} ({q4}%) of A, compared with {e2}/{N2} ({q2}%) and {e5}/{N2} ({q5}%) of B (P{p} and P{pb}, respectively).
Relapse and death occurred in {e1} ({q1}%) and {e4} ({q4}%) of {N1} patients in A and {e2} ({q2}%) and {e5} ({q5}%) of {N2} patients in B (P{p} and P{pb}, respectively).
Relapse was {q1}% and {q2}% at 6 months (P{p}) and {q4}% and {q5}% at 12 months (P{pb}) in {N1} and {N2} patients, respectively.
Relapse was {e1}/{N1} ({q1}%) v {e2}/{N2} ({q2}%) at 6 months (P{p}), and {e4}/{N1} ({q4}%) v {e5}/{N2} ({q5}%) at 12 months (P{pb}).
Relapse was {q1}% v {q2}% at 6 months and {q4}% v {q5}% at 12 months ({e1}/{N1} v {e2}/{N2} and {e4}/{N1} v {e5}/{N2}; P{p} and P{pb}, respectively).
At 6 and 12 months, relapse was {e1}/{N1} ({q1}%) and {e4}/{N1} ({q4}%) with A and {e2}/{N2} ({q2}%) and {e5}/{N2} ({q5}%) with B (P{p} and {pb}).
The odds ratio was {or_} (95% CI {orl_} to {oru_}; {e1}/{N1} vs {e2}/{N2}).
The relative risk was {rr_} (95% CI {rrl_} to {rru_}; {q1}% vs {q2}%; P{p}).
The relative risk was {rr_} ({e1}/{N1} vs {e2}/{N2}, 95% CI {rrl_} to {rru_}).
There was no difference in relapse (P{p}): {e1}/{N1} ({q1}%) vs {e2}/{N2} ({q2}%).
There was no difference (P{p}) between A ({e1}/{N1}, {q1}%) and B ({e2}/{N2}, {q2}%).
The risk difference was {rd_}% (95% CI {rdl_}% to {rdu_}%), with {e1} of {N1} and {e2} of {N2} events (P{p}).
None of {N1} patients given drug and {w2} of {N2} ({q2}%) given placebo had fever.
None of the {N1} patients given drug, {e2} of the {N2} ({q2}%) given placebo and all {N3} others had fever.
All {N1} (100%) patients on drug and {e2}/{N2} ({q2}%) on placebo responded.
Relapse occurred in 0/{N1} (0%) vs {e2}/{N2} ({q2}%), and death in {N1}/{N1} (100%) vs {e5}/{N2} ({q5}%).
{w1} of {N1} ({q1}%) and {w2} of {N2} ({q2}%) had fever (P{p}).
Fever was seen in {w1} patients ({q1}%), rash in {w4} ({q4}%), of {N1} treated; in controls in {w2} ({q2}%) and {w5} ({q5}%) of {N2}.
Among {N} patients, those with fever ({e1} of {N1}; {q1}%) had relapse; of those without, {e2} of {N2} did ({q2}%) (crude OR {or_}, 95% CI {orl_} to {oru_}; adjusted OR {aor_}, 95% CI {aorl_} to {aoru_}).
Relapse: {e1}/{N1} ({q1}%) v {e2}/{N2} ({q2}%); crude RR {rr_} (95% CI {rrl_} to {rru_}), adjusted OR {aor_} (95% CI {aorl_} to {aoru_}; P{pa}).
{Q1}% ({e1}/{N1}) of boys and {Q2}% ({e2}/{N2}) of girls, or {Q0}% ({e0}/{N}) overall, had caries (P{p}).
Caries was seen in {e0} of {N} ({q0}%), in {e1} ({q1}%) of {N1} boys and {e2} ({q2}%) of {N2} girls.
Caries was seen in {q1}% of boys and {q2}% of girls (P{p}); {e1} of {N1} and {e2} of {N2}, respectively.
Caries was seen in {q1}% of {N1} boys and {q2}% of {N2} girls (P{p}).
Caries was seen in {q1}% (n = {N1}) of boys' and {q2}% (n = {N2}) of girls' teeth.
Caries was seen in {q1} and {q2}% of {N1} boys and {N2} girls, respectively (P{p}).
Caries was seen in {q1}% vs {q2}% (n = {N1} and {N2}; P{p}).
Caries was seen in {q1}% of boys (n={N1}) and {q2}% of girls (n={N2}) (OR {or_}, 95% CI {orl_} to {oru_}, P{p}).
Caries was seen in {e1} boys and {e2} girls ({q1}% vs {q2}%, P{p}).
Caries was seen in {e1} and {e2} patients ({q1}% and {q2}%; odds ratio {or_}; 95% CI, {orl_} to {oru_}).
Caries was seen in {e1} vs {e2} patients ({q1}% vs {q2}%; RR {rr_}; 95% CI, {rrl_} to {rru_}; P{p}).
Caries was seen in {e1} vs {e2} ({q1} vs {q2}%; P{p}).
Caries ({e1} [{q1}%] vs {e2} [{q2}%]) and gingivitis ({e4} [{q4}%] vs {e5} [{q5}%]) were seen in {N1} and {N2} children.
Caries decreased from {q1}% ({e1}/{N1}) to {q2}% ({e2}/{N2}) (P{p}).
Caries decreased from {e1} of {N1} ({q1}%) at baseline to {e2} of {N2} ({q2}%) at 12 months, P{p}.
Caries in A fell from {e1}/{N1} ({q1}%) to {e4}/{N1} ({q4}%) and in B from {e2}/{N2} ({q2}%) to {e5}/{N2} ({q5}%).
There was a {rrr_}% reduction (95% CI {rrrl_} to {rrru_}; P{p}) in caries: {e1}/{N1} v {e2}/{N2}.
There was a {ard_}% absolute reduction (95% CI {ardl_}% to {ardu_}%) in caries, from {q2}% ({e2}/{N2}) to {q1}% ({e1}/{N1}).
Caries: {q1}% v {q2}%, difference {rd_}% ({rdl_}% to {rdu_}%), P{p}.
Caries: {q1}% ({e1}/{N1}) v {q2}% ({e2}/{N2}), difference {rd_} percentage points, {rdl_} to {rdu_}; P{p}.
Caries: {e1} ({q1}%) v {e2} ({q2}%), relative risk {rr_}, {rrl_} to {rru_}, P{p} ({N1} and {N2} children).
Caries was seen in {e1}/{N1} v {e2}/{N2}; relative risk {rr_}, 95% confidence interval {rrl_} to {rru_}; number needed to treat {nnt}.
Caries was seen in {e1}/{N1} ({q1}%) and not in {e7}/{N1} ({q7}%); in controls in {e2}/{N2} ({q2}%) and not in {e8}/{N2} ({q8}%) (P{p}).
Of {N1} boys {e1} ({q1}%) had caries and {e7} ({q7}%) had none; of {N2} girls {e2} ({q2}%) and {e8} ({q8}%), respectively (P{p}).
In subgroup A, relapse was {e1}/{N1} vs {e2}/{N2} (RR {rr_}, {rrl_}-{rru_}), and in subgroup B {e4}/{N1} vs {e5}/{N2} (RR {rrb_}, {rrbl_}-{rrbu_}).
In subgroup A, relapse was {q1}% vs {q2}% ({e1}/{N1} vs {e2}/{N2}; P{p}); in subgroup B it was {q4}% vs {q5}% ({e4}/{N1} vs {e5}/{N2}; P{pb}).
In subgroup A, relapse was {q1}% with drug and {q2}% with placebo ({e1}/{N1} and {e2}/{N2}, respectively; OR {or_} [95% CI {orl_} to {oru_}]; P{p}).
In subgroup A, relapse was {q1}% with drug ({e1}/{N1}) and {q2}% with placebo ({e2}/{N2}); in subgroup B {q4}% ({e4}/{N1}) and {q5}% ({e5}/{N2}).
Relapse was seen in {e1} ({q1}%), {e2} ({q2}%), and {e3} ({q3}%) patients of {N1}, {N2}, and {N3} in groups A, B, and C.
Relapse was seen in {q1}% ({e1}) of A, {q2}% ({e2}) of B and {q3}% ({e3}) of C ({N1}, {N2} and {N3} patients; P{p3}).
Relapse was {e1}/{N1} ({q1}%) for low, {e2}/{N2} ({q2}%) for medium, and {e3}/{N3} ({q3}%) for high dose (P{p3}; low vs medium P{p}).
Relapse and death were {q1}% and {q4}% in A ({e1}/{N1} and {e4}/{N1}) and {q2}% and {q5}% in B ({e2}/{N2} and {e5}/{N2}).
Relapse and death rates were {q1}% vs {q2}% and {q4}% vs {q5}%, respectively ({N1} vs {N2} patients).
Relapse rates at one year were {q1}% in the drug arm and {q2}% in the placebo arm ({e1} of {N1} vs {e2} of {N2} patients; hazard ratio not estimated; P{p}).
Relapse rates at one year were {q1}% in the drug arm and {q2}% in the placebo arm (n={e1} and n={e2}; P{p}).
Relapse rates at one year were {q1}% in the drug arm [{e1}/{N1} patients] and {q2}% in the placebo arm [{e2}/{N2} patients], P{p}.
Relapse rates at one year: drug, {e1}/{N1} ({q1}%); placebo, {e2}/{N2} ({q2}%); P{p}; odds ratio, {or_}; 95% CI, {orl_} to {oru_}.
Relapse rates at one year: drug {q1}% ({e1}/{N1}), placebo {q2}% ({e2}/{N2}), odds ratio {or_} ({orl_} to {oru_}).
Relapse rates at one year: drug {e1}/{N1}, placebo {e2}/{N2}; odds ratio {or_} [{orl_}, {oru_}], P{p}.
Relapse rates at one year (drug vs placebo) were {e1} ({q1}%) vs {e2} ({q2}%); death rates, {e4} ({q4}%) vs {e5} ({q5}%); N = {N1} vs {N2}.
Relapse was more frequent in A than B ({q1}% vs {q2}%; OR: {or_}; CI: {orl_}-{oru_}; P{p}) and death too ({q4}% vs {q5}%; OR: {orb_}; CI: {orbl_}-{orbu_}; P{pb}).
Relapse was more frequent in A than B (odds ratio [OR] {or_}, 95% CI [{orl_}, {oru_}], P{p}; {q1}% vs {q2}%).
Relapse was more frequent in A than B (OR {or_}; 95% CI {orl_} to {oru_}; {e1}/{N1} vs {e2}/{N2}; P{p}).
Relapse was more frequent in A than B (RR {rr_}; 95% CI {rrl_} to {rru_}; {e1} of {N1} [{q1}%] vs {e2} of {N2} [{q2}%]; P{p}).
Relapse was more frequent in A than B (P{p}; OR {or_}; 95% CI {orl_} to {oru_}): {q1}% ({e1}/{N1}) vs {q2}% ({e2}/{N2}).
Relapse, death, and fever were seen in {e1} ({q1}%), {e4} ({q4}%), and {e7} ({q7}%) of {N1} patients given drug.
Relapse, death, and fever were seen in {q1}%, {q4}%, and {q7}% of {N1} patients given drug and {q2}%, {q5}%, and {q8}% of {N2} given placebo.
Relapse, death, and fever were seen in {q1}%, {q4}%, and {q7}% of those given drug and {q2}%, {q5}%, and {q8}% of those given placebo ({e1}/{N1}, {e4}/{N1}, {e7}/{N1} and {e2}/{N2}, {e5}/{N2}, {e8}/{N2}).
Relapse, death, and fever were seen in {q1}% vs {q2}%, {q4}% vs {q5}%, and {q7}% vs {q8}% (P{p}, P{pb}, and P{p}, respectively) of {N1} vs {N2} patients.
Relapse and death were seen in {q1}% vs {q2}% (P{p}) and {q4}% vs {q5}% (P{pb}) of {N1} vs {N2} patients, respectively.
Relapse and death were seen in {e1}/{N1} vs {e2}/{N2} (P{p}) and {e4}/{N1} vs {e5}/{N2} (P{pb}).
Relapse and death were seen in {e1}/{N1} vs {e2}/{N2} and {e4}/{N1} vs {e5}/{N2} (P{p} and P{pb}, respectively).
Relapse and death were seen in {e1} vs {e2} and {e4} vs {e5} patients ({q1}% vs {q2}% and {q4}% vs {q5}%), respectively (P{p} and P{pb}).
Relapse and death were seen in {e1} and {e4} patients given drug ({q1}% and {q4}%) and in {e2} and {e5} given placebo ({q2}% and {q5}%; P{p} and P{pb}).
Relapse and death were seen in {q1}% and {q4}% given drug vs {q2}% and {q5}% given placebo (P{p} and P{pb}).
Relapse and death were less common with drug (ORs {or_} [95% CI {orl_} to {oru_}] and {orb_} [{orbl_} to {orbu_}], respectively; P{p} and P{pb}).
Relapse: {q1}% ({L1} to {U1}) v {q2}% ({L2} to {U2}); {e1}/{N1} v {e2}/{N2}.
Relapse: {q1}% (95% CI {L1}-{U1}%) v {q2}% (95% CI {L2}-{U2}%), P{p}.
Relapse: {e1}/{N1} ({q1}%; {L1}%-{U1}%) v {e2}/{N2} ({q2}%; {L2}%-{U2}%); difference {rd_}% ({rdl_}% to {rdu_}%).
The relapse rate was {q1}% (95% confidence interval, {L1}% to {U1}%) among {N1} patients given drug and {q2}% (95% confidence interval, {L2}% to {U2}%) among {N2} given placebo.
The pooled relapse rate was {q0}% ({e0} of {N}; 95% CI {L0} to {U0}), {q1}% in men ({e1} of {N1}; 95% CI {L1} to {U1}).
The sensitivity was {q1}% [{e1}/{N1}; 95% CI, {L1}-{U1}] and the specificity {q2}% [{e2}/{N2}; 95% CI, {L2}-{U2}].
Sensitivity and specificity were {q1}% ({e1}/{N1}) and {q2}% ({e2}/{N2}) for A and {q4}% ({e4}/{N1}) and {q5}% ({e5}/{N2}) for B.
Sensitivity and specificity were {q1}% and {q2}% ({e1} of {N1} and {e2} of {N2}) for A and {q4}% and {q5}% ({e4} of {N1} and {e5} of {N2}) for B (P{pb}).
Of {N} patients ({N1} men [{e1} smokers, {q1}%] and {N2} women [{e2} smokers, {q2}%]), {e0} ({q0}%) smoked.
{N1} patients received drug ({e1} relapsed, {q1}%) and {N2} placebo ({e2} relapsed, {q2}%; P{p}).
{N1} and {N2} patients were studied. Relapse occurred in {q1} and {q2}% respectively (P{p}).
{e1} patients of {N1} ({q1}%) relapsed in A, {e2} of {N2} ({q2}%) in B, a difference of {ard_} percentage points (95% CI {ardl_} to {ardu_}).
Fewer patients in A than in B relapsed ({e1} [{q1}%] of {N1} vs {e2} [{q2}%] of {N2}; difference {rd_}%, 95% CI {rdl_} to {rdu_}; P{p}).
Fewer patients in A ({N1}) than in B ({N2}) relapsed ({e1} vs {e2}; {q1}% vs {q2}%; P{p}).
Fewer patients in A than in B relapsed: {e1} of {N1} patients vs {e2} of {N2} patients; risk ratio={rr_} (95% CI={rrl_}, {rru_}); P{p}.
Fewer patients relapsed in A ({w1} of {N1}) than in B ({w2} of {N2}) (P{p}, Fisher exact test).
Relapse was seen in {q1}% of A and in {q2}% of B, an adjusted odds ratio of {aor_} (95% CI {aorl_}-{aoru_}, P{pa}); {N1} and {N2} patients.
The odds of relapse were changed ({q1}% vs {q2}%; unadjusted OR {or_}, 95% CI {orl_}-{oru_}; adjusted OR {aor_}, 95% CI {aorl_}-{aoru_}).
The relapse rate in A was {q1}% ({e1}/{N1}), in B {q2}% ({e2}/{N2}; vs A, P{p}), and in C {q3}% ({e3}/{N3}).
The relapse rates in A, B, and C were {e1}/{N1} ({q1}%), {e2}/{N2} ({q2}%; P{p} vs A), and {e3}/{N3} ({q3}%).
The relapse rate was {q1}% (n={e1}) in A, {q2}% (n={e2}) in B, and {q3}% (n={e3}) in C (P{p3}), of {N1}, {N2} and {N3}.
Relapse at 3, 6 and 12 months was {q1}%, {q4}% and {q7}% in A and {q2}%, {q5}% and {q8}% in B.
Relapse at 3 months was {e1} ({q1}%) vs {e2} ({q2}%) and at 6 months {e4} ({q4}%) vs {e5} ({q5}%) (P{p} and P{pb}) of {N1} vs {N2}.
Relapse was {q1}% v {q2}% (odds ratio {or_}, {orl_} to {oru_}; P{p}) at 3 months and {q4}% v {q5}% ({orb_}, {orbl_} to {orbu_}; P{pb}) at 6 months.
Relapse was {e1}/{N1} ({q1}%) v {e2}/{N2} ({q2}%) (absolute risk reduction {ard_}% ({ardl_}% to {ardu_}%), relative risk reduction {rrr_}% ({rrrl_}% to {rrru_}%), number needed to treat {nnt}).
Relapse was {q1}% v {q2}% (relative risk reduction {rrr_}%; 95% CI {rrrl_}% to {rrru_}%; P{p}).
Relapse was reduced by {rrr_}% (95% CI {rrrl_} to {rrru_}) from {q2}% ({e2}/{N2}) to {q1}% ({e1}/{N1}).
Relapse was {q1}% ({e1}/{N1}) and {q2}% ({e2}/{N2}), NS.
Relapse was {q1}% ({e1}/{N1}) and {q2}% ({e2}/{N2}); chi-square, P{p}; N = {N}.
Relapse: n = {e1} ({q1}%) vs n = {e2} ({q2}%), P{p}; total n = {N1} vs n = {N2}.
Relapse: {e1} [{q1}] of {N1} vs {e2} [{q2}] of {N2}, P{p}.
Relapse: {e1}/{N1} = {q1}% vs {e2}/{N2} = {q2}%, P{p}.
Relapse: {q1}% = {e1}/{N1} vs {q2}% = {e2}/{N2}, P{p}.
Relapse rates: {e1}:{N1} ({q1}%) vs {e2}:{N2} ({q2}%), P{p}.
Relapse in A vs B: {q1}% [{e1}] vs {q2}% [{e2}]; in C: {q3}% [{e3}] (n = {N1}, {N2} and {N3}).
Relapse ({q1} vs {q2}%, P{p}), death ({q4} vs {q5}%, P{pb}) and fever ({q3}%) were noted.
Relapse was seen in {q1}% (n = {N1}) vs {q2}% (n = {N2}; P{p}).
Relapse was seen in {q1}% [{N1} patients] vs {q2}% [{N2} patients]; OR {or_} (95% CI {orl_} to {oru_}; P{p}).
Relapse was seen in {q1}% (N={N1}) with A, {q2}% (N={N2}) with B and {q3}% (N={N3}) with C (P{p3}).
Relapse was seen in {q1}% of patients given A ({q4}% died; n = {N1}) and {q2}% of those given B ({q5}% died; n = {N2}).
Relapse was seen in A ({q1}%, n = {N1}) more than in B ({q2}%, n = {N2}; risk difference {rd_}%, 95% CI {rdl_}% to {rdu_}%).
The relapse rate with A (n = {N1}) was {q1}% vs {q2}% with B (n = {N2}), P{p}.
The relapse rate was {q1}% in {N1} patients given A vs {q2}% in {N2} patients given B (P{p}).
The relapse rate was {q1}% (95% CI {L1}% to {U1}%) in {N1} patients given A and {q2}% ({L2}% to {U2}%; n = {N2}) with B.
Of {N1} patients given A, {q1}% relapsed (95% CI {L1} to {U1}), and of {N2} patients given B, {q2}% (95% CI {L2} to {U2}).
Relapse: {e1}/{N1} patients (95% CI {L1}% to {U1}%) v {e2} of {N2} patients (95% CI {L2}% to {U2}%), P{p}.
Relapse: {q1}% ({e1} of {N1} patients; 95% CI, {L1} to {U1}) v {q2}% ({e2} out of {N2}; 95% CI, {L2} to {U2}).
Relapse: {q1}% (n/N = {e1}/{N1}; 95% CI, {L1} to {U1}) v {q2}% (n/N = {e2}/{N2}; 95% CI, {L2} to {U2}).
There were {e1} relapses among {N1} patients in A ({q1}%) vs {e2} among the {N2} patients in B ({q2}%; P{p}).
There were {e1} relapses in {N1} patients ({q1}%) and {e4} deaths among the same {N1} patients ({q4}%).
Of {N} patients, {N1} were given A and {N2} B; {e1} ({q1}%) and {e2} ({q2}%) relapsed, and {e4} ({q4}%) vs {e5} ({q5}%) died.
We randomised {N} patients to A (n = {N1}) or B (n = {N2}). In a third series {e3} ({q3}%) and {e0} ({q0}%) relapsed.
In A (n = {N1}) {e1} ({q1}%) relapsed, in B (n = {N2}) {e2} ({q2}%), and in both {e0} ({q0}%).
At 1 year {e1} ({q1}%) of {N1} women and {e2} ({q2}%) of {N2} men had relapsed (P{p}).
""".strip().splitlines()

LISTS = """
Event rates were as follows: A, {q1}% (n = {e1}/{N1}); B, {q2}% (n = {e2}/{N2}); C, {q3}% (n = {e3}/{N3}); P{p3}.
Event rates were as follows: A {e1}/{N1} ({q1}%); B {e2}/{N2} ({q2}%); C {e3}/{N3} ({q3}%); A vs B P{p}.
Events occurred in {e1} ({q1}%) and {e2} ({q2}%) of {N1} and {N2} patients, respectively (P{p}).
Events occurred in {e1} ({q1}%), {e2} ({q2}%), and {e3} ({q3}%) of {N1}, {N2}, and {N3} patients (P{p3}).
Events occurred in {e1} ({q1}%), {e2} ({q2}%) and {e3} ({q3}%), respectively, of {N1}, {N2} and {N3} patients (P{p3} for the three-way comparison).
Events occurred in {q1}%, {q2}%, and {q3}% of patients in tertiles 1, 2, and 3 ({e1}, {e2}, and {e3} events among {N1}, {N2}, and {N3}; P{p3}).
Events occurred in {q1}%, {q2}%, and {q3}% of patients in tertiles 1, 2, and 3, respectively (adjusted OR for tertile 3 vs 1, {aor_}; 95% CI, {aorl_}-{aoru_}; P for trend{pa}).
Events occurred in {q1}% of {N1}, {q2}% of {N2}, and {q3}% of {N3} patients (P{p3}).
Compared with placebo ({e2}/{N2}, {q2}%), events were changed by A ({e1}/{N1}, {q1}%; RR {rr_}, 95% CI {rrl_}-{rru_}) and C ({e3}/{N3}, {q3}%; RR {rrc_}, 95% CI {rrcl_}-{rrcu_}).
Compared with placebo ({q2}%), events were changed by A ({q1}%; OR {or_}, 95% CI {orl_}-{oru_}; P{p}) and C ({q3}%; OR {orc_}, 95% CI {orcl_}-{orcu_}).
Events were seen in {e1} of {N1} with A, {e3} of {N3} with C, and {e2} of {N2} with placebo; A differed from placebo (difference {rd_}%, 95% CI {rdl_}% to {rdu_}%).
Events were seen in {e1}/{N1} ({q1}%) with A and {e3}/{N3} ({q3}%) with C vs {e2}/{N2} ({q2}%) with placebo (odds ratio {or_} [95% CI, {orl_}-{oru_}; P{p}] and {orc_} [95% CI, {orcl_}-{orcu_}], respectively).
Events were seen in {e1}/{N1} ({q1}%) with A and {e2}/{N2} ({q2}%) with B, and deaths in {e4}/{N1} ({q4}%) and {e5}/{N2} ({q5}%), respectively (P{p} and P{pb}).
Events were seen in {e1} ({q1}%) and {e2} ({q2}%), deaths in {e4} ({q4}%) and {e5} ({q5}%), and rash in none and 1 of the {N1} and {N2} patients, respectively (P{p}, P{pb}, and P = 0.9).
Events: {e1} ({q1}%) vs {e2} ({q2}%), P{p}; deaths: {e4} ({q4}%) vs {e5} ({q5}%), P{pb}. There were {N1} and {N2} patients.
Events [{e1} ({q1}%) vs {e2} ({q2}%), OR {or_} ({orl_}-{oru_})] and deaths [{e4} ({q4}%) vs {e5} ({q5}%), OR {orb_} ({orbl_}-{orbu_})] in {N1} vs {N2}.
The rate of events ({q1}% vs {q2}%; difference, {rd_}%; 95% CI, {rdl_}% to {rdu_}%) and of deaths ({q4}% vs {q5}%; difference, {rdb_}%; 95% CI, {rdbl_}% to {rdbu_}%).
The rate of events was {q1}% ({e1} of {N1}) vs {q2}% ({e2} of {N2}) (difference, {rd_} percentage points [95% CI, {rdl_} to {rdu_}]; RR, {rr_} [95% CI, {rrl_} to {rru_}]; OR, {or_} [95% CI, {orl_} to {oru_}]).
The rate of events was {q1}% (95% CI, {L1}%-{U1}%; {e1} of {N1} patients) with A and {q2}% (95% CI, {L2}%-{U2}%; {e2} of {N2} patients) with B (P{p}).
The rate of events was {q1}% with A (95% CI, {L1} to {U1}) and {q2}% with B (95% CI, {L2} to {U2}), a difference of {rd_} percentage points (95% CI, {rdl_} to {rdu_}; P{p}).
The rates of events with A and B were {q1}% [{L1}, {U1}] and {q2}% [{L2}, {U2}]; OR {or_} [{orl_}, {oru_}].
The rates were {e1}/{N1} ({q1}%, 95% CI {L1}-{U1}), {e2}/{N2} ({q2}%, 95% CI {L2}-{U2}), and {e3}/{N3} ({q3}%, 95% CI {L3}-{U3}).
The rates were {q1}%, {q2}%, and {q3}% (95% CI {L1}-{U1}, {L2}-{U2}, and {L3}-{U3}; {e1}/{N1}, {e2}/{N2}, and {e3}/{N3}).
The event rate was lower with A ({e1} events in {N1} patients, {q1}%) than B ({e2} events in {N2} patients, {q2}%), P{p}.
The event rate was lower with A ({e1} events, {q1}%) than B ({e2} events, {q2}%), OR {or_} (95% CI {orl_} to {oru_}), P{p}.
The event rate was lower with A, {e1} events ({q1}%), than B, {e2} events ({q2}%) (relative risk, {rr_}; 95% CI, {rrl_} to {rru_}; P{p} by Fisher's exact test).
The event rate was lower in A ({N1} patients, {e1} events [{q1}%]) than in B ({N2} patients, {e2} events [{q2}%]; P{p}).
A total of {e0} of {N} patients ({q0}%) had events, including {e1} in A ({q1}%) and {e2} in B ({q2}%) (P{p}).
A total of {e0} events occurred in {N} patients: {e1} in A (n = {N1}) and {e2} in B (n = {N2}) (P{p}).
A total of {e0} ({q0}%) had events; {e1} ({q1}%) in A (n = {N1}), {e2} ({q2}%) in B (n = {N2}); P{p}; of those, {w4} ({q4}%) and {w5} ({q5}%) died.
Among {N1} patients in A, {q1}% ({e1}) had events and {q4}% ({e4}) died, vs {q2}% ({e2}) and {q5}% ({e5}) of {N2} in B (P{p} and P{pb}).
Among {N1} patients in A, {e1} had events and {e4} died ({q1}% and {q4}%), vs {e2} and {e5} of {N2} in B ({q2}% and {q5}%).
Men had {e1}/{N1} ({q1}%) events and {e4}/{N1} ({q4}%) deaths; women {e2}/{N2} ({q2}%) and {e5}/{N2} ({q5}%) (OR {or_}, 95% CI {orl_}-{oru_}, and OR {orb_}, 95% CI {orbl_}-{orbu_}).
Men had events in {q1}% ({e1} of {N1}), died in {q4}% ({e4} of {N1}); women in {q2}% ({e2} of {N2}) and {q5}% ({e5} of {N2}); P{p} and P{pb}, respectively.
Of patients with events, {e1}/{N1} ({q1}%) were men, {e4}/{N1} ({q4}%) smoked; of those without, {e2}/{N2} ({q2}%; P{p}) and {e5}/{N2} ({q5}%; P{pb}).
After matching, {e1} ({q1}%) vs {e2} ({q2}%) had events (OR {or_}; 95% CI {orl_} to {oru_}), {e4} ({q4}%) vs {e5} ({q5}%) died, of {N1} and {N2}.
In the intention-to-treat analysis {e1}/{N1} ({q1}%) vs {e2}/{N2} ({q2}%) and in the per-protocol analysis {e4}/{N1} ({q4}%) vs {e5}/{N2} ({q5}%) had events (P{p} and P{pb}, respectively).
In the intention-to-treat analysis, events were {e1}/{N1} vs {e2}/{N2} (OR {or_}, 95% CI {orl_} to {oru_}, P{p}); per protocol, {e4}/{N1} vs {e5}/{N2} (OR {orb_}, 95% CI {orbl_} to {orbu_}, P{pb}).
Events at 30 days: {q1}% v {q2}%, OR {or_} (95% CI {orl_} to {oru_}); at 90 days: {q4}% v {q5}%, OR {orb_} (95% CI {orbl_} to {orbu_}); at 1 year {q7}% v {q8}%.
Events at 30 days ({e1} [{q1}%] v {e2} [{q2}%]; absolute difference {ard_}% [{ardl_} to {ardu_}]) and at 90 days ({e4} [{q4}%] v {e5} [{q5}%]); {N1} v {N2} patients.
By day 30, {e1} of {N1} patients in A (Kaplan-Meier estimate, {q1}%) and {e2} of {N2} in B ({q2}%) had events (P{p}).
By day 30, {q1}% in A had events (n={e1}) as compared with {q2}% in B (n={e2}), P{p} ({N1} and {N2} patients).
By day 30, {q1} percent of A and {q2} percent of B had events (relative risk, {rr_}; 95 percent confidence interval, {rrl_} to {rru_}; P{p}).
By day 30, {q1} per cent ({e1} of {N1}) of A and {q2} per cent ({e2} of {N2}) of B had events (difference {rd_} (95 per cent CI {rdl_} to {rdu_}) per cent; P{p}).
By day 30, {q1}% of A ({e1}/{N1}) had events versus {q2}% of B ({e2}/{N2}) and {q3}% of C ({e3}/{N3}) (P{p} for A v B).
By day 30 events had occurred in {e1} of {N1} A patients and {e2} of {N2} B patients ({q1}% vs {q2}%; odds ratio {or_}; 95% CI {orl_} to {oru_}; P{p}).
By day 30 events had occurred in {e1} of the {N1} A patients versus {e2} of the {N2} B patients ({q1} vs. {q2}%; P{p}).
By day 30 events had occurred in {e1} A patients ({q1}% of {N1}) and {e2} B patients ({q2}% of {N2}) (P{p}).
By day 30 events had occurred in {e1} A patients ({q1}% [95% CI {L1}-{U1}]) and {e2} B patients ({q2}% [95% CI {L2}-{U2}]) of {N1} and {N2}.
""".strip().splitlines()

TEMPLATES = LISTS + PAIRS + PAIRS_ELSEWHERE + OTHERS


#: Of these the groups of the first comparison are not both read yet.
UNREAD: tuple[str, ...] = ()


def read_groups(text: str) -> set[tuple[str | None, str | None, str | None]]:
    """Events, total and percentage of every group that is read."""
    return {
        (group.events, group.n or group.n_elsewhere, group.percent)
        for claim in check_text(text).claims
        for group in claim.groups
    }


@pytest.mark.parametrize("template", [*PAIRS, *PAIRS_ELSEWHERE])
def test_both_groups_are_read(template):
    table = Table(f"r{template}")
    groups = read_groups(table.fill(template))
    wanted = {(str(e), str(n), table.percent(e, n)) for e, n in ((table.a, table.n1), (table.c, table.n2))}
    assert (wanted <= groups) is (template not in UNREAD)


def accusations(template: str, draws: int, salt: str = "") -> list[tuple[str, str]]:
    """The texts of random tables in which a figure is accused, each with what is said of it."""
    found = []
    names = list(STYLES)
    for draw in range(draws):
        table = Table(f"{salt}{draw}{template}")
        text = STYLES[names[table.rng.randrange(len(names))] if draw else "plain"](table.fill(template))
        for figure in check_text(text).figures:
            if figure.verdict.verdict == INCONSISTENT:
                found.append((text, f"{figure.verdict.item} {figure.verdict.printed}: {figure.verdict.note}"))
    return found


@pytest.mark.parametrize("template", TEMPLATES, ids=range(len(TEMPLATES)))
def test_no_lawful_figure_is_accused(template):
    assert accusations(template, 3) == []
