# Reference values for rates: one rate, the standardised mortality ratio, and two rates (ratio, difference, tests).
#
#   Rscript tests/reference/rates.R [OUTPUT]      (default: rates.json beside this script)
#
# Needs R with epitools, epiR, metafor and jsonlite (Debian: r-cran-epitools r-cran-epir r-cran-metafor r-cran-jsonlite).
# Where a package has the method to machine precision its function gives the values. Where none has it (score intervals)
# or where its answer is too coarse (epitools' uniroot stops at about 1e-4), the defining equation is solved here by
# uniroot at machine precision; restricted likelihoods are maximised numerically. Each route is held against a package
# that has the method, coarser or by other means; the script stops where they disagree.

Sys.setenv(TZ = "UTC")
suppressWarnings(suppressPackageStartupMessages({
  library(epitools)
  library(epiR)
  library(metafor)
  library(jsonlite)
}))

here <- dirname(sub("^--file=", "", c(grep("^--file=", commandArgs(FALSE), value = TRUE), ".")[1]))
source(file.path(here, "common.R"))
output <- output_or(file.path(here, "rates.json"))

# ---------------------------------------------------------------------------------------------------------- inputs

# id, events, person-time (for the standardised mortality ratio: events expected), where it comes from
counts <- read.csv(strip.white = TRUE, stringsAsFactors = FALSE, text = "
id, x, t, about
infections, 60, 812.5, one arm
infections-control, 72, 645, the other arm
expected, 60, 48.3, observed and expected
statistics-with-confidence, 64, 45.6, Gardner & Altman 1989: p. 60
placebo, 21, 182, Kleinbaum: remission in leukaemia; patient-weeks
treated, 9, 359, Kleinbaum: remission in leukaemia; patient-weeks
ccrb, 9, 4028.16, CUHK: confidence interval for a single rate
openepi-rate, 2, 10, example of OpenEpi
epir, 4, 3.3, example of epiR epi.smr
none, 0, 100, no event
none-tiny-time, 0, 0.001, no event
none-some-expected, 0, 3.7, no event
one, 1, 1, one event
one-of-many, 1, 1250, one event
one-more-expected, 1, 4.2, one event
two, 2, 0.31, two events
three, 3, 1.22268, three events
five, 5, 5, as expected
six, 6, 2.5, few
ten, 10, 7.25, ten
twelve, 12, 12.5, half below expected
thirty, 30, 54308.7, Stampfer 1985
fewer-than-expected, 8, 20.4, far below
far-below, 3, 40, far below
far-above, 40, 3, far above
hundred, 100, 90, hundred
thousand, 1000, 1061.5, thousand
ten-thousand, 10000, 9800.25, 10^4
million, 1000000, 1002000.5, 10^6
million-time, 17, 1000000, rare
billion, 1000000000, 1000050000, 10^9
billion-time, 3, 1000000000, 10^9
nano-time, 7, 0.000000001, 10^-9
")
counts_at_other_levels <- c("infections", "epir", "none", "one", "three", "fewer-than-expected", "billion-time")

# id, events and person-time of the first arm, of the second, where it comes from
pairs <- read.csv(strip.white = TRUE, stringsAsFactors = FALSE, text = "
id, x1, t1, x0, t0, about
infections, 60, 812.5, 72, 645, two arms
stata-iri, 41, 28010, 15, 19017, Stata: iri 41 15 28010 19017
stampfer, 30, 54308.7, 60, 51477.5, Stampfer 1985: oestrogen and coronary disease
remission, 9, 359, 21, 182, Kleinbaum: remission in leukaemia
openepi-1, 17, 100025, 3, 122268, example of OpenEpi; stratum 1
openepi-2, 8, 78531, 1, 77932, example of OpenEpi; stratum 2
openepi-crude, 25, 178556, 4, 200200, example of OpenEpi; both strata
fmsb, 136, 22050, 1709, 127650, example of fmsb ratedifference
none-first, 0, 120, 7, 98, no event in the first arm
none-second, 7, 98, 0, 120, no event in the second arm
none, 0, 35, 0, 70, no event in either arm
one-each, 1, 10, 1, 10, equal
one-first, 1, 1, 0, 1, one event
one-second, 0, 1, 1, 50, one event
two-and-one, 2, 3.5, 1, 8.25, tiny
equal, 20, 100, 40, 200, equal rates
nearly-equal, 20, 100, 41, 205.001, nearly equal rates
five-and-nine, 5, 11.5, 9, 6.25, few
unlike-times, 4, 0.5, 300, 9000, very unlike arms
unlike-times-reversed, 300, 9000, 4, 0.5, very unlike arms
fifty, 50, 1000, 30, 1000, equal person-time
hundreds, 250, 3000, 310, 3100, hundreds
p-1e-50, 400, 1000, 60, 1000, P about 1e-50
p-1e-50-reversed, 60, 1000, 400, 1000, P about 1e-50
thousands, 5200, 10000, 5000, 10000, thousands
millions, 123456, 1000000, 124000, 1000000.5, 10^5 events
billion, 500020000, 1000000000, 500000000, 1000000000, 5 10^8 events each
billion-rare, 5, 1000000000, 12, 1000000000, 10^9 of person-time; rare
billion-none, 0, 1000000000, 3, 1000000000, 10^9 of person-time; no event in the first arm
billion-and-one, 1, 1, 1000000000, 900000000, one event and 10^9
nano-times, 3, 0.000000002, 5, 0.000000001, person-time of 10^-9
")
pairs_at_other_levels <- c("infections", "stata-iri", "none-first", "none", "one-first", "two-and-one", "unlike-times",
                           "billion-rare")

interval <- function(three) list(estimate = three[1], lower = three[2], upper = three[3])

#' The two-sided P that sums the probabilities not above that of x: d is the log probability function, rising to the
#' mode and falling from it; below(y) is P(X <= y), above(y) is P(X >= y). The last value beyond the mode that counts is
#' found by halving, which takes no longer for counts of 10^9.
minlike <- function(x, mode, low, high, d, below, above) {
  counts <- function(y) d(y) <= d(x) + log1p(1e-7)
  if (counts(mode)) return(1)
  last <- function(inside, outside) {
    if (!counts(inside)) return(NULL)
    while (abs(inside - outside) > 1) {
      middle <- floor((inside + outside) / 2)
      if (counts(middle)) inside <- middle else outside <- middle
    }
    inside
  }
  if (x < mode) {
    y <- last(high, mode)
    min(1, below(x) + if (is.null(y)) 0 else above(y))
  } else {
    y <- last(low, mode)
    min(1, above(x) + if (is.null(y)) 0 else below(y))
  }
}

# -------------------------------------------------------------------------------------------------------- one rate

#' The mean at which below(mean), a falling function, is the tail.
solve_mean <- function(f, x) exp(solve_outward(f, log(x + 0.5)))

rate_of <- function(x, t, conf, id) {
  z <- qnorm((1 + conf) / 2)
  tail <- (1 - conf) / 2
  exact <- as.vector(quietly(c(if (x == 0) 0 else qgamma(tail, x), qgamma(1 - tail, x + 1)))) / t
  if (x + t < 1e6) {  # poisson.test also adds up P, over as many terms
    agree(paste0("Garwood limits and stats::poisson.test [", id, "]"), exact,
          as.vector(poisson.test(x, t, conf.level = conf)$conf.int), 1e-12)
  }
  if (x > 0) agree(paste0("Garwood limits and stats::ppois [", id, "]"), ppois(x - 1, exact[1] * t, lower.tail = FALSE),
                   tail, 1e-6)
  agree(paste0("Garwood limits and stats::ppois [", id, "]"), ppois(x, exact[2] * t), tail, 1e-6)
  if (x <= 1000) {
    coarse <- try(quietly(pois.exact(x, t, conf)), silent = TRUE)  # at 99% it does not look far enough for 0 events
    if (!inherits(coarse, "try-error")) {
      agree(paste0("Garwood limits and epitools::pois.exact [", id, "]"), exact * t,
            c(coarse$lower, coarse$upper) * t, 1e-3, 2e-4)
    }
  }

  upper_mid <- function(m) ppois(x, m, lower.tail = FALSE) + dpois(x, m) / 2
  lower_mid <- function(m) ppois(x - 1, m) + dpois(x, m) / 2
  mid <- c(
    if (x == 0) 0 else solve_mean(function(l) log(upper_mid(exp(l)) / tail), x),
    solve_mean(function(l) log(lower_mid(exp(l)) / tail), x)
  ) / t

  if (x > 0) {
    byar <- epi.smr(x, t, method = "byar", conf.level = conf)
    byar <- c(byar$lower, byar$upper)
    g <- epi.smr(x, t, method = "rothman.greenland", conf.level = conf)
    log_wald <- c(g$lower, g$upper)
    fit <- quietly(glm(x ~ 1, poisson, offset = log(t), epsilon = 1e-15, maxit = 100))
    agree(paste0("Wald limits of the log rate and stats::glm [", id, "]"), log(log_wald),
          coef(fit) + c(-1, 1) * z * sqrt(vcov(fit)[1, 1]), 1e-6, 1e-6)
  } else {
    # epi.smr does not take 0: the lower limit is 0, the upper one by the same formula
    byar <- c(0, (1 - 1 / 9 + z / 3)^3 / t)
    log_wald <- c(NaN, NaN)
  }
  rothman <- pois.byar(x, t, conf)
  wald <- pois.approx(x, t, conf)
  squared <- function(m) (x - m)^2 / m - z^2
  score <- c(
    if (x == 0) 0 else exp(solve_for(function(l) squared(exp(l)), log(x) - 2 * z / sqrt(x) - z^2, log(x))),
    solve_for(squared, if (x == 0) z^2 / 2 else x, x + z^2 + 2 * z * sqrt(x + z^2))
  ) / t
  # epitools writes the Wald limits as rate -+ z sqrt(x / t^2)
  list(
    list("garwood", interval(c(x / t, exact))),
    list("mid-p", interval(c(x / t, mid))),
    list("byar", interval(c(x / t, byar))),
    list("byar-rothman", interval(c(x / t, rothman$lower, rothman$upper))),
    list("score", interval(c(x / t, score))),
    list("log", c(interval(c(x / t, log_wald)), se = 1 / sqrt(x))),
    list("wald", c(interval(c(x / t, wald$lower, wald$upper)), se = sqrt(x) / t))
  )
}

smr_tests_of <- function(x, t, id) {
  exact <- minlike(x, floor(t), 0, 4 * ceiling(t) + 100, function(y) dpois(y, t, log = TRUE),
                   function(y) ppois(y, t), function(y) ppois(y - 1, t, lower.tail = FALSE))
  below <- ppois(x, t)
  above <- ppois(x - 1, t, lower.tail = FALSE)
  half <- dpois(x, t) / 2
  if (x + t < 1e5) {
    agree(paste0("exact Poisson P and stats::poisson.test [", id, "]"), exact, poisson.test(x, t)$p.value, 1e-9, 1e-300)
    one_sided <- min(poisson.test(x, t, alternative = "less")$p.value,
                     poisson.test(x, t, alternative = "greater")$p.value)
    agree(paste0("central Poisson P and stats::poisson.test, one-sided [", id, "]"),
          min(1, 2 * min(below, above)), min(1, 2 * one_sided), 1e-9, 1e-300)
  }
  if (x >= 1 && x <= 5 && x < t) {  # epi.smr sums further out only to 5 x
    agree(paste0("Poisson mid-P and epiR::epi.smr [", id, "]"), min(1, 2 * (below - half)),
          quietly(epi.smr(x, t, method = "mid.p"))$p.value, 1e-9)
  }
  chi <- if (x > 0) epi.smr(x, t, method = "chi2")$test.statistic else (x - t)^2 / t
  list(
    list("exact", list(p = exact)),
    list("exact-central", list(p = min(1, 2 * min(below, above)))),
    list("mid-p", list(p = min(1, 2 * (min(below, above) - half)))),
    list("score", list(statistic = chi, df = 1, p = pchisq(chi, 1, lower.tail = FALSE)))
  )
}

# -------------------------------------------------------------------------------------------------------- two rates

#' Restricted maximum likelihood of the second rate when the first is intercept + slope * it, by solving the score
#' equation numerically: the derivative of the log likelihood falls.
restricted <- function(r, intercept, slope) {
  part <- function(count, rate) if (count == 0) 0 else count / rate
  derivative <- function(q0) slope * (part(r$x1, intercept + slope * q0) - r$t1) + part(r$x0, q0) - r$t0
  low <- max(0, -intercept / slope)
  unit <- max((r$x1 + 1) / r$t1 / slope, (r$x0 + 1) / r$t0, abs(intercept) / slope)
  q0 <- if (derivative(low + 1e-15 * unit) <= 0) low else {
    high <- low + unit
    while (derivative(high) > 0) high <- low + 2 * (high - low)
    solve_for(derivative, low + 1e-15 * unit, high)
  }
  c(max(intercept + slope * q0, 0), q0)
}

z_difference <- function(r, delta) {
  q <- restricted(r, delta, 1)
  top <- r$x1 / r$t1 - r$x0 / r$t0 - delta
  if (top == 0) 0 else top / sqrt(q[1] / r$t1 + q[2] / r$t0)
}

z_ratio <- function(r, ratio) {
  q <- restricted(r, 0, ratio)
  top <- r$x1 / r$t1 - ratio * r$x0 / r$t0
  if (top == 0) 0 else top / sqrt(q[1] / r$t1 + ratio^2 * q[2] / r$t0)
}

estimates_of <- function(r, conf) {
  z <- qnorm((1 + conf) / 2)
  tail <- (1 - conf) / 2
  n <- r$x1 + r$x0
  ratio <- (r$x1 / r$t1) / (r$x0 / r$t0)
  times <- r$t0 / r$t1
  tag <- paste0(" [", r$id, "]")

  e <- quietly(escalc(measure = "IRR", x1i = r$x1, t1i = r$t1, x2i = r$x0, t2i = r$t0, add = 0))
  wald <- if (r$x1 > 0 && r$x0 > 0) {
    y <- as.numeric(e$yi)
    se <- sqrt(as.numeric(e$vi))
    if (n <= 1e6) {
      by_epitools <- quietly(rateratio.wald(matrix(c(r$x0, r$x1, r$t0, r$t1), 2), conf.level = conf))$measure[2, ]
      agree(paste0("Wald limits of the rate ratio and epitools::rateratio.wald", tag),
            c(exp(y), exp(y - z * se), exp(y + z * se)), unname(by_epitools), 1e-9)
    }
    list(estimate = exp(y), lower = exp(y - z * se), upper = exp(y + z * se), se = se, statistic = y / se,
         p = two_sided(y / se))
  } else list(estimate = ratio, lower = NaN, upper = NaN, se = Inf, statistic = NaN, p = NaN)

  odds <- function(p) p / (1 - p)
  exact <- c(if (r$x1 == 0) 0 else odds(qbeta(tail, r$x1, r$x0 + 1)), if (r$x0 == 0) Inf else
             1 / odds(qbeta(tail, r$x0, r$x1 + 1))) * times
  if (n > 0 && n <= 1e6) {
    agree(paste0("exact limits of the rate ratio and stats::poisson.test", tag), exact,
          as.vector(poisson.test(c(r$x1, r$x0), c(r$t1, r$t0), conf.level = conf)$conf.int), 1e-9)
  }
  # the first arm's events, given all, are binomial; on the log odds scale
  above <- function(l) pbinom(r$x1, n, plogis(l), lower.tail = FALSE) + dbinom(r$x1, n, plogis(l)) / 2
  below <- function(l) pbinom(r$x1 - 1, n, plogis(l)) + dbinom(r$x1, n, plogis(l)) / 2
  start <- log((r$x1 + 0.5) / (r$x0 + 0.5))
  mid <- c(if (r$x1 == 0) 0 else exp(solve_outward(function(l) log(above(l) / tail), start)),
           if (r$x0 == 0) Inf else exp(solve_outward(function(l) log(below(l) / tail), start))) * times
  if (n > 0 && n <= 1e5) {
    m <- try(quietly(rateratio.midp(matrix(c(r$x0, r$x1, r$t0, r$t1), 2), conf.level = conf)), silent = TRUE)
    share <- function(limits) 1 / (1 + times / limits)
    if (!inherits(m, "try-error")) {
      agree(paste0("mid-P limits of the rate ratio and epitools::rateratio.midp", tag),
            share(mid), share(unname(m$measure[2, 2:3])), 0, 2e-4)
    }
  }
  at <- function(l) z_ratio(r, exp(l))
  centre <- start + log(times)
  score <- if (n == 0) c(0, Inf) else
    c(if (r$x1 == 0) 0 else exp(solve_outward(function(l) at(l) - z, centre)),
      if (r$x0 == 0) Inf else exp(solve_outward(function(l) at(l) + z, centre)))
  if (n > 0 && n < 1e6) {
    wilson <- as.vector(quietly(prop.test(r$x1, n, conf.level = conf, correct = FALSE))$conf.int)
    agree(paste0("score limits of the rate ratio and Wilson's of stats::prop.test", tag), share_of(score, times), wilson,
          1e-8, 1e-12)
  }

  d <- r$x1 / r$t1 - r$x0 / r$t0
  e <- quietly(escalc(measure = "IRD", x1i = r$x1, t1i = r$t1, x2i = r$x0, t2i = r$t0, add = 0))
  se <- if (n == 0) 0 else sqrt(as.numeric(e$vi))
  if (n > 0) agree(paste0("rate difference and metafor::escalc", tag), d, as.numeric(e$yi), 1e-12, 1e-15 * se)
  if (r$x1 > 0 && r$x0 > 0 && n < 1e6) {
    f <- try(quietly(epi.2by2(matrix(c(r$x1, r$t1, r$x0, r$t0), 2, byrow = TRUE), method = "cohort.time",
                              conf.level = conf, units = 1))$massoc.detail$ARate.strata.wald, silent = TRUE)
    if (!inherits(f, "try-error")) {
      agree(paste0("Wald limits of the rate difference and epiR::epi.2by2", tag), c(d, d - z * se, d + z * se),
            unlist(f, use.names = FALSE)[1:3], 1e-9, 1e-9 * se)
    }
  }
  # the score limits of the difference, in units in which the person-times are of the order of 1
  unit <- sqrt(r$t1 * r$t0)
  s <- list(x1 = r$x1, t1 = r$t1 / unit, x0 = r$x0, t0 = r$t0 / unit)
  centre <- d * unit
  step <- sqrt((r$x1 + z^2 + 1) / s$t1^2 + (r$x0 + z^2 + 1) / s$t0^2) * z
  reach <- function(sign) {
    far <- centre + sign * step
    while (abs(z_difference(s, far)) < z) far <- centre + 2 * (far - centre)
    far
  }
  score_d <- c(solve_for(function(v) z_difference(s, v) - z, reach(-1), centre),
               solve_for(function(v) z_difference(s, v) + z, centre, reach(1))) / unit
  null_z <- score_statistic(r)
  null_se <- sqrt(n / r$t1 / r$t0)
  test_based <- if (is.nan(null_z)) c(0, 0) else if (null_z == 0) c(-1, 1) * z * null_se else
    sort(d * (1 + c(-1, 1) * z / abs(null_z)))
  list(
    list("rate ratio", "wald", wald),
    list("rate ratio", "exact", interval(c(ratio, exact))),
    list("rate ratio", "mid-p", interval(c(ratio, mid))),
    list("rate ratio", "score", interval(c(ratio, score))),
    list("rate difference", "wald", list(estimate = d, lower = d - z * se, upper = d + z * se, se = se,
                                         statistic = d / se, p = two_sided(d / se))),
    list("rate difference", "score", c(interval(c(d, score_d)), statistic = null_z, p = two_sided(null_z))),
    list("rate difference", "test-based", c(interval(c(d, test_based)), se = null_se, statistic = null_z,
                                            p = two_sided(null_z)))
  )
}

share_of <- function(ratio, times) 1 / (1 + times / ratio)

score_statistic <- function(r) {
  n <- r$x1 + r$x0
  share <- r$t1 / (r$t1 + r$t0)
  (r$x1 - n * share) / sqrt(n * share * (1 - share))
}

tests_of <- function(r) {
  n <- r$x1 + r$x0
  total <- r$t1 + r$t0
  share <- r$t1 / total
  tag <- paste0(" [", r$id, "]")
  z <- score_statistic(r)
  # 2 sum O log(O/E), O log(O/E) - (O - E) written so as not to cancel when O is near E
  term <- function(o, e, sign) {
    if (o == 0) return(e)
    u <- (r$x1 * r$t0 - r$x0 * r$t1) / total * sign
    q <- u / e
    if (abs(q) > 0.01) return(o * log(o / e) - (o - e))
    k <- 2:12
    e * sum((-1)^k * q^k / (k * (k - 1)))
  }
  g <- if (n == 0) NaN else 2 * (term(r$x1, n * share, 1) + term(r$x0, n * (1 - share), -1))
  if (n > 0) {
    arm <- data.frame(x = c(r$x1, r$x0), t = c(r$t1, r$t0), first = c(1, 0))
    fits <- quietly(lapply(c(x ~ 1, x ~ first), function(f)
      glm(f, poisson, arm, offset = log(t), epsilon = 1e-15, maxit = 200)))
    a <- anova(fits[[1]], fits[[2]], test = "Rao")
    agree(paste0("likelihood ratio of equal rates and stats::glm", tag), g, a$Deviance[2], 1e-6, 1e-7 * sqrt(n))
    if (min(r$x1, r$x0) > 0) {  # without events the fitted rate is on its way to 0
      agree(paste0("score test of equal rates and stats::anova.glm, Rao", tag), z^2, a$Rao[2], 1e-6, 1e-9)
    }
  }
  exact <- minlike(r$x1, floor((n + 1) * share), 0, n, function(y) dbinom(y, n, share, log = TRUE),
                   function(y) pbinom(y, n, share), function(y) pbinom(y - 1, n, share, lower.tail = FALSE))
  below <- pbinom(r$x1, n, share)
  above <- pbinom(r$x1 - 1, n, share, lower.tail = FALSE)
  half <- dbinom(r$x1, n, share) / 2
  central <- min(1, 2 * min(below, above))
  mid <- min(1, 2 * (min(below, above) - half))
  if (n > 0 && n <= 1e6) {
    test <- function(alternative) poisson.test(c(r$x1, r$x0), c(r$t1, r$t0), alternative = alternative)$p.value
    agree(paste0("exact P of equal rates and stats::poisson.test", tag), exact, test("two.sided"), 1e-9)
    agree(paste0("central P of equal rates and stats::poisson.test, one-sided", tag), central,
          min(1, 2 * min(test("less"), test("greater"))), 1e-9)
    p <- quietly(rateratio.midp(matrix(c(r$x0, r$x1, r$t0, r$t1), 2)))$p.value[2, ]
    agree(paste0("mid-P of equal rates and epitools::rateratio", tag), mid, unname(p["midp.exact"]), 1e-7, 1e-12)
    agree(paste0("score test of equal rates and epitools::rateratio", tag), two_sided(z), unname(p["wald"]), 1e-7, 1e-12)
  }
  y <- log(r$x1) - log(r$t1) - log(r$x0) + log(r$t0)
  wald <- if (r$x1 > 0 && r$x0 > 0) y / sqrt(1 / r$x1 + 1 / r$x0) else NaN
  list(
    list("equal rates", "score", list(statistic = z, p = two_sided(z))),
    list("equal rates", "exact", list(p = exact)),
    list("equal rates", "exact-central", list(p = central)),
    list("equal rates", "mid-p", list(p = mid)),
    list("equal rates", "likelihood-ratio",
         list(statistic = g, df = 1, p = if (is.nan(g)) NaN else pchisq(g, 1, lower.tail = FALSE))),
    list("equal rates", "wald", list(statistic = wald, p = two_sided(wald)))
  )
}

# ------------------------------------------------------------------------------------------------------------- output

levels_for <- function(id, more) if (id %in% more) c(0.95, 0.90, 0.99) else 0.95

rows <- character()
for (i in seq_len(nrow(counts))) {
  s <- counts[i, ]
  x <- as.numeric(s$x)
  for (conf in levels_for(s$id, counts_at_other_levels)) {
    found <- rate_of(x, s$t, conf, s$id)
    for (measure in c("rate", "standardised mortality ratio")) {
      for (r in found) rows <- c(rows, row_of(s$id, conf, measure, r[[1]], r[[2]]))
    }
  }
  for (r in smr_tests_of(x, s$t, s$id)) {
    rows <- c(rows, row_of(s$id, NULL, "standardised mortality ratio, test", r[[1]], r[[2]]))
  }
}
for (i in seq_len(nrow(pairs))) {
  r <- as.list(pairs[i, ])
  r[c("x1", "t1", "x0", "t0")] <- lapply(r[c("x1", "t1", "x0", "t0")], as.numeric)
  for (conf in levels_for(r$id, pairs_at_other_levels)) {
    for (e in estimates_of(r, conf)) rows <- c(rows, row_of(r$id, conf, e[[1]], e[[2]], e[[3]]))
  }
  for (e in tests_of(r)) rows <- c(rows, row_of(r$id, NULL, e[[1]], e[[2]], e[[3]]))
}

one_rate <- list(
  "garwood" = "stats::qgamma; equals stats::poisson.test",
  "mid-p" = "uniroot at machine precision on mid-P tails (stats::ppois, dpois)",
  "byar" = "epiR::epi.smr(method = 'byar'); without events, which it does not take, its formula, lower limit 0",
  "byar-rothman" = "epitools::pois.byar; not cut at 0",
  "score" = "uniroot at machine precision on (x - m)^2 / m = z^2",
  "log" = "epiR::epi.smr(method = 'rothman.greenland'); agrees with stats::glm; does not exist without events",
  "wald" = "epitools::pois.approx; not cut at 0"
)
sources <- list(
  "rate" = one_rate,
  "standardised mortality ratio" = one_rate,
  "standardised mortality ratio, test" = list(
    "exact" = paste("stats::ppois where stats::dpois is not above that of the observed count, relative tolerance 1e-7;",
                    "equals stats::poisson.test (1e-9)"),
    "exact-central" = "twice the smaller tail, at most 1; equals twice the smaller one-sided stats::poisson.test (1e-9)",
    "mid-p" = "twice the smaller mid-P tail (stats::ppois, dpois); equals epiR::epi.smr where that can be used",
    "score" = "epiR::epi.smr(method = 'chi2')"
  ),
  "rate ratio" = list(
    "wald" = paste("metafor::escalc(measure = 'IRR'); agrees with epitools::rateratio.wald. Without events in an arm",
                   "the interval and its test do not exist"),
    "exact" = "stats::qbeta; equals stats::poisson.test of two rates",
    "mid-p" = paste("uniroot at machine precision on mid-P tails (stats::pbinom, dbinom); agrees with",
                    "epitools::rateratio.midp within its tolerance, whose estimate is the median-unbiased one"),
    "score" = paste("uniroot on the score statistic, restricted likelihood maximised numerically; agrees with Wilson's",
                    "limits of stats::prop.test(correct = FALSE) taken as odds")
  ),
  "rate difference" = list(
    "wald" = "metafor::escalc(measure = 'IRD'); agrees with epiR::epi.2by2(method = 'cohort.time')",
    "score" = "uniroot on the score statistic, restricted likelihood maximised numerically",
    "test-based" = paste("Miettinen 1976 in plain R: RD (1 -+ z/|Z|); with equal rates z times the null standard error")
  ),
  "equal rates" = list(
    "score" = "plain R; agrees with stats::anova.glm(test = 'Rao') of Poisson models and epitools::rateratio",
    "exact" = paste("stats::pbinom where stats::dbinom is not above that of the observed count, relative tolerance 1e-7;",
                    "equals stats::poisson.test of two rates (1e-9)"),
    "exact-central" = "twice the smaller tail, at most 1; equals twice the smaller one-sided stats::poisson.test (1e-9)",
    "mid-p" = "twice the smaller mid-P tail; agrees with epitools::rateratio",
    "likelihood-ratio" = "2 sum O log(O/E) without cancellation; agrees with the deviances of stats::glm",
    "wald" = "log rate ratio over sqrt(1/x1 + 1/x0) in plain R"
  )
)
packages <- c("metafor", "epitools", "epiR", "jsonlite")
header <- list(
  about = paste("Reference values for rates, made by rates.R. Infinite figures are the strings 'Infinity' and",
                "'-Infinity'; what does not exist is null."),
  R = R.version.string,
  packages = versions_of(packages),
  sources = sources,
  checks = checked[order(names(checked))]
)

write_blocks(header, block("rates", lines_of(counts, c("x", "t"))),
             block("pairs", lines_of(pairs, c("x1", "t1", "x0", "t0"))), block("values", rows))
message(sprintf("%d values of %d rates and %d pairs of rates in %s", length(rows), nrow(counts), nrow(pairs), output))
