# Reference values for two arms: score, skewness-corrected score, profile likelihood, MOVER and closed-form intervals of
# the odds ratio, risk ratio and risk difference, Wald's tests, and tests of null values other than equality.
#
#   Rscript tests/reference/two_arms.R [OUTPUT]      (default: two_arms.json beside this script)
#
# Needs R with metafor, MASS, rpact and jsonlite (Debian: r-cran-metafor r-cran-mass r-cran-rpact r-cran-jsonlite).
# The tables are those of counts.json. Where a package has the method its function gives the values; where Debian's R
# has none (score family, SCAS, MOVER, Beal), the defining equation is solved to machine precision by a route that
# shares no formula with ours: likelihoods are maximised numerically over the logit of one proportion, and limits found
# by uniroot. Packages that have the method coarser are checks, and the script stops where they disagree.

Sys.setenv(TZ = "UTC")
suppressWarnings(suppressPackageStartupMessages({
  library(metafor)
  library(MASS)
  library(rpact)
  library(jsonlite)
}))

here <- dirname(sub("^--file=", "", c(grep("^--file=", commandArgs(FALSE), value = TRUE), ".")[1]))
source(file.path(here, "common.R"))
output <- output_or(file.path(here, "two_arms.json"))

counts <- fromJSON(file.path(here, "counts.json"))
tables <- counts$tables
at_other_levels <- c("response-day-28", "infection", "perondi", "ritland", "newcombe-d", "newcombe-h", "zero-c",
                     "zero-d", "one-each-1-0", "tiny", "unbalanced-small-first", "ten-thousand", "billion-rare")

# ------------------------------------------------------------------------------------------------------------ roots

#' The root of f, which falls with its argument, between an inner point and the far end; the end where f never is 0.
toward <- function(f, inner, end, step = 1) {
  up <- end > inner
  x <- inner
  while (if (up) f(x) > 0 else f(x) < 0) {
    before <- x
    x <- if (up) min(x + step, end) else max(x - step, end)
    if (x == end) {
      if (if (up) f(x) > 0 else f(x) < 0) return(end)
      break
    }
    step <- 2 * step
  }
  if (x == inner) {  # the root lies on the other side of the inner point
    return(NA)
  }
  solve_for(f, min(before, x), max(before, x))
}

small <- function(t) with(t, n1 + n0) <= 1e5
numeric_table <- function(s) {
  t <- list(id = s$id, a = s$x1, b = s$n1 - s$x1, c = s$x0, d = s$n0 - s$x0, n1 = s$n1, n0 = s$n0)
  t[-1] <- lapply(t[-1], as.numeric)
  t$total <- t$n1 + t$n0
  t
}

# ---------------------------------------------------------------- two proportions under a supposed contrast

#' The most likely proportions, p1 and p0 with q = 1 - p, under a supposed contrast: the root of the derivative of the
#' log likelihood by x = logit(p0), which is concave enough to fall from one end of the range of x to the other.
#' ``first`` gives p1, q1 and dp1/dx from p0, q0; ``ends`` are the bounds of x at which p1 or q1 is 0.
restricted <- function(t, first, ends) {
  at <- function(x) {
    p0 <- plogis(x)
    q0 <- plogis(-x)
    c(first(p0, q0), p0, q0)  # p1, q1, slope, p0, q0
  }
  # at an end of the range, where a probability is 0, the next double may lie beyond it
  part <- function(count, probability) if (count == 0) 0 else if (probability <= 0) Inf else count / probability
  derivative <- function(x) {
    v <- at(x)
    (part(t$a, v[1]) - part(t$b, v[2])) * v[3] + t$c * v[5] - t$d * v[4]
  }
  low <- max(ends[1], min(-60, ends[2] - 60))
  high <- min(ends[2], 60)
  inner <- function(x, toward) x + (toward - x) * 1e-13
  v <- if (derivative(inner(low, high)) <= 0) at(low) else if (derivative(inner(high, low)) >= 0) at(high) else
    at(solve_for(derivative, inner(low, high), inner(high, low)))
  list(p1 = min(max(v[1], 0), 1), q1 = min(max(v[2], 0), 1), p0 = v[4], q0 = v[5])
}

logit <- function(p, q) log(p) - log(q)

#' What a supposed value needs for each contrast: value is the difference, or the log of the ratio.
fit_at <- list(
  difference = function(t, value) {
    if (abs(value) == 1) {  # one table only
      return(list(p1 = (1 + value) / 2, q1 = (1 - value) / 2, p0 = (1 - value) / 2, q0 = (1 + value) / 2))
    }
    low <- max(0, -value)
    high <- min(1, 1 - value)
    restricted(t, function(p0, q0) c(p0 + value, q0 - value, p0 * q0), c(logit(low, 1 - low), logit(high, 1 - high)))
  },
  ratio = function(t, value) {
    high <- min(1, exp(-value))
    away <- if (value > 0) -expm1(-value) else 0  # 1 - high
    restricted(t, function(p0, q0) c(exp(value) * p0, q0 - expm1(value) * p0, exp(value) * p0 * q0),
               c(-Inf, logit(high, away)))
  },
  odds = function(t, value) {
    restricted(t, function(p0, q0) {
      x <- logit(p0, q0) + value
      c(plogis(x), plogis(-x), plogis(x) * plogis(-x))
    }, c(-Inf, Inf))
  }
)

score_at <- list(
  difference = function(t, value, f) {
    v1 <- f$p1 * f$q1 / t$n1
    v0 <- f$p0 * f$q0 / t$n0
    list(s = t$a / t$n1 - t$c / t$n0 - value, v = v1 + v0,
         mu3 = v1 * (f$q1 - f$p1) / t$n1 - v0 * (f$q0 - f$p0) / t$n0)
  },
  ratio = function(t, value, f) {
    r <- exp(value)
    v1 <- f$p1 * f$q1 / t$n1
    v0 <- f$p0 * f$q0 / t$n0
    list(s = t$a / t$n1 - r * t$c / t$n0, v = v1 + r^2 * v0,
         mu3 = v1 * (f$q1 - f$p1) / t$n1 - r^3 * v0 * (f$q0 - f$p0) / t$n0)
  },
  odds = function(t, value, f) {  # Laud 2017, corrigendum: with the bias
    w1 <- f$p1 * f$q1
    w0 <- f$p0 * f$q0
    list(s = (t$a / t$n1 - f$p1) / w1 - (t$c / t$n0 - f$p0) / w0, v = 1 / (t$n1 * w1) + 1 / (t$n0 * w0),
         mu3 = (f$q1 - f$p1) / (t$n1 * w1)^2 - (f$q0 - f$p0) / (t$n0 * w0)^2,
         bias = (f$p1 - f$p0) / (t$n1 * w1 + t$n0 * w0))
  }
)

z_score <- function(t, contrast, value, factor) {
  f <- fit_at[[contrast]](t, value)
  u <- score_at[[contrast]](t, value, f)
  if (u$v == 0) return(0)  # the fit is the table itself
  u$s / sqrt(u$v * factor)
}

#' z of z + mu3/(6 V^1.5) (z^2 - 1) = (S - bias)/sqrt(V), V with N/(N-1) (Laud 2017, eq. 3), by its quadratic formula.
z_scas <- function(t, contrast, value) {
  f <- fit_at[[contrast]](t, value)
  u <- score_at[[contrast]](t, value, f)
  v <- u$v * t$total / (t$total - 1)
  if (v == 0) return(0)
  plain <- (u$s - (if (is.null(u$bias)) 0 else u$bias)) / sqrt(v)
  k <- u$mu3 / (6 * v^1.5)
  if (abs(k) * max(1, abs(plain)) < 1e-8) return(plain + k * (1 - plain^2))  # the first term of the root's series
  (-1 + sqrt(max(0, 1 + 4 * k * (plain + k)))) / (2 * k)
}

#' The signed root of 2 * sum of observed * log(observed/fitted), each term with fitted - observed so as not to cancel.
z_likelihood <- function(t, contrast, value) {
  f <- fit_at[[contrast]](t, value)
  term <- function(x, n, p) {
    if (x == 0) return(n * p)
    r <- (n * p - x) / x
    x * (if (abs(r) < 1e-4) r^2 / 2 - r^3 / 3 + r^4 / 4 else r - log1p(r))
  }
  g <- 2 * (term(t$a, t$n1, f$p1) + term(t$b, t$n1, f$q1) + term(t$c, t$n0, f$p0) + term(t$d, t$n0, f$q0))
  sign(score_at[[contrast]](t, value, f)$s) * sqrt(max(g, 0))
}

#' The limits where z(value) is z and -z. Differences are sought from the observed one to -1 and 1, logs of ratios to
#' -300 and 300 (0 and infinity).
limits <- function(t, contrast, conf, z_at) {
  z <- qnorm((1 + conf) / 2)
  if (contrast == "difference") {
    d <- t$a / t$n1 - t$c / t$n0
    inside <- 1 - 1e-15
    step <- max(1e-12, min(0.5, 2 / sqrt(t$total)))
    lower <- if (d == -1) -1 else toward(function(x) z_at(x) - z, d, -inside, step)
    upper <- if (d == 1) 1 else toward(function(x) z_at(x) + z, d, inside, step)
    return(c(if (lower <= -inside) -1 else lower, if (upper >= inside) 1 else upper))
  }
  if (contrast == "ratio") {
    start <- log((t$a + 0.5) / (t$n1 + 0.5)) - log((t$c + 0.5) / (t$n0 + 0.5))
    none <- c(t$a == 0, t$c == 0)
  } else {
    start <- log(t$a + 0.5) - log(t$b + 0.5) - log(t$c + 0.5) + log(t$d + 0.5)
    none <- c(t$a == 0 || t$d == 0, t$b == 0 || t$c == 0)
  }
  one <- function(none, f, end) {
    if (none) return(if (end < 0) 0 else Inf)
    x <- toward(f, start, end)
    if (is.na(x)) x <- toward(f, start, -end)  # the smoothed start lies beyond the limit
    if (abs(x) >= 300) (if (x < 0) 0 else Inf) else exp(x)
  }
  c(one(none[1], function(x) z_at(x) - z, -300), one(none[2], function(x) z_at(x) + z, 300))
}

# ------------------------------------------------------------------------------------------- limits of one proportion

wilson <- function(x, n, conf) as.vector(quietly(prop.test(x, n, conf.level = conf, correct = FALSE))$conf.int)

#' Wilson's limits with continuity correction: |x/n - p| - 1/(2n) = z sqrt(p (1-p)/n) (Newcombe 1998, method 4), p by
#' its logit; 0 and 1 at the ends.
wilson_cc <- function(x, n, conf, id) {
  z <- qnorm((1 + conf) / 2)
  lower_of <- function(x) {  # as p, q
    if (x == 0) return(c(0, 1))
    f <- function(l) x - 0.5 - n * plogis(l) - z * sqrt(n * plogis(l) * plogis(-l))
    l <- solve_for(f, -60, logit(x - 0.5, n - x + 0.5))
    c(plogis(l), plogis(-l))
  }
  l <- lower_of(x)
  u <- rev(lower_of(n - x))
  if (abs(x - n / 2) >= 0.5 && n <= 1e6) {  # prop.test corrects by less where x is near n/2
    agree(paste0("continuity-corrected Wilson limits and stats::prop.test [", id, "]"), c(l[1], u[1]),
          as.vector(quietly(prop.test(x, n, conf.level = conf, correct = TRUE))$conf.int), 1e-9, 1e-12)
  }
  list(below = if (x == 0) 0 else x / n - l[1], above = if (x == n) 0 else (n - x) / n - u[2])
}

#' Median and limits of beta(x + 1/2, n - x + 1/2), from the smaller of p and q.
jeffreys <- function(x, n, conf) {
  tail <- (1 - conf) / 2
  few <- min(x, n - x)
  q <- qbeta(c(tail, 0.5, 1 - tail), few + 0.5, n - few + 0.5)
  stopifnot(max(abs(pbeta(q, few + 0.5, n - few + 0.5) - c(tail, 0.5, 1 - tail))) < 1e-9)
  if (x <= n - x) {
    list(l = q[1], m = q[2], u = q[3], below = q[2] - q[1], above = q[3] - q[2])
  } else {
    list(l = 1 - q[3], m = 1 - q[2], u = 1 - q[1], below = q[3] - q[2], above = q[2] - q[1])
  }
}

#' Limits of x1/x0 from those of each (Donner & Zou 2012, p. 351), as printed there.
donner_zou <- function(m1, l1, u1, m0, l0, u0) {
  product <- m1 * m0
  lower <- if (l1 == 0) 0 else
    (product - sqrt(max(0, product^2 - l1 * u0 * (2 * m1 - l1) * (2 * m0 - u0)))) / (u0 * (2 * m0 - u0))
  upper <- if (l0 == 0) Inf else
    (product + sqrt(max(0, product^2 - u1 * l0 * (2 * m1 - u1) * (2 * m0 - l0)))) / (l0 * (2 * m0 - l0))
  c(lower, upper)
}

# --------------------------------------------------------------------------------------------------------- intervals

interval <- function(estimate, limits, ...) list(estimate = estimate, lower = limits[1], upper = limits[2], ...)

#' A log-scale Wald interval and its test from metafor::escalc on cells that are never 0; plain R above 10^7, where its
#' 1 - p loses figures.
log_wald <- function(conf, measure, a, b, c, d) {
  if (a + b + c + d <= 1e7) {
    e <- quietly(escalc(measure = measure, ai = a, bi = b, ci = c, di = d, to = "none"))
    y <- as.numeric(e$yi)
    se <- sqrt(as.numeric(e$vi))
  } else if (measure == "OR") {
    y <- log(a) + log(d) - log(b) - log(c)
    se <- sqrt(1 / a + 1 / b + 1 / c + 1 / d)
  } else {
    y <- log1p((a * d - b * c) / (c * (a + b)))
    se <- sqrt(b / (a * (a + b)) + d / (c * (c + d)))
  }
  half <- qnorm((1 + conf) / 2) * se
  list(estimate = exp(y), lower = exp(y - half), upper = exp(y + half), se = se, statistic = y / se,
       p = two_sided(y / se))
}

with_test <- function(row, z) c(row, list(statistic = z, p = two_sided(z)))

one_margin_empty <- function(t) t$a + t$c == 0 || t$b + t$d == 0

intervals_of <- function(t, conf) {
  z <- qnorm((1 + conf) / 2)
  p1 <- t$a / t$n1
  p0 <- t$c / t$n0
  d <- (t$a * t$d - t$b * t$c) / t$n1 / t$n0
  rr <- p1 / p0
  or <- (t$a * t$d) / (t$b * t$c)
  factor <- t$total / (t$total - 1)
  nothing <- one_margin_empty(t)
  at_equality <- function(z) if (nothing) NaN else z
  pearson <- at_equality(z_score(t, "difference", 0, 1))
  if (!nothing && small(t)) {
    chi <- unname(quietly(chisq.test(matrix(c(t$a, t$b, t$c, t$d), 2), correct = FALSE))$statistic)
    agree(paste0("score statistics at equality and stats::chisq.test [", t$id, "]"),
          abs(c(pearson, z_score(t, "ratio", 0, 1), z_score(t, "odds", 0, 1))), rep(sqrt(chi), 3), 1e-7, 1e-7)
  }
  exact_z <- at_equality(  # ad - bc from whole numbers, for tables without a difference
    (t$a * t$d - t$b * t$c) * sqrt(t$total) / sqrt(t$n1) / sqrt(t$n0) / sqrt(t$a + t$c) / sqrt(t$b + t$d))
  skewed <- function(contrast) at_equality(z_scas(t, contrast, 0))
  likely <- function(contrast) at_equality(z_likelihood(t, contrast, 0))
  scas <- function(contrast) limits(t, contrast, conf, function(x) z_scas(t, contrast, x))
  profile <- function(contrast) limits(t, contrast, conf, function(x) z_likelihood(t, contrast, x))
  score <- function(contrast, factor) limits(t, contrast, conf, function(x) z_score(t, contrast, x, factor))

  # odds ratio
  expected <- function(row, column) 2 * (row / t$total) * (column / t$total)
  events <- t$a + t$c
  others <- t$b + t$d
  smoothed <- if (nothing) NULL else
    log_wald(conf, "OR", t$a + expected(t$n1, events), t$b + expected(t$n1, others),
             t$c + expected(t$n0, events), t$d + expected(t$n0, others))
  if (is.null(smoothed)) smoothed <- list(estimate = NaN, lower = NaN, upper = NaN, se = Inf, statistic = NaN, p = NaN)
  spread <- asinh(z / 2 * sqrt(1 / t$a + 1 / t$b + 1 / t$c + 1 / t$d))
  fill <- function(x) if (x == 0) z^2 else x
  or_arcsinh <- c(
    if (t$a == 0 || t$d == 0) 0 else if (t$b == 0 || t$c == 0) t$a * t$d / (fill(t$b) * fill(t$c)) else
      exp(log(or) - 2 * spread),
    if (t$b == 0 || t$c == 0) Inf else if (t$a == 0 || t$d == 0) fill(t$a) * fill(t$d) / (t$b * t$c) else
      exp(log(or) + 2 * spread)
  )
  #' Cornfield's limits: the cells with the margins of the table and |a - x| - correction = z/sqrt(sum of inverses)
  cornfield_cc <- function(a, b, c, d) {
    if (a == 0 || d == 0) return(0)
    f <- function(l) {  # l the logit of m between 0.5 and the smaller of a, d
      m <- 0.5 + (min(a, d) - 0.5) * plogis(l)
      (m - 0.5)^2 * (1 / (a - m) + 1 / (b + m) + 1 / (c + m) + 1 / (d - m)) - z^2
    }
    m <- 0.5 + (min(a, d) - 0.5) * plogis(solve_for(f, -35, 30))
    (a - m) / (b + m) * (d - m) / (c + m)
  }
  or_profile <- profile("odds")
  if (small(t) && all(c(t$a, t$b, t$c, t$d) > 0)) {
    fit <- glm(cbind(c(t$a, t$c), c(t$b, t$d)) ~ c(1, 0), family = binomial, control = list(epsilon = 1e-12))
    ci <- try(quietly(confint(fit, level = conf))[2, ], silent = TRUE)  # profiled on a grid, between splines
    if (!inherits(ci, "try-error") && !anyNA(ci)) {
      agree(paste0("profile likelihood limits and confint of glm [", t$id, "]"), log(or_profile), unname(ci), 2e-3,
            2e-3)
    }
  }
  odds <- function(x, n) {
    w <- wilson(x, n, conf)
    c(x / (n - x), w[1] / (1 - w[1]), w[2] / (1 - w[2]))
  }
  or_mover <- if ((t$b == 0 && t$c == 0) || (t$a == 0 && t$d == 0)) c(0, Inf) else {
    if (t$b == 0 || t$d == 0) {  # Fagerland & Newcombe 2013, table III
      o1 <- odds(t$d, t$n0)
      o0 <- odds(t$b, t$n1)
    } else {
      o1 <- odds(t$a, t$n1)
      o0 <- odds(t$c, t$n0)
    }
    donner_zou(o1[1], o1[2], o1[3], o0[1], o0[2], o0[3])
  }

  # risk ratio
  log_rr <- log1p((t$a * t$d - t$b * t$c) / (t$c * t$n1))
  se_rr <- sqrt(t$b / t$a / t$n1 + t$d / t$c / t$n0)
  rr_arcsinh <- c(
    if (t$a == 0) 0 else if (t$c == 0) p1 / (z^2 / t$n0) else exp(log_rr - 2 * asinh(z * se_rr / 2)),
    if (t$c == 0) Inf else if (t$a == 0) z^2 / t$n1 / p0 else exp(log_rr + 2 * asinh(z * se_rr / 2))
  )
  w1 <- wilson(t$a, t$n1, conf)
  w0 <- wilson(t$c, t$n0, conf)
  if (t$a == 0) w1[1] <- 0
  if (t$c == 0) w0[1] <- 0
  j1 <- jeffreys(t$a, t$n1, conf)
  j0 <- jeffreys(t$c, t$n0, conf)

  # risk difference
  v1 <- p1 * (t$b / t$n1)
  v0 <- p0 * (t$d / t$n0)
  se <- sqrt(v1 / t$n1 + v0 / t$n0)
  correction <- (1 / t$n1 + 1 / t$n0) / 2
  if (small(t) && abs(d) >= correction) {
    ci <- as.vector(quietly(prop.test(c(t$a, t$c), c(t$n1, t$n0), conf.level = conf, correct = TRUE))$conf.int)
    agree(paste0("continuity-corrected Wald limits and stats::prop.test, cut to [-1, 1] [", t$id, "]"),
          c(max(-1, d - z * se - correction), min(1, d + z * se + correction)), ci, 1e-9, 1e-12)
  }
  c1 <- wilson_cc(t$a, t$n1, conf, t$id)
  c0 <- wilson_cc(t$c, t$n0, conf, t$id)
  se_ha <- sqrt(v1 / (t$n1 - 1) + v0 / (t$n0 - 1))
  half_ha <- z * se_ha + 1 / (2 * min(t$n1, t$n0))
  #' Beal: (observed - RD)^2 = z^2 V(RD, psi), V written with psi the mean of the proportions (Newcombe 1998, p. 876)
  beal <- function(psi) {
    u <- (1 / t$n1 + 1 / t$n0) / 4
    v <- (1 / t$n1 - 1 / t$n0) / 4
    f <- function(x) (d - x)^2 - z^2 * (u * (4 * psi * (1 - psi) - x^2) + 2 * v * (1 - 2 * psi) * x)
    middle <- (d + z^2 * v * (1 - 2 * psi)) / (1 + z^2 * u)  # where f is least
    if (f(middle) >= 0) return(c(middle, middle))
    c(solve_for(f, middle - 2.5, middle), solve_for(f, middle, middle + 2.5))
  }
  about <- function(limits) interval(d, limits)
  rd <- list(
    "wald-cc" = about(d + c(-1, 1) * (z * se + correction)),
    "newcombe-cc" = about(c(d - sqrt(c1$below^2 + c0$above^2), d + sqrt(c1$above^2 + c0$below^2))),
    "mee" = with_test(about(score("difference", 1)), exact_z),
    "hauck-anderson" = about(d + c(-1, 1) * half_ha),
    "haldane" = about(beal((p1 + p0) / 2)),
    "jeffreys-perks" = about(beal(((t$a + 0.5) / (t$n1 + 1) + (t$c + 0.5) / (t$n0 + 1)) / 2)),
    "scas" = with_test(about(scas("difference")), skewed("difference")),
    "profile-likelihood" = with_test(about(profile("difference")), likely("difference")),
    "mover-jeffreys" = about(c(j1$m - j0$m - sqrt(j1$below^2 + j0$above^2),
                               j1$m - j0$m + sqrt(j1$above^2 + j0$below^2)))
  )
  rd[["wald-cc"]]$se <- se
  rd[["hauck-anderson"]]$se <- se_ha
  rr_rows <- list(
    "adjusted-log" = log_wald(conf, "RR", t$a + 0.5, t$b, t$c + 0.5, t$d),
    "haldane-anscombe" = log_wald(conf, "RR", t$a + 0.5, t$b + 0.5, t$c + 0.5, t$d + 0.5),
    "arcsinh" = interval(rr, rr_arcsinh),
    "scas" = with_test(interval(rr, scas("ratio")), skewed("ratio")),
    "profile-likelihood" = with_test(interval(rr, profile("ratio")), likely("ratio")),
    "mover-wilson" = interval(rr, donner_zou(p1, w1[1], w1[2], p0, w0[1], w0[2])),
    "mover-jeffreys" = interval(rr, donner_zou(j1$m, j1$l, j1$u, j0$m, j0$l, j0$u))
  )
  or_rows <- list(
    "independence-smoothed" = smoothed,
    "arcsinh" = interval(or, or_arcsinh),
    "cornfield" = with_test(interval(or, score("odds", 1)), exact_z),
    "cornfield-cc" = interval(or, c(cornfield_cc(t$a, t$b, t$c, t$d), 1 / cornfield_cc(t$b, t$a, t$d, t$c))),
    "miettinen-nurminen" = with_test(interval(or, score("odds", factor)), exact_z / sqrt(factor)),
    "scas" = with_test(interval(or, scas("odds")), skewed("odds")),
    "profile-likelihood" = with_test(interval(or, or_profile), likely("odds")),
    "mover-wilson" = interval(or, or_mover)
  )
  # a limit of 0 is approached from within the interval
  invert <- function(lower, upper) {
    list(estimate = 1 / abs(d) * (if (d < 0) -1 else 1), lower = if (upper == 0) -Inf else 1 / upper,
         upper = if (lower == 0) Inf else 1 / lower)
  }
  nnt <- lapply(rd, function(r) if (is.nan(r$lower)) list(estimate = 1 / d, lower = NaN, upper = NaN) else
    invert(r$lower, r$upper))
  # those of the difference in counts.R
  ac <- c((t$a + 1) / (t$n1 + 2), (t$c + 1) / (t$n0 + 2))
  se_ac <- sqrt(ac[1] * (1 - ac[1]) / (t$n1 + 2) + ac[2] * (1 - ac[2]) / (t$n0 + 2))
  mn <- score("difference", factor)
  nnt[["wald"]] <- invert(d - z * se, d + z * se)
  nnt[["agresti-caffo"]] <- invert(ac[1] - ac[2] - z * se_ac, ac[1] - ac[2] + z * se_ac)
  nnt[["miettinen-nurminen"]] <- invert(mn[1], mn[2])
  list("odds ratio" = or_rows, "risk ratio" = rr_rows, "risk difference" = rd, "number needed to treat" = nnt)
}

# -------------------------------------------------------------------------------------------------------------- tests

wald_of <- function(t) {
  se_rr <- sqrt(t$b / t$a / t$n1 + t$d / t$c / t$n0)
  y_rr <- log1p((t$a * t$d - t$b * t$c) / (t$c * t$n1))
  se_or <- sqrt(1 / t$a + 1 / t$b + 1 / t$c + 1 / t$d)
  y_or <- log(t$a) + log(t$d) - log(t$b) - log(t$c)
  se_rd <- sqrt(t$a / t$n1 * (t$b / t$n1) / t$n1 + t$c / t$n0 * (t$d / t$n0) / t$n0)
  y_rd <- (t$a * t$d - t$b * t$c) / t$n1 / t$n0
  if (small(t)) {
    for (k in list(list("RR", y_rr, se_rr), list("OR", y_or, se_or), list("RD", y_rd, se_rd))) {
      e <- quietly(escalc(measure = k[[1]], ai = t$a, bi = t$b, ci = t$c, di = t$d, to = "none"))
      if (!is.na(e$vi)) {
        agree(paste0("estimate and standard error and metafor::escalc [", t$id, "]"), c(k[[2]], k[[3]]),
              c(as.numeric(e$yi), sqrt(as.numeric(e$vi))), 1e-9, 1e-12)
      }
    }
  }
  or_na <- function(y, se) if (is.finite(se)) y / se else NaN
  list("odds ratio" = or_na(y_or, se_or), "risk ratio" = or_na(y_rr, se_rr), "risk difference" = y_rd / se_rd)
}

#' The noncentral hypergeometric weights of the first cell at an odds ratio, over its whole support.
weights <- function(t, or) {
  m <- t$a + t$c
  support <- seq(max(0, m - t$n0), min(t$n1, m))
  w <- dhyper(support, t$n1, t$n0, m, log = TRUE) + (support - t$a) * log(or)
  w <- exp(w - max(w))
  list(x = support, w = w / sum(w))
}

nulls_of <- function(t) {
  d <- t$a / t$n1 - t$c / t$n0
  p1 <- (t$a + 1) / (t$n1 + 2)
  p0 <- (t$c + 1) / (t$n0 + 2)
  se <- sqrt(p1 * (1 - p1) / (t$n1 + 2) + p0 * (1 - p0) / (t$n0 + 2))
  near <- max(-0.9, min(0.9, signif(d - 1.3 * se, 2)))
  rr <- (t$a + 0.5) / (t$n1 + 0.5) / ((t$c + 0.5) / (t$n0 + 0.5))
  or <- (t$a + 0.5) / (t$b + 0.5) / ((t$c + 0.5) / (t$d + 0.5))
  list("risk difference" = unique(c(-0.1, near)), "risk ratio" = unique(c(1.25, signif(0.7 * rr, 2))),
       "odds ratio" = unique(c(2, signif(0.6 * or, 2))))
}

contrast_of <- list("risk difference" = "difference", "risk ratio" = "ratio", "odds ratio" = "odds")

#' Statistic, and P two-sided, for a contrast greater than the null value, and for one less than it.
normal <- function(z) list(statistic = z, p = two_sided(z), greater = pnorm(z, lower.tail = FALSE), less = pnorm(z))

null_tests_of <- function(t, measure, null) {
  contrast <- contrast_of[[measure]]
  value <- if (measure == "risk difference") null else log(null)
  exists <- switch(measure,
    "risk difference" = TRUE,
    "risk ratio" = t$a + t$c > 0,
    "odds ratio" = !((t$a == 0 || t$d == 0) && (t$b == 0 || t$c == 0))
  )
  or_nan <- function(z) if (exists) z else NaN
  factor <- t$total / (t$total - 1)
  plain <- or_nan(z_score(t, contrast, value, 1))
  if (measure != "odds ratio" && t$total <= 1e6 && all(c(t$a, t$b, t$c, t$d) > 0)) {  # the closed forms cancel beyond
    difference <- measure == "risk difference"
    closed <- if (difference) rpact:::.getFarringtonManningValuesDiff else rpact:::.getFarringtonManningValuesRatio
    ml <- closed(rate1 = t$a / t$n1, rate2 = t$c / t$n0, theta = null, allocation = t$n1 / t$n0)
    slope <- if (difference) 1 else null
    top <- t$a / t$n1 - slope * t$c / t$n0 - (if (difference) null else 0)
    by_rpact <- top / sqrt(ml[1] * (1 - ml[1]) / t$n1 + slope^2 * ml[2] * (1 - ml[2]) / t$n0)
    agree(paste0("Farrington-Manning z and rpact's closed forms [", t$id, "]"), plain, by_rpact, 1e-6, 1e-7)
  }
  wald <- switch(measure,
    "risk difference" = ((t$a * t$d - t$b * t$c) / t$n1 / t$n0 - null) /
      sqrt(t$a / t$n1 * (t$b / t$n1) / t$n1 + t$c / t$n0 * (t$d / t$n0) / t$n0),
    "risk ratio" = (log1p((t$a * t$d - t$b * t$c) / (t$c * t$n1)) - value) /
      sqrt(t$b / t$a / t$n1 + t$d / t$c / t$n0),
    "odds ratio" = (log(t$a) + log(t$d) - log(t$b) - log(t$c) - value) / sqrt(1 / t$a + 1 / t$b + 1 / t$c + 1 / t$d)
  )
  se_exists <- switch(measure, "risk difference" = TRUE, "risk ratio" = t$a > 0 && t$c > 0,
                      "odds ratio" = all(c(t$a, t$b, t$c, t$d) > 0))
  found <- list(
    "miettinen-nurminen" = normal(plain / sqrt(factor)),
    "farrington-manning" = normal(plain),
    "likelihood-ratio" = normal(or_nan(z_likelihood(t, contrast, value))),
    "scas" = normal(or_nan(z_scas(t, contrast, value))),
    "wald" = normal(if (se_exists) wald else NaN)
  )
  if (measure == "odds ratio" && t$a + t$c <= 1e5) {
    h <- weights(t, null)
    x <- h$w[h$x == t$a]
    greater <- sum(h$w[h$x >= t$a])
    less <- sum(h$w[h$x <= t$a])
    found[["fisher"]] <- list(p = min(1, sum(h$w[h$w <= x * (1 + 1e-7)])), greater = min(1, greater),
                              less = min(1, less))
    above <- sum(h$w[h$x > t$a]) + x / 2
    below <- sum(h$w[h$x < t$a]) + x / 2
    found[["fisher-mid-p"]] <- list(p = min(1, 2 * min(above, below)), greater = above, less = below)
    if (small(t)) {
      k <- matrix(c(t$a, t$b, t$c, t$d), 2, byrow = TRUE)
      by_r <- sapply(c("two.sided", "greater", "less"), function(a) fisher.test(k, or = null, alternative = a)$p.value)
      agree(paste0("exact P at a null odds ratio and stats::fisher.test [", t$id, "]"),
            unlist(found[["fisher"]]), unname(by_r), 1e-7, 1e-12)
    }
  }
  found
}

# ------------------------------------------------------------------------------------------------------------- output

rows <- tests <- null_tests <- character()
for (i in seq_len(nrow(tables))) {
  t <- numeric_table(tables[i, ])
  for (conf in if (t$id %in% at_other_levels) c(0.95, 0.90, 0.99) else 0.95) {
    found <- intervals_of(t, conf)
    for (measure in names(found)) {
      for (method in names(found[[measure]])) {
        rows <- c(rows, row_of(t$id, conf, measure, method, found[[measure]][[method]]))
      }
    }
  }
  found <- wald_of(t)
  for (measure in names(found)) {
    z <- found[[measure]]
    tests <- c(tests, row_of(t$id, NULL, measure, "wald", list(statistic = z, p = two_sided(z))))
  }
  nulls <- nulls_of(t)
  for (measure in names(nulls)) {
    for (null in nulls[[measure]]) {
      found <- null_tests_of(t, measure, null)
      for (method in names(found)) {
        null_tests <- c(null_tests, row_of(t$id, NULL, measure, method, c(list(null = null), found[[method]])))
      }
    }
  }
}

score_source <- function(what) paste(
  "uniroot on the", what, "about the likelihood maximised numerically over the logit of the second proportion")
scas_source <- paste0(
  score_source("skewness-corrected score of Laud 2017"), "; the formula as in the R package ratesci")
sources <- list(
  "odds ratio" = list(
    "independence-smoothed" = "metafor::escalc(measure = 'OR') of the smoothed cells of Agresti 1999",
    "arcsinh" = "Newcombe 2001 and, with zero cells, Fagerland & Newcombe 2013, in plain R",
    "cornfield" = paste0(score_source("score statistic"), "; at equality stats::chisq.test"),
    "cornfield-cc" = "uniroot on Cornfield's equation for the cells, with 1/2",
    "miettinen-nurminen" = score_source("score statistic with N/(N-1)"),
    "scas" = scas_source,
    "profile-likelihood" = paste0(score_source("likelihood ratio"), "; agrees with confint of glm, which is coarser"),
    "mover-wilson" = "Fagerland & Newcombe 2013 from the limits of stats::prop.test(correct = FALSE)"
  ),
  "risk ratio" = list(
    "adjusted-log" = "metafor::escalc(measure = 'RR') of events + 1/2 and totals + 1/2",
    "haldane-anscombe" = "metafor::escalc(measure = 'RR') of cells + 1/2",
    "arcsinh" = "Newcombe 2001 and, with zero cells, Fagerland & Newcombe 2013, in plain R",
    "scas" = scas_source,
    "profile-likelihood" = score_source("likelihood ratio"),
    "mover-wilson" = "Donner & Zou 2012 from the limits of stats::prop.test(correct = FALSE)",
    "mover-jeffreys" = "Donner & Zou 2012 from stats::qbeta"
  ),
  "risk difference" = list(
    "wald-cc" = "plain R; agrees with stats::prop.test(correct = TRUE) where that corrects fully",
    "newcombe-cc" = "uniroot on Wilson's equation with 1/(2n), that agrees with one-sample stats::prop.test",
    "mee" = paste0(score_source("score statistic"), "; at equality stats::chisq.test"),
    "hauck-anderson" = "Hauck & Anderson 1986 in plain R",
    "haldane" = "uniroot on Beal's equation as Newcombe 1998 prints it (method 3)",
    "jeffreys-perks" = "uniroot on Beal's equation as Newcombe 1998 prints it (method 4)",
    "scas" = scas_source,
    "profile-likelihood" = score_source("likelihood ratio"),
    "mover-jeffreys" = "Zou & Donner 2008 from stats::qbeta"
  )
)
inverted <- c(names(sources[["risk difference"]]), "wald", "agresti-caffo", "miettinen-nurminen")
sources[["number needed to treat"]] <- setNames(
  as.list(rep("1 over the risk difference and over its limits", length(inverted))), inverted)
at_null <- list(
  "miettinen-nurminen" = "score statistic with N/(N-1) about the likelihood maximised numerically",
  "farrington-manning" = "score statistic about the likelihood maximised numerically; agrees with rpact's closed forms",
  "likelihood-ratio" = "likelihood ratio, maximised numerically",
  "scas" = "skewness-corrected score of Laud 2017 about the likelihood maximised numerically",
  "wald" = "estimate and standard error, that agree with metafor::escalc",
  "fisher" = "sums of stats::dhyper times OR^x; agrees with stats::fisher.test(or = )",
  "fisher-mid-p" = "sums of stats::dhyper times OR^x"
)
packages <- c("metafor", "MASS", "rpact", "jsonlite")
header <- list(
  about = paste("Reference values for two arms, made by two_arms.R from the tables of counts.json. Infinite figures",
                "are the strings 'Infinity' and '-Infinity'; what does not exist is null."),
  R = R.version.string,
  packages = versions_of(packages),
  sources = sources,
  sources_at_null = at_null,
  checks = checked[order(names(checked))]
)
write_blocks(header, block("values", rows), block("tests", tests), block("null_tests", null_tests))
message(sprintf("%d intervals, %d tests and %d tests at a null value of %d tables in %s",
                length(rows), length(tests), length(null_tests), nrow(tables), output))
