# Reference values for trials of one arm, paired proportions and two rates: size, power, detectable effect, precision.
#
#   Rscript tests/reference/power_one_sample.R [OUTPUT]      (default: power_one_sample.json beside this script)
#
# Needs R with rpact, pwr and jsonlite (Debian: r-cran-rpact r-cran-pwr r-cran-jsonlite). Takes some minutes.
# Normal methods are those of rpact and pwr where they have them, else the definition of the test, whose size and effect
# are roots of its power found by uniroot. Exact power is plain enumeration with dbinom, pbinom and dpois: sizes are
# found by trying every one from 1 up. Two-stage designs are found by trying every (r1, n1, r, n) of the sizes searched.

Sys.setenv(TZ = "UTC")
suppressWarnings(suppressPackageStartupMessages({
  library(rpact)
  library(pwr)
  library(jsonlite)
}))

here <- dirname(sub("^--file=", "", c(grep("^--file=", commandArgs(FALSE), value = TRUE), ".")[1]))
source(file.path(here, "common.R"))
output <- output_or(file.path(here, "power_one_sample.json"))

deviate <- function(power) max(min(qnorm(power), 30), -30)
size_root <- function(power_at, power) exp(root(function(log_n) deviate(power_at(exp(log_n))) - qnorm(power), -8, 46))
rows <- list()
add <- function(...) rows[[length(rows) + 1]] <<- list(...)

# --------------------------------------------------------------------------------------------------- one proportion

one <- cases_of("
id, p1, p0, power, alpha, sides, about
ahern, 0.3, 0.1, 0.8, 0.05, 1, a single-stage phase II trial
ahern-90, 0.3, 0.1, 0.9, 0.05, 1, 90%
ahern-20-40, 0.4, 0.2, 0.8, 0.05, 1, a single-stage phase II trial
ahern-5-25, 0.25, 0.05, 0.8, 0.05, 1, a single-stage phase II trial
ahern-40-60, 0.6, 0.4, 0.9, 0.1, 1, 10% and 90%
two-sided, 0.3, 0.1, 0.8, 0.05, 2, two-sided
response, 0.828, 0.707, 0.8, 0.05, 2, what the trial saw
response-lower, 0.707, 0.828, 0.8, 0.05, 2, below the null value
response-one-sided, 0.828, 0.707, 0.9, 0.025, 1, one-sided 2.5%
half, 0.6, 0.5, 0.9, 0.05, 2, around one half
half-lower, 0.4, 0.5, 0.9, 0.05, 2, the same mirrored
close, 0.55, 0.5, 0.9, 0.05, 2, hundreds
closer, 0.52, 0.5, 0.8, 0.05, 2, thousands
rare, 0.02, 0.005, 0.8, 0.05, 2, rare
rare-lower, 0.002, 0.01, 0.8, 0.05, 2, rarer than the null value
nearly-all, 0.99, 0.95, 0.8, 0.05, 1, nearly all
far, 0.9, 0.1, 0.9, 0.05, 2, a few patients
farther, 0.95, 0.05, 0.8, 0.05, 2, two patients
strict, 0.5, 0.3, 0.8, 0.001, 2, alpha 0.1%
low-power, 0.5, 0.4, 0.2, 0.05, 2, low power
high-power, 0.5, 0.3, 0.999, 0.05, 1, high power
lax, 0.5, 0.4, 0.8, 0.2, 1, alpha 20%
")
normal_power <- list(
  score = function(p1, p0, n, alpha1) pnorm((abs(p1 - p0) * sqrt(n) - qnorm(1 - alpha1) * sqrt(p0 * (1 - p0))) / sqrt(p1 * (1 - p1))),
  "continuity-corrected" = function(p1, p0, n, alpha1) {
    pnorm(((abs(p1 - p0) - 1 / (2 * n)) * sqrt(n) - qnorm(1 - alpha1) * sqrt(p0 * (1 - p0))) / sqrt(p1 * (1 - p1)))
  },
  wald = function(p1, p0, n, alpha1) pnorm(abs(p1 - p0) * sqrt(n) / sqrt(p1 * (1 - p1)) - qnorm(1 - alpha1)),
  arcsine = function(p1, p0, n, alpha1) pwr.p.test(h = abs(ES.h(p1, p0)), n = n, sig.level = alpha1, alternative = "greater")$power
)
#' Chances of the exact test in the direction of the effect, and in the other (0 one-sided).
exact_tails <- function(p1, p0, n, alpha, sides) {
  level <- alpha / sides * (1 + 1e-10)
  if (p1 < p0) { p1 <- 1 - p1; p0 <- 1 - p0 }
  x <- 0:n
  upper <- pbinom(x - 1, n, p0, lower.tail = FALSE) <= level
  lower <- if (sides == 2) pbinom(x, n, p0) <= level else rep(FALSE, n + 1)
  list(
    power = sum(dbinom(x, n, p1)[upper]), opposite = sum(dbinom(x, n, p1)[lower]),
    level = sum(dbinom(x, n, p0)[upper | lower]), c = if (any(upper)) min(x[upper]) else n + 1
  )
}
for (i in seq_len(nrow(one))) {
  at <- one[i, ]
  alpha1 <- at$alpha / at$sides
  for (method in names(normal_power)) {
    if (method == "score") {
      n <- suppressWarnings(getSampleSizeRates(
        groups = 1, thetaH0 = at$p0, pi1 = at$p1, sided = at$sides, alpha = at$alpha, beta = 1 - at$power,
        normalApproximation = TRUE
      )$nFixed)
      near(n, size_root(function(n) normal_power$score(at$p1, at$p0, n, alpha1), at$power), 1e-7)
    } else if (method == "arcsine") {
      h <- abs(ES.h(at$p1, at$p0))
      n <- ((qnorm(1 - alpha1) + qnorm(at$power)) / h)^2
      if (n > 2) near(pwr.p.test(h = h, sig.level = alpha1, power = at$power, alternative = "greater")$n, n, 1e-4)
    } else n <- size_root(function(n) normal_power[[method]](at$p1, at$p0, n, alpha1), at$power)
    add(
      quantity = "proportion", solve = "n", id = at$id, method = method, p1 = at$p1, p0 = at$p0, power = at$power,
      alpha = at$alpha, sides = at$sides, result = list(n = n)
    )
    whole <- max(3, ceiling(1.1 * n))
    add(
      quantity = "proportion", solve = "power", id = at$id, method = method, p1 = at$p1, p0 = at$p0, n = whole,
      alpha = at$alpha, sides = at$sides, result = list(power = normal_power[[method]](at$p1, at$p0, whole, alpha1))
    )
    side <- sign(at$p1 - at$p0)
    f <- function(d) normal_power[[method]](at$p0 + side * d, at$p0, whole, alpha1) - at$power
    d <- root(f, 1e-9, abs(at$p1 - at$p0) * 1.0001)
    add(
      quantity = "proportion", solve = "effect", id = at$id, method = method, p0 = at$p0, n = whole, power = at$power,
      alpha = at$alpha, sides = at$sides, direction = if (side > 0) "higher" else "lower",
      result = list(effect = side * d)
    )
  }
  end <- ceiling(3 * size_root(function(n) normal_power[["continuity-corrected"]](at$p1, at$p0, n, alpha1), at$power)) + 100
  powers <- vapply(seq_len(end), function(n) exact_tails(at$p1, at$p0, n, at$alpha, at$sides)$power, 0)
  enough <- powers >= at$power - 1e-12
  smallest <- which(enough)[1]
  stays <- if (all(enough)) 1 else max(which(!enough)) + 1
  stopifnot(stays < end / 1.5)
  found <- exact_tails(at$p1, at$p0, smallest, at$alpha, at$sides)
  add(
    quantity = "proportion", solve = "n", id = at$id, method = "exact", p1 = at$p1, p0 = at$p0, power = at$power,
    alpha = at$alpha, sides = at$sides,
    result = list(n = smallest, stays = stays, power = found$power, opposite = found$opposite, level = found$level, c = found$c)
  )
  whole <- smallest + 3
  found <- exact_tails(at$p1, at$p0, whole, at$alpha, at$sides)
  add(
    quantity = "proportion", solve = "power", id = at$id, method = "exact", p1 = at$p1, p0 = at$p0, n = whole,
    alpha = at$alpha, sides = at$sides,
    result = list(power = found$power, opposite = found$opposite, level = found$level, c = found$c)
  )
  side <- sign(at$p1 - at$p0)
  f <- function(d) exact_tails(at$p0 + side * d, at$p0, whole, at$alpha, at$sides)$power - at$power
  d <- root(f, 1e-12, (if (side > 0) 1 - at$p0 else at$p0) * (1 - 1e-12))
  add(
    quantity = "proportion", solve = "effect", id = at$id, method = "exact", p0 = at$p0, n = whole, power = at$power,
    alpha = at$alpha, sides = at$sides, direction = if (side > 0) "higher" else "lower", result = list(effect = side * d)
  )
}

# -------------------------------------------------------------------------------------------------------- precision

widths <- cases_of("
id, p, width, conf
seed, 0.828, 0.15, 0.95
control, 0.707, 0.1, 0.95
ninety, 0.3, 0.1, 0.9
ninety-nine, 0.3, 0.1, 0.99
half, 0.5, 0.1, 0.95
half-fine, 0.5, 0.01, 0.95
half-finer, 0.5, 0.001, 0.95
twentieth, 0.05, 0.05, 0.95
hundredth, 0.01, 0.02, 0.95
thousandth, 0.001, 0.002, 0.95
rare-fine, 0.0001, 0.0001, 0.95
nearly-all, 0.99, 0.05, 0.95
nearly-all-fine, 0.999, 0.001, 0.95
wide, 0.3, 0.5, 0.95
wider, 0.5, 0.7, 0.95
eighty, 0.2, 0.1, 0.8
tenth, 0.1, 0.1, 0.95
tenth-fine, 0.1, 0.02, 0.99
third, 0.3333, 0.2, 0.95
two-thirds, 0.6667, 0.2, 0.95
quarter, 0.25, 0.06, 0.9
three-quarters, 0.75, 0.06, 0.9
")
limits_of <- list(
  wald = function(p, n, conf) p + c(-1, 1) * qnorm((1 + conf) / 2) * sqrt(p * (1 - p) / n),
  wilson = function(p, n, conf) as.numeric(suppressWarnings(prop.test(n * p, n, conf.level = conf, correct = FALSE))$conf.int),
  "clopper-pearson" = function(p, n, conf) {
    c(qbeta((1 - conf) / 2, n * p, n - n * p + 1), qbeta((1 + conf) / 2, n * p + 1, n - n * p))
  }
)
near(limits_of[["clopper-pearson"]](0.25, 40, 0.95), binom.test(10, 40)$conf.int)
for (i in seq_len(nrow(widths))) {
  at <- widths[i, ]
  for (method in names(limits_of)) {
    n <- exp(root(function(log_n) log(diff(limits_of[[method]](at$p, exp(log_n), at$conf))) - log(at$width), log(0.5), 25))
    add(
      quantity = "precision", solve = "n", id = at$id, method = method, p = at$p, width = at$width, conf = at$conf,
      result = list(n = n)
    )
    whole <- ceiling(n)
    found <- limits_of[[method]](at$p, whole, at$conf)
    add(
      quantity = "precision", solve = "width", id = at$id, method = method, p = at$p, n = whole, conf = at$conf,
      result = list(width = diff(found), lower = found[1], upper = found[2])
    )
  }
}

# ------------------------------------------------------------------------------------------------------------ pairs

pairs <- cases_of("
id, discordant, difference, power, alpha, sides
common, 0.3, 0.1, 0.8, 0.05, 2
common-90, 0.3, 0.1, 0.9, 0.05, 2
one-sided, 0.3, 0.1, 0.8, 0.05, 1
negative, 0.3, -0.1, 0.8, 0.05, 2
pwr-example, 0.25, 0.15, 0.9, 0.05, 2
few-discordant, 0.02, 0.01, 0.8, 0.05, 2
fewer-discordant, 0.002, 0.0012, 0.8, 0.05, 2
many-discordant, 0.9, 0.2, 0.8, 0.05, 2
large-difference, 0.5, 0.4, 0.8, 0.05, 2
nearly-one-way, 0.2, 0.19, 0.9, 0.05, 2
small-difference, 0.4, 0.04, 0.8, 0.05, 2
smaller-difference, 0.4, 0.02, 0.8, 0.05, 2
strict, 0.3, 0.15, 0.8, 0.001, 2
lax, 0.3, 0.1, 0.8, 0.2, 1
low-power, 0.3, 0.1, 0.2, 0.05, 2
high-power, 0.3, 0.15, 0.999, 0.05, 2
ratio-two, 0.15, 0.05, 0.8, 0.05, 2
ratio-four, 0.15, 0.09, 0.8, 0.05, 2
half, 0.5, 0.1, 0.9, 0.025, 1
tenth, 0.1, 0.05, 0.85, 0.05, 2
twentieth, 0.05, 0.03, 0.85, 0.01, 2
")
paired_power <- list(
  connor = function(pd, d, n, alpha1) pnorm((sqrt(n) * abs(d) - qnorm(1 - alpha1) * sqrt(pd)) / sqrt(pd - d^2)),
  miettinen = function(pd, d, n, alpha1) {
    pnorm((abs(d) * sqrt(n * pd) - qnorm(1 - alpha1) * pd) / sqrt(pd^2 - d^2 * (3 + pd) / 4))
  },
  conditional = function(pd, d, n, alpha1) { # the score test of one proportion against 1/2, with n pd discordant pairs
    normal_power$score((pd + abs(d)) / (2 * pd), 0.5, n * pd, alpha1)
  }
)
exact_paired <- function(pd, d, n, alpha, sides, spread = 12) {
  share <- (pd + abs(d)) / (2 * pd)
  reach <- spread * sqrt(n * pd) + 20
  m <- max(0, floor(n * pd - reach)):min(n, ceiling(n * pd + reach))
  tails <- vapply(m, function(m) unlist(exact_tails(share, 0.5, m, alpha, sides)[c("power", "opposite", "level")]), c(0, 0, 0))
  as.list(setNames(as.numeric(tails %*% dbinom(m, n, pd)), c("power", "opposite", "level")))
}
for (i in seq_len(nrow(pairs))) {
  at <- pairs[i, ]
  alpha1 <- at$alpha / at$sides
  for (method in names(paired_power)) {
    f <- paired_power[[method]]
    n <- size_root(function(n) f(at$discordant, at$difference, n, alpha1), at$power)
    add(
      quantity = "pairs", solve = "n", id = at$id, method = method, discordant = at$discordant,
      difference = at$difference, power = at$power, alpha = at$alpha, sides = at$sides, result = list(n = n)
    )
    whole <- ceiling(1.1 * n)
    add(
      quantity = "pairs", solve = "power", id = at$id, method = method, discordant = at$discordant,
      difference = at$difference, n = whole, alpha = at$alpha, sides = at$sides,
      result = list(power = f(at$discordant, at$difference, whole, alpha1))
    )
    side <- sign(at$difference)
    d <- root(function(d) f(at$discordant, d, whole, alpha1) - at$power, 1e-9, abs(at$difference) * 1.0001)
    add(
      quantity = "pairs", solve = "effect", id = at$id, method = method, discordant = at$discordant, n = whole,
      power = at$power, alpha = at$alpha, sides = at$sides, direction = if (side > 0) "higher" else "lower",
      result = list(effect = side * d)
    )
  }
  about <- ceiling(size_root(function(n) paired_power$connor(at$discordant, at$difference, n, alpha1), at$power))
  result_at <- function(n) exact_paired(at$discordant, at$difference, n, at$alpha, at$sides)
  if (about * at$discordant < 300) { # every size from 1 up
    powers <- vapply(seq_len(ceiling(1.5 * about) + 40), function(n) result_at(n)$power, 0)
    enough <- powers >= at$power - 1e-12
    smallest <- which(enough)[1]
    found <- result_at(smallest)
    add(
      quantity = "pairs", solve = "n", id = at$id, method = "exact", discordant = at$discordant,
      difference = at$difference, power = at$power, alpha = at$alpha, sides = at$sides,
      result = list(n = smallest, stays = max(which(!enough)) + 1, power = found$power, opposite = found$opposite, level = found$level)
    )
  }
  found <- result_at(about)
  add(
    quantity = "pairs", solve = "power", id = at$id, method = "exact", discordant = at$discordant,
    difference = at$difference, n = about, alpha = at$alpha, sides = at$sides,
    result = list(power = found$power, opposite = found$opposite, level = found$level)
  )
}

# ------------------------------------------------------------------------------------------------------------ rates

rates <- cases_of("
id, rate0, ratio_of_rates, time, power, alpha, sides, ratio
common, 0.5, 0.6, 1, 0.8, 0.05, 2, 1
common-90, 0.5, 0.6, 2, 0.9, 0.05, 2, 1
harm, 0.5, 1.6, 1, 0.8, 0.05, 2, 1
one-sided, 0.5, 0.6, 1, 0.8, 0.025, 1, 1
two-to-one, 0.5, 0.6, 1, 0.8, 0.05, 2, 2
one-to-two, 0.5, 0.6, 1, 0.8, 0.05, 2, 0.5
three-to-two-harm, 0.8, 1.4, 0.5, 0.85, 0.05, 2, 1.5
halved, 1, 0.5, 1, 0.9, 0.05, 2, 1
doubled, 1, 2, 1, 0.9, 0.05, 2, 1
frequent, 10, 0.9, 1, 0.8, 0.05, 2, 1
very-frequent, 100, 0.97, 1, 0.8, 0.05, 2, 1
rare, 0.01, 0.4, 1, 0.8, 0.05, 2, 1
rarer, 0.001, 3, 1, 0.8, 0.05, 2, 1
long, 0.02, 0.5, 10, 0.8, 0.05, 2, 1
short, 3, 0.5, 0.08, 0.8, 0.05, 2, 1
strict, 0.5, 0.5, 1, 0.8, 0.001, 2, 1
lax, 0.5, 0.6, 1, 0.8, 0.2, 1, 1
low-power, 0.5, 0.7, 1, 0.2, 0.05, 2, 1
high-power, 1, 0.4, 1, 0.999, 0.05, 2, 1
far, 2, 0.1, 1, 0.8, 0.05, 2, 1
five-to-one, 0.7, 0.6, 1, 0.8, 0.05, 2, 5
")
rate_power <- list(
  log = function(l1, l0, t1, t0, alpha1) pnorm(abs(log(l1 / l0)) / sqrt(1 / (t1 * l1) + 1 / (t0 * l0)) - qnorm(1 - alpha1)),
  score = function(l1, l0, t1, t0, alpha1) {
    mean <- (t1 * l1 + t0 * l0) / (t1 + t0)
    pnorm((abs(l1 - l0) - qnorm(1 - alpha1) * sqrt(mean * (1 / t1 + 1 / t0))) / sqrt(l1 / t1 + l0 / t0))
  },
  wald = function(l1, l0, t1, t0, alpha1) pnorm(abs(l1 - l0) / sqrt(l1 / t1 + l0 / t0) - qnorm(1 - alpha1)),
  "square-root" = function(l1, l0, t1, t0, alpha1) {
    pnorm(2 * abs(sqrt(l1) - sqrt(l0)) / sqrt(1 / t1 + 1 / t0) - qnorm(1 - alpha1))
  }
)
exact_rates <- function(l1, l0, t1, t0, alpha, sides) {
  mean <- t1 * l1 + t0 * l0
  s <- max(0, floor(mean - 12 * sqrt(mean) - 20)):ceiling(mean + 12 * sqrt(mean) + 20)
  tails <- vapply(s, function(s) {
    unlist(exact_tails(t1 * l1 / mean, t1 / (t1 + t0), s, alpha, sides)[c("power", "opposite")])
  }, c(0, 0))
  as.list(setNames(as.numeric(tails %*% dpois(s, mean)), c("power", "opposite")))
}
for (i in seq_len(nrow(rates))) {
  at <- rates[i, ]
  alpha1 <- at$alpha / at$sides
  l0 <- at$rate0
  l1 <- l0 * at$ratio_of_rates
  for (method in names(rate_power)) {
    f <- rate_power[[method]]
    n0 <- size_root(function(n0) f(l1, l0, at$ratio * n0 * at$time, n0 * at$time, alpha1), at$power)
    add(
      quantity = "rates", solve = "n", id = at$id, method = method, rate0 = l0, ratio_of_rates = at$ratio_of_rates,
      time = at$time, power = at$power, alpha = at$alpha, sides = at$sides, ratio = at$ratio, result = list(n1 = at$ratio * n0, n0 = n0)
    )
    whole0 <- ceiling(1.1 * n0)
    whole1 <- ceiling(at$ratio * whole0)
    add(
      quantity = "rates", solve = "power", id = at$id, method = method, rate0 = l0, ratio_of_rates = at$ratio_of_rates,
      time = at$time, n1 = whole1, n0 = whole0, alpha = at$alpha, sides = at$sides,
      result = list(power = f(l1, l0, whole1 * at$time, whole0 * at$time, alpha1))
    )
    side <- sign(at$ratio_of_rates - 1)
    g <- function(d) f(l0 * exp(side * d), l0, whole1 * at$time, whole0 * at$time, alpha1) - at$power
    d <- root(g, 1e-9, abs(log(at$ratio_of_rates)) * 1.0001)
    add(
      quantity = "rates", solve = "effect", id = at$id, method = method, rate0 = l0, time = at$time, n1 = whole1,
      n0 = whole0, power = at$power, alpha = at$alpha, sides = at$sides, direction = if (side > 0) "higher" else "lower",
      result = list(effect = exp(side * d))
    )
  }
  about <- size_root(function(n0) rate_power$score(l1, l0, at$ratio * n0 * at$time, n0 * at$time, alpha1), at$power)
  arms <- function(k) if (at$ratio >= 1) c(ceiling(k * at$ratio), k) else c(k, ceiling(k / at$ratio))
  at_arms <- function(n) exact_rates(l1, l0, n[1] * at$time, n[2] * at$time, at$alpha, at$sides)
  smaller <- about * min(at$ratio, 1)
  if (about * (l0 + at$ratio * l1) * at$time < 400 && smaller < 400) { # every size from 1 up
    powers <- vapply(seq_len(ceiling(1.6 * smaller) + 30), function(k) at_arms(arms(k))$power, 0)
    enough <- powers >= at$power - 1e-12
    smallest <- which(enough)[1]
    n <- arms(smallest)
    found <- at_arms(n)
    add(
      quantity = "rates", solve = "n", id = at$id, method = "exact", rate0 = l0, ratio_of_rates = at$ratio_of_rates,
      time = at$time, power = at$power, alpha = at$alpha, sides = at$sides, ratio = at$ratio,
      result = list(n1 = n[1], n0 = n[2], power = found$power, opposite = found$opposite, stays = max(c(0, which(!enough))) + 1)
    )
  }
  n <- arms(ceiling(smaller))
  found <- at_arms(n)
  add(
    quantity = "rates", solve = "power", id = at$id, method = "exact", rate0 = l0, ratio_of_rates = at$ratio_of_rates,
    time = at$time, n1 = n[1], n0 = n[2], alpha = at$alpha, sides = at$sides,
    result = list(power = found$power, opposite = found$opposite)
  )
}

# -------------------------------------------------------------------------------------------------------- two stages

# Questions with p1 - p0 of 0.20 and of 0.15, and the designs expected, as r1/n1 r/n: they say around which sizes to search,
# and the script stops where the search does not find them
simon <- cases_of("
p0, p1, alpha, beta, optimal, minimax
0.05, 0.25, 0.10, 0.10, 0/9 2/24, 0/13 2/20
0.05, 0.25, 0.05, 0.20, 0/9 2/17, 0/12 2/16
0.05, 0.25, 0.05, 0.10, 0/9 3/30, 0/15 3/25
0.10, 0.30, 0.10, 0.10, 1/12 5/35, 1/16 4/25
0.10, 0.30, 0.05, 0.20, 1/10 5/29, 1/15 5/25
0.10, 0.30, 0.05, 0.10, 2/18 6/35, 2/22 6/33
0.20, 0.40, 0.10, 0.10, 3/17 10/37, 3/19 10/36
0.20, 0.40, 0.05, 0.20, 3/13 12/43, 4/18 10/33
0.20, 0.40, 0.05, 0.10, 4/19 15/54, 5/24 13/45
0.30, 0.50, 0.10, 0.10, 7/22 17/46, 7/28 15/39
0.30, 0.50, 0.05, 0.20, 5/15 18/46, 6/19 16/39
0.30, 0.50, 0.05, 0.10, 8/24 24/63, 7/24 21/53
0.40, 0.60, 0.10, 0.10, 7/18 22/46, 11/28 20/41
0.40, 0.60, 0.05, 0.20, 7/16 23/46, 17/34 20/39
0.40, 0.60, 0.05, 0.10, 11/25 32/66, 12/29 27/54
0.50, 0.70, 0.10, 0.10, 11/21 26/45, 11/23 23/39
0.50, 0.70, 0.05, 0.20, 8/15 26/43, 12/23 23/37
0.50, 0.70, 0.05, 0.10, 13/24 36/61, 14/27 32/53
0.60, 0.80, 0.10, 0.10, 6/11 26/38, 18/27 24/35
0.60, 0.80, 0.05, 0.20, 7/11 30/43, 8/13 25/35
0.60, 0.80, 0.05, 0.10, 12/19 37/53, 15/26 32/45
0.70, 0.90, 0.10, 0.10, 6/9 22/28, 11/16 20/25
0.70, 0.90, 0.05, 0.20, 4/6 22/27, 19/23 21/26
0.70, 0.90, 0.05, 0.10, 11/15 29/36, 13/18 26/32
0.05, 0.20, 0.10, 0.10, 0/12 3/37, 0/18 3/32
0.05, 0.20, 0.05, 0.20, 0/10 3/29, 0/13 3/27
0.05, 0.20, 0.05, 0.10, 1/21 4/41, 1/29 4/38
0.10, 0.25, 0.10, 0.10, 2/21 7/50, 2/27 6/40
0.10, 0.25, 0.05, 0.20, 2/18 7/43, 2/22 7/40
0.10, 0.25, 0.05, 0.10, 2/21 10/66, 3/31 9/55
0.20, 0.35, 0.10, 0.10, 5/27 16/63, 6/33 15/58
0.20, 0.35, 0.05, 0.20, 5/22 19/72, 6/31 15/53
0.20, 0.35, 0.05, 0.10, 8/37 22/83, 8/42 21/77
0.30, 0.45, 0.10, 0.10, 9/30 29/82, 16/50 25/69
0.30, 0.45, 0.05, 0.20, 9/27 30/81, 16/46 25/65
0.30, 0.45, 0.05, 0.10, 13/40 40/110, 27/77 33/88
0.40, 0.55, 0.10, 0.10, 16/38 40/88, 18/45 34/73
0.40, 0.55, 0.05, 0.20, 11/26 40/84, 28/59 34/70
0.40, 0.55, 0.05, 0.10, 19/45 49/104, 24/62 45/94
0.50, 0.65, 0.10, 0.10, 18/35 47/84, 19/40 41/72
0.50, 0.65, 0.05, 0.20, 15/28 48/83, 39/66 40/68
0.50, 0.65, 0.05, 0.10, 22/42 60/105, 28/57 54/93
0.60, 0.75, 0.10, 0.10, 21/34 47/71, 25/43 43/64
0.60, 0.75, 0.05, 0.20, 17/27 46/67, 18/30 43/62
0.60, 0.75, 0.05, 0.10, 21/34 64/95, 48/72 57/84
0.70, 0.85, 0.10, 0.10, 14/20 45/59, 15/22 40/52
0.70, 0.85, 0.05, 0.20, 14/19 46/59, 16/23 39/49
0.70, 0.85, 0.05, 0.10, 18/25 61/79, 33/44 53/68
0.80, 0.95, 0.10, 0.10, 5/7 27/31, 5/7 27/31
0.80, 0.95, 0.05, 0.20, 7/9 26/29, 7/9 26/29
0.80, 0.95, 0.05, 0.10, 16/19 37/42, 31/35 35/40
")

#' The designs of n patients with level and power: the one with the least expected size under p0, or NULL.
best_of <- function(n, p0, p1, alpha, power) {
  best <- NULL
  for (n1 in 1:(n - 1)) {
    n2 <- n - n1
    x <- 0:n1
    r <- 0:(n - 1)
    # by [x1, r]: P(X1 = x1) P(X2 > r - x1), summed from the largest x1 down: P(X1 > r1, X > r)
    promising <- function(p) {
      each <- dbinom(x, n1, p) * outer(x, r, function(x, r) pbinom(r - x, n2, p, lower.tail = FALSE))
      apply(each[(n1 + 1):1, , drop = FALSE], 2, cumsum)[(n1 + 1):1, , drop = FALSE]
    }
    ok <- promising(p0) <= alpha & promising(p1) >= power
    ok <- ok & outer(x - 1, r, "<=") & x >= 1
    if (!any(ok)) next
    r1 <- max(x[rowSums(ok) > 0]) - 1
    expected <- n1 + pbinom(r1, n1, p0, lower.tail = FALSE) * n2
    if (is.null(best) || expected < best$expected) {
      r_best <- r[ok[r1 + 2, ]][1]
      best <- list(r1 = r1, n1 = n1, r = r_best, n = n, expected = expected, stops = pbinom(r1, n1, p0),
                   level = promising(p0)[r1 + 2, r_best + 1], power = promising(p1)[r1 + 2, r_best + 1])
    }
  }
  best
}
text_of <- function(d) sprintf("%d/%d %d/%d", as.integer(d$r1), as.integer(d$n1), as.integer(d$r), as.integer(d$n))
for (i in seq_len(nrow(simon))) {
  at <- simon[i, ]
  power <- 1 - at$beta
  total <- function(text) as.integer(sub(".*/", "", text))
  # no design is larger than the optimal one by more than this and has a smaller expected size: see the expected sizes
  sizes <- (total(at$minimax) - 4):(total(at$optimal) + 8)
  found <- Filter(Negate(is.null), lapply(sizes, best_of, at$p0, at$p1, at$alpha, power))
  expected <- vapply(found, function(d) d$expected, 0)
  optimal <- found[[which.min(expected)]]
  minimax <- found[[1]]
  stopifnot(text_of(optimal) == at$optimal, text_of(minimax) == at$minimax)
  # admissible: the corners of the lower convex hull of expected size over size, from minimax to optimal: from each
  # corner the next is the one that is reached by the steepest fall
  n <- vapply(found, function(d) d$n, 0)
  corners <- 1
  while (tail(corners, 1) != which.min(expected)) {
    here <- tail(corners, 1)
    after <- (here + 1):which.min(expected)
    corners <- c(corners, after[which.min((expected[after] - expected[here]) / (n[after] - n[here]))])
  }
  add(
    quantity = "two stages", id = sprintf("%g-%g-%g-%g", at$p0, at$p1, at$alpha, at$beta),
    p0 = at$p0, p1 = at$p1, alpha = at$alpha, power = power,
    result = list(optimal = optimal, minimax = minimax, admissible = I(vapply(found[corners], text_of, "")))
  )
}

# ----------------------------------------------------------------------------------------------------------- output

packages <- c("rpact", "pwr", "jsonlite")
header <- list(
  about = paste(
    "Reference values for trials of one arm, pairs and two rates, made by power_one_sample.R. n, n1 and n0 of normal",
    "methods are exact, before rounding up."
  ),
  R = R.version.string,
  packages = versions_of(packages),
  sources = list(
    proportion = "score, n: rpact::getSampleSizeRates(groups = 1). arcsine, power: pwr::pwr.p.test. Others: the definition of the test and its roots. exact: enumeration with dbinom and pbinom, every n from 1 up",
    precision = "wilson: stats::prop.test; clopper-pearson: qbeta (agrees with stats::binom.test); wald: its definition; n by uniroot",
    pairs = "the formulas attributed to Connor 1987 and to Miettinen 1968, evaluated directly; conditional: the score test of one proportion. exact: enumeration over the discordant pairs",
    rates = "the definition of each test and its roots. exact: enumeration over the events of both arms",
    "two stages" = "every r1, n1 and r tried for each n from 4 below the minimax size to 8 above the optimal one"
  )
)
write_blocks(header, block("cases", vapply(rows, json_line, "")))
message(sprintf("%d cases in %s", length(rows), output))
