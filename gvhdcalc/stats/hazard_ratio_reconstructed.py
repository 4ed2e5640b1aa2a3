"""The hazard ratio from individual data that were reconstructed from printed survival curves (Guyot 2012)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .hazard_ratio import MEASURE
from .hazard_ratio_logrank import one_step
from .reconstruction import Reconstruction
from .registry import estimator
from .results import Estimate, Note

if TYPE_CHECKING:
    from .patients import Patients

_RECONSTRUCTED = Note("the individual data are reconstructed: no covariates or strata, and steps as fine as were read")


def as_patients(treated: Reconstruction, control: Reconstruction) -> Patients:
    """The reconstructed patients of both arms, the treated one first."""
    import numpy as np

    from .patients import Patients

    arm = [0] * len(treated.times) + [1] * len(control.times)
    return Patients(
        np.array(treated.times + control.times, dtype=float),
        np.array(treated.status + control.status),
        np.array(arm),
        arms=("treated", "control"),
    )


@estimator(
    MEASURE,
    "guyot-cox",
    name="reconstructed data, Cox (Efron)",
    reference="Guyot, Ades, Ouwens & Welton 2012; Cox 1972",
    software=("IPDfromKM (then coxph)",),
    formula="log(HR) maximises the partial likelihood of the reconstructed data (Efron's for ties);  "
    "limits = exp(log(HR) -+ z*SE)",
    default=True,
    closed_form=False,
    advice="curves read off finely, with numbers at risk",
)
def cox_of_reconstructed(patients: Patients, conf: float = 0.95) -> Estimate:
    """Cox's hazard ratio of individual data reconstructed from both curves (Guyot 2012), ties by Efron."""
    from .cox import fit, hazard_ratios

    found = hazard_ratios(fit(patients), conf)[0]
    return replace(found, notes=(*found.notes, _RECONSTRUCTED))


@estimator(
    MEASURE,
    "guyot-logrank",
    name="reconstructed data, log-rank (Peto)",
    reference="Guyot, Ades, Ouwens & Welton 2012; Peto & Peto 1972",
    software=("IPDfromKM (then survdiff)",),
    formula="O, E, V: log-rank of the reconstructed data;  HR = exp((O - E)/V);  SE = 1/sqrt(V)",
    default=True,
    closed_form=False,
    advice="curves read off finely, with numbers at risk; its P is that of the log-rank test",
)
def log_rank_of_reconstructed(patients: Patients, conf: float = 0.95) -> Estimate:
    """The one-step hazard ratio and the log-rank P of individual data reconstructed from both curves (Guyot 2012)."""
    from .logrank import observed_expected

    found = observed_expected(patients)
    return one_step(float(found.score[0]), float(found.covariance[0, 0]), conf, (_RECONSTRUCTED,))
