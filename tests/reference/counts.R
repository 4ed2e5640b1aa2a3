# Reference values for counts: 2x2 tables and one proportion.
#
#   Rscript tests/reference/counts.R [OUTPUT]      (default: counts.json beside this script)
#
# Needs R with epitools, epiR, metafor, rpact and jsonlite (Debian: r-cran-epitools r-cran-epir r-cran-metafor
# r-cran-rpact r-cran-jsonlite). Where a package has the method its function gives the values. Where none has it
# (score intervals, Newcombe, Agresti-Caffo) or where its answer is too coarse for 1e-6 (fisher.test stops its root
# finder at about 1e-4), the defining equation is solved here to machine precision, by a route that shares no formula
# with a closed form: restricted likelihoods are maximised numerically and limits found by uniroot. Each such route is
# held against the package that has the method, coarser or by other means; the script stops where they disagree.

Sys.setenv(TZ = "UTC")
suppressWarnings(suppressPackageStartupMessages({
  library(epitools)
  library(epiR)
  library(metafor)
  library(rpact)
  library(jsonlite)
}))

here <- dirname(sub("^--file=", "", c(grep("^--file=", commandArgs(FALSE), value = TRUE), ".")[1]))
source(file.path(here, "common.R"))
output <- output_or(file.path(here, "counts.json"))

# ---------------------------------------------------------------------------------------------------------- inputs

# id, events and total of the first arm, events and total of the second, where it comes from
tables <- read.csv(strip.white = TRUE, stringsAsFactors = FALSE, text = "
id, x1, n1, x0, n0, about
response-day-28, 82, 99, 70, 99, two arms of 99
response-day-56, 78, 99, 64, 99, two arms of 99
infection, 65, 99, 78, 99, two arms of 99
haematological-toxicity, 37, 99, 53, 99, two arms of 99
perondi, 7, 34, 1, 34, Perondi 2004: high or standard dose of epinephrine
ritland, 0, 16, 15, 72, Ritland 2007: CHRNA4 genotype and XFS; zero in a
tea, 3, 4, 1, 4, Fisher 1935: the lady tasting tea
singh, 9, 13, 4, 14, Fagerland 2017: 9/13 and 4/14
convictions, 10, 13, 2, 17, Fisher 1962: convictions of like-sex twins (R help of fisher.test)
newcombe-a, 56, 70, 48, 80, Newcombe 1998 (difference) a
newcombe-b, 9, 10, 3, 10, Newcombe 1998 (difference) b
newcombe-c, 6, 7, 2, 7, Newcombe 1998 (difference) c
newcombe-d, 5, 56, 0, 29, Newcombe 1998 (difference) d; zero in c
newcombe-e, 0, 10, 0, 20, Newcombe 1998 (difference) e; no event in either arm
newcombe-f, 0, 10, 0, 10, Newcombe 1998 (difference) f; no event in either arm
newcombe-g, 10, 10, 0, 20, Newcombe 1998 (difference) g; zero in b and c
newcombe-h, 10, 10, 0, 10, Newcombe 1998 (difference) h; zero in b and c
gart-nam-1, 8, 15, 4, 15, Gart & Nam 1988
gart-nam-2, 6, 10, 6, 20, Gart & Nam 1988
gart-nam-1990, 7, 25, 2, 25, Gart & Nam 1990
fagerland-1, 24, 73, 53, 65, Fagerland & Newcombe 2013
fagerland-2, 29, 55, 11, 11, Fagerland & Newcombe 2013; zero in d
fagerland-3, 7, 18, 1, 18, Fagerland & Newcombe 2013
forty-ninety, 30, 100, 40, 90, 30/100 and 40/90
openepi-1, 66, 94, 36, 68, example of OpenEpi; stratum 1
openepi-2, 139, 200, 93, 147, example of OpenEpi; stratum 2
openepi-crude, 205, 294, 129, 215, example of OpenEpi; both strata
zero-a, 0, 12, 5, 13, zero in a
zero-b, 12, 12, 8, 13, zero in b
zero-c, 5, 13, 0, 12, zero in c
zero-d, 8, 13, 12, 12, zero in d
zero-a-d, 0, 9, 11, 11, zero in a and d
all-events, 10, 10, 12, 12, every one of both arms
one-each-1-0, 1, 1, 0, 1, n = 1 in each arm
one-each-0-1, 0, 1, 1, 1, n = 1 in each arm
one-each-1-1, 1, 1, 1, 1, n = 1 in each arm
one-each-0-0, 0, 1, 0, 1, n = 1 in each arm
tiny, 1, 2, 1, 3, tiny
equal, 25, 50, 25, 50, no difference
equal-odd, 7, 21, 9, 27, no difference in unlike arms
yates-below-half, 10, 21, 10, 20, |observed - expected| below 0.5
unbalanced-small-first, 3, 5, 1200, 9000, very unlike arms
unbalanced-large-first, 900, 1000, 2, 3, very unlike arms
p-1e-50, 250, 300, 70, 300, P about 1e-50
p-1e-50-reversed, 70, 300, 250, 300, P about 1e-50
ten-thousand, 5200, 10000, 5000, 10000, 10^4 in each arm
million, 123456, 1000000, 124000, 1000000, 10^6 in each arm
billion-half, 500020000, 1000000000, 500000000, 1000000000, 10^9 in each arm
billion-rare, 5, 1000000000, 12, 1000000000, 10^9 in each arm; rare
billion-zero, 0, 1000000000, 3, 1000000000, 10^9 in each arm; zero in a
billion-nearly-all, 999999995, 1000000000, 999999980, 1000000000, 10^9 in each arm; few non-events
billion-and-one, 1, 1, 40000000, 1000000000, one patient and 10^9
")
at_other_levels <- c("response-day-28", "infection", "perondi", "ritland", "newcombe-d", "newcombe-h", "zero-c",
                     "zero-d", "one-each-1-0", "tiny", "unbalanced-small-first", "ten-thousand", "billion-rare")

proportions <- read.csv(strip.white = TRUE, stringsAsFactors = FALSE, text = "
id, x, n, about
completed, 198, 203, trial of 203
response-day-28-first, 82, 99, arm of 99
response-day-28-second, 70, 99, arm of 99
response-day-56-second, 64, 99, arm of 99
women, 82, 203, trial of 203
newcombe-1, 81, 263, Newcombe 1998 (single proportion)
newcombe-2, 15, 148, Newcombe 1998 (single proportion)
newcombe-3, 0, 20, Newcombe 1998 (single proportion)
newcombe-4, 1, 29, Newcombe 1998 (single proportion)
ligarden, 13, 16, Ligarden 2010
singh-1, 250, 533, Singh 2010; first births
singh-2, 204, 412, Singh 2010; second births
singh-3, 103, 167, Singh 2010; third births
singh-4, 33, 45, Singh 2010; fourth births
li-26-78, 26, 78, 26/78
li-38-100, 38, 100, 38/100
none-of-5, 0, 5, no event
none-of-10, 0, 10, no event
none-of-1, 0, 1, n = 1
all-of-1, 1, 1, n = 1
one-of-2, 1, 2, tiny
one-of-10, 1, 10, tiny
nine-of-10, 9, 10, tiny
all-of-5, 5, 5, all events
all-of-10, 10, 10, all events
twenty-nine-of-30, 29, 30, near the upper end
four-of-8, 4, 8, one half
ten-thousand, 4999, 10000, 10^4
million-rare, 3, 1000000, 10^6; rare
billion-none, 0, 1000000000, 10^9; no event
billion-one, 1, 1000000000, 10^9; one event
billion-half, 500000000, 1000000000, 10^9; one half
billion-all-but-one, 999999999, 1000000000, 10^9; all but one
billion-all, 1000000000, 1000000000, 10^9; all events
")
proportions_at_other_levels <- c("completed", "response-day-28-first", "newcombe-3", "newcombe-4", "none-of-1",
                                 "all-of-5", "nine-of-10", "ten-thousand", "billion-one")

# --------------------------------------------------------------------- noncentral hypergeometric: odds ratio, Fisher

#' The first cell given the margins: its support, and stats::dhyper on the log scale. A support of more than 4 million
#' is cut to 40 standard deviations about the observed cell and the null mode, beyond which terms are below 1e-300.
conditional <- function(t) {
  n1 <- t$a + t$b
  n0 <- t$c + t$d
  m <- t$a + t$c
  low <- max(0, m - n0)
  high <- min(n1, m)
  from <- low
  to <- high
  if (high - low > 4e6) {
    mode <- m * n1 / (n1 + n0)
    sd <- sqrt(mode * (n0 / (n1 + n0)) * ((n1 + n0 - m) / (n1 + n0)))
    from <- max(low, floor(min(t$a, mode) - 40 * sd))
    to <- min(high, ceiling(max(t$a, mode) + 40 * sd))
    stopifnot(to - from < 4e6)
  }
  support <- seq(from, to)
  list(x = t$a, low = low, high = high, distance = support - t$a, log_density = dhyper(support, n1, n0, m, log = TRUE))
}

weights <- function(h, log_or) {
  w <- h$log_density + h$distance * log_or
  w <- exp(w - max(w))
  w / sum(w)
}

mean_distance <- function(h, log_or) sum(weights(h, log_or) * h$distance)

#' P(X <= x) and P(X >= x), with a part of P(X = x) only for the mid-P.
tail_below <- function(h, log_or, part) {
  w <- weights(h, log_or)
  sum(w[h$distance < 0]) + part * w[h$distance == 0]
}
tail_above <- function(h, log_or, part) {
  w <- weights(h, log_or)
  sum(w[h$distance > 0]) + part * w[h$distance == 0]
}

start_of <- function(t) log((t$a + 0.5) * (t$d + 0.5) / ((t$b + 0.5) * (t$c + 0.5)))
width_of <- function(t) 2 * sqrt(1 / (t$a + 0.5) + 1 / (t$b + 0.5) + 1 / (t$c + 0.5) + 1 / (t$d + 0.5))

conditional_mle <- function(t, h) {
  if (h$low == h$high) return(NaN)
  if (h$x == h$low) return(0)
  if (h$x == h$high) return(Inf)
  exp(solve_outward(function(log_or) mean_distance(h, log_or), start_of(t), width_of(t)))
}

conditional_limits <- function(t, h, conf, part) {
  tail <- (1 - conf) / 2
  lower <- if (h$x == h$low) 0 else
    exp(solve_outward(function(log_or) log(tail_above(h, log_or, part) / tail), start_of(t), width_of(t)))
  upper <- if (h$x == h$high) Inf else
    exp(solve_outward(function(log_or) log(tail_below(h, log_or, part) / tail), start_of(t), width_of(t)))
  c(lower, upper)
}

small <- function(t) with(t, a + b + c + d) <= 1e5

check_conditional <- function(t, h, conf, mle, exact, mid_p) {
  if (!small(t)) return(invisible())
  f <- fisher.test(t$matrix, conf.level = conf)
  # fisher.test solves for the odds ratio below 1 and for its reciprocal above, to 1.2e-4
  below_one <- function(x) ifelse(x > 1, 1 / x, x)
  if (h$low < h$high) {
    agree(paste0("conditional MLE and stats::fisher.test [", t$id, "]"),
          below_one(mle), below_one(unname(f$estimate)), 0, 2e-4)
  }
  agree(paste0("conditional exact limits and stats::fisher.test [", t$id, "]"),
        below_one(exact), below_one(as.vector(f$conf.int)), 0, 2e-4)
  # epitools::or.midp looks for limits between 0.001 and 1000, by fisher.test's tails
  o <- try(quietly(or.midp(t$matrix, conf.level = conf)), silent = TRUE)
  if (!inherits(o, "try-error") && all(mid_p > 0.01) && all(mid_p < 100)) {
    agree(paste0("mid-P limits and epitools::or.midp [", t$id, "]"),
          c(mid_p[1], 1 / mid_p[2]), c(o$conf.int[1], 1 / o$conf.int[2]), 0, 2e-4)
  }
}

# ------------------------------------------------------------------------------ score intervals: difference and ratio

#' The restricted maximum likelihood estimates when p1 = intercept + slope * p0, by solving the score equation for p0
#' numerically. The log likelihood is concave, so that its derivative falls from one end of the range to the other.
restricted <- function(t, intercept, slope) {
  low <- max(0, -intercept / slope)
  high <- min(1, (1 - intercept) / slope)
  part <- function(count, probability) if (count == 0) 0 else count / probability
  derivative <- function(p0) {
    p1 <- intercept + slope * p0
    slope * (part(t$a, p1) - part(t$b, 1 - p1)) + part(t$c, p0) - part(t$d, 1 - p0)
  }
  inside <- function(p) min(max(p, 0), 1)
  # The derivative is looked at just inside the ends: at an end a count over zero may be of either sign.
  nudge <- 1e-13 * (high - low)
  p0 <- if (derivative(low + min(nudge, 1e-16)) <= 0) low else if (derivative(high - nudge) >= 0) high else
    solve_for(derivative, low, high)
  c(inside(intercept + slope * p0), inside(p0))
}

z_difference <- function(t, delta, factor) {
  p <- restricted(t, delta, 1)
  variance <- p[1] * (1 - p[1]) / t$n1 + p[2] * (1 - p[2]) / t$n0
  top <- t$a / t$n1 - t$c / t$n0 - delta
  if (top == 0) 0 else top / sqrt(variance * factor)
}

z_ratio <- function(t, ratio, factor) {
  p <- restricted(t, 0, ratio)
  variance <- p[1] * (1 - p[1]) / t$n1 + ratio^2 * p[2] * (1 - p[2]) / t$n0
  top <- t$a / t$n1 - ratio * t$c / t$n0
  if (top == 0) 0 else top / sqrt(variance * factor)
}

#' Koopman's own form: the sum of two Pearson chi-squares about the restricted estimates (Koopman 1984, eq. 2).
koopman_u <- function(t, ratio) {
  p <- restricted(t, 0, ratio)
  term <- function(x, n, p) if (x == n * p) 0 else (x - n * p)^2 / (n * p * (1 - p))
  term(t$a, t$n1, p[1]) + term(t$c, t$n0, p[2])
}

score_difference <- function(t, conf, factor) {
  z <- qnorm((1 + conf) / 2)
  total <- t$n1 + t$n0
  estimate <- t$a / t$n1 - t$c / t$n0
  at <- function(delta) z_difference(t, delta, factor)
  lower <- if (estimate == -1) -1 else solve_for(function(delta) at(delta) - z, -1 + 1e-15, estimate)
  upper <- if (estimate == 1) 1 else solve_for(function(delta) at(delta) + z, estimate, 1 - 1e-15)
  for (delta in c(lower, upper)) {
    if (total < 1e7 && abs(delta) < 0.999999 && abs(delta) > 1e-4) {  # the closed forms cancel beyond
      closed <- rpact:::.getFarringtonManningValuesDiff(rate1 = t$a / t$n1, rate2 = t$c / t$n0, theta = delta,
                                                        allocation = t$n1 / t$n0)
      agree(paste0("restricted MLE for a difference and rpact's closed form [", t$id, "]"),
            restricted(t, delta, 1), closed, 1e-6, 1e-7)
    }
  }
  if (factor == 1 && small(t)) {
    # epiR has Mee's interval, which is this one without N/(N-1); it halves its steps down to 1e-7. A zero variance
    # makes it answer NaN or stop.
    e <- try(epiR:::zARscore(t$matrix, conf, 1), silent = TRUE)
    if (!inherits(e, "try-error") && all(c(t$a, t$b, t$c, t$d) > 0)) {
      agree(paste0("Mee limits (no N/(N-1)) and epiR:::zARscore [", t$id, "]"), c(lower, upper), e[2:3], 1e-5, 1e-6)
    }
  }
  c(estimate, lower, upper)
}

score_ratio <- function(t, conf, factor, koopman) {
  z <- qnorm((1 + conf) / 2)
  estimate <- (t$a / t$n1) / (t$c / t$n0)
  if (t$a == 0 && t$c == 0) return(c(NaN, 0, Inf))
  at <- function(log_ratio) z_ratio(t, exp(log_ratio), factor)
  start <- log(((t$a + 0.5) / (t$n1 + 0.5)) / ((t$c + 0.5) / (t$n0 + 0.5)))
  lower <- if (t$a == 0) 0 else exp(solve_outward(function(l) at(l) - z, start))
  upper <- if (t$c == 0) Inf else exp(solve_outward(function(l) at(l) + z, start))
  for (ratio in c(lower, upper)) {
    if (ratio == 0 || is.infinite(ratio)) next
    if (koopman) {
      agree(paste0("score statistic of a ratio and Koopman's chi-square [", t$id, "]"), koopman_u(t, ratio), z^2, 1e-6)
    }
    if (t$n1 + t$n0 > 1e7) next
    closed <- rpact:::.getFarringtonManningValuesRatio(rate1 = t$a / t$n1, rate2 = t$c / t$n0, theta = ratio,
                                                       allocation = t$n1 / t$n0)
    agree(paste0("restricted MLE for a ratio and rpact's closed form [", t$id, "]"),
          restricted(t, 0, ratio), closed, 1e-6, 1e-7)
  }
  if (koopman && small(t) && t$a + t$d > 0 && t$b + t$c > 0) {
    # epiR solves Koopman's cubic in closed form (Nam 1995); where all of an arm have the event it steps by 1e-4. Its
    # cubic degenerates when one arm has all the events and the other none: 1/1 and 0/1 has U(ratio) = 2/ratio, so that
    # the lower limit is 2/3.84 = 0.52, where epiR says 2.
    e <- try(quietly(epiR:::zRRscore(c(t$a, t$b, t$c, t$d), conf)), silent = TRUE)
    if (!inherits(e, "try-error")) {
      agree(paste0("Koopman limits and epiR:::zRRscore [", t$id, "]"), c(lower, upper), e[2:3], 5e-4)
    }
  }
  c(estimate, lower, upper)
}

# ------------------------------------------------------------------------------------------------ closed-form methods

#' A log-scale Wald interval from metafor::escalc. Above 10^7, where its 1 - p loses figures, plain R takes its place.
#' Where a zero cell makes escalc answer NA the interval and its test do not exist; the estimate is 0, Inf or NaN.
log_wald <- function(t, conf, measure, ..., add = 0) {
  e <- quietly(escalc(measure = measure, ai = t$a, bi = t$b, ci = t$c, di = t$d, add = add, ...))
  k <- lapply(t[c("a", "b", "c", "d")], `+`, add)
  if (measure == "OR") {
    plain <- c(log(k$a * k$d / (k$b * k$c)), sqrt(1 / k$a + 1 / k$b + 1 / k$c + 1 / k$d))
  } else {
    plain <- c(log((k$a / t$n1) / (k$c / t$n0)), sqrt(k$b / (k$a * t$n1) + k$d / (k$c * t$n0)))
  }
  by_metafor <- c(as.numeric(e$yi), sqrt(as.numeric(e$vi)))
  exists <- !anyNA(by_metafor)
  used <- if (exists && t$n1 + t$n0 <= 1e7) by_metafor else plain
  if (exists) {
    agree(paste0("log odds or risk ratio and metafor::escalc [", t$id, "]"), used, by_metafor, 1e-6)
    agree(paste0("log odds or risk ratio and plain R [", t$id, "]"), used, plain, 1e-9, 1e-12)
  } else {
    stopifnot(is.infinite(plain[2]))
  }
  half <- if (exists) qnorm((1 + conf) / 2) * used[2] else NaN
  statistic <- if (exists) used[1] / used[2] else NaN
  list(estimate = exp(used[1]), lower = exp(used[1] - half), upper = exp(used[1] + half),
       se = used[2], statistic = statistic, p = two_sided(statistic))
}

wilson <- function(x, n, conf) as.vector(quietly(prop.test(x, n, conf.level = conf, correct = FALSE))$conf.int)

newcombe <- function(t, conf) {
  p1 <- t$a / t$n1
  p0 <- t$c / t$n0
  w1 <- wilson(t$a, t$n1, conf)
  w0 <- wilson(t$c, t$n0, conf)
  d <- p1 - p0
  c(d, d - sqrt((p1 - w1[1])^2 + (w0[2] - p0)^2), d + sqrt((w1[2] - p1)^2 + (p0 - w0[1])^2))
}

interval <- function(three) list(estimate = three[1], lower = three[2], upper = three[3])

#' The score test of no difference that goes with a score interval: the signed root of Pearson's chi-square, divided by
#' the root of the variance factor. The score statistics above say the same at a difference of 0 and a ratio of 1.
null_score <- function(t, factor) {
  chi <- unname(quietly(chisq.test(t$matrix, correct = FALSE))$statistic)
  z <- sign(t$a * t$d - t$b * t$c) * sqrt(chi / factor)
  if (!is.nan(z)) {
    agree(paste0("score statistic at no difference and stats::chisq.test [", t$id, "]"),
          c(z_difference(t, 0, factor), z_ratio(t, 1, factor)), c(z, z), 1e-6, 1e-9)
  }
  list(statistic = z, p = two_sided(z))
}

estimates_of <- function(t, conf, h) {
  z <- qnorm((1 + conf) / 2)
  mle <- conditional_mle(t, h)
  exact <- conditional_limits(t, h, conf, 1)
  mid_p <- conditional_limits(t, h, conf, 0.5)
  check_conditional(t, h, conf, mle, exact, mid_p)

  rd <- quietly(escalc(measure = "RD", ai = t$a, bi = t$b, ci = t$c, di = t$d, to = "none"))
  d <- as.numeric(rd$yi)
  se <- sqrt(as.numeric(rd$vi))
  p1 <- (t$a + 1) / (t$n1 + 2)
  p0 <- (t$c + 1) / (t$n0 + 2)
  se_ac <- sqrt(p1 * (1 - p1) / (t$n1 + 2) + p0 * (1 - p0) / (t$n0 + 2))
  hybrid <- newcombe(t, conf)
  score_difference(t, conf, 1)  # for its check against epiR only
  factor <- (t$n1 + t$n0) / (t$n1 + t$n0 - 1)

  woolf <- log_wald(t, conf, "OR", to = "none")
  katz <- log_wald(t, conf, "RR", to = "none")
  if (small(t)) {
    # with a zero cell epitools prints 0 or Inf for one limit and NaN for the other: only the estimate is compared
    part <- function(w) if (is.nan(w$lower)) 1 else 1:3
    e <- unname(quietly(oddsratio.wald(t$reversed, conf.level = conf))$measure[2, ])
    agree(paste0("Woolf interval and epitools::oddsratio.wald [", t$id, "]"),
          unlist(woolf[1:3])[part(woolf)], e[part(woolf)], 1e-9)
    e <- unname(quietly(riskratio.wald(t$reversed, conf.level = conf))$measure[2, ])
    agree(paste0("Katz interval and epitools::riskratio.wald [", t$id, "]"),
          unlist(katz[1:3])[part(katz)], e[part(katz)], 1e-9)
  }

  list(
    list("odds ratio", "woolf", woolf),
    list("odds ratio", "haldane-anscombe", log_wald(t, conf, "OR", add = 1 / 2, to = "all")),
    list("odds ratio", "conditional-exact", interval(c(mle, exact))),
    list("odds ratio", "mid-p", interval(c(mle, mid_p))),
    list("risk ratio", "katz", katz),
    list("risk ratio", "koopman", c(interval(score_ratio(t, conf, 1, TRUE)), null_score(t, 1))),
    list("risk ratio", "miettinen-nurminen",
         c(interval(score_ratio(t, conf, factor, FALSE)), null_score(t, factor))),
    list("risk difference", "wald", list(estimate = d, lower = d - z * se, upper = d + z * se, se = se,
                                         statistic = d / se, p = two_sided(d / se))),
    list("risk difference", "agresti-caffo",
         list(estimate = d, lower = p1 - p0 - z * se_ac, upper = p1 - p0 + z * se_ac, se = se_ac)),
    list("risk difference", "newcombe", interval(hybrid)),
    list("risk difference", "miettinen-nurminen",
         c(interval(score_difference(t, conf, factor)), null_score(t, factor))),
    list("number needed to treat", "newcombe", interval(1 / hybrid[c(1, 3, 2)]))
  )
}

# -------------------------------------------------------------------------------------------------------------- tests

#' G = 2 * sum(O * log(O/E)), with O log(O/E) - (O - E) written so as not to cancel when O is near E (the deviations
#' O - E add to zero); NaN with a zero margin.
likelihood_ratio <- function(t) {
  margins <- c(t$n1, t$n0, t$a + t$c, t$b + t$d)
  if (any(margins == 0)) return(NaN)
  total <- t$n1 + t$n0
  observed <- c(t$a, t$b, t$c, t$d)
  expected <- c(t$n1 * margins[3], t$n1 * margins[4], t$n0 * margins[3], t$n0 * margins[4]) / total
  # (ad - bc)/N without forming ad: p1 - p0 times n1 n0 / N, the difference from exact integers below 2^53
  deviation <- (t$a * t$d - t$b * t$c) / total * c(1, -1, -1, 1)
  term <- function(o, e, u) {
    if (o == 0) return(e)
    r <- u / e
    if (abs(r) > 0.01) return(o * log1p(r) - u)
    k <- 2:12
    e * sum((-1)^k * r^k / (k * (k - 1)))  # (1 + r) log(1 + r) - r
  }
  2 * sum(mapply(term, observed, expected, deviation))
}

tests_of <- function(t, h) {
  chi <- function(correct) {
    c <- quietly(chisq.test(t$matrix, correct = correct))
    list(statistic = unname(c$statistic), df = 1, p = unname(c$p.value))
  }
  g <- likelihood_ratio(t)
  if (!is.nan(g)) {
    agree(paste0("likelihood ratio and stats::loglin [", t$id, "]"), g,
          loglin(t$matrix, list(1, 2), print = FALSE)$lrt, 1e-6, 1e-6)
  }

  w <- weights(h, 0)
  x <- w[h$distance == 0]
  minlike <- min(sum(w[w <= x * (1 + 1e-7)]), 1)
  central <- min(1, 2 * min(tail_below(h, 0, 1), tail_above(h, 0, 1)))
  mid <- min(1, 2 * min(tail_below(h, 0, 0.5), tail_above(h, 0, 0.5)))
  if (small(t)) {
    agree(paste0("Fisher P and stats::fisher.test [", t$id, "]"), minlike, fisher.test(t$matrix)$p.value, 1e-9)
    one_sided <- min(fisher.test(t$matrix, alternative = "less")$p.value,
                     fisher.test(t$matrix, alternative = "greater")$p.value)
    agree(paste0("central Fisher P and stats::fisher.test, one-sided [", t$id, "]"),
          central, min(1, 2 * one_sided), 1e-9)
    agree(paste0("mid-P and epitools::ormidp.test [", t$id, "]"), mid,
          ormidp.test(t$a, t$b, t$c, t$d)$two.sided, 1e-9, 1e-12)
  }

  list(
    list("independence", "pearson", chi(FALSE)),
    list("independence", "yates", chi(TRUE)),
    list("independence", "likelihood-ratio",
         list(statistic = g, df = 1, p = if (is.nan(g)) NaN else pchisq(g, 1, lower.tail = FALSE))),
    list("independence", "fisher", list(p = minlike)),
    list("independence", "fisher-central", list(p = central)),
    list("independence", "fisher-mid-p", list(p = mid))
  )
}

# ------------------------------------------------------------------------------------------------------ one proportion

proportion_of <- function(x, n, conf, id) {
  z <- qnorm((1 + conf) / 2)
  p <- x / n
  by_epir <- function(method) {
    e <- quietly(epi.conf(cbind(x, n), ctype = "prevalence", method = method, conf.level = conf))
    c(e$lower, e$upper)
  }
  tail <- (1 - conf) / 2
  # what binom.test computes, without its sum over all outcomes, which 10^9 does not allow
  exact <- c(if (x == 0) 0 else qbeta(tail, x, n - x + 1), if (x == n) 1 else qbeta(1 - tail, x + 1, n - x))
  if (n <= 1e6) {
    agree(paste0("Clopper-Pearson and stats::binom.test [", id, "]"), exact,
          as.vector(binom.test(x, n, conf.level = conf)$conf.int), 1e-12)
  }
  if (x > 0) {
    agree(paste0("Clopper-Pearson lower limit and stats::pbinom [", id, "]"),
          pbinom(x - 1, n, exact[1], lower.tail = FALSE), tail, 1e-6)
  }
  if (x < n) {
    # 1 - 2.5e-11 has no more digits than that in its distance from 1
    agree(paste0("Clopper-Pearson upper limit and stats::pbinom [", id, "]"), pbinom(x, n, exact[2]), tail, 1e-5)
  }
  jeffreys <- by_epir("jeffreys")
  used <- c(x > 0, x < n)
  agree(paste0("Jeffreys limits and stats::pbeta [", id, "]"),
        c(pbeta(jeffreys[1], x + 0.5, n - x + 0.5), pbeta(jeffreys[2], x + 0.5, n - x + 0.5, lower.tail = FALSE))[used],
        c(tail, tail)[used], 1e-5)
  jeffreys <- c(if (x == 0) 0 else jeffreys[1], if (x == n) 1 else jeffreys[2])
  score <- wilson(x, n, conf)
  agree(paste0("Wilson limits of prop.test and epitools::binom.wilson [", id, "]"), score,
        unlist(binom.wilson(x, n, conf.level = conf)[c("lower", "upper")], use.names = FALSE), 1e-7, 1e-12)
  agresti <- by_epir("agresti")
  wald <- binom.approx(x, n, conf.level = conf)
  list(
    list("proportion", "wilson", interval(c(p, score))),
    list("proportion", "clopper-pearson", interval(c(p, exact))),
    list("proportion", "agresti-coull", c(interval(c(p, agresti)), se = diff(agresti) / (2 * z))),
    list("proportion", "jeffreys", interval(c(p, jeffreys))),
    list("proportion", "wald", c(interval(c(p, wald$lower, wald$upper)), se = sqrt(p * (1 - p) / n)))
  )
}

# ------------------------------------------------------------------------------------------------------------- output

levels_for <- function(id, more) if (id %in% more) c(0.95, 0.90, 0.99) else 0.95

rows <- character()
for (i in seq_len(nrow(tables))) {
  s <- tables[i, ]
  t <- list(id = s$id, a = s$x1, b = s$n1 - s$x1, c = s$x0, d = s$n0 - s$x0, n1 = s$n1, n0 = s$n0)
  t[-1] <- lapply(t[-1], as.numeric)
  t$matrix <- matrix(c(t$a, t$b, t$c, t$d), 2, byrow = TRUE)
  t$reversed <- t$matrix[2:1, 2:1]  # epitools has the reference row and the non-events first
  h <- conditional(t)
  for (conf in levels_for(t$id, at_other_levels)) {
    for (r in estimates_of(t, conf, h)) rows <- c(rows, row_of(t$id, conf, r[[1]], r[[2]], r[[3]]))
  }
  for (r in tests_of(t, h)) rows <- c(rows, row_of(t$id, NULL, r[[1]], r[[2]], r[[3]]))
}
for (i in seq_len(nrow(proportions))) {
  s <- proportions[i, ]
  for (conf in levels_for(s$id, proportions_at_other_levels)) {
    for (r in proportion_of(as.numeric(s$x), as.numeric(s$n), conf, s$id)) {
      rows <- c(rows, row_of(s$id, conf, r[[1]], r[[2]], r[[3]]))
    }
  }
}

sources <- list(
  "odds ratio" = list(
    "woolf" = paste(
      "metafor::escalc(measure = 'OR', to = 'none'): exp(yi -+ z sqrt(vi)), in plain R above 10^7; agrees with",
      "epitools::oddsratio.wald. The estimate is the sample odds ratio ad/bc; with a zero cell escalc answers NA,",
      "and the interval and its test do not exist"
    ),
    "haldane-anscombe" = "metafor::escalc(measure = 'OR', add = 1/2, to = 'all')",
    "conditional-exact" = paste(
      "uniroot at machine precision on tails of the noncentral hypergeometric (stats::dhyper): as",
      "stats::fisher.test, with which it agrees within that function's tolerance. Estimate NaN where the margins",
      "allow one table only (fisher.test prints 0)"
    ),
    "mid-p" = paste(
      "uniroot at machine precision on mid-P tails of the noncentral hypergeometric (stats::dhyper); agrees with",
      "epitools::or.midp within its tolerance. The estimate is the conditional maximum likelihood one (epitools",
      "prints the median-unbiased one)"
    )
  ),
  "risk ratio" = list(
    "katz" = paste(
      "metafor::escalc(measure = 'RR', to = 'none'), in plain R above 10^7; agrees with epitools::riskratio.wald.",
      "With no events in an arm escalc answers NA, and the interval and its test do not exist"
    ),
    "koopman" = paste(
      "uniroot on the score statistic, restricted likelihood maximised numerically; agrees with epiR's closed form",
      "of Koopman's limits, rpact's restricted estimates, and Koopman's chi-square. statistic and p: the root of",
      "stats::chisq.test"
    ),
    "miettinen-nurminen" = paste(
      "as koopman, variance times N/(N-1); statistic and p: the root of stats::chisq.test times (N-1)/N"
    )
  ),
  "risk difference" = list(
    "wald" = "metafor::escalc(measure = 'RD', to = 'none'); not cut to [-1, 1]",
    "agresti-caffo" = paste(
      "Agresti & Caffo 2000 in plain R: Wald limits with one event and one non-event added to each arm; the",
      "estimate is the observed difference; not cut to [-1, 1]"
    ),
    "newcombe" = "Newcombe 1998, method 10, from the Wilson limits of stats::prop.test(correct = FALSE)",
    "miettinen-nurminen" = paste(
      "uniroot on the score statistic with N/(N-1), restricted likelihood maximised numerically; restricted",
      "estimates agree with rpact's closed form; statistic and p: the root of stats::chisq.test times (N-1)/N"
    )
  ),
  "number needed to treat" = list(
    "newcombe" = paste(
      "1 over the risk difference, and 1 over the upper and lower limits of Newcombe's interval in this order"
    )
  ),
  "independence" = list(
    "pearson" = "stats::chisq.test(correct = FALSE)",
    "yates" = "stats::chisq.test(correct = TRUE)",
    "likelihood-ratio" = "2 sum O log(O/E) without cancellation; agrees with stats::loglin; NaN with a zero margin",
    "fisher" = paste(
      "sum of stats::dhyper not above that of the table, relative tolerance 1e-7; equals stats::fisher.test (1e-9)"
    ),
    "fisher-central" = paste(
      "twice the smaller tail, at most 1; equals twice the smaller one-sided stats::fisher.test (1e-9)"
    ),
    "fisher-mid-p" = "twice the smaller mid-P tail; equals epitools::ormidp.test (1e-9)"
  ),
  "proportion" = list(
    "wilson" = "stats::prop.test(correct = FALSE); agrees with epitools::binom.wilson",
    "clopper-pearson" = "stats::qbeta; equals stats::binom.test",
    "agresti-coull" = "epiR::epi.conf(method = 'agresti'), the estimate being x/n; not cut to [0, 1]",
    "jeffreys" = paste(
      "epiR::epi.conf(method = 'jeffreys'), that is stats::qbeta of Beta(x + 1/2, n - x + 1/2), then lower limit 0",
      "at x = 0 and upper limit 1 at x = n (Brown, Cai & DasGupta 2001, section 3.1.3), which epiR does not do"
    ),
    "wald" = "epitools::binom.approx; not cut to [0, 1]"
  )
)
packages <- c("metafor", "epitools", "epiR", "rpact", "jsonlite")
header <- list(
  about = paste("Reference values for counts, made by counts.R. Infinite figures are the strings 'Infinity' and",
                "'-Infinity'; what does not exist is null."),
  R = R.version.string,
  packages = versions_of(packages),
  sources = sources,
  checks = checked[order(names(checked))]
)

write_blocks(header, block("tables", lines_of(tables, c("x1", "n1", "x0", "n0"))),
             block("proportions", lines_of(proportions, c("x", "n"))), block("values", rows))
message(sprintf("%d values of %d tables and %d proportions in %s",
                length(rows), nrow(tables), nrow(proportions), output))
