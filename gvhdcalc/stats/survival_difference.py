"""Two Kaplan-Meier curves compared at one time: the difference of survival, and tests on each scale."""

from __future__ import annotations

from dataclasses import dataclass

from .cumulative_incidence import SCALES
from .kaplan_meier import SCALE_OF, Survival
from .namespace import namespace, z_for
from .registry import estimator, test
from .results import Estimate, TestResult, notes_when

MEASURE = "survival difference"


@dataclass(frozen=True, slots=True)
class TwoSurvivals:
    """Survival of two independent arms at one time, the treated one first."""

    treated: Survival
    control: Survival


@estimator(
    MEASURE,
    "wald",
    name="Wald, Greenwood variances",
    reference="Kaplan & Meier 1958; Greenwood 1926",
    formula="D = S1 - S0;  SE = sqrt(SE1^2 + SE0^2);  limits = D -+ z*SE",
    default=True,
    advice="at a time that was chosen before the data were seen",
)
def wald(arms: TwoSurvivals, conf: float = 0.95) -> Estimate:
    """Difference of survival at one time with its Wald interval from Greenwood's variances."""
    one, two = arms.treated, arms.control
    ns = namespace(one.estimate, one.se, two.estimate, two.se)
    difference = one.estimate - two.estimate
    se = ns.sqrt(one.se * one.se + two.se * two.se)
    z = ns.div(difference, se)
    notes = notes_when(
        (ns.isnan(se), "survival is 0, or no one is observed, in an arm: no standard error"),
        (se == 0, "no event in either arm up to this time: the interval has no width"),
    )
    return Estimate(
        difference,
        difference - z_for(conf) * se,
        difference + z_for(conf) * se,
        conf,
        se=se,
        se_scale="plain",
        statistic=z,
        p=ns.two_sided(z),
        notes=notes,
    )


def _pointwise(arms: TwoSurvivals, key: str) -> TestResult:
    on = SCALES[SCALE_OF[key]]
    one, two = arms.treated, arms.control
    ns = namespace(one.estimate, one.se, two.estimate, two.se)
    slopes = [ns.where(s.se > 0, s.se, s.se * 0) * on.slope(ns, s.estimate) for s in (one, two)]
    variance = slopes[0] * slopes[0] + slopes[1] * slopes[1]
    difference = on.g(ns, one.estimate) - on.g(ns, two.estimate)
    statistic = ns.div(difference * difference, variance)
    notes = notes_when((ns.isnan(statistic), "survival is 0 or 1, or no one is observed, in an arm: no test"))
    return TestResult(ns.chi2_sf(statistic), statistic, 1, notes=notes)


def _register(number: int, key: str, scale: str, of: str, formula: str, advice: str = "") -> None:
    def pointwise(arms: TwoSurvivals) -> TestResult:
        return _pointwise(arms, key)

    pointwise.__doc__ = f"Equal survival at one time, on {of} (Klein, Logan, Harhoff & Andersen 2007, X{number})."
    about = {"formula": formula, "default": key == "log-log-s", "advice": advice}
    test(MEASURE, key, name=f"survival at the time{scale}", reference="Klein et al. 2007", **about)(pointwise)


#: Key, what the name adds, the scale in words, formula, advice; in the order of Klein et al. 2007, X1 to X5.
_SCALES = (
    ("plain", "", "the scale of S", "X2 = (S1 - S0)^2 / (SE1^2 + SE0^2)", "too many false alarms in small samples"),
    ("log", ", log S", "the scale of log S", "X2 = (log S1 - log S0)^2 / ((SE1/S1)^2 + (SE0/S0)^2)"),
    (
        "log-log-s",
        ", log(-log S)",
        "the scale log(-log S)",
        "X2 = (log(-log S1) - log(-log S0))^2 / ((SE1/(S1*log S1))^2 + (SE0/(S0*log S0))^2)",
        "the best level of the five",
    ),
    (
        "arcsine-sqrt",
        ", arcsine",
        "the scale asin(sqrt S)",
        "X2 = (asin sqrt S1 - asin sqrt S0)^2 / (SE1^2/(4*S1*(1-S1)) + SE0^2/(4*S0*(1-S0)))",
    ),
    (
        "logit",
        ", logit",
        "the logit scale",
        "X2 = (logit S1 - logit S0)^2 / ((SE1/(S1*(1-S1)))^2 + (SE0/(S0*(1-S0)))^2)",
    ),
)

for _number, _scale in enumerate(_SCALES, start=1):
    _register(_number, *_scale)
