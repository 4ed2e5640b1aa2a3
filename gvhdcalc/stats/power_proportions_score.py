"""Two proportions and a margin: size and power of the score test, whose variance is that of the most likely proportions
under the null hypothesis."""

from __future__ import annotations

from . import risk_difference, risk_ratio
from .constrained import Path, difference, ratio, where_reached
from .namespace import namespace
from .power_proportions import MEASURE, Moments, Test, TwoProportions, answer, contrast_of, variances
from .registry import design
from .results import Design, Number
from .trial_question import Inapplicable
from .two_by_two import TwoByTwo, choose

_PATHS: dict[str, Path] = {risk_difference.MEASURE: difference, risk_ratio.MEASURE: ratio}


def under_the_null(
    contrast: str, p1: Number, n1: Number, p0: Number, n0: Number, margin: Number
) -> tuple[Number, Number]:
    """The most likely p1 and p0 with the margin as their contrast, when p1 and p0 are expected.

    Farrington & Manning 1990, appendix: their "maximum likelihood" limits, method 3 of the paper.
    """
    expected = TwoByTwo.from_totals(n1 * p1, n1, n0 * p0, n0)
    ns = namespace(expected.a, margin)
    value = contrast_of(contrast, p1, p0)
    above = value >= margin
    side = choose(above, expected, expected.arms_exchanged())
    if contrast == risk_difference.MEASURE:
        target = abs(value - margin)
        fit = where_reached(side, difference, lambda fit: fit.contrast - target)
    else:
        aim = ns.where(above, ns.log(margin), -ns.log(margin))
        fit = where_reached(side, _PATHS[contrast], lambda fit: aim - ns.log(fit.contrast))
    return ns.where(above, fit.p1, fit.p0), ns.where(above, fit.p0, fit.p1)


@design(
    MEASURE,
    "farrington-manning",
    name="score (Farrington-Manning)",
    reference="Farrington & Manning 1990; Miettinen & Nurminen 1985",
    software=(
        "rpact getSampleSizeRates, thetaH0",
        "SAS PROC POWER, fm",
        "gsDesign nBinomial",
        "PASS, likelihood score",
    ),
    formula="N0 = (z_alpha*sqrt(q1*(1-q1)/k + q0*(1-q0)) + z_beta*sqrt(p1*(1-p1)/k + p0*(1-p0)))^2 / (p1-p0-M)^2;  "
    "N1 = k*N0;  power = Phi((|p1-p0-M| - z_alpha*sqrt(q1*(1-q1)/n1 + q0*(1-q0)/n0)) / sqrt(p1*(1-p1)/n1 + "
    "p0*(1-p0)/n0));  q1, q0: most likely with q1-q0 = M; for RR of p1 - M*p0, with M^2 times the variance of p0",
    advice="the one to prefer for a margin",
)
def farrington_manning(asked: TwoProportions) -> Design:
    """The score test of a margin of the risk difference or risk ratio (Farrington & Manning 1990, eq. 4 and 8).

    Its variance under the null hypothesis is that of the most likely proportions with the margin between them when the
    expected proportions are observed. The test is Farrington and Manning's, or Miettinen and Nurminen's.
    """
    p0, ns = asked.p0, asked.namespace()
    if asked.margin is None:
        raise Inapplicable("without a margin the score test is Pearson's chi-square: take --method pooled")
    if asked.contrast not in _PATHS:
        raise Inapplicable("farrington-manning takes a margin of the risk difference or ratio; unpooled one of the OR")

    def test(margin: Number | None) -> Test:
        at_null: Number = margin
        factor = at_null if asked.contrast == risk_ratio.MEASURE else 1.0
        shift = at_null if asked.contrast == risk_difference.MEASURE else 0.0

        def moments(p1: Number, n1: Number, n0: Number) -> Moments:
            q1, q0 = under_the_null(asked.contrast, p1, n1, p0, n0, at_null)
            weighted = n0 / (factor * factor)
            return Moments(
                p1 - factor * p0 - shift,
                ns.sqrt(variances(q1, q0, n1, weighted)),
                ns.sqrt(variances(p1, p0, n1, weighted)),
            )

        return moments

    return answer(asked, test)
