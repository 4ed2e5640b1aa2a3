"""Fleming's trials of one arm in one or more stages, which stop early for futility and for success."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .allocation import whole_up
from .namespace import norm_ppf
from .power_proportion import OneProportionTrial, score
from .registry import design
from .results import Design, Value
from .simon import MEASURE, OneArmTrial, binomial_probabilities


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Bounds of a trial in stages of ``sizes`` patients: after each, with so many responses in all, ``accept`` or fewer
    end it as of no interest, ``reject`` or more as promising; between them it goes on. The last two are neighbours."""

    sizes: tuple[int, ...]
    accept: tuple[int, ...]
    reject: tuple[int, ...]

    def ends(self, p: float) -> list[tuple[float, float]]:
        """For each stage the probabilities to end at it as of no interest, and as promising, when p holds."""
        going = {0: 1.0}
        found = []
        for size, accept, reject in zip(self.sizes, self.accept, self.reject, strict=True):
            added = binomial_probabilities(size, p)
            total = [0.0] * (max(going, default=0) + size + 1)
            for responses, chance in going.items():
                for more, step in enumerate(added):
                    total[responses + more] += chance * step
            found.append((math.fsum(total[: max(accept + 1, 0)]), math.fsum(total[reject:])))
            going = {x: total[x] for x in range(max(accept + 1, 0), min(reject, len(total)))}
        return found

    def promising(self, p: float) -> float:
        """The probability that the treatment is called promising."""
        return math.fsum(up for _, up in self.ends(p))

    def expected(self, p: float) -> float:
        """The expected number of patients."""
        n, expected = 0, []
        for size, (down, up) in zip(self.sizes, self.ends(p), strict=True):
            n += size
            expected.append(n * (down + up))
        return math.fsum(expected)


def boundaries(trial: OneArmTrial) -> Boundaries:
    """Fleming's bounds for the stages of a trial, or for two halves of the single-stage size where none are given.

    With N patients in all, z = z_(1-alpha) and [x] the nearest whole number: after m patients the trial ends as
    promising with r = [m p0 + z sqrt(N p0 (1-p0))] + 1 or more responses, and as of no interest with
    a = [m pA - z sqrt(N pA (1-pA))] or fewer, where pA = (sqrt(N p0) + z sqrt(1-p0))^2/(N + z^2), except that the
    last a is r - 1 (Fleming 1982, Biometrics 38:143, section 3).
    """
    sizes = trial.stages
    if not sizes:
        exact = score(OneProportionTrial(trial.p0, trial.p1, power=trial.power, alpha=trial.alpha, sides=1)).n1_exact
        total = int(whole_up(exact))
        sizes = (total - total // 2, total // 2) if total > 1 else (total,)
    total = sum(sizes)
    z = -norm_ppf(trial.alpha)
    p0 = trial.p0
    p_a = (math.sqrt(total * p0) + z * math.sqrt(1 - p0)) ** 2 / (total + z * z)
    accept, reject = [], []
    m = 0
    for size in sizes:
        m += size
        reject.append(_nearest(m * p0 + z * math.sqrt(total * p0 * (1 - p0))) + 1)
        accept.append(_nearest(m * p_a - z * math.sqrt(total * p_a * (1 - p_a))))
    accept[-1] = reject[-1] - 1
    accept = [min(a, r - 1) for a, r in zip(accept, reject, strict=True)]
    return Boundaries(tuple(sizes), tuple(accept), tuple(reject))


def _nearest(x: float) -> int:
    return math.floor(x + 0.5)


@design(
    MEASURE,
    "fleming",
    name="Fleming, stops both ways",
    reference="Fleming 1982",
    formula="after m of N patients promising with [m*p0 + z_alpha*sqrt(N*p0*(1-p0))] + 1 or more responses, of no "
    "interest with [m*pA - z_alpha*sqrt(N*pA*(1-pA))] or fewer, [x] the nearest whole number;  "
    "pA = (sqrt(N*p0) + z_alpha*sqrt(1-p0))^2 / (N + z_alpha^2);  after N patients the second is the first - 1",
    closed_form=False,
    advice="also stops early for success; level and power are near those asked, not held",
)
def fleming(trial: OneArmTrial) -> Design:
    """Fleming's multiple testing procedure, its level, power and expected sizes computed exactly (Fleming 1982)."""
    bounds = boundaries(trial)
    total = sum(bounds.sizes)
    under0, under1 = bounds.ends(trial.p0), bounds.ends(trial.p1)
    figures = [
        Value("r1", bounds.accept[0], "responses", "stop for futility with so many responses or fewer after n1"),
        Value("n1", bounds.sizes[0], "patients", "first stage"),
        Value("r", bounds.accept[-1], "responses", "promising with more than r responses of all n patients"),
        Value("actual alpha", bounds.promising(trial.p0), "proportion"),
        Value("expected n under p0", bounds.expected(trial.p0), "patients"),
        Value("expected n under p1", bounds.expected(trial.p1), "patients"),
    ]
    if len(bounds.sizes) > 1:
        figures += [
            Value("early termination under p0", math.fsum(down + up for down, up in under0[:-1]), "proportion"),
            Value("early termination under p1", math.fsum(down + up for down, up in under1[:-1]), "proportion"),
        ]
    for stage, (size, accept, reject) in enumerate(zip(bounds.sizes, bounds.accept, bounds.reject, strict=True), 1):
        figures += [
            Value(f"n of stage {stage}", size, "patients"),
            Value(f"no interest at stage {stage}", accept, "responses", "this many in all or fewer"),
            Value(f"promising at stage {stage}", reject, "responses", "this many in all or more"),
        ]
    return Design(
        "n",
        trial.p1 - trial.p0,
        "risk difference",
        bounds.promising(trial.p1),
        0.0,
        trial.alpha,
        1,
        p1=trial.p1,
        p0=trial.p0,
        n1=total,
        power_asked=trial.power,
        figures=tuple(figures),
    )
