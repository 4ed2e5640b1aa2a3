"""What an interval is one of: its kind and measure, from the words about it and the sentences before."""

from __future__ import annotations

import math
import re
from bisect import bisect_left

from .denominators import half_unit
from .drafts import Draft, Interval, Memory
from .scan import Scan
from .units import CHANGES
from .words import word_set

RATIOS = frozenset(
    ("OR", "RR", "HR", "IRR", "rate ratio", "prevalence ratio", "ratio of geometric means", "ratio", "RRR", "RRI")
)


def interval_claim(scan: Scan, interval: Interval, first: int, last: int, memory: Memory, drafts: list[Draft]) -> Draft:
    """Kind and measure of an interval."""
    codes = scan.codes
    before = interval.first
    previous = max((d.interval.last for d in drafts if d.interval is not None), default=first)
    previous = max(first, min(previous, before))
    measure: str | None = None
    weak: str | None = None
    # a measure between the estimate and its limits speaks of it most surely
    if interval.estimate is not None:
        between = _last_measure(scan, interval.estimate, interval.lower)
        if between is not None:
            measure = between if between not in ("change", "effect") else None
            weak = between
    if measure is None and interval.label is not None:
        measure = _last_measure(scan, interval.label, interval.lower, strong=True)  # "95% CI for the difference 1 to 3"
    if measure is None:
        left = _last_measure(scan, previous, before)
        if left is not None:
            if left in ("change", "effect"):
                weak = weak or left
                strong = _last_measure(scan, previous, before, strong=True)
                measure = strong
            elif not _survival_after_colon(scan, interval, previous):
                measure = left
    values = [scan.value(k) for k in (interval.estimate, interval.lower, interval.upper) if k is not None]
    if _end_of_change(scan, interval):
        measure = weak = None
    if measure is None and weak is None and drafts and min(values) > 0 and not interval.percent:
        before_it = drafts[-1]
        if (
            before_it.kind == "ratio"
            and before_it.interval is not None
            and _in_a_row(scan, before_it.interval, interval)
        ):
            measure = before_it.measure
    if measure is None and interval.last < last and codes[interval.last : interval.last + 2].find("M") >= 0:
        k = codes.find("M", interval.last, interval.last + 2)
        if not interval.percent and scan.said[k] in RATIOS:
            measure = scan.said[k]
        else:
            weak = weak or scan.said[k]
    if measure is None and weak is None:
        # "15% (95% CI 10% to 20%) increase in", "-0.26; 95% CI ..."
        k = codes.find("M", interval.last, min(last, interval.last + 4))
        if k >= 0:
            weak = scan.said[k] if scan.said[k] in ("change", "RD", "MD", "RRR", "RRI") else None
    kind = ""
    if _correlation(scan, interval):
        return Draft("other", "correlation", interval.first, interval.last, interval, interval.estimate, interval.p)
    if measure not in RATIOS and _index(scan, interval):
        return Draft("other", "index", interval.first, interval.last, interval, interval.estimate, interval.p)
    if measure is None and _times(scan, interval):
        measure = "ratio"  # "2.04 (95% CI 1.10-3.78) times more likely"
    sure = measure is not None
    if interval.percent and measure in _OF_PERCENT_NEVER and _MINUS.search(scan.prose(first, interval.first)):
        measure = "RRR"  # "efficacy, 1 minus the hazard ratio, was 65%"
    elif measure is None and weak is None and _efficacy(scan, interval, first, previous, drafts):
        measure, sure = "RRR", True
    elif measure is None and weak is None:
        if interval.percent:
            kind, measure = _of_percent(scan, interval, first, last, values)
        elif (min(values) > 0 and _own_ratio(scan, interval)) or (
            interval.estimate is None and _ratio_of_two(scan, interval, first)
        ):
            kind, measure = "ratio", "ratio" if interval.estimate is not None else "ratio of geometric means"
        elif memory.measure is not None and (min(values) > 0 or memory.kind != "ratio"):
            measure, kind = memory.measure, memory.kind
            sure = min(values) < 0 or kind == "ratio"
        else:
            sure = min(values) < 0
    if measure in RATIOS and _of_logarithms(scan, interval):
        measure, kind = "log ratio", "difference"
    elif measure in RATIOS and min(values) < 0 and measure not in ("RRR", "RRI"):
        measure, kind = "MD", "difference"
    if not kind:
        kind, measure = _kind(scan, interval, measure, weak, first, last, values)
    if measure is not None and kind in ("ratio", "difference") and measure != "RRR":
        memory.measure, memory.kind = measure, kind
    return Draft(
        kind, measure, interval.first, interval.last, interval, interval.estimate, interval.p,
        adjusted=_adjusted(scan, interval, first, last), sure=sure and not interval.far,
    )  # fmt: skip


#: What is 1 less a ratio where it is of a vaccine, and a share of those cured where it is of a drug.
_EFFICACY = re.compile(r"(?<!cost.)(?<!self.)\b(?:efficacy|effectiveness|(?-i:VE))\b", re.IGNORECASE)
_OF_VACCINES = re.compile("vaccin|protective (?:efficacy|effectiveness)", re.IGNORECASE)
_OF_PERCENT_NEVER = frozenset(("HR", "RR", "OR", "IRR", "rate ratio"))
_MINUS = re.compile(r"\b(?:1|one) ?(?:minus|less|[-–−])|efficacy|effectiveness")
#: "reduced the risk of death by", "deaths were reduced by".
_REDUCED_BY = re.compile(
    r"\b(?:reduc|lower|decreas|cut|fell|declin)[^.;]*\b(?:risk|hazard|odds|deaths?|mortality|incidence|events)\b[^.;]*\bby\s*\Z"
    r"|\b(?:risk|hazard|odds|deaths?|mortality|incidence|events)\b[^.;]*\b(?:reduced|lowered|decreased|fell)\b[^.;]*\bby\s*\Z"
)
_VERB = re.compile(r"\b(?:was|were|is|are|had|has|showed|occurred)\b")


def _efficacy(scan: Scan, interval: Interval, first: int, previous: int, drafts: list[Draft]) -> bool:
    """Whether a figure is the efficacy of a vaccine, or that of a ratio before it: "HR 0.39, an efficacy of 61%".

    ``previous`` is where the interval before ends: what stands before that is meant again only in a list, "against A
    was 65% (...) and against B 80% (...)".
    """
    k = interval.lower if interval.estimate is None else interval.estimate
    start, text = scan.start[k], scan.text
    begin = max(scan.start[first], start - 400)
    match = None
    for match in _EFFICACY.finditer(text, begin, start):  # noqa: B007 - the last
        pass
    if match is None:
        return False
    most = max(scan.value(place) for place in (k, interval.upper))
    if most > 100 or (most > 1 and not interval.percent and "VE" not in text[max(0, start - 6) : start]):
        return False  # a score, or a cost
    named = match.end()
    since = max(named, scan.start[previous] if previous > first else 0)
    if len(_VERB.findall(text, since, start)) > (since == named):
        return False
    if match.group() == "VE" or _OF_VACCINES.search(text, begin, start) or len(_OF_VACCINES.findall(text, 0, 4000)) > 2:
        return True
    ratios = [draft.estimate for draft in drafts if draft.kind == "ratio" and draft.estimate is not None]
    printed = scan.value(k) / (100 if interval.percent else 1)
    return any(abs(1 - scan.value(ratio) - printed) < 0.011 for ratio in ratios)


def _survival_after_colon(scan: Scan, interval: Interval, first: int) -> bool:
    """ "The difference was clear: survival at 3 years was 7% (95% CI 2% to 16%)": no difference."""
    if not interval.percent:
        return False
    k = scan.codes.rfind(":", scan.codes.rfind("M", first, interval.first), interval.first)
    return k >= 0 and any(word in scan.prose(k, interval.first) for word in ("survival", "incidence", "relapse"))


_LOGARITHM = re.compile(r"\b(?:log|ln)[ (-]{1,2}(?:odds|hazards?|relative|risk|rate|[aA]?(?:OR|HR|RR|IRR)s?\b)")


def _of_logarithms(scan: Scan, interval: Interval) -> bool:
    """ "log HR 0.98 (95% CI 0.58 to 1.37)": symmetric as it stands, and nothing at 0."""
    start = scan.start[interval.first]
    return _LOGARITHM.search(scan.text, max(0, start - 50), start) is not None


def _in_a_row(scan: Scan, one: Interval, two: Interval) -> bool:
    """Whether an interval goes on with a list: "R2.5: 0.87; 0.64 to 1.17; R5: 0.79; 0.58 to 1.07"."""
    between = scan.codes[one.last : two.first]
    return len(between) < 7 and ";" in between and not any(code in between for code in "NMv.")


def _own_ratio(scan: Scan, interval: Interval) -> bool:
    """ "LPR = 0.47 (0.30-0.73)": an abbreviation in capitals that ends in R, of the text's own."""
    k = interval.first - 1
    while k >= 0 and scan.codes[k] in "=:," and k > interval.first - 3:
        k -= 1
    if k < 0 or scan.codes[k] != "w":
        return False
    words = scan.text[scan.start[k] : scan.end[k]].split()
    return (
        bool(words)
        and 2 <= len(words[-1]) <= 5
        and words[-1].isalpha()
        and words[-1][1:].isupper()
        and words[-1][-1] == "R"
        and words[-1] not in ("ICER", "CER")
    )


_CORRELATION_OF = re.compile(r"\bcorrelations? (?:coefficient )?(?:of|between) [^.;:0-9][^.;:]*\Z")


def _correlation(scan: Scan, interval: Interval) -> bool:
    """ "r = -0.29 (...)", "a correlation coefficient of 0.54": its interval is symmetric on no scale used here."""
    k = interval.first - 1
    while k >= 0 and scan.codes[k] in "=:,o(" and k > interval.first - 4:
        k -= 1
    if k < 0 or scan.codes[k] not in "w(":
        return False
    if scan.codes[k - 1 : k] == "M" and scan.said[k - 1] == "MD":
        # "the correlation of A with the difference in B was 0.18"
        start = scan.start[k - 1]
        if _CORRELATION_OF.search(scan.text, max(0, start - 60), start):
            return True
    words = scan.text[scan.start[k] : scan.end[k]].split()[-3:]
    return bool(words) and (words[-1] in ("r", "ρ", "rho", "R") or "correlation" in " ".join(words).lower())


#: Figures between 0 and 1 (or -1 and 1), whose intervals are symmetric on no scale used here.
_INDEXES = word_set(
    "tau \u03c4 icc iccs kappa \u03ba ccc auc aucs auroc auc-roc c-statistic c-index c-statistics cronbach cronbach's "
    "heritability h2 i2 i\u00b2"
)
#: Words of such figures, and of differences in them, which are smaller.
_OF_INDEXES = word_set(
    "concordance agreement discrimination reproducibility reliability consistency sensitivity specificity accuracy "
    "predictive spearman spearman's pearson pearson's kendall kendall's r2 r\u00b2 coefficient correlated"
)
_LEAST_INDEX = 0.3


def _index(scan: Scan, interval: Interval) -> bool:
    """ "an ICC of 0.81", "the AUC was 0.92": the last few words before the estimate name an index."""
    k = interval.first - 1
    if interval.estimate is None or abs(scan.value(interval.estimate)) > 1:
        return False
    while k >= 0 and scan.codes[k] in "=:,o()r" and k > interval.first - 4:
        k -= 1
    if k < 0 or scan.codes[k] != "w":
        return False
    words = scan.prose(max(0, k - 1), k + 1).replace("(", " ").split()[-3:]
    if not _INDEXES.isdisjoint(words):
        return True
    large = (
        scan.value(interval.estimate) >= _LEAST_INDEX
        and 0 < scan.value(interval.lower) < scan.value(interval.upper) <= 1
    )
    return large and not _OF_INDEXES.isdisjoint(words) and "regression" not in words


def _ratio_of_two(scan: Scan, interval: Interval, first: int) -> bool:
    """Limits after two values that are set against one another, whose ratio lies in them: a ratio not printed."""
    codes = scan.codes
    places = [k for k in range(max(first, interval.first - 10), interval.first) if codes[k] in "in"][-2:]
    if len(places) < 2:
        return False
    one, two = (scan.value(k) for k in places)
    lower, upper = scan.value(interval.lower), scan.value(interval.upper)
    return one > 0 and two > 0 and lower > 0 and (lower <= two / one <= upper or lower <= one / two <= upper)


def _kind(
    scan: Scan, interval: Interval, measure: str | None, weak: str | None, first: int, last: int, values: list[float]
) -> tuple[str, str | None]:
    if measure in ("NNT",):
        return "other", measure
    if measure in RATIOS:
        return "ratio", "RR" if measure == "RRI" else measure
    if measure is not None:
        return "difference", "RD" if measure == "MD" and interval.percent else measure
    if weak == "effect" and min(values) > 0:
        return "ratio", "treatment effect"
    if weak is not None:
        return "difference", "RD" if interval.percent else "MD"
    if "d" in scan.codes[max(first, interval.first - 12) : interval.first]:
        return "median", "median"
    if min(values) < 0:
        return "difference", "MD"
    if "m" in scan.codes[max(first, interval.first - 12) : interval.first]:
        return "other", "mean"
    if _one_of_two(scan, interval):
        return "other", "mean"
    words = scan.prose(first, last)
    if "100 person" in words or "1000 person" in words or "person-years" in words or "patient-years" in words:
        return "rate", "rate"
    if any(word in words for word in _OF_DIFFERENCES) or _per_unit(scan, interval):
        return "difference", "MD"
    return "other", None


def _of_percent(scan: Scan, interval: Interval, first: int, last: int, values: list[float]) -> tuple[str, str | None]:
    words = scan.prose(first, interval.first)
    if min(values) < 0 or _points(scan, interval):
        return "difference", "RD"
    if "cumulative incidence" in words or "survival" in words or "kaplan" in words:
        return "cuminc", "cumulative incidence"
    if interval.last < last and scan.codes[interval.last : interval.last + 2].strip(")")[:1] == "w":
        after = scan.prose(interval.last, interval.last + 2).replace(")", " ").split()[:1]
        if after and after[0] in CHANGES and "absolute" not in words:
            # "23% (95% CI 5-37%) lower"
            return "ratio", "RRR" if after[0] in ("lower", "less", "fewer", "reduction", "decrease") else "RR"
    if "by" in words[-14:] and _REDUCED_BY.search(words[-160:]) and _relative(scan, interval):
        return "ratio", "RRR"
    return "proportion", "proportion"


def _relative(scan: Scan, interval: Interval) -> bool:
    """Whether a percentage is in the middle of its limits as 1 less a ratio, on the log scale, and not as it is."""
    if interval.estimate is None or max(scan.value(k) for k in (interval.estimate, interval.upper)) >= 100:
        return False
    slack = (2 * half_unit(scan.said[interval.estimate]) + half_unit(scan.said[interval.lower])) / 200
    slack += half_unit(scan.said[interval.upper]) / 200
    e, low, high = (1 - scan.value(k) / 100 for k in (interval.estimate, interval.lower, interval.upper))
    return abs(math.sqrt(low * high) - e) <= slack < abs((low + high) / 2 - e)


def _times(scan: Scan, interval: Interval) -> bool:
    after = scan.prose(interval.last, min(interval.last + 2, len(scan.codes))).lstrip(" )]-")
    return not interval.percent and after.startswith(("times ", "fold ", "-fold"))


_OF_DIFFERENCES = (
    "differ", "lower", "higher", "reduc", "improve", "increas", "decreas", "chang", " more ", " less ", "fewer",
    "greater", "shorter", "longer", "declin",
)  # fmt: skip


def _one_of_two(scan: Scan, interval: Interval) -> bool:
    """Whether a figure is set against another with its own interval: "31.2 [22.1-40.3] vs. 46.4 [42.0-50.8]"."""
    k = interval.lower if interval.estimate is None else interval.estimate
    after = scan.codes[interval.last : interval.last + 6]
    return scan.codes[k - 1 : k] == "v" or re.match(r"[)wg]{0,3}v[wg(]{0,2}[in]", after) is not None


def _per_unit(scan: Scan, interval: Interval) -> bool:
    """ "2.17 mmHg [95% CI 0.44 to 3.91] per 50 mmol": a slope."""
    return scan.prose(interval.last, min(interval.last + 2, len(scan.codes))).lstrip(" )]").startswith("per ")


def _points(scan: Scan, interval: Interval) -> bool:
    """ "18.3% points [95% CI", "+8.4% (+3.3 to +13.6)": a difference of percentages."""
    k = interval.lower if interval.estimate is None else interval.estimate
    points = scan.codes[k + 1 : k + 2] in ("u", "w") and scan.prose(k + 1, k + 2).lstrip(" -").startswith("point")
    points = points or scan.text[scan.start[k] : scan.end[k]].endswith(("point", "points"))
    return points or scan.text[scan.start[k]] == "+"


def _end_of_change(scan: Scan, interval: Interval) -> bool:
    """ "increased from 28.1% [21.3-35.5] to 35.4% [28.1-42.7]": percentages, not their difference."""
    k = interval.estimate
    if k is None or not interval.percent or k < 1:
        return False
    return scan.codes[k - 1] == "r" or scan.prose(k - 1, k).rstrip(" ([").endswith("from")


def _last_measure(scan: Scan, first: int, last: int, strong: bool = False) -> str | None:
    codes = scan.codes
    k = codes.rfind("M", first, last)
    while k >= 0:
        if not strong or scan.said[k] not in ("change", "effect"):
            return scan.said[k]
        k = codes.rfind("M", first, k)
    return None


def _adjusted(scan: Scan, interval: Interval, first: int, last: int) -> bool | None:
    """Whether the text says that the estimate is adjusted: the nearest such word in its sentence, else any before."""
    if not scan.adjusted:
        return None
    start, end = scan.start[first], scan.end[min(last, len(scan.end)) - 1]
    here = scan.start[interval.lower]
    nearest: bool | None = None
    at = bisect_left(scan.adjusted, (end, False))
    for place, adjusted in reversed(scan.adjusted[max(0, at - 8) : at]):
        if place < start:
            break
        if place <= here:
            return adjusted
        if place - here < 60:
            nearest = adjusted
    if nearest is not None:
        return nearest
    # said once, in the methods or at the beginning of the results, and meant throughout
    return True if any(adjusted for _, adjusted in scan.adjusted[max(0, at - 8) : at]) else None
