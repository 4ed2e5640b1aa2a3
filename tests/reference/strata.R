# Reference values for strata: 2x2 tables pooled over strata or trials.
#
#   Rscript tests/reference/strata.R [OUTPUT]      (default: strata.json beside this script)
#
# Needs R with metafor, metadat, epiR, survival and jsonlite (Debian: r-cran-metafor r-cran-metadat r-cran-epir
# r-cran-survival r-cran-jsonlite). Where a package has the method its function gives the values: metafor's rma.mh,
# rma.peto and rma (FE, DL, REML), stats::mantelhaen.test. Where none has it to 1e-6 (mantelhaen.test(exact = TRUE) stops
# its root finder at about 1e-4, metafor's Paule-Mandel likewise) the defining equation is solved here to machine
# precision, with the convolution of the strata done on the log scale, and held against the coarser function. Breslow-Day
# and Tarone are written from their textbook formula and held against rma.mh. The script stops where two routes disagree.

Sys.setenv(TZ = "UTC")
suppressWarnings(suppressPackageStartupMessages({
  library(metafor)
  library(metadat)
  library(epiR)
  library(survival)
  library(jsonlite)
}))

here <- dirname(sub("^--file=", "", c(grep("^--file=", commandArgs(FALSE), value = TRUE), ".")[1]))
source(file.path(here, "common.R"))
output <- output_or(file.path(here, "strata.json"))

# ---------------------------------------------------------------------------------------------------------- inputs

sets <- list()

#' A data set of strata: cells a, b (first arm: events, non-events), c, d (second arm).
add <- function(id, a, b, c, d, about) {
  sets[[length(sets) + 1]] <<- list(id = id, a = as.numeric(a), b = as.numeric(b), c = as.numeric(c), d = as.numeric(d),
                                    about = about)
}
add_totals <- function(id, a, n1, c, n0, about) add(id, a, n1 - a, c, n0 - c, about)

add("ille-et-vilaine", c(1, 4, 25, 42, 19, 5), c(9, 26, 29, 27, 18, 0), c(0, 5, 21, 34, 36, 8),
    c(106, 164, 138, 139, 88, 31), "Breslow & Day 1980: oesophageal cancer and alcohol (80 g or more) by age")
u <- UCBAdmissions
add("ucb-admissions", u[1, 1, ], u[2, 1, ], u[1, 2, ], u[2, 2, ], "Bickel 1975: admissions by sex and department")
add("rabbits", c(0, 3, 6, 5, 2), c(6, 3, 0, 1, 0), c(0, 0, 2, 6, 5), c(5, 6, 4, 0, 0),
    "Mantel 1963, the example of R mantelhaen.test: penicillin in rabbits")
d <- dat.bcg
add("bcg", d$tpos, d$tneg, d$cpos, d$cneg, "Colditz 1994: BCG vaccine, 13 trials")
d <- dat.hine1989
add_totals("lidocaine", d$ai, d$n1i, d$ci, d$n2i, "Hine 1989: lidocaine and death, 6 trials")
d <- dat.egger2001
add_totals("magnesium", d$ai, d$n1i, d$ci, d$n2i, "Egger 2001: magnesium in myocardial infarction, 16 trials")
d <- dat.nielweise2007
add_totals("catheters", d$ai, d$n1i, d$ci, d$n2i, "Niel-Weise 2007: coated catheters, 18 trials with many zero cells")
d <- dat.damico2009
add_totals("prophylaxis", d$xt, d$nt, d$xc, d$nc, "D'Amico 2009: antibiotic prophylaxis, 16 trials")
d <- dat.hahn2001
add_totals("rehydration", d$ai, d$n1i, d$ci, d$n2i, "Hahn 2001: oral rehydration, 12 trials with zero cells")
d <- dat.lee2004
add_totals("acupoint", d$ai, d$n1i, d$ci, d$n2i, "Lee & Done 2004: acupoint stimulation, 16 trials")
d <- dat.collins1985b
add_totals("diuretics", d$pre.xti, d$pre.nti, d$pre.xci, d$pre.nci, "Collins 1985: diuretics and pre-eclampsia, 9 trials")
add_totals("openepi", c(66, 139), c(94, 200), c(36, 93), c(68, 147), "example of OpenEpi")
add_totals("one-stratum", 82, 99, 70, 99, "one stratum")
add_totals("one-small-stratum", 3, 4, 1, 4, "one stratum: the lady tasting tea")
add_totals("one-zero-cell", 0, 16, 15, 72, "one stratum with a zero cell")
add_totals("one-stratum-no-events", 0, 10, 0, 12, "one stratum without events")
add_totals("one-patient-each", c(1, 0), c(1, 1), c(0, 1), c(1, 1), "arms of one patient")
# 30 matched pairs: 13 with the event in the first only, 6 in the second only, 4 in both, 7 in neither
add_totals("pairs", rep(c(1, 0, 1, 0), c(13, 6, 4, 7)), rep(1, 30), rep(c(0, 1, 1, 0), c(13, 6, 4, 7)), rep(1, 30),
           "30 matched pairs as strata of two patients")
add_totals("empty-strata", c(5, 0, 12, 10, 0), c(20, 15, 40, 10, 9), c(8, 0, 15, 12, 3), c(21, 17, 39, 12, 8),
           "a stratum without events, one with all, one with a zero cell")
add_totals("all-empty", c(0, 10), c(12, 10), c(0, 9), c(11, 9), "no events in one stratum, all in the other")
add_totals("no-events", c(0, 0, 0), c(10, 20, 30), c(0, 0, 0), c(11, 19, 31), "no event anywhere")
add_totals("all-events", c(10, 20), c(10, 20), c(11, 19), c(11, 19), "every patient has the event")
add_totals("zero-first", c(0, 0, 0), c(30, 41, 22), c(3, 1, 4), c(29, 40, 25), "no event in the first arm")
add_totals("zero-second", c(3, 2, 4), c(30, 41, 22), c(0, 0, 0), c(29, 40, 25), "no event in the second arm")
add_totals("separated", c(5, 7), c(5, 7), c(0, 0), c(6, 8), "all events in the first arm")
add_totals("homogeneous", c(10, 20, 40), c(30, 60, 120), c(5, 10, 20), c(30, 60, 120), "the same proportions throughout")
add_totals("opposite", c(20, 5), c(25, 25), c(5, 20), c(25, 25), "opposite effects")
add_totals("no-difference", c(10, 20), c(20, 40), c(10, 20), c(20, 40), "no difference in either stratum")
add_totals("below-half", c(10, 12), c(21, 25), c(10, 12), c(20, 25), "|observed - expected| below 1/2")
add_totals("unbalanced", c(3, 900, 2), c(5, 1000, 60), c(1200, 2, 1), c(9000, 3, 7), "very unlike arms")
add_totals("p-1e-80", c(250, 190), c(300, 250), c(70, 60), c(300, 250), "P about 1e-80")
add_totals("p-1e-330", c(560, 480), c(600, 500), c(40, 25), c(600, 500), "P beyond the range of a double")
add_totals("ten-thousand", c(5200, 3300, 1210), c(10000, 10000, 5000), c(5000, 3200, 1150), c(10000, 10000, 5000),
           "10^4 in an arm")
add_totals("rare", c(5, 0, 3), c(1e9, 1e9, 2e6), c(12, 4, 7), c(1e9, 1e9, 1e6), "10^9 in an arm; rare events")
add_totals("billion", c(500020000, 123456000), c(1e9, 1e9), c(500000000, 123440000), c(1e9, 1e9), "10^9 in an arm")
at_other_levels <- c("ille-et-vilaine", "rabbits", "bcg", "one-stratum", "empty-strata", "zero-first", "catheters")
#' The exact distribution is not convolved here above this many values of the sum.
widest <- 30000

tail_of <- function(statistic, df) if (df < 1) NaN else pchisq(statistic, df, lower.tail = FALSE)

#' The strata as mantelhaen.test takes them. It wants two at least: a stratum without events changes nothing.
as_array <- function(s) {
  if (length(s$a) == 1) s <- list(a = c(s$a, 0), b = c(s$b, 1), c = c(s$c, 0), d = c(s$d, 1))
  array(rbind(s$a, s$c, s$b, s$d), c(2, 2, length(s$a)))
}

#' A ratio by Wald's interval of its log, or a difference by its own.
wald <- function(estimate, se, conf, log_scale) {
  z <- qnorm((1 + conf) / 2)
  if (!is.finite(estimate) || !is.finite(se)) {
    shown <- if (log_scale) exp(estimate) else estimate
    return(list(estimate = shown, lower = NaN, upper = NaN, se = NaN, statistic = NaN, p = NaN))
  }
  back <- if (log_scale) exp else identity
  list(estimate = back(estimate), lower = back(estimate - z * se), upper = back(estimate + z * se), se = se,
       statistic = estimate / se, p = two_sided(estimate / se))
}

# ------------------------------------------------------------------------------------------------- Mantel-Haenszel

#' rma.mh's own answer, or NULL where it has none.
by_metafor <- function(s, measure) {
  found <- try(quietly(rma.mh(measure = measure, ai = s$a, bi = s$b, ci = s$c, di = s$d)), silent = TRUE)
  if (inherits(found, "try-error") || is.na(found$beta)) NULL else found
}

mantel_haenszel <- function(s, measure, conf) {
  n1 <- s$a + s$b
  n0 <- s$c + s$d
  n <- n1 + n0
  if (measure == "OR") {
    r <- s$a * (s$d / n)
    q <- s$b * (s$c / n)
    p <- (s$a + s$d) / n
    log_estimate <- log(sum(r) / sum(q))
    se <- sqrt(sum(p * r) / (2 * sum(r)^2) + sum(p * q + (1 - p) * r) / (2 * sum(r) * sum(q)) +
                 sum((1 - p) * q) / (2 * sum(q)^2))
  } else if (measure == "RR") {
    r <- sum(s$a * n0 / n)
    q <- sum(s$c * n1 / n)
    log_estimate <- log(r / q)
    se <- sqrt(sum((n1 / n) * (n0 / n) * (s$a + s$c) - (s$a / n) * s$c) / (r * q))
  } else {
    w <- sum(n1 * n0 / n)
    log_estimate <- sum(s$a * (n0 / n) - s$c * (n1 / n)) / w
    # Sato 1989, as in epiR's zMHRD.Sato
    p <- sum((n1^2 * s$c - n0^2 * s$a + 0.5 * n1 * n0 * (n0 - n1)) / n^2)
    q <- sum((s$a * (n0 - s$c) + s$c * (n1 - s$a)) / (2 * n))
    # where all of one arm and none of the other have the event p and q cancel: what is left is rounding
    variance <- if (log_estimate * p + q < 1e-14 * (abs(log_estimate * p) + q)) 0 else log_estimate * p + q
    se <- sqrt(variance) / w
  }
  found <- wald(log_estimate, se, conf, measure != "RD")
  by <- by_metafor(s, measure)
  if (!is.null(by) && (measure == "RD" || is.finite(log_estimate))) {
    agree(paste0("Mantel-Haenszel ", measure, " and metafor::rma.mh [", s$id, "]"), c(log_estimate, se),
          c(as.numeric(by$beta), by$se), 1e-7, if (measure == "RD") 1e-8 else 1e-13)
  }
  if (measure == "OR" && all(n >= 2) && is.finite(log_estimate)) {
    m <- mantelhaen.test(as_array(s), conf.level = conf)
    agree(paste0("Mantel-Haenszel OR and stats::mantelhaen.test [", s$id, "]"),
          c(found$estimate, found$lower, found$upper), c(unname(m$estimate), as.vector(m$conf.int)), 1e-7)
  }
  if (measure == "RD" && length(n) > 1) {
    e <- epiR:::zMHRD.Sato(array(rbind(s$a, s$c, s$b, s$d), c(2, 2, length(n))), conf, 1)
    agree(paste0("Sato interval and epiR:::zMHRD.Sato [", s$id, "]"), c(found$estimate, found$lower, found$upper), e,
          1e-7, 1e-8)
  }
  found
}

greenland_robins <- function(s, conf) {
  n1 <- s$a + s$b
  n0 <- s$c + s$d
  n <- n1 + n0
  w <- sum(n1 * n0 / n)
  estimate <- sum(s$a * (n0 / n) - s$c * (n1 / n)) / w
  se <- sqrt(sum((s$a * s$b * n0^3 + s$c * s$d * n1^3) / (n1 * n0 * n^2))) / w
  # the same from the variances of two binomials, by weights
  weight <- n1 * n0 / n
  variance <- (s$a / n1) * (s$b / n1) / n1 + (s$c / n0) * (s$d / n0) / n0
  agree(paste0("Greenland-Robins variance and that of weighted binomials [", s$id, "]"), se,
        sqrt(sum(weight^2 * variance)) / w, 1e-9)
  # zero variance: 0/0 has no statistic
  found <- wald(estimate, se, conf, FALSE)
  if (length(n) > 1) {
    e <- epiR:::zMHRD.GR(array(rbind(s$a, s$c, s$b, s$d), c(2, 2, length(n))), conf, 1)
    agree(paste0("Greenland-Robins interval and epiR:::zMHRD.GR [", s$id, "]"),
          c(found$estimate, found$lower, found$upper), e, 1e-7, 1e-12)
  }
  found
}

peto <- function(s, conf) {
  n1 <- s$a + s$b
  n0 <- s$c + s$d
  n <- n1 + n0
  v <- n1 * n0 / n * ((s$a + s$c) / n) * ((s$b + s$d) / (n - 1))
  difference <- sum((s$a * n0 - s$c * n1) / n)
  if (sum(v) == 0) return(list(estimate = NaN, lower = NaN, upper = NaN, se = NaN, statistic = NaN, p = NaN))
  found <- wald(difference / sum(v), 1 / sqrt(sum(v)), conf, TRUE)
  by <- quietly(rma.peto(ai = s$a, bi = s$b, ci = s$c, di = s$d))
  agree(paste0("Peto OR and metafor::rma.peto [", s$id, "]"), c(log(found$estimate), found$se),
        c(as.numeric(by$beta), by$se), 1e-6, 1e-9)
  found
}

peto_homogeneity <- function(s) {
  n1 <- s$a + s$b
  n0 <- s$c + s$d
  n <- n1 + n0
  v <- n1 * n0 / n * ((s$a + s$c) / n) * ((s$b + s$d) / (n - 1))
  difference <- (s$a * n0 - s$c * n1) / n
  counts <- v > 0
  df <- max(sum(counts) - 1, 0)
  if (df < 1) return(list(statistic = NaN, df = df, p = NaN))
  # about the mean, instead of the difference of two sums
  y <- difference[counts] / v[counts]
  q <- sum(v[counts] * (y - sum(difference[counts]) / sum(v[counts]))^2)
  by <- quietly(rma.peto(ai = s$a, bi = s$b, ci = s$c, di = s$d))
  agree(paste0("homogeneity of Peto ORs and metafor::rma.peto [", s$id, "]"), q, by$QE, 1e-6, 1e-6)
  list(statistic = q, df = df, p = tail_of(q, df))
}

# ------------------------------------------------------------------------------------- inverse variance and random

#' Effects and variances as rma.mh has them: 0.5 added to strata with a zero cell; for ratios, strata without events or
#' without non-events left out.
effects <- function(s, measure) {
  e <- quietly(escalc(measure = measure, ai = s$a, bi = s$b, ci = s$c, di = s$d, add = 1 / 2, to = "only0",
                      drop00 = measure != "RD"))
  kept <- !is.na(e$yi)
  if (measure == "OR" && any(kept)) {
    zero <- s$a * s$b * s$c * s$d == 0
    a <- s$a + 0.5 * zero
    b <- s$b + 0.5 * zero
    c <- s$c + 0.5 * zero
    d <- s$d + 0.5 * zero
    y <- log(a / b) - log(c / d)
    v <- 1 / a + 1 / b + 1 / c + 1 / d
    # escalc takes 1 - p, which has no figures left where one event comes on 10^9
    agree(paste0("log odds ratios and metafor::escalc [", s$id, "]"), c(y[kept], v[kept]), c(e$yi[kept], e$vi[kept]),
          1e-6, 1e-12)
    return(list(y = y[kept], v = v[kept]))
  }
  list(y = as.numeric(e$yi)[kept], v = as.numeric(e$vi)[kept])
}

restricted_log_likelihood <- function(e, tau2) {
  w <- 1 / (e$v + tau2)
  mean <- sum(w * e$y) / sum(w)
  -0.5 * (sum(log(e$v + tau2)) + log(sum(w)) + sum(w * (e$y - mean)^2))
}

tau2_of <- function(e, method, s, measure) {
  k <- length(e$y)
  if (k < 2) return(0)
  w <- 1 / e$v
  if (method == "dersimonian-laird") return(quietly(rma(e$y, e$v, method = "DL"))$tau2)
  if (method == "dersimonian-laird-mh") {
    q <- q_mantel_haenszel(s, measure)$statistic
    return(max(0, (q - (k - 1)) / (sum(w) - sum(w^2) / sum(w))))
  }
  if (method == "paule-mandel") {
    f <- function(tau2) {
      w <- 1 / (e$v + tau2)
      sum(w * (e$y - sum(w * e$y) / sum(w))^2) - (k - 1)
    }
    found <- if (f(0) <= 0) 0 else solve_for(f, 0, 10 * (1 + diff(range(e$y)))^2)
    agree(paste0("Paule-Mandel tau^2 and metafor::rma [", s$id, "]"), found, quietly(rma(e$y, e$v, method = "PM"))$tau2,
          1e-2, 5e-4)
    return(found)
  }
  # REML: from the derivative of the log likelihood
  derivative <- function(tau2) {
    w <- 1 / (e$v + tau2)
    mean <- sum(w * e$y) / sum(w)
    sum(w^2 * (e$y - mean)^2) - sum(w) + sum(w^2) / sum(w)
  }
  largest <- 10 * (1 + diff(range(e$y)))^2
  found <- if (derivative(0) <= 0) 0 else solve_for(derivative, 0, largest)
  grid <- vapply(c(0, exp(seq(log(1e-6 * min(e$v)), log(largest), length.out = 4000))),
                 function(tau2) restricted_log_likelihood(e, tau2), 0)
  if (restricted_log_likelihood(e, found) < max(grid) - 1e-9) stop("REML: not the highest maximum: ", s$id)
  by <- try(quietly(rma(e$y, e$v, method = "REML", control = list(threshold = 1e-12, maxiter = 1e5))), silent = TRUE)
  if (!inherits(by, "try-error")) {
    agree(paste0("REML tau^2 and metafor::rma [", s$id, "]"), found, by$tau2, 1e-5, 1e-9 + 1e-5 * mean(e$v))
  }
  found
}

with_tau2 <- function(e, tau2, conf, log_scale, knha = FALSE) {
  k <- length(e$y)
  if (k == 0) {
    none <- list(estimate = NaN, lower = NaN, upper = NaN, se = NaN, statistic = NaN, p = NaN)
    return(none)
  }
  back <- if (log_scale) exp else identity
  if (knha && k == 1) {
    return(list(estimate = back(e$y), lower = NaN, upper = NaN, se = NaN, statistic = NaN, p = NaN))
  }
  # differences of 10^-17 beside weights of 10^9 are beyond rma; the formula is that of a weighted mean
  by <- quietly(rma(e$y, e$v, tau2 = tau2, test = if (knha) "knha" else "z", level = 100 * conf))
  w <- 1 / (e$v + tau2)
  mean <- sum(w * e$y) / sum(w)
  se <- if (knha) sqrt(sum(w * (e$y - mean)^2) / (k - 1) / sum(w)) else 1 / sqrt(sum(w))
  quantile <- if (knha) qt((1 + conf) / 2, k - 1) else qnorm((1 + conf) / 2)
  agree("weighted mean, standard error and limits, and metafor::rma",
        c(mean, se, mean - quantile * se, mean + quantile * se), c(by$beta, by$se, by$ci.lb, by$ci.ub), 1e-7, 1e-10)
  p <- if (knha) 2 * pt(-abs(mean / se), k - 1) else two_sided(mean / se)
  list(estimate = back(mean), lower = back(mean - quantile * se), upper = back(mean + quantile * se), se = se,
       statistic = mean / se, p = p)
}

#' I^2 = tau^2/(tau^2 + s^2), and the prediction interval by Student's t with k - 2 df (Higgins 2009).
heterogeneity <- function(e, tau2, conf, log_scale, method) {
  k <- length(e$y)
  back <- if (log_scale) exp else identity
  w <- 1 / (e$v + tau2)
  mean <- sum(w * e$y) / sum(w)
  half <- qt((1 + conf) / 2, k - 2) * sqrt(tau2 + 1 / sum(w))
  fixed <- 1 / e$v
  i2 <- tau2 / (tau2 + (k - 1) / (sum(fixed) - sum(fixed^2) / sum(fixed)))
  if (method == "dersimonian-laird") {
    by <- quietly(rma(e$y, e$v, method = "DL", level = 100 * conf))
    predicted <- quietly(predict(by, pi.type = "riley"))
    agree("I^2 and prediction and metafor::predict(pi.type = 'riley')", c(i2, mean - half, mean + half),
          c(by$I2 / 100, predicted$pi.lb, predicted$pi.ub), 1e-7, 1e-10)
  }
  list(tau2 = tau2, i2 = i2, lower = back(mean - half), upper = back(mean + half))
}

q_test <- function(e) {
  k <- length(e$y)
  if (k < 2) return(list(statistic = NaN, df = max(k - 1, 0), p = NaN))
  by <- quietly(rma(e$y, e$v, method = "FE"))
  w <- 1 / e$v
  q <- sum(w * (e$y - sum(w * e$y) / sum(w))^2)
  agree("Cochran's Q and metafor::rma", q, by$QE, 1e-7, 1e-7)
  list(statistic = q, df = k - 1, p = tail_of(q, k - 1))
}

q_mantel_haenszel <- function(s, measure) {
  e <- effects(s, measure)
  k <- length(e$y)
  m <- mantel_haenszel(s, measure, 0.95)$estimate
  if (measure != "RD") m <- log(m)
  if (k < 2 || !is.finite(m)) return(list(statistic = NaN, df = max(k - 1, 0), p = NaN))
  q <- sum((e$y - m)^2 / e$v)
  if (measure != "RD") {
    by <- by_metafor(s, measure)
    agree(paste0("Q about Mantel-Haenszel and metafor::rma.mh [", s$id, "]"), q, by$QE, 1e-6, 1e-7)
  }
  list(statistic = q, df = k - 1, p = tail_of(q, k - 1))
}

# ------------------------------------------------------------------------------------------- homogeneity of ORs

#' The textbook formula (Breslow & Day 1980, section 4.4; Tarone 1985), with expected cells by uniroot, not by the
#' quadratic's closed form.
breslow_day <- function(s) {
  psi <- mantel_haenszel(s, "OR", 0.95)$estimate
  n1 <- s$a + s$b
  n0 <- s$c + s$d
  m <- s$a + s$c
  counts <- pmin(n1, m) > pmax(0, m - n0)
  none <- list(statistic = NaN, df = max(sum(counts) - 1, 0), p = NaN)
  if (!is.finite(psi) || psi <= 0) return(list(none, none))
  expected <- vapply(which(counts), function(i) {
    f <- function(e) log(e) + log(n0[i] - m[i] + e) - log(n1[i] - e) - log(m[i] - e) - log(psi)
    solve_for(f, max(0, m[i] - n0[i]), min(n1[i], m[i]))
  }, 0)
  n1 <- n1[counts]
  n0 <- n0[counts]
  m <- m[counts]
  v <- 1 / (1 / expected + 1 / (n1 - expected) + 1 / (m - expected) + 1 / (n0 - m + expected))
  a <- s$a[counts]
  bd <- sum((a - expected)^2 / v)
  tarone <- max(0, bd - sum(a - expected)^2 / sum(v))
  df <- sum(counts) - 1
  if (df < 1) return(list(none, none))
  by <- by_metafor(s, "OR")
  if (max(n1 + n0) < 1e7) {
    agree(paste0("Breslow-Day and Tarone, and metafor::rma.mh [", s$id, "]"), c(bd, tarone), c(by$BD, by$TA), 1e-5, 1e-5)
    if (is.na(by$TAp) || by$k.pos == df + 1) {
      agree(paste0("P of Tarone and metafor::rma.mh [", s$id, "]"), tail_of(tarone, df), by$TAp, 1e-5, 1e-5)
    }
  }
  list(list(statistic = bd, df = df, p = tail_of(bd, df)), list(statistic = tarone, df = df, p = tail_of(tarone, df)))
}

#' vcd's woolf_test: 0.5 added to every cell of every stratum when any cell is zero.
woolf <- function(s) {
  extra <- if (any(c(s$a, s$b, s$c, s$d) == 0)) 0.5 else 0
  a <- s$a + extra
  b <- s$b + extra
  c <- s$c + extra
  d <- s$d + extra
  y <- log(a / b) - log(c / d)
  w <- 1 / (1 / a + 1 / b + 1 / c + 1 / d)
  df <- length(y) - 1
  if (df < 1) return(list(statistic = NaN, df = 0, p = NaN))
  q <- sum(w * (y - weighted.mean(y, w))^2)
  list(statistic = q, df = df, p = tail_of(q, df))
}

# -------------------------------------------------------------------------------------- conditional independence

cmh <- function(s, correct) {
  kept <- s$a + s$b + s$c + s$d >= 2
  k <- lapply(s[c("a", "b", "c", "d")], `[`, kept)
  if (!any(kept)) return(list(statistic = NaN, df = 1, p = NaN))
  # mantelhaen.test refuses strata of one patient, which add nothing
  m <- mantelhaen.test(as_array(k), correct = correct)
  n1 <- k$a + k$b
  n0 <- k$c + k$d
  n <- n1 + n0
  difference <- abs(sum((k$a * n0 - k$c * n1) / n))
  v <- sum(n1 / n * n0 / n * (k$a + k$c) * (k$b + k$d) / (n - 1))
  statistic <- (difference - if (correct && difference >= 0.5) 0.5 else 0)^2 / v
  agree(paste0("CMH and stats::mantelhaen.test [", s$id, "]"), c(statistic, pchisq(statistic, 1, lower.tail = FALSE)),
        c(unname(m$statistic), m$p.value), 1e-6, 1e-9)
  list(statistic = statistic, df = 1, p = pchisq(statistic, 1, lower.tail = FALSE))
}

log_add <- function(x, y) {
  top <- pmax(x, y)
  ifelse(top == -Inf, -Inf, top + log(exp(x - top) + exp(y - top)))
}

#' The sum of the first cells given all margins: its least value and the log of its probabilities, by convolution of
#' stats::dhyper on the log scale. NULL where that is too wide.
conditional_sum <- function(s) {
  n1 <- s$a + s$b
  n0 <- s$c + s$d
  m <- s$a + s$c
  low <- pmax(0, m - n0)
  high <- pmin(n1, m)
  if (sum(high - low) > widest) return(NULL)
  logs <- 0
  for (i in order(high - low)) {
    one <- dhyper(low[i]:high[i], n1[i], n0[i], m[i], log = TRUE)
    longer <- if (length(one) > length(logs)) one else logs
    shorter <- if (length(one) > length(logs)) logs else one
    sum <- rep(-Inf, length(one) + length(logs) - 1)
    for (j in seq_along(shorter)) {
      at <- seq_along(longer) + j - 1
      sum[at] <- log_add(sum[at], longer + shorter[j])
    }
    logs <- sum
  }
  list(at = sum(s$a - low) + 1, logs = logs, distance = seq_along(logs) - sum(s$a - low) - 1)
}

weights_at <- function(h, log_or) {
  w <- h$logs + h$distance * log_or
  w <- exp(w - max(w))
  w / sum(w)
}

start_of <- function(s) {
  n <- s$a + s$b + s$c + s$d + 2
  log(sum((s$a + 0.5) * (s$d + 0.5) / n) / sum((s$b + 0.5) * (s$c + 0.5) / n))
}

conditional <- function(s, h, conf) {
  last <- length(h$logs)
  if (last == 1) return(list(mle = NaN, exact = c(0, Inf), mid = c(0, Inf)))
  start <- start_of(s)
  mle <- if (h$at == 1) 0 else if (h$at == last) Inf else
    exp(solve_outward(function(l) sum(weights_at(h, l) * h$distance), start))
  limits <- function(part) {
    tail <- (1 - conf) / 2
    side <- function(l, sign) {
      w <- weights_at(h, l)
      log((sum(w[h$distance * sign > 0]) + part * w[h$distance == 0]) / tail)
    }
    c(if (h$at == 1) 0 else exp(solve_outward(function(l) side(l, 1), start)),
      if (h$at == last) Inf else exp(solve_outward(function(l) side(l, -1), start)))
  }
  found <- list(mle = mle, exact = limits(1), mid = limits(0.5))
  if (all(s$a + s$b + s$c + s$d >= 2) && max(s$a + s$b + s$c + s$d) < 1e6 && last < 3000 &&
        exp(min(h$logs)) > 0) {
    m <- mantelhaen.test(as_array(s), exact = TRUE, conf.level = conf)
    below_one <- function(x) ifelse(x > 1, 1 / x, x)
    agree(paste0("conditional MLE and exact limits, and stats::mantelhaen.test(exact = TRUE) [", s$id, "]"),
          below_one(c(found$mle, found$exact)), below_one(c(unname(m$estimate), as.vector(m$conf.int))), 0, 3e-4)
  }
  if (is.finite(mle) && mle > 0 && sum(s$a + s$b + s$c + s$d) < 300) {
    # the same likelihood as a matched conditional logistic regression
    rows <- data.frame(event = rep(rep(c(1, 0, 1, 0), each = length(s$a)), c(s$a, s$b, s$c, s$d)),
                       arm = rep(rep(c(1, 1, 0, 0), each = length(s$a)), c(s$a, s$b, s$c, s$d)),
                       stratum = rep(rep(seq_along(s$a), 4), c(s$a, s$b, s$c, s$d)))
    fit <- quietly(clogit(event ~ arm + strata(stratum), rows, method = "exact",
                          control = coxph.control(eps = 1e-12, iter.max = 100)))
    agree(paste0("conditional MLE and survival::clogit [", s$id, "]"), log(mle), unname(coef(fit)), 1e-6, 1e-7)
  }
  found
}

exact_tests <- function(s, h) {
  if (length(h$logs) == 1) return(list(1, 1, 1))
  logs <- h$logs
  x <- logs[h$distance == 0]
  total <- function(part) {
    if (!any(part)) return(0)
    top <- max(logs[part])
    if (top == -Inf) 0 else exp(top + log(sum(exp(logs[part] - top))))
  }
  two <- min(1, total(logs <= x + log1p(1e-7)))
  less <- total(h$distance < 0)
  more <- total(h$distance > 0)
  if (all(s$a + s$b + s$c + s$d >= 2) && max(s$a + s$b + s$c + s$d) < 1e6 && two > 1e-250) {
    m <- mantelhaen.test(as_array(s), exact = TRUE)
    agree(paste0("exact P and stats::mantelhaen.test(exact = TRUE) [", s$id, "]"), two, min(m$p.value, 1), 1e-7, 1e-12)
  }
  list(two, min(1, 2 * (min(less, more) + exp(x))), min(1, 2 * (min(less, more) + exp(x) / 2)))
}

# ------------------------------------------------------------------------------------------------------------- output

codes <- c("common odds ratio" = "OR", "common risk ratio" = "RR", "common risk difference" = "RD")
random <- c("dersimonian-laird", "dersimonian-laird-mh", "paule-mandel", "reml")
rows <- character()
put <- function(...) rows <<- c(rows, row_of(...))

for (s in sets) {
  levels <- if (s$id %in% at_other_levels) c(0.95, 0.90, 0.99) else 0.95
  h <- conditional_sum(s)
  for (measure in names(codes)) {
    code <- codes[[measure]]
    e <- effects(s, code)
    ratio <- code != "RD"
    taus <- vapply(random, function(method) tau2_of(e, method, s, code), 0)
    for (conf in levels) {
      put(s$id, conf, measure, "mantel-haenszel", mantel_haenszel(s, code, conf))
      put(s$id, conf, measure, "inverse-variance", with_tau2(e, 0, conf, ratio))
      for (method in random) {
        tau2 <- taus[[method]]
        if (is.nan(tau2)) {
          put(s$id, conf, measure, method, list(estimate = NaN, lower = NaN, upper = NaN, se = NaN, statistic = NaN,
                                                p = NaN, tau2 = NaN))
          next
        }
        put(s$id, conf, measure, method, c(with_tau2(e, tau2, conf, ratio), tau2 = tau2))
        if (method != "dersimonian-laird-mh") {
          put(s$id, conf, measure, paste0(method, "-hartung-knapp"), with_tau2(e, tau2, conf, ratio, TRUE))
        }
        if (length(e$y) > 2) {
          put(s$id, conf, measure, paste0(method, " heterogeneity"), heterogeneity(e, tau2, conf, ratio, method))
        }
      }
    }
    put(s$id, NULL, measure, "cochran-q", q_test(e))
    put(s$id, NULL, measure, "cochran-q-mh", q_mantel_haenszel(s, code))
  }
  for (conf in levels) {
    put(s$id, conf, "common risk difference", "greenland-robins", greenland_robins(s, conf))
    put(s$id, conf, "common odds ratio", "peto", peto(s, conf))
    if (!is.null(h)) {
      found <- conditional(s, h, conf)
      put(s$id, conf, "common odds ratio", "conditional-exact",
          list(estimate = found$mle, lower = found$exact[1], upper = found$exact[2]))
      put(s$id, conf, "common odds ratio", "mid-p",
          list(estimate = found$mle, lower = found$mid[1], upper = found$mid[2]))
    }
  }
  both <- breslow_day(s)
  put(s$id, NULL, "common odds ratio", "breslow-day", both[[1]])
  put(s$id, NULL, "common odds ratio", "tarone", both[[2]])
  put(s$id, NULL, "common odds ratio", "woolf-homogeneity", woolf(s))
  put(s$id, NULL, "common odds ratio", "peto-homogeneity", peto_homogeneity(s))
  put(s$id, NULL, "conditional independence", "cmh", cmh(s, FALSE))
  put(s$id, NULL, "conditional independence", "cmh-cc", cmh(s, TRUE))
  if (!is.null(h)) {
    exact <- exact_tests(s, h)
    put(s$id, NULL, "conditional independence", "cmh-exact", list(p = exact[[1]]))
    put(s$id, NULL, "conditional independence", "cmh-exact-central", list(p = exact[[2]]))
    put(s$id, NULL, "conditional independence", "cmh-mid-p", list(p = exact[[3]]))
  }
}

escalc_rule <- paste(
  "metafor::escalc(add = 1/2, to = 'only0'), with drop00 = TRUE for ratios (above 10^7 in plain R, where 1 - p loses",
  "figures); the weighted mean agrees with metafor::rma"
)
conditional_rule <- paste(
  "stats::dhyper convolved on the log scale, and uniroot at machine precision; agrees with stats::mantelhaen.test(exact",
  "= TRUE) within that function's tolerance, and the estimate with survival::clogit(method = 'exact')"
)
sources <- list(
  "mantel-haenszel" = paste(
    "formulas of Robins, Breslow & Greenland 1986, Greenland & Robins 1985 and Sato 1989; agree with metafor::rma.mh,",
    "stats::mantelhaen.test and epiR:::zMHRD.Sato"
  ),
  "greenland-robins" = "formula of Greenland & Robins 1985; agrees with epiR:::zMHRD.GR",
  "conditional-exact" = conditional_rule,
  "mid-p" = conditional_rule,
  "peto" = "formula of Yusuf 1985; agrees with metafor::rma.peto",
  "inverse-variance" = escalc_rule,
  "dersimonian-laird" = paste0(escalc_rule, "; tau^2 by rma(method = 'DL')"),
  "dersimonian-laird-mh" = paste0(escalc_rule, "; tau^2 from rma.mh's QE"),
  "paule-mandel" = paste0(escalc_rule, "; tau^2 by uniroot; agrees with rma(method = 'PM') within its tolerance"),
  "reml" = paste0(escalc_rule, "; tau^2 by uniroot on the derivative, the highest of a grid; agrees with rma()"),
  "hartung-knapp" = "metafor::rma(test = 'knha') with the tau^2 of each method",
  "heterogeneity" = "formulas of Higgins & Thompson 2002 and Higgins 2009; for DerSimonian-Laird as metafor's I2 and predict()",
  "cochran-q" = "metafor::rma(method = 'FE')$QE",
  "cochran-q-mh" = "metafor::rma.mh()$QE; for the risk difference with drop00 = FALSE, in plain R",
  "breslow-day" = "textbook formula, expected cells by uniroot; agrees with metafor::rma.mh()$BD",
  "tarone" = "textbook formula, expected cells by uniroot; agrees with metafor::rma.mh()$TA",
  "woolf-homogeneity" = "the formula of vcd::woolf_test, in plain R",
  "peto-homogeneity" = "metafor::rma.peto()$QE",
  "cmh" = "stats::mantelhaen.test(correct = FALSE)",
  "cmh-cc" = "stats::mantelhaen.test(correct = TRUE)",
  "cmh-exact" = "the convolution; agrees with stats::mantelhaen.test(exact = TRUE)",
  "cmh-exact-central" = "the convolution, in plain R",
  "cmh-mid-p" = "the convolution, in plain R"
)

packages <- c("metafor", "metadat", "epiR", "survival", "stats", "jsonlite")
header <- list(
  script = "tests/reference/strata.R",
  R = paste(R.version$major, R.version$minor, sep = "."),
  packages = versions_of(packages),
  sources = sources,
  checks = checked
)
set_rows <- vapply(sets, function(s) {
  cells <- paste(sprintf("[%s, %s, %s, %s]", vapply(s$a, number, ""), vapply(s$b, number, ""), vapply(s$c, number, ""),
                         vapply(s$d, number, "")), collapse = ", ")
  sprintf("{\"id\": \"%s\", \"about\": %s, \"tables\": [%s]}", s$id, toJSON(s$about, auto_unbox = TRUE), cells)
}, "")
writeLines(c(
  "{",
  paste0("\"header\": ", toJSON(header, auto_unbox = TRUE, pretty = 2, digits = NA), ","),
  paste0("\"strata\": [\n", paste(set_rows, collapse = ",\n"), "\n],"),
  paste0("\"values\": [\n", paste(rows, collapse = ",\n"), "\n]"),
  "}"
), output)
invisible(fromJSON(output))
cat(sprintf("%d values for %d data sets; %d checks\n", length(rows), length(sets), sum(unlist(checked))))
