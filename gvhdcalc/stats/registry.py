"""Every method, registered once.

The command line's ``--method`` choices, its help, the search for the method that gives a printed figure, the list of
references in the docs and the tests over all methods are all read from here. To add a method: write one function in the
file of its quantity, put ``@estimator``, ``@test`` or ``@design`` on it, and add its reference values.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import cache, wraps
from importlib import import_module
from typing import Any, Literal, ParamSpec, TypeVar

from .results import Design, Estimate, TestResult

P = ParamSpec("P")
R = TypeVar("R", Estimate, TestResult, Design)

Kind = Literal["estimator", "test", "design"]


@dataclass(frozen=True, slots=True)
class Method:
    """One way to an estimate with its interval, one test, or one way to a trial's size, power or detectable effect.

    ``key`` is what the command line takes, ``name`` what tables print, ``reference`` author and year, ``software`` the
    programs whose default it is, ``formula`` the formula in the letters of its inputs (for ``--explain``), ``default``
    whether a command shows it unasked, ``closed_form`` whether the function takes arrays, ``advice`` when to prefer it,
    ``slow`` whether one table may take a second: such a method is never a default, and is searched for a printed figure
    only where it is quick, or named.
    """

    kind: Kind
    measure: str
    key: str
    name: str
    reference: str
    function: Callable[..., Any]
    software: tuple[str, ...] = ()
    formula: str = ""
    default: bool = False
    closed_form: bool = True
    advice: str = ""
    slow: bool = False


#: The files in which the methods of a measure are. A measure is registered by naming them here. The methods that a
#: command shows unasked are in the first or the last file: the others are then not read.
MODULES: dict[str, tuple[str, ...]] = {
    "odds ratio": (
        "odds_ratio",
        "odds_ratio_score",
        "odds_ratio_exact",
        "fisher_test_r",
        "scas",
        "profile_likelihood",
        "mover",
        "melded",
        "z_tests",
        "unconditional",
        "independence",
    ),
    "risk ratio": (
        "risk_ratio",
        "scas",
        "profile_likelihood",
        "mover",
        "melded",
        "z_tests",
        "unconditional",
        "independence",
    ),
    "risk difference": (
        "risk_difference",
        "scas",
        "profile_likelihood",
        "mover",
        "melded",
        "z_tests",
        "unconditional",
        "independence",
    ),
    "odds ratio at a null value": ("null_value", "null_value_exact"),
    "risk ratio at a null value": ("null_value", "null_value_exact"),
    "risk difference at a null value": ("null_value", "null_value_exact"),
    "number needed to treat": ("number_needed_to_treat", "independence"),
    "number needed to treat, from a ratio": ("number_needed_from_ratio",),
    "relative risk reduction": ("relative_risk_reduction",),
    "relative risk increase": ("relative_risk_reduction",),
    "attributable risk": ("attributable_risk",),
    "attributable fraction (exposed)": ("attributable_fraction",),
    "prevented fraction (exposed)": ("attributable_fraction",),
    "population attributable risk": ("attributable_risk",),
    "population attributable fraction": ("population_attributable_fraction",),
    "population prevented fraction": ("population_attributable_fraction",),
    "risk ratio to explain away": ("evalue",),
    "proportion": ("proportion", "null_proportion"),
    "rate": ("rate",),
    "standardised mortality ratio": ("rate",),
    "rate ratio": ("rate_ratio", "equal_rates"),
    "rate difference": ("rate_difference", "equal_rates"),
    "paired odds ratio": ("paired",),
    "paired risk difference": ("paired",),
    "common odds ratio": (
        "mantel_haenszel",
        "common_odds_ratio",
        "meta_analysis",
        "homogeneity",
        "conditional_independence",
    ),
    "common risk ratio": ("mantel_haenszel", "meta_analysis", "homogeneity", "conditional_independence"),
    "common risk difference": ("mantel_haenszel", "meta_analysis", "homogeneity", "conditional_independence"),
    "several proportions": ("several_proportions",),
    "hazard ratio": (
        "hazard_ratio",
        "hazard_ratio_logrank",
        "hazard_ratio_landmark",
        "hazard_ratio_curve",
        "hazard_ratio_reconstructed",
    ),
    "common hazard ratio": ("hazard_ratio_pooled",),
    "hazard ratio, from patients": ("cox", "logrank"),
    "proportional hazards": ("cox",),
    "subdistribution hazard ratio, from patients": ("fine_gray",),
    "survival curves": ("logrank",),
    "survival": ("kaplan_meier",),
    "survival difference": ("survival_difference",),
    "median time": ("median_time",),
    "restricted mean survival time": ("restricted_mean",),
    "restricted mean survival time difference": ("restricted_mean",),
    "restricted mean survival time ratio": ("restricted_mean",),
    "restricted mean time lost ratio": ("restricted_mean",),
    "cumulative incidence": ("cumulative_incidence", "cumulative_incidence_comparison"),
    "cumulative incidence (competing risks)": ("aalen_johansen", "gray"),
    "restricted mean time lost": ("restricted_mean_time_lost",),
    "difference of restricted mean time lost": ("restricted_mean_time_lost",),
    "ratio of restricted mean time lost": ("restricted_mean_time_lost",),
    "cumulative incidence difference": ("cumulative_incidence_comparison",),
    "cumulative incidence ratio": ("cumulative_incidence_comparison",),
    "subdistribution hazard ratio": ("cumulative_incidence_comparison",),
    "power of one proportion": ("power_proportion",),
    "two-stage design": ("simon", "fleming"),
    "precision of a proportion": ("precision",),
    "power of paired proportions": ("power_paired",),
    "power of two rates": ("power_rate",),
    "power of two proportions": ("power_proportions", "power_proportions_score", "power_proportions_exact"),
    "power of the log-rank test": ("power_logrank", "lachin_foulkes", "lakatos"),
    "power with competing risks": ("power_competing_risks",),
    "group sequential design": ("sequential",),
}

#: The measure under which the tests of a 2x2 table are registered; every two-arm measure shares them.
INDEPENDENCE = "independence"

_methods: dict[tuple[str, Kind], dict[str, Method]] = {}


_AS_IT_IS = nullcontext()


def _quiet() -> AbstractContextManager[Any]:
    """IEEE arithmetic without warnings, where numpy is in use: 1/0 is inf, as for plain numbers."""
    numpy = sys.modules.get("numpy")
    return numpy.errstate(all="ignore") if numpy else _AS_IT_IS


def _named(result: R, measure: str, key: str, name: str, reference: str) -> R:
    """A result with the names of its method."""
    if result.method:  # of another method, or of a table asked before
        return replace(result, measure=measure, method=key, name=name, reference=reference)
    for field, value in (("measure", measure), ("method", key), ("name", name), ("reference", reference)):
        object.__setattr__(result, field, value)  # new from its function: a copy takes longer than a closed form
    return result


def _register(kind: Kind, measure: str, key: str, **about: Any) -> Callable[[Callable[P, R]], Callable[P, R]]:
    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            with _quiet():
                result = function(*args, **kwargs)
            return _named(result, measure, key, about["name"], about["reference"])

        method = Method(kind, measure, key, function=call, **about)
        table = _methods.setdefault((measure, kind), {})
        if key in table:
            raise ValueError(f"{kind} {key!r} of {measure!r} is registered twice")
        table[key] = method
        return call

    return decorate


def estimator(measure: str, key: str, **about: Any) -> Callable[[Callable[P, Estimate]], Callable[P, Estimate]]:
    """Register a function that returns an Estimate; ``about`` are the fields of Method."""
    return _register("estimator", measure, key, **about)


def test(measure: str, key: str, **about: Any) -> Callable[[Callable[P, TestResult]], Callable[P, TestResult]]:
    """Register a function that returns a TestResult; ``about`` are the fields of Method."""
    return _register("test", measure, key, **about)


def design(measure: str, key: str, **about: Any) -> Callable[[Callable[P, Design]], Callable[P, Design]]:
    """Register a function that returns a Design; ``about`` are the fields of Method."""
    return _register("design", measure, key, **about)


@cache
def _load(measure: str) -> None:
    for module in MODULES[measure]:
        import_module(f"{__package__}.{module}")


def estimators(measure: str) -> dict[str, Method]:
    """The registered estimators of a measure, by key, in order of registration. Raises KeyError for no such measure."""
    _load(measure)
    return dict(_methods.get((measure, "estimator"), {}))


def tests(measure: str) -> dict[str, Method]:
    """The registered tests that go with a measure, by key: its own, and those of the table it comes from."""
    _load(measure)
    return _tests(measure)


def _tests(measure: str) -> dict[str, Method]:
    found = dict(_methods.get((measure, "test"), {}))
    for module in MODULES[measure]:  # tests that measures share are registered under the name of their module
        found.update(_methods.get((module.replace("_", " "), "test"), {}))
    return found


def shown_unasked(measure: str) -> tuple[list[Method], list[Method]]:
    """The estimators and the tests of a measure that a command shows unasked, without loading its other files."""
    modules = MODULES[measure]
    for module in {modules[0], modules[-1]}:
        import_module(f"{__package__}.{module}")
    found = _methods.get((measure, "estimator"), {})
    return [m for m in found.values() if m.default], [m for m in _tests(measure).values() if m.default]


def designs(measure: str) -> dict[str, Method]:
    """The registered ways to a trial's size and power, by key, in order of registration."""
    _load(measure)
    return dict(_methods.get((measure, "design"), {}))


def every_method() -> list[Method]:
    """All registered methods of all measures, in order of registration."""
    for measure in MODULES:
        _load(measure)
    return [method for table in _methods.values() for method in table.values()]
