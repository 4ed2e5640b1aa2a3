# Reference values for sample size, power and detectable effect.
#
#   Rscript tests/reference/power.R [OUTPUT]      (default: power.json beside this script)
#
# Needs R with rpact, pwr, epiR and jsonlite (Debian: r-cran-rpact r-cran-pwr r-cran-epir r-cran-jsonlite).
# Where a package has the method its function gives the values; sizes and effects that a package finds with a coarse
# root finder are found here by uniroot at machine precision over that package's own power function. The continuity
# correction is in none of these packages: its power is the definition of the test (Yates's statistic), and its size
# is the root of that power; the script stops where this root is not the closed form of Fleiss, Tytun & Ury 1980.
# A two-sided test at level alpha has the power of a one-sided test at alpha/2: no package here adds the other tail,
# except where "opposite" is computed, as the difference between strict and not strict.

Sys.setenv(TZ = "UTC")
suppressWarnings(suppressPackageStartupMessages({
  library(rpact)
  library(pwr)
  library(epiR)
  library(jsonlite)
}))

here <- dirname(sub("^--file=", "", c(grep("^--file=", commandArgs(FALSE), value = TRUE), ".")[1]))
source(file.path(here, "common.R"))
output <- output_or(file.path(here, "power.json"))

#' The exact size as the root of a power function, on the log scale: f(n0) - power = 0.
deviate <- function(power) max(min(qnorm(power), 30), -30)
size_root <- function(power_at, power) exp(root(function(log_n) deviate(power_at(exp(log_n))) - qnorm(power), -8, 46))

# ------------------------------------------------------------------------------------------------- two proportions

sizes <- cases_of("
id, p1, p0, power, alpha, sides, ratio, about
response-day-28, 0.828, 0.707, 0.8, 0.05, 2, 1, what the trial saw
response-day-28-90, 0.828, 0.707, 0.9, 0.05, 2, 1, what the trial saw; 90%
response-day-56, 0.788, 0.646, 0.8, 0.05, 2, 1, what the trial saw
reversed, 0.707, 0.828, 0.8, 0.05, 2, 1, arms swapped
two-to-one, 0.828, 0.707, 0.8, 0.05, 2, 2, 2:1
one-to-two, 0.828, 0.707, 0.8, 0.05, 2, 0.5, 1:2
one-sided, 0.828, 0.707, 0.8, 0.05, 1, 1, one-sided 5%
one-sided-2.5, 0.828, 0.707, 0.8, 0.025, 1, 1, one-sided 2.5% is two-sided 5%
three-to-two-one-sided, 0.3, 0.5, 0.85, 0.05, 1, 1.5, 3:2; one-sided
tenth-fifth, 0.1, 0.2, 0.8, 0.05, 2, 1, a common example
quarter-two-fifths, 0.25, 0.4, 0.9, 0.05, 2, 1, a common example
half-to-three-quarters, 0.5, 0.75, 0.9, 0.05, 2, 1, the example of R power.prop.test
forty-percent-power, 0.4, 0.5, 0.4, 0.05, 2, 1, power below one half
low-power, 0.3, 0.5, 0.1, 0.05, 2, 3, power barely above alpha; 3:1
rare, 0.001, 0.002, 0.8, 0.05, 2, 1, rare
very-rare, 0.00001, 0.00002, 0.8, 0.05, 2, 4, very rare; 4:1
nearly-all, 0.999, 0.98, 0.8, 0.05, 2, 1, nearly all
far-apart, 0.95, 0.05, 0.9, 0.05, 2, 1, tiny arms
farther-apart, 0.99, 0.01, 0.8, 0.1, 1, 1, tiny arms
close, 0.5001, 0.5, 0.9, 0.01, 2, 1, huge arms
strict-alpha, 0.6, 0.4, 0.8, 0.00004, 2, 1, alpha 4e-5
high-power, 0.6, 0.4, 0.9995, 0.05, 2, 1, power 99.95%
ten-to-one, 0.2, 0.35, 0.8, 0.05, 2, 10, 10:1
one-to-ten, 0.2, 0.35, 0.8, 0.05, 2, 0.1, 1:10
")

powers <- cases_of("
id, p1, p0, n1, n0, alpha, sides, about
response-day-28, 0.828, 0.707, 99, 99, 0.05, 2, what the trial saw; analysed
response-day-28-enrolled, 0.828, 0.707, 101, 102, 0.05, 2, what the trial saw; randomised
response-day-28-counts, 0.82828282828282829, 0.70707070707070707, 99, 99, 0.05, 2, 82/99 and 70/99
response-day-56, 0.788, 0.646, 99, 99, 0.05, 2, what the trial saw
infection, 0.657, 0.788, 99, 99, 0.05, 2, lower in the first arm
one-sided, 0.828, 0.707, 99, 99, 0.05, 1, one-sided
two-to-one, 0.3, 0.5, 120, 60, 0.05, 2, 2:1
one-to-three, 0.7, 0.45, 60, 180, 0.05, 2, 1:3; Hmisc bpower's example turned
unequal-one-sided, 0.4, 0.3, 150, 250, 0.025, 1, 3:5; one-sided
tiny, 0.9, 0.1, 5, 5, 0.05, 2, tiny
tiny-unequal, 0.8, 0.2, 4, 9, 0.1, 2, tiny
two-each, 0.9, 0.2, 2, 2, 0.05, 2, two patients an arm
weak, 0.5, 0.49, 50, 50, 0.05, 2, power near alpha/2
weak-unequal, 0.5, 0.51, 20, 400, 0.05, 2, power near alpha/2
rare, 0.001, 0.003, 5000, 5000, 0.05, 2, rare
very-rare, 0.00001, 0.00003, 300000, 900000, 0.05, 2, very rare
nearly-all, 0.99, 0.95, 200, 200, 0.05, 2, nearly all
sure, 0.6, 0.4, 1000, 1000, 0.05, 2, power near 1
huge, 0.50005, 0.5, 1000000000, 1000000000, 0.05, 2, 10^9 in each arm
huge-unequal, 0.30002, 0.3, 1000000000, 500000000, 0.001, 2, 10^9 and less
strict-alpha, 0.6, 0.4, 150, 150, 0.00004, 2, alpha 4e-5
lax-alpha, 0.55, 0.5, 100, 100, 0.4, 2, alpha 40%
")

effects <- cases_of("
id, p0, n1, n0, power, alpha, sides, direction, about
trial, 0.707, 99, 99, 0.8, 0.05, 2, higher, what 99 v 99 can detect
trial-lower, 0.707, 99, 99, 0.8, 0.05, 2, lower, what 99 v 99 can detect
trial-enrolled, 0.707, 101, 102, 0.8, 0.05, 2, higher, what 101 v 102 can detect
trial-90, 0.707, 99, 99, 0.9, 0.05, 2, higher, 90%
day-56, 0.646, 99, 99, 0.8, 0.05, 2, higher, what 99 v 99 can detect
infection, 0.788, 99, 99, 0.8, 0.05, 2, lower, what 99 v 99 can detect
one-sided, 0.3, 80, 80, 0.8, 0.05, 1, higher, one-sided
one-sided-lower, 0.3, 80, 80, 0.8, 0.05, 1, lower, one-sided
two-to-one, 0.4, 120, 60, 0.8, 0.05, 2, higher, 2:1
two-to-one-lower, 0.4, 120, 60, 0.8, 0.05, 2, lower, 2:1
one-to-three, 0.5, 50, 150, 0.9, 0.05, 2, higher, 1:3
one-to-three-lower, 0.5, 50, 150, 0.9, 0.05, 2, lower, 1:3
tiny, 0.2, 8, 8, 0.8, 0.05, 2, higher, tiny
tiny-lower, 0.9, 9, 7, 0.7, 0.1, 1, lower, tiny
rare, 0.001, 4000, 4000, 0.8, 0.05, 2, higher, rare
very-rare, 0.00001, 500000, 900000, 0.8, 0.05, 2, higher, very rare
nearly-all, 0.95, 400, 400, 0.8, 0.05, 2, higher, nearly all
huge, 0.5, 1000000000, 1000000000, 0.8, 0.05, 2, higher, 10^9 in each arm
huge-lower, 0.3, 1000000000, 100000000, 0.9, 0.001, 2, lower, 10^9 and less
strict-alpha, 0.5, 200, 200, 0.8, 0.00004, 2, higher, alpha 4e-5
low-power, 0.5, 100, 100, 0.3, 0.05, 2, lower, power below one half
")

# the power of one method: p1, p0, n1, n0 (any positive numbers), one-sided alpha
pooled_power <- function(p1, p0, n1, n0, alpha1) {
  x <- getPowerRates(
    sided = 1, alpha = alpha1, pi1 = p1, pi2 = p0, groups = 2, maxNumberOfSubjects = n1 + n0,
    allocationRatioPlanned = n1 / n0, directionUpper = p1 > p0
  )
  x$overallReject
}
# a z test with one known standard deviation is the unpooled test when the deviation is that of the two arms together
sd_together <- function(p1, p0, ratio) sqrt((p1 * (1 - p1) / ratio + p0 * (1 - p0)) / (1 + 1 / ratio))
unpooled_power <- function(p1, p0, n1, n0, alpha1) {
  x <- getPowerMeans(
    sided = 1, alpha = alpha1, groups = 2, alternative = abs(p1 - p0), stDev = sd_together(p1, p0, n1 / n0),
    maxNumberOfSubjects = n1 + n0, allocationRatioPlanned = n1 / n0, normalApproximation = TRUE
  )
  x$overallReject
}
# Yates's statistic: (|difference| - (1/n1 + 1/n0)/2) / pooled standard error
corrected_power <- function(p1, p0, n1, n0, alpha1) {
  mean <- weighted.mean(c(p1, p0), c(n1, n0))
  limit <- qnorm(alpha1, lower.tail = FALSE) * sqrt(mean * (1 - mean) * (1 / n1 + 1 / n0)) + (1 / n1 + 1 / n0) / 2
  pnorm(limit, abs(p1 - p0), sqrt(p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0), lower.tail = FALSE)
}
arcsine_power <- function(p1, p0, n1, n0, alpha1) {
  h <- abs(ES.h(p1, p0))
  if (n1 < 2 || n0 < 2) return(pnorm(h * sqrt(n1 * n0 / (n1 + n0)) - qnorm(alpha1, lower.tail = FALSE)))
  pwr.2p2n.test(h = h, n1 = n1, n2 = n0, sig.level = alpha1, alternative = "greater")$power
}
of_method <- list(
  "pooled" = pooled_power, "unpooled" = unpooled_power, "continuity-corrected" = corrected_power,
  "arcsine" = arcsine_power
)

#' n0 by Fleiss, Tytun & Ury 1980 with r = n1/n0, from an exact uncorrected size m of the second arm.
fleiss_tytun_ury <- function(m, ratio, difference) {
  m / 4 * (1 + sqrt(1 + 2 * (ratio + 1) / (ratio * m * abs(difference))))^2
}

size_of <- function(method, at) {
  alpha1 <- at$alpha / at$sides
  if (method == "pooled") {
    # rpact with allocation n1/n2
    x <- getSampleSizeRates(
      sided = at$sides, alpha = at$alpha, beta = 1 - at$power, pi1 = at$p1, pi2 = at$p0,
      allocationRatioPlanned = at$ratio, normalApproximation = TRUE
    )
    found <- x$nFixed2
    if (at$ratio == 1 && at$power > at$alpha && found > 1) {
      base <- power.prop.test(
        p1 = at$p1, p2 = at$p0, power = at$power, sig.level = at$alpha, tol = 1e-13,
        alternative = if (at$sides == 1) "one.sided" else "two.sided"
      )
      near(base$n, found, 1e-7)
    }
    return(found)
  }
  if (method == "unpooled") {
    x <- getSampleSizeMeans(
      sided = at$sides, alpha = at$alpha, beta = 1 - at$power, alternative = abs(at$p1 - at$p0),
      stDev = sd_together(at$p1, at$p0, at$ratio), allocationRatioPlanned = at$ratio, normalApproximation = TRUE
    )
    return(x$nFixed2)
  }
  found <- size_root(function(n0) of_method[[method]](at$p1, at$p0, at$ratio * n0, n0, alpha1), at$power)
  if (method == "continuity-corrected") {
    m <- size_of("pooled", at)
    near(found, fleiss_tytun_ury(m, at$ratio, at$p1 - at$p0))
    if (at$ratio == 1) {
      a <- m * (at$p1 - at$p0)^2 # Casagrande, Pike & Smith 1978: A [1 + sqrt(1 + 4 d/A)]^2 / (4 d^2)
      d <- abs(at$p1 - at$p0)
      near(found, a * (1 + sqrt(1 + 4 * d / a))^2 / (4 * d^2))
    }
  }
  found
}

#' p1 - p0 on the side asked for, the root of the method's power; NA where even the end of the scale is not detected.
effect_of <- function(method, at) {
  alpha1 <- at$alpha / at$sides
  side <- if (at$direction == "higher") 1 else -1
  farthest <- if (side > 0) 1 - at$p0 else at$p0
  f <- function(log_d) {
    power <- of_method[[method]](at$p0 + side * exp(log_d), at$p0, at$n1, at$n0, alpha1)
    deviate(power) - qnorm(at$power)
  }
  end <- log(farthest * (1 - 1e-9))
  if (f(end) < 0) return(NA)
  start <- log(farthest) - 1
  while (f(start) > 0) start <- start - 1
  side * exp(root(f, start, end))
}

rows <- list()
add <- function(...) rows[[length(rows) + 1]] <<- list(...)
METHODS <- names(of_method)
for (i in seq_len(nrow(sizes))) {
  at <- sizes[i, ]
  for (method in METHODS) {
    n0 <- size_of(method, at)
    add(
      quantity = "proportions", solve = "n", id = at$id, method = method, p1 = at$p1, p0 = at$p0, power = at$power,
      alpha = at$alpha, sides = at$sides, ratio = at$ratio, result = list(n1 = at$ratio * n0, n0 = n0)
    )
  }
}
for (i in seq_len(nrow(powers))) {
  at <- powers[i, ]
  alpha1 <- at$alpha / at$sides
  for (method in METHODS) {
    power <- of_method[[method]](at$p1, at$p0, at$n1, at$n0, alpha1)
    result <- list(power = power)
    if (method == "pooled") {
      if (at$n1 == at$n0) {
        base <- function(strict) power.prop.test(
          n = at$n1, p1 = at$p1, p2 = at$p0, sig.level = at$alpha, strict = strict,
          alternative = if (at$sides == 1) "one.sided" else "two.sided"
        )$power
        near(base(FALSE), power)
        if (at$sides == 2) result$with_opposite <- base(TRUE)
      }
      epi <- epi.sscohortc(
        irexp1 = at$p1, irexp0 = at$p0, n = at$n1 + at$n0, power = NA, r = at$n1 / at$n0, sided.test = at$sides,
        nfractional = TRUE, conf.level = 1 - at$alpha
      )
      near(epi$power, power, 1e-6)
    }
    if (method == "arcsine" && at$sides == 2) {
      result$with_opposite <- pwr.2p2n.test(h = ES.h(at$p1, at$p0), n1 = at$n1, n2 = at$n0, sig.level = at$alpha)$power
    }
    if (method == "continuity-corrected" && power > 0.5 && power < 0.999) {
      # the inverse of the size of Fleiss, Tytun & Ury: their size for this power is the size given
      near(size_of(method, data.frame(p1 = at$p1, p0 = at$p0, power = power, alpha = at$alpha, sides = at$sides,
                                      ratio = at$n1 / at$n0)), at$n0, 1e-6)
    }
    add(
      quantity = "proportions", solve = "power", id = at$id, method = method, p1 = at$p1, p0 = at$p0, n1 = at$n1,
      n0 = at$n0, alpha = at$alpha, sides = at$sides, result = result
    )
  }
}
for (i in seq_len(nrow(effects))) {
  at <- effects[i, ]
  for (method in METHODS) {
    add(
      quantity = "proportions", solve = "effect", id = at$id, method = method, p0 = at$p0, n1 = at$n1, n0 = at$n0,
      power = at$power, alpha = at$alpha, sides = at$sides, direction = at$direction,
      result = list(effect = effect_of(method, at))
    )
  }
}

# --------------------------------------------------------------------------------------------------------- log-rank

KINDS <- c("schoenfeld" = "Schoenfeld", "freedman" = "Freedman")

events_needed <- cases_of("
id, hr, power, alpha, sides, ratio, about
failure-free, 0.68, 0.8, 0.05, 2, 1, what the trial saw
failure-free-90, 0.68, 0.9, 0.05, 2, 1, 90%
failure-free-one-sided, 0.68, 0.8, 0.05, 1, 1, one-sided
chronic-gvhd, 0.55, 0.8, 0.05, 2, 1, what the trial saw
relapse, 0.75, 0.8, 0.05, 2, 1, what the trial saw
half, 0.5, 0.8, 0.05, 2, 1, a common example
double, 2, 0.8, 0.05, 2, 1, its inverse
two-to-one, 0.68, 0.8, 0.05, 2, 2, 2:1
one-to-two, 0.68, 0.8, 0.05, 2, 0.5, 1:2
harm-two-to-one, 1.5, 0.9, 0.05, 2, 2, 2:1; above 1
three-to-one-one-sided, 0.7, 0.85, 0.025, 1, 3, 3:1; one-sided
one-to-five, 0.6, 0.8, 0.05, 2, 0.2, 1:5
ten-to-one, 0.6, 0.8, 0.05, 2, 10, 10:1
tiny-ratio, 0.05, 0.8, 0.05, 2, 1, few events
large-ratio, 20, 0.8, 0.05, 2, 1, few events
near-one, 0.99, 0.8, 0.05, 2, 1, many events
nearer-one, 1.0001, 0.9, 0.05, 2, 1, 10^9 events
strict-alpha, 0.6, 0.8, 0.00004, 2, 1, alpha 4e-5
high-power, 0.6, 0.9995, 0.05, 2, 1, power 99.95%
low-power, 0.6, 0.1, 0.05, 2, 1, power barely above alpha
forty-percent, 0.8, 0.4, 0.1, 2, 1.5, power below one half
")
for (i in seq_len(nrow(events_needed))) {
  at <- events_needed[i, ]
  for (method in names(KINDS)) {
    x <- suppressWarnings(getSampleSizeSurvival(
      sided = at$sides, alpha = at$alpha, beta = 1 - at$power, hazardRatio = at$hr, pi2 = 0.5,
      allocationRatioPlanned = at$ratio, typeOfComputation = KINDS[[method]]
    ))
    add(
      quantity = "logrank", solve = "events", id = at$id, method = method, hr = at$hr, power = at$power,
      alpha = at$alpha, sides = at$sides, ratio = at$ratio, result = list(events = x$eventsFixed)
    )
  }
}

# patients: from survival at a time (events over the mean event probability) and from accrual with exponential survival
patients <- cases_of("
id, kind, s1, s0, m0, accrual, follow_up, hr, power, alpha, sides, ratio
chronic-gvhd, survival, 0.605, 0.373, 0, 0, 0, 0, 0.8, 0.05, 2, 1
mrc-amyloid, survival, 0.75, 0.37, 0, 0, 0, 0, 0.8, 0.05, 2, 1
seven-eight-tenths, survival, 0.8, 0.7, 0, 0, 0, 0, 0.9, 0.05, 2, 1
seven-eight-two-to-one, survival, 0.8, 0.7, 0, 0, 0, 0, 0.8, 0.05, 2, 2
one-sided, survival, 0.5, 0.4, 0, 0, 0, 0, 0.8, 0.05, 1, 1
rare, survival, 0.999, 0.998, 0, 0, 0, 0, 0.8, 0.05, 2, 1
nearly-all, survival, 0.05, 0.01, 0, 0, 0, 0, 0.8, 0.05, 2, 0.5
worse, survival, 0.3, 0.5, 0, 0, 0, 0, 0.8, 0.05, 2, 1
from-control, ratio, 0, 0.373, 0, 0, 0, 0.68, 0.8, 0.05, 2, 1
from-control-two-to-one, ratio, 0, 0.5, 0, 0, 0, 0.7, 0.9, 0.05, 2, 2
from-control-harm, ratio, 0, 0.6, 0, 0, 0, 1.5, 0.8, 0.05, 2, 1
failure-free, median, 0, 0, 6, 54, 12, 0.68, 0.8, 0.05, 2, 1
failure-free-two-to-one, median, 0, 0, 6, 54, 12, 0.68, 0.8, 0.05, 2, 2
short, median, 0, 0, 12, 12, 6, 0.7, 0.8, 0.05, 2, 1
no-follow-up, median, 0, 0, 10, 24, 0, 0.6, 0.8, 0.05, 2, 1
rare-events, median, 0, 0, 2000, 12, 12, 0.5, 0.8, 0.05, 2, 1
long, median, 0, 0, 1, 24, 60, 0.6, 0.9, 0.05, 2, 0.5
harm, median, 0, 0, 8, 18, 9, 1.6, 0.8, 0.025, 1, 1
one-to-three, median, 0, 0, 8, 18, 9, 0.65, 0.8, 0.05, 2, 0.3333333333333333
strict, median, 0, 0, 8, 18, 9, 0.65, 0.95, 0.001, 2, 1
")
for (i in seq_len(nrow(patients))) {
  at <- patients[i, ]
  for (method in names(KINDS)) {
    common <- list(
      sided = at$sides, alpha = at$alpha, beta = 1 - at$power, allocationRatioPlanned = at$ratio,
      typeOfComputation = KINDS[[method]]
    )
    hr <- at$hr
    if (at$kind == "median") {
      more <- list(hazardRatio = at$hr, median2 = at$m0, accrualTime = c(0, at$accrual), followUpTime = at$follow_up)
    } else {
      s1 <- if (at$kind == "survival") at$s1 else at$s0^at$hr
      hr <- log(s1) / log(at$s0)
      more <- list(pi1 = 1 - s1, pi2 = 1 - at$s0, accountForObservationTimes = FALSE)
    }
    x <- suppressWarnings(do.call(getSampleSizeSurvival, c(common, more)))
    row <- list(
      quantity = "logrank", solve = "n", id = at$id, method = method, kind = at$kind, hr = hr, power = at$power,
      alpha = at$alpha, sides = at$sides, ratio = at$ratio,
      result = list(n1 = x$nFixed1, n0 = x$nFixed2, events = x$eventsFixed)
    )
    row$at <- if (at$kind == "median") list(median0 = at$m0, accrual = at$accrual, follow_up = at$follow_up) else
      if (at$kind == "survival") list(survival0 = at$s0, survival1 = at$s1) else list(survival0 = at$s0)
    rows[[length(rows) + 1]] <- row
  }
}

powers_logrank <- cases_of("
id, hr, events, alpha, sides, ratio
failure-free, 0.68, 132, 0.05, 2, 1
chronic-gvhd, 0.55, 91, 0.05, 2, 1
relapse, 0.75, 23, 0.05, 2, 1
one-sided, 0.68, 132, 0.05, 1, 1
harm, 1.4706, 132, 0.05, 2, 1
two-to-one, 0.7, 200, 0.05, 2, 2
one-to-two, 0.7, 200, 0.05, 2, 0.5
two-to-one-harm, 1.5, 120, 0.025, 1, 2
one-to-five, 0.5, 90, 0.05, 2, 0.2
few, 0.3, 6, 0.05, 2, 1
one-event, 0.1, 1, 0.05, 2, 1
weak, 0.98, 40, 0.05, 2, 1
sure, 0.4, 500, 0.05, 2, 1
many, 0.999, 10000000, 0.05, 2, 1
huge, 1.0001, 1000000000, 0.05, 2, 1
strict-alpha, 0.6, 200, 0.00004, 2, 1
lax-alpha, 0.8, 60, 0.4, 2, 1
tiny-ratio, 0.02, 12, 0.05, 2, 1
large-ratio, 12, 15, 0.05, 2, 1
three-to-two, 0.65, 150, 0.1, 2, 1.5
")
logrank_power <- function(method, hr, events, alpha1, ratio) {
  suppressWarnings(getPowerSurvival(
    sided = 1, alpha = alpha1, hazardRatio = hr, pi2 = 0.5, directionUpper = hr > 1, maxNumberOfEvents = events,
    maxNumberOfSubjects = 10 * events + 10, allocationRatioPlanned = ratio, typeOfComputation = KINDS[[method]]
  ))$overallReject
}
for (i in seq_len(nrow(powers_logrank))) {
  at <- powers_logrank[i, ]
  for (method in names(KINDS)) {
    add(
      quantity = "logrank", solve = "power", id = at$id, method = method, hr = at$hr, events = at$events,
      alpha = at$alpha, sides = at$sides, ratio = at$ratio,
      result = list(power = logrank_power(method, at$hr, at$events, at$alpha / at$sides, at$ratio))
    )
  }
}

effects_logrank <- cases_of("
id, events, power, alpha, sides, ratio, direction
failure-free, 132, 0.8, 0.05, 2, 1, lower
failure-free-higher, 132, 0.8, 0.05, 2, 1, higher
failure-free-90, 132, 0.9, 0.05, 2, 1, lower
chronic-gvhd, 91, 0.8, 0.05, 2, 1, lower
relapse, 23, 0.8, 0.05, 2, 1, lower
one-sided, 132, 0.8, 0.05, 1, 1, lower
two-to-one, 132, 0.8, 0.05, 2, 2, lower
two-to-one-higher, 132, 0.8, 0.05, 2, 2, higher
one-to-two, 132, 0.8, 0.05, 2, 0.5, lower
one-to-two-higher, 132, 0.8, 0.05, 2, 0.5, higher
one-to-five, 60, 0.8, 0.05, 2, 0.2, lower
few, 12, 0.8, 0.05, 2, 1, lower
few-higher, 12, 0.8, 0.05, 2, 1, higher
too-few, 4, 0.9, 0.05, 2, 1, lower
many, 1000000, 0.8, 0.05, 2, 1, lower
huge, 1000000000, 0.8, 0.05, 2, 1, higher
strict-alpha, 300, 0.8, 0.00004, 2, 1, lower
high-power, 300, 0.9995, 0.05, 2, 1, lower
low-power, 80, 0.3, 0.05, 2, 1, lower
three-to-two, 150, 0.85, 0.1, 2, 1.5, lower
")
# the hazard ratio whose needed number of events, by rpact, is the one given
needed <- function(method, hr, at) suppressWarnings(getSampleSizeSurvival(
  sided = at$sides, alpha = at$alpha, beta = 1 - at$power, hazardRatio = hr, pi2 = 1e-4,
  allocationRatioPlanned = at$ratio, typeOfComputation = KINDS[[method]]
))$eventsFixed
for (i in seq_len(nrow(effects_logrank))) {
  at <- effects_logrank[i, ]
  side <- if (at$direction == "lower") -1 else 1
  for (method in names(KINDS)) {
    f <- function(log_abs) log(needed(method, exp(side * exp(log_abs)), at)) - log(at$events)
    hr <- if (f(log(8)) > 0) NA else exp(side * exp(root(f, -12, log(8))))
    add(
      quantity = "logrank", solve = "effect", id = at$id, method = method, events = at$events, power = at$power,
      alpha = at$alpha, sides = at$sides, ratio = at$ratio, direction = at$direction, result = list(effect = hr)
    )
  }
}

# ----------------------------------------------------------------------------------------------------------- output

packages <- c("rpact", "pwr", "epiR", "jsonlite")
header <- list(
  about = paste(
    "Reference values for sample size, power and detectable effect, made by power.R. n1, n0 and events are exact, before",
    "rounding up. An effect of null is one that no value of the scale reaches."
  ),
  R = R.version.string,
  packages = versions_of(packages),
  sources = list(
    "pooled" = "n: rpact::getSampleSizeRates (agrees with stats::power.prop.test where arms are equal). power: rpact::getPowerRates (agrees with stats::power.prop.test and epiR::epi.sscohortc); with_opposite: stats::power.prop.test(strict = TRUE). effect: uniroot over rpact::getPowerRates",
    "unpooled" = "n: rpact::getSampleSizeMeans, normalApproximation, with the standard deviation of the two arms together. power: rpact::getPowerMeans. effect: uniroot over it",
    "continuity-corrected" = "power: definition of the test with Yates's correction. n: its root by uniroot; equals the closed forms of Fleiss, Tytun & Ury 1980 and Casagrande, Pike & Smith 1978 applied to rpact's uncorrected size. effect: uniroot over the power",
    "arcsine" = "power: pwr::pwr.2p2n.test, one-sided at alpha/sides; with_opposite: two-sided. n and effect: uniroot over it (below 2 patients, where pwr stops, over its formula)",
    "schoenfeld" = "events and patients: rpact::getSampleSizeSurvival(typeOfComputation = 'Schoenfeld'). power: rpact::getPowerSurvival. effect: uniroot over the events needed",
    "freedman" = "as schoenfeld, typeOfComputation = 'Freedman'"
  )
)
write_blocks(header, block("cases", vapply(rows, json_line, "")))
message(sprintf("%d cases in %s", length(rows), output))
