"""The words that papers use: names and abbreviations of measures, and what stands around numbers."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """The words of a text, written out with blanks between."""
    return frozenset(text.split())


#: The names of measures in print, by the name this package uses; "-" and " " are alike.
NAMES = {
    "odds ratio": ("odds ratio", "odds ratios"),
    "risk ratio": ("risk ratio", "relative risk", "risk ratios", "relative risks"),
    "rate ratio": ("rate ratio", "rate ratios", "incidence rate ratio", "incidence ratio", "incidence density ratio"),
    "hazard ratio": ("hazard ratio", "hazard ratios", "hazards ratio"),
    "subdistribution hazard ratio": (
        "subdistribution hazard ratio", "sub distribution hazard ratio", "subhazard ratio",
    ),
    "prevalence ratio": ("prevalence ratio", "prevalence ratios"),
    "relative risk reduction": (
        "relative risk reduction", "relative reduction", "relative decrease", "vaccine efficacy",
        "vaccine effectiveness",
    ),
    "relative risk increase": ("relative risk increase", "relative increase"),
    "risk difference": (
        "risk difference", "risk differences", "absolute risk difference", "absolute risk reduction",
        "absolute risk increase", "absolute difference", "absolute reduction", "absolute increase",
        "difference in proportions", "rate difference",
    ),
    "attributable risk": ("attributable risk", "attributable risk in the exposed"),
    "attributable fraction (exposed)": (
        "attributable fraction", "attributable fraction in the exposed", "attributable fraction among the exposed",
        "attributable proportion", "aetiologic fraction", "etiologic fraction",
    ),
    "prevented fraction (exposed)": (
        "prevented fraction", "preventable fraction", "prevented fraction in the exposed",
        "prevented fraction among the exposed",
    ),
    "population attributable risk": ("population attributable risk",),
    "population attributable fraction": (
        "population attributable fraction", "population attributable proportion",
        "population attributable risk percent", "population attributable risk fraction",
    ),
    "population prevented fraction": ("population prevented fraction", "population preventable fraction"),
    "e-value": ("e value", "e values"),
    "fragility index": ("fragility index",),
    "reverse fragility index": ("reverse fragility index",),
    "mean difference": ("mean difference", "mean differences", "weighted mean difference"),
    "difference": ("difference", "differences", "between group difference", "treatment difference"),
    "number needed to treat": (
        "number needed to treat", "numbers needed to treat", "number needed to treat to benefit",
        "number needed to treat for benefit", "number needed to treat to harm", "number needed to treat for harm",
        "number needed to harm",
    ),
}  # fmt: skip
ABBREVIATIONS = {
    "OR": "odds ratio", "RR": "risk ratio", "IRR": "rate ratio", "HR": "hazard ratio", "PR": "prevalence ratio",
    "SHR": "subdistribution hazard ratio", "RRR": "relative risk reduction", "RD": "risk difference",
    "ARD": "risk difference", "ARR": "risk difference", "ARI": "risk difference", "MD": "mean difference",
    "PAF": "population attributable fraction",
    "WMD": "mean difference", "NNT": "number needed to treat", "NNTB": "number needed to treat",
    "NNTH": "number needed to treat", "NNH": "number needed to treat",
}  # fmt: skip
PHRASES = {tuple(name.split()): measure for measure, names in NAMES.items() for name in names}
PHRASE_STARTS = {phrase[0] for phrase in PHRASES}
LONGEST_PHRASE = max(map(len, PHRASES))
#: Measures that may be printed in percent.
IN_PERCENT = frozenset(
    (
        "risk difference", "relative risk reduction", "relative risk increase", "attributable risk",
        "attributable fraction (exposed)", "prevented fraction (exposed)", "population attributable risk",
        "population attributable fraction", "population prevented fraction",
    )
)  # fmt: skip
#: Measures that cannot be negative.
RATIOS = frozenset(
    ("odds ratio", "risk ratio", "rate ratio", "hazard ratio", "subdistribution hazard ratio", "prevalence ratio")
)

UNITS = frozenset(
    (
        "month", "months", "mo", "mos", "year", "years", "yr", "yrs", "y", "week", "weeks", "wk", "wks", "w",
        "day", "days", "d", "hour", "hours", "h", "hrs", "min", "minute", "minutes",
    )
)  # fmt: skip
NOUNS = frozenset(
    (
        "patients", "patient", "participants", "participant", "subjects", "subject", "children", "women", "men",
        "people", "persons", "person", "cases", "case", "events", "event", "adults", "infants", "individuals",
        "recipients", "deaths",
    )
)  # fmt: skip
#: Words that a number after them only numbers: "day 28".
NUMBERED = UNITS | {"grade", "grades", "phase", "stage", "type", "arm", "group", "cycle", "visit", "version"}
VERSUS = frozenset(("vs", "versus", "v", "against", "compared", "than"))
# "95% confidence interval"
INTERVAL_WORDS = frozenset(("interval", "intervals", "limits", "bounds"))
INTERVAL_KINDS = frozenset(("confidence", "credible", "credibility"))
P_WORDS = frozenset(
    ("p", "pvalue", "pvalues", "ptrend", "pinteraction", "pheterogeneity", "plogrank", "pnoninferiority")
)
P_FILLERS = frozenset(("value", "values", "of", "was", "is", "were"))
COMPARISONS = {"less": "<", "lower": "<", "smaller": "<", "greater": ">", "more": ">", "higher": ">"}
IS = frozenset(("was", "were", "is", "of", "equals", "being"))
#: What a number after them measures is spread or a statistic, and what is in brackets is no confidence interval.
SPREADS = frozenset(("range", "iqr", "interquartile", "sd", "se", "sem", "quartiles", "χ", "z", "df"))
INFINITE = frozenset(("∞", "infinity", "infinite", "inf"))
TO = frozenset(("to", "through"))
SIDES = {"one": 1, "single": 1, "two": 2, "double": 2, "1": 1, "2": 2}
