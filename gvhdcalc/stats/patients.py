"""Individual patient data as arrays: what the estimators of survival and cumulative incidence take."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

#: A numpy array.
Array = Any


@dataclass(frozen=True, slots=True, eq=False)
class Patients:
    """n patients, one row each; arrays of shape (n,) unless said otherwise.

    ``time`` is the time of the event or of censoring, in any one unit. ``status`` is 0 for censored, 1 for the event of
    interest, 2, 3 ... for competing events, named in ``causes`` (the name of status 1 first). ``arm`` are the indices
    of ``arms``, their labels: the control is the last, so that of two arms the treated one comes first. ``entry`` is
    the time from which a patient is under observation (left truncation); None where all are from 0.
    ``strata`` and ``cluster`` are indices of ``strata_labels`` and ``cluster_labels``. ``covariates`` has shape (n, p),
    a column for each of ``covariate_names``; a text covariate is one 0/1 column for each level but the first.
    """

    time: Array
    status: Array
    arm: Array
    arms: tuple[str, ...] = ("all",)
    causes: tuple[str, ...] = ("event",)
    entry: Array | None = None
    strata: Array | None = None
    strata_labels: tuple[str, ...] = ()
    covariates: Array | None = None
    covariate_names: tuple[str, ...] = ()
    cluster: Array | None = None
    cluster_labels: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.time)

    @property
    def event(self) -> Array:
        """1 for the event of interest, 0 for all else (censored, and censored by a competing event)."""
        return (self.status == 1).astype(int)

    @property
    def treated(self) -> Array:
        """1 in the first arm, 0 in the control: the covariate of a comparison of two arms."""
        return (self.arm == 0).astype(float)

    def where(self, chosen: Array) -> Patients:
        """The patients for whom the boolean array is true, labels as they were."""

        def of(values: Array | None) -> Array | None:
            return None if values is None else values[chosen]

        return replace(
            self,
            time=self.time[chosen],
            status=self.status[chosen],
            arm=self.arm[chosen],
            entry=of(self.entry),
            strata=of(self.strata),
            covariates=of(self.covariates),
            cluster=of(self.cluster),
        )

    def of_arm(self, index: int) -> Patients:
        """The patients of one arm."""
        return self.where(self.arm == index)


def under_observation(times: Array, entries: Array | None, at: Any) -> Array:
    """How many are at risk just before each of ``at``: entered before it, and still there.

    ``times`` and ``entries`` are sorted, each for itself. Nobody is seen before 0: at 0 those who enter at 0 are there,
    as all are without entries.
    """
    import numpy as np

    gone = np.searchsorted(times, at, side="left")
    if entries is None:
        return len(times) - gone
    return np.searchsorted(entries, np.maximum(at, np.nextafter(0.0, 1.0)), side="left") - gone


def patients(
    time: Any,
    status: Any,
    arm: Any = None,
    *,
    entry: Any = None,
    strata: Any = None,
    covariates: Any = None,
    cluster: Any = None,
    arms: tuple[str, ...] = (),
) -> Patients:
    """Patients from plain sequences of numbers. ``arm`` and ``strata`` are codes 0, 1 ...; the control arm is the last.

    Raises ValueError where lengths differ, a time is negative or not finite, or an entry is not before its time.
    """
    import numpy as np

    times = np.asarray(time, dtype=float)
    codes = np.zeros(len(times), dtype=int) if arm is None else np.asarray(arm, dtype=int)
    statuses = np.asarray(status, dtype=int)
    entries = None if entry is None else np.asarray(entry, dtype=float)
    table = None if covariates is None else np.asarray(covariates, dtype=float).reshape(len(times), -1)
    groups = None if strata is None else np.asarray(strata, dtype=int)
    clusters = None if cluster is None else np.asarray(cluster, dtype=int)
    for values in (codes, statuses, entries, groups, clusters):
        if values is not None and len(values) != len(times):
            raise ValueError(f"{len(values)} values beside {len(times)} times")
    if not np.isfinite(times).all() or (times < 0).any():
        raise ValueError("a time is negative or not finite")
    if entries is not None and not (entries < times).all():
        raise ValueError("an entry is not before its time")
    count = int(codes.max(initial=0)) + 1
    return Patients(
        times,
        statuses,
        codes,
        arms or (("all",) if arm is None else tuple(f"arm {index + 1}" for index in range(count))),
        tuple(f"cause {index + 1}" for index in range(max(int(statuses.max(initial=1)), 1))),
        entries,
        groups,
        () if groups is None else tuple(str(code) for code in range(int(groups.max(initial=0)) + 1)),
        table,
        () if table is None else tuple(f"x{index + 1}" for index in range(table.shape[1])),
        clusters,
        () if clusters is None else tuple(str(code) for code in range(int(clusters.max(initial=0)) + 1)),
    )
