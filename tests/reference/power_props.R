# Reference values for the power of two proportions: likelihood ratio, margins, exact tests.
#
#   Rscript tests/reference/power_props.R [OUTPUT]      (default: power_props.json beside this script)
#
# Needs R with rpact, epiR and jsonlite (Debian: r-cran-rpact r-cran-epir r-cran-jsonlite).
# The other approximate methods are in power.R. What no package here has is written from its definition: the power of a
# z test as a normal probability, its size as the root of that, and exact power as the sum over all tables of the two
# binomial distributions, with P values from stats::fisher.test or, for unconditional tests, from the largest sum over a
# fine grid of the nuisance parameter, narrowed by stats::optimize.

Sys.setenv(TZ = "UTC")
suppressWarnings(suppressPackageStartupMessages({
  library(rpact)
  library(epiR)
  library(jsonlite)
}))

here <- dirname(sub("^--file=", "", c(grep("^--file=", commandArgs(FALSE), value = TRUE), ".")[1]))
source(file.path(here, "common.R"))
output <- output_or(file.path(here, "power_props.json"))

size_root <- function(power_at, power) exp(root(function(log_n) power_at(exp(log_n)) - power, -3, 40))

rows <- list()
add <- function(at, method, solve, result) {
  row <- c(list(method = method, solve = solve), at[setdiff(names(at), "about")], list(result = result))
  rows[[length(rows) + 1]] <<- row
}

# ------------------------------------------------------------------------------------------------- likelihood ratio

#' The likelihood ratio chi-square of the expected table, the noncentrality of the test.
expected_g <- function(p1, p0, n1, n0) {
  observed <- c(n1 * p1, n1 * (1 - p1), n0 * p0, n0 * (1 - p0))
  pbar <- (n1 * p1 + n0 * p0) / (n1 + n0)
  2 * sum(observed * log(observed / c(n1 * pbar, n1 * (1 - pbar), n0 * pbar, n0 * (1 - pbar))))
}
likelihood_ratio_power <- function(p1, p0, n1, n0, alpha1) {
  pnorm(sqrt(max(0, expected_g(p1, p0, n1, n0))) - qnorm(alpha1, lower.tail = FALSE))
}

questions <- cases_of("
id, p1, p0, n1, n0, power, alpha, sides, ratio
response-day-28, 0.828, 0.707, 99, 99, 0.8, 0.05, 2, 1
response-day-28-90, 0.828, 0.707, 101, 102, 0.9, 0.05, 2, 1
response-day-56, 0.788, 0.646, 99, 99, 0.8, 0.05, 2, 1
reversed, 0.707, 0.828, 99, 99, 0.8, 0.05, 2, 1
two-to-one, 0.828, 0.707, 132, 66, 0.8, 0.05, 2, 2
one-to-two, 0.828, 0.707, 66, 132, 0.8, 0.05, 2, 0.5
one-sided, 0.828, 0.707, 99, 99, 0.8, 0.05, 1, 1
one-sided-2.5, 0.3, 0.5, 60, 40, 0.85, 0.025, 1, 1.5
tenth-fifth, 0.1, 0.2, 150, 150, 0.8, 0.05, 2, 1
half, 0.5, 0.75, 40, 40, 0.9, 0.05, 2, 1
low-power, 0.3, 0.5, 10, 10, 0.1, 0.05, 2, 3
rare, 0.001, 0.002, 10000, 12000, 0.8, 0.05, 2, 1
very-rare, 0.00001, 0.00002, 500000, 500000, 0.8, 0.05, 2, 4
nearly-all, 0.999, 0.98, 300, 200, 0.8, 0.05, 2, 1
far-apart, 0.95, 0.05, 6, 6, 0.9, 0.05, 2, 1
close, 0.5001, 0.5, 1000000000, 1000000000, 0.9, 0.01, 2, 1
strict-alpha, 0.6, 0.4, 150, 150, 0.8, 0.00004, 2, 1
high-power, 0.6, 0.4, 400, 400, 0.9995, 0.05, 2, 1
ten-to-one, 0.2, 0.35, 500, 50, 0.8, 0.05, 2, 10
one-to-ten, 0.2, 0.35, 50, 500, 0.8, 0.05, 2, 0.1
")
for (i in seq_len(nrow(questions))) {
  at <- as.list(questions[i, ])
  alpha1 <- at$alpha / at$sides
  power <- likelihood_ratio_power(at$p1, at$p0, at$n1, at$n0, alpha1)
  result <- list(power = power)
  if (at$sides == 2) { # both tails are the noncentral chi-square's
    both <- pchisq(qchisq(1 - at$alpha, 1), 1, ncp = expected_g(at$p1, at$p0, at$n1, at$n0), lower.tail = FALSE)
    if (both < 0.999) result$with_opposite <- both
  }
  add(at[c("id", "p1", "p0", "n1", "n0", "alpha", "sides")], "likelihood-ratio", "power", result)
  n0 <- size_root(function(n0) likelihood_ratio_power(at$p1, at$p0, at$ratio * n0, n0, alpha1), at$power)
  add(
    at[c("id", "p1", "p0", "power", "alpha", "sides", "ratio")], "likelihood-ratio", "n",
    list(n1 = at$ratio * n0, n0 = n0)
  )
  side <- if (at$p1 > at$p0) 1 else -1
  farthest <- if (side > 0) 1 - at$p0 else at$p0
  f <- function(log_d) {
    likelihood_ratio_power(at$p0 + side * exp(log_d), at$p0, at$n1, at$n0, alpha1) - at$power
  }
  if (f(log(farthest * (1 - 1e-9))) > 0) {
    effect <- side * exp(root(f, log(farthest) - 14, log(farthest * (1 - 1e-9))))
    question <- at[c("id", "p0", "n1", "n0", "power", "alpha", "sides")]
    add(c(question, direction = if (side > 0) "higher" else "lower"), "likelihood-ratio", "effect",
        list(effect = effect))
  }
}

# ---------------------------------------------------------------------------------------------------------- margins

margins <- cases_of("
id, contrast, margin, p1, p0, n1, n0, power, alpha, sides, ratio
same, risk difference, -0.1, 0.85, 0.85, 250, 250, 0.9, 0.05, 2, 1
same-one-sided, risk difference, -0.1, 0.85, 0.85, 200, 200, 0.8, 0.025, 1, 1
same-two-to-one, risk difference, -0.1, 0.85, 0.85, 300, 150, 0.8, 0.05, 2, 2
same-one-to-three, risk difference, -0.1, 0.85, 0.85, 90, 270, 0.8, 0.05, 2, 0.3333333333333333
better, risk difference, -0.05, 0.75, 0.7, 200, 200, 0.9, 0.05, 2, 1
a-little-worse, risk difference, -0.15, 0.65, 0.7, 200, 220, 0.8, 0.05, 2, 1
bad-event, risk difference, 0.1, 0.2, 0.2, 220, 220, 0.85, 0.05, 1, 1
bad-event-two-to-one, risk difference, 0.05, 0.1, 0.12, 300, 150, 0.8, 0.025, 1, 2
by-a-margin, risk difference, 0.1, 0.6, 0.4, 300, 300, 0.9, 0.05, 2, 1
farrington-manning, risk difference, 0.2, 0.4, 0.05, 80, 80, 0.8, 0.05, 1, 1
margin-beyond-p0, risk difference, -0.2, 0.1, 0.1, 63, 42, 0.9, 0.05, 1, 1.5
rare, risk difference, 0.001, 0.001, 0.001, 20000, 20000, 0.8, 0.05, 2, 1
nearly-all, risk difference, -0.02, 0.99, 0.99, 500, 500, 0.8, 0.05, 2, 1
tiny-margin, risk difference, -0.0001, 0.5, 0.5, 100000000, 100000000, 0.9, 0.05, 2, 1
strict, risk difference, -0.12, 0.7, 0.7, 400, 400, 0.95, 0.001, 2, 1
low-power, risk difference, -0.12, 0.7, 0.7, 40, 40, 0.3, 0.05, 2, 1
ratio-same, risk ratio, 0.8, 0.7, 0.7, 150, 150, 0.8, 0.05, 2, 1
ratio-same-two-to-one, risk ratio, 0.8, 0.7, 0.7, 200, 100, 0.8, 0.05, 2, 2
ratio-bad-event, risk ratio, 1.5, 0.05, 0.05, 1500, 1500, 0.9, 0.025, 1, 1
ratio-better, risk ratio, 0.9, 0.75, 0.7, 300, 200, 0.9, 0.05, 1, 1.5
ratio-by-a-margin, risk ratio, 2, 0.25, 0.05, 134, 201, 0.9, 0.05, 1, 0.6666666666666667
ratio-rare, risk ratio, 2, 0.001, 0.001, 20000, 10000, 0.8, 0.05, 2, 1
ratio-high, risk ratio, 0.95, 0.95, 0.95, 400, 400, 0.8, 0.05, 2, 1
ratio-strict, risk ratio, 0.75, 0.6, 0.6, 300, 300, 0.9, 0.001, 2, 0.5
odds-same, odds ratio, 0.5, 0.7, 0.7, 150, 150, 0.8, 0.05, 2, 1
odds-bad-event, odds ratio, 2, 0.2, 0.2, 200, 100, 0.8, 0.025, 1, 2
odds-better, odds ratio, 0.7, 0.75, 0.7, 300, 300, 0.9, 0.05, 1, 1
odds-by-a-margin, odds ratio, 1.2, 0.6, 0.4, 300, 200, 0.9, 0.05, 2, 1.5
odds-rare, odds ratio, 3, 0.001, 0.001, 20000, 20000, 0.8, 0.05, 2, 1
")

#' How far the contrast lies beyond the margin, and the standard error of that, for Wald's test.
wald <- function(at, n1, n0) {
  q1 <- 1 - at$p1
  q0 <- 1 - at$p0
  if (at$contrast == "risk difference") {
    return(c(abs(at$p1 - at$p0 - at$margin), sqrt(at$p1 * q1 / n1 + at$p0 * q0 / n0)))
  }
  if (at$contrast == "risk ratio") {
    return(c(abs(log(at$p1 / at$p0 / at$margin)), sqrt(q1 / (n1 * at$p1) + q0 / (n0 * at$p0))))
  }
  c(abs(log(at$p1 * q0 / (at$p0 * q1) / at$margin)), sqrt(1 / (n1 * at$p1 * q1) + 1 / (n0 * at$p0 * q0)))
}
wald_power <- function(at, n1, n0) {
  moments <- wald(at, n1, n0)
  pnorm(moments[1] / moments[2] - qnorm(at$alpha / at$sides, lower.tail = FALSE))
}
for (i in seq_len(nrow(margins))) {
  at <- as.list(margins[i, ])
  asked_n <- at[c("id", "contrast", "margin", "p1", "p0", "power", "alpha", "sides", "ratio")]
  asked_power <- at[c("id", "contrast", "margin", "p1", "p0", "n1", "n0", "alpha", "sides")]
  n0 <- size_root(function(n0) wald_power(at, at$ratio * n0, n0), at$power)
  add(asked_n, "unpooled", "n", list(n1 = at$ratio * n0, n0 = n0))
  add(asked_power, "unpooled", "power", list(power = wald_power(at, at$n1, at$n0)))
  if (at$contrast == "odds ratio") next
  as_ratio <- at$contrast == "risk ratio"
  value <- if (as_ratio) at$p1 / at$p0 else at$p1 - at$p0
  alpha1 <- at$alpha / at$sides
  x <- suppressWarnings(getSampleSizeRates(
    sided = 1, alpha = alpha1, beta = 1 - at$power, thetaH0 = at$margin, riskRatio = as_ratio, pi1 = at$p1,
    pi2 = at$p0, allocationRatioPlanned = at$ratio, normalApproximation = TRUE
  ))
  y <- suppressWarnings(getPowerRates(
    sided = 1, alpha = alpha1, thetaH0 = at$margin, riskRatio = as_ratio, pi1 = at$p1, pi2 = at$p0,
    maxNumberOfSubjects = at$n1 + at$n0, allocationRatioPlanned = at$n1 / at$n0, directionUpper = value > at$margin
  ))
  add(asked_n, "farrington-manning", "n", list(n1 = x$nFixed1, n0 = x$nFixed2))
  add(asked_power, "farrington-manning", "power", list(power = y$overallReject))
}

# equivalence: both of two one-sided tests; epiR has the case of equal proportions
equivalences <- cases_of("
id, contrast, margin, upper_margin, p1, p0, n1, n0, power, alpha, sides, ratio
equivalent, risk difference, -0.15, 0.15, 0.7, 0.7, 200, 200, 0.8, 0.05, 2, 1
equivalent-one-sided, risk difference, -0.15, 0.15, 0.7, 0.7, 150, 150, 0.9, 0.05, 1, 1
equivalent-two-to-one, risk difference, -0.15, 0.15, 0.7, 0.7, 240, 120, 0.8, 0.05, 1, 2
lopsided, risk difference, -0.1, 0.2, 0.7, 0.7, 240, 240, 0.8, 0.05, 2, 1
a-little-apart, risk difference, -0.15, 0.15, 0.74, 0.7, 240, 240, 0.8, 0.05, 2, 1
narrow, risk difference, -0.01, 0.01, 0.5, 0.5, 60000, 60000, 0.9, 0.05, 2, 1
far-too-few, risk difference, -0.15, 0.15, 0.7, 0.7, 10, 10, 0.2, 0.05, 2, 1
equivalent-ratio, risk ratio, 0.8, 1.25, 0.7, 0.7, 200, 200, 0.8, 0.05, 2, 1
equivalent-ratio-apart, risk ratio, 0.8, 1.25, 0.72, 0.7, 200, 150, 0.9, 0.05, 1, 1.3333333333333333
equivalent-odds, odds ratio, 0.5, 2, 0.4, 0.4, 250, 250, 0.8, 0.05, 2, 1
equivalent-odds-apart, odds ratio, 0.5, 2, 0.45, 0.4, 300, 250, 0.9, 0.05, 2, 1.2
")
equivalence_power <- function(at, n1, n0) {
  one <- wald_power(at, n1, n0)
  at$margin <- at$upper_margin
  max(0, one + wald_power(at, n1, n0) - 1)
}
for (i in seq_len(nrow(equivalences))) {
  at <- as.list(equivalences[i, ])
  n0 <- exp(root(function(log_n) equivalence_power(at, at$ratio * exp(log_n), exp(log_n)) - at$power, 0, 30))
  if (at$id %in% c("equivalent", "equivalent-two-to-one")) {
    x <- epi.ssequb(
      treat = at$p1, control = at$p0, delta = at$upper_margin, n = NA, power = at$power, r = at$ratio,
      alpha = at$alpha / at$sides
    )
    stopifnot(x$n.treat == ceiling(at$ratio * n0) || x$n.control == ceiling(n0))
  }
  add(at[setdiff(names(at), c("n1", "n0"))], "unpooled", "n", list(n1 = at$ratio * n0, n0 = n0))
  add(at[setdiff(names(at), c("power", "ratio"))], "unpooled", "power",
      list(power = equivalence_power(at, at$n1, at$n0)))
}

# ------------------------------------------------------------------------------------------------------ exact tests

#' Fisher's P of every table, a row for each x1: as stats::fisher.test, and with half of the tables as probable.
fisher_p <- function(n1, n0, alternative, mid = FALSE) {
  found <- matrix(NA, n1 + 1, n0 + 1)
  for (m in 0:(n1 + n0)) {
    x <- max(0, m - n0):min(n1, m)
    d <- dhyper(x, n1, n0, m)
    half <- if (mid) 0.5 else 0
    p <- vapply(seq_along(x), function(k) {
      if (alternative == "greater") return(sum(d[x >= x[k]]) - half * d[k])
      if (alternative == "less") return(sum(d[x <= x[k]]) - half * d[k])
      tied <- abs(d / d[k] - 1) <= 1e-7
      sum(d[d < d[k] | tied]) - half * sum(d[tied])
    }, 0)
    found[cbind(x + 1, m - x + 1)] <- pmin(p, 1)
  }
  found
}
check <- fisher_p(7, 9, "two.sided")
for (a in c(0, 3, 7)) for (b in c(1, 5)) near(check[a + 1, b + 1], fisher.test(matrix(c(a, 7 - a, b, 9 - b), 2))$p.value)

z_pooled <- function(n1, n0) {
  x1 <- row(matrix(0, n1 + 1, n0 + 1)) - 1
  x0 <- col(matrix(0, n1 + 1, n0 + 1)) - 1
  p <- (x1 + x0) / (n1 + n0)
  z <- (x1 / n1 - x0 / n0) / sqrt(p * (1 - p) * (1 / n1 + 1 / n0))
  ifelse(is.nan(z), 0, z)
}
#' Score statistic from a margin: the restricted likelihood is maximised by stats::optimize for every table.
z_margin <- function(n1, n0, contrast, margin) {
  found <- matrix(0, n1 + 1, n0 + 1)
  for (x1 in 0:n1) for (x0 in 0:n0) {
    term <- function(x, p) if (x == 0) 0 else x * log(p)
    p1_of <- function(p0) if (contrast == "risk difference") p0 + margin else p0 * margin
    lower <- if (contrast == "risk difference") max(0, -margin) else 0
    upper <- if (contrast == "risk difference") min(1, 1 - margin) else min(1, 1 / margin)
    log_likelihood <- function(p0) {
      p1 <- p1_of(p0)
      term(x1, p1) + term(n1 - x1, 1 - p1) + term(x0, p0) + term(n0 - x0, 1 - p0)
    }
    q0 <- optimize(log_likelihood, c(lower, upper), maximum = TRUE, tol = 1e-12)$maximum
    for (end in c(lower, upper)) {
      if (is.finite(log_likelihood(end)) && log_likelihood(end) >= log_likelihood(q0)) q0 <- end
    }
    q1 <- p1_of(q0)
    factor <- if (contrast == "risk difference") 1 else margin
    distance <- x1 / n1 - factor * x0 / n0 - (if (contrast == "risk difference") margin else 0)
    variance <- q1 * (1 - q1) / n1 + factor^2 * q0 * (1 - q0) / n0
    found[x1 + 1, x0 + 1] <- if (abs(distance) < 1e-12) 0 else distance / sqrt(max(variance, 0))
  }
  found
}
#' The tables whose unconditional P is at most alpha: the largest sum over p1 = p0 of those at least as extreme.
unconditional <- function(extremeness, n1, n0, alpha) {
  grid <- sin(seq(0, pi / 2, length.out = 2001))^2
  order <- order(-extremeness)
  x1 <- (row(extremeness) - 1)[order]
  x0 <- (col(extremeness) - 1)[order]
  value <- extremeness[order]
  last <- c(which(diff(-value) > 1e-9 * (1 + abs(value[-1]))), length(value)) # the last table of each value
  size <- function(k, p) sum(dbinom(x1[seq_len(k)], n1, p) * dbinom(x0[seq_len(k)], n0, p))
  largest <- function(k) {
    at <- vapply(grid, function(p) size(k, p), 0)
    best <- which.max(at)
    ends <- grid[c(max(best - 1, 1), min(best + 1, length(grid)))]
    max(at, optimize(function(p) size(k, p), ends, maximum = TRUE, tol = 1e-12)$objective)
  }
  rejected <- matrix(FALSE, n1 + 1, n0 + 1)
  low <- 0
  high <- length(last)
  while (low < high) { # the sets are nested
    middle <- ceiling((low + high) / 2)
    if (largest(last[middle]) <= alpha * (1 + 1e-9)) low <- middle else high <- middle - 1
  }
  if (low > 0) rejected[cbind(x1, x0)[seq_len(last[low]), , drop = FALSE] + 1] <- TRUE
  rejected
}
probability <- function(set, p1, p0) {
  n1 <- nrow(set) - 1
  n0 <- ncol(set) - 1
  sum(set * outer(dbinom(0:n1, n1, p1), dbinom(0:n0, n0, p0)))
}
region <- function(method, n1, n0, alpha, sides, upward) {
  side <- if (upward) 1 else -1
  way <- if (sides == 2) "two.sided" else if (upward) "greater" else "less"
  z <- z_pooled(n1, n0)
  if (method == "exact-pearson") {
    return(if (sides == 2) abs(z) >= qnorm(1 - alpha / 2) else side * z >= qnorm(1 - alpha))
  }
  if (method == "exact-fisher") return(fisher_p(n1, n0, way) <= alpha * (1 + 1e-9))
  if (method == "exact-fisher-mid-p") return(fisher_p(n1, n0, way, TRUE) <= alpha * (1 + 1e-9))
  if (method == "exact-boschloo") return(unconditional(-log(fisher_p(n1, n0, way)), n1, n0, alpha))
  unconditional(if (sides == 2) abs(z) else side * z, n1, n0, alpha)
}
toward <- function(set, upward) {
  n1 <- nrow(set) - 1
  n0 <- ncol(set) - 1
  difference <- outer((0:n1) * n0, (0:n0) * n1, "-")
  set & (if (upward) difference > 0 else difference < 0)
}

exact <- cases_of("
id, p1, p0, n1, n0, alpha, sides, about
twenty, 0.8, 0.4, 20, 20, 0.05, 2, small
reversed, 0.4, 0.8, 20, 20, 0.05, 2, arms swapped
two-to-one, 0.7, 0.4, 30, 15, 0.05, 2, 2:1
one-to-two, 0.7, 0.4, 15, 30, 0.05, 2, 1:2
one-sided, 0.7, 0.4, 20, 24, 0.05, 1, one-sided
one-sided-lower, 0.3, 0.6, 24, 20, 0.025, 1, one-sided; lower
five, 0.9, 0.1, 5, 5, 0.05, 2, tiny
two, 0.9, 0.1, 2, 2, 0.05, 2, nothing is significant
one, 0.99, 0.01, 1, 1, 0.5, 2, one patient in an arm
three-v-nine, 0.95, 0.2, 3, 9, 0.05, 2, tiny
weak, 0.5, 0.49, 18, 17, 0.05, 2, power near alpha
rare, 0.05, 0.01, 40, 40, 0.05, 2, rare
nearly-all, 0.99, 0.8, 30, 30, 0.05, 2, nearly all
lax, 0.6, 0.4, 12, 13, 0.2, 2, alpha 20%
strict, 0.8, 0.2, 25, 25, 0.001, 2, alpha 0.1%
sure, 0.95, 0.1, 35, 30, 0.05, 2, power near 1
seven-v-forty, 0.6, 0.2, 7, 40, 0.05, 2, 1:6
chisq-thirty, 0.65, 0.35, 30, 30, 0.05, 2, common
half-alpha, 0.65, 0.35, 30, 30, 0.025, 1, one-sided 2.5%
forty-one, 0.828, 0.707, 41, 40, 0.05, 2, the response of the trial
")
EXACT <- c("exact-pearson", "exact-fisher", "exact-fisher-mid-p", "exact-boschloo", "exact-barnard")
for (i in seq_len(nrow(exact))) {
  at <- as.list(exact[i, ])
  upward <- at$p1 > at$p0
  for (method in EXACT) {
    set <- region(method, at$n1, at$n0, at$alpha, at$sides, upward)
    forward <- toward(set, upward)
    add(at, method, "power", list(
      power = probability(forward, at$p1, at$p0), with_opposite = probability(set, at$p1, at$p0),
      tables = sum(set)
    ))
    if (i %in% c(1, 3, 5, 6, 18)) {
      f <- function(p1) probability(forward, p1, at$p0) - 0.6
      p1 <- root(f, at$p0, if (upward) 1 else 0)
      question <- c(at[setdiff(names(at), "p1")], power = 0.6, direction = if (upward) "higher" else "lower")
      add(question, method, "effect", list(effect = p1 - at$p0))
    }
  }
}

exact_margins <- cases_of("
id, contrast, margin, p1, p0, n1, n0, alpha, sides
same, risk difference, -0.2, 0.8, 0.8, 30, 30, 0.05, 1
better, risk difference, -0.15, 0.85, 0.75, 25, 20, 0.05, 2
bad-event, risk difference, 0.25, 0.2, 0.2, 20, 22, 0.05, 1
by-a-margin, risk difference, 0.1, 0.8, 0.3, 20, 20, 0.05, 2
ratio, risk ratio, 0.7, 0.85, 0.8, 24, 24, 0.05, 1
ratio-bad-event, risk ratio, 2, 0.2, 0.25, 20, 30, 0.05, 1
")
for (i in seq_len(nrow(exact_margins))) {
  at <- as.list(exact_margins[i, ])
  value <- if (at$contrast == "risk ratio") at$p1 / at$p0 else at$p1 - at$p0
  z <- z_margin(at$n1, at$n0, at$contrast, at$margin) * (if (value > at$margin) 1 else -1)
  set <- z >= qnorm(at$alpha / at$sides, lower.tail = FALSE)
  add(at, "exact-pearson", "power", list(power = probability(set, at$p1, at$p0), tables = sum(set)))
}

# the smallest size, and the size from which on there is the power as far as twice the smallest
sizes <- cases_of("
id, p1, p0, power, alpha, sides, ratio
wide, 0.8, 0.4, 0.8, 0.05, 2, 1
wider, 0.9, 0.4, 0.9, 0.05, 2, 1
one-sided, 0.7, 0.35, 0.8, 0.05, 1, 1
two-to-one, 0.8, 0.4, 0.8, 0.05, 2, 2
one-to-two, 0.3, 0.7, 0.8, 0.05, 2, 0.5
three-to-two, 0.8, 0.35, 0.85, 0.05, 2, 1.5
rare, 0.3, 0.02, 0.8, 0.05, 2, 1
nearly-all, 0.98, 0.6, 0.9, 0.05, 2, 1
low-power, 0.7, 0.4, 0.4, 0.05, 2, 1
")
for (i in seq_len(nrow(sizes))) {
  at <- as.list(sizes[i, ])
  for (method in c("exact-pearson", "exact-fisher", "exact-fisher-mid-p")) {
    powers <- c()
    smallest <- NA
    n0 <- 0
    while (is.na(smallest) || n0 < 2 * smallest + 15) {
      n0 <- n0 + 1
      n1 <- ceiling(at$ratio * n0 - 1e-9)
      set <- region(method, n1, n0, at$alpha, at$sides, at$p1 > at$p0)
      powers[n0] <- probability(toward(set, at$p1 > at$p0), at$p1, at$p0)
      if (is.na(smallest) && powers[n0] >= at$power) smallest <- n0
    }
    stays <- max(which(powers < at$power)) + 1
    add(at, method, "n", list(n0 = smallest, stays0 = stays, power = powers[smallest]))
  }
}

# ----------------------------------------------------------------------------------------------------------- output

packages <- c("rpact", "epiR", "jsonlite")
header <- list(
  about = paste(
    "Reference values for size, power and detectable effect of two proportions, made by power_props.R. n1 and n0 are",
    "exact, before rounding up, but whole for exact methods, where stays0 is the size from which on there is the power."
  ),
  R = R.version.string,
  packages = versions_of(packages),
  sources = list(
    "likelihood-ratio" = "power: stats::pnorm and pchisq at the likelihood ratio chi-square of the expected table; n and effect: uniroot over it",
    "farrington-manning" = "rpact::getSampleSizeRates and getPowerRates with thetaH0",
    "unpooled" = "with margins: definition of Wald's test; equivalence: both tests, agrees with epiR::epi.ssequb for equal proportions",
    "exact-pearson" = "sum over all tables with z >= z_alpha; of a margin, the restricted likelihood maximised by stats::optimize",
    "exact-fisher" = "sum over all tables with P <= alpha, P from stats::dhyper as stats::fisher.test has it",
    "exact-fisher-mid-p" = "likewise with half of the tables as probable (one-sided: of the table)",
    "exact-boschloo" = "likewise, P the largest sum over p1 = p0 of tables with Fisher's P not above",
    "exact-barnard" = "likewise, of tables with the pooled z not below"
  )
)
write_blocks(header, block("cases", vapply(rows, json_line, "")))
message(sprintf("%d cases in %s", length(rows), output))
