# Reference values for two proportions whose outcome margin is not fixed: exact unconditional intervals and tests
# (Barnard, Boschloo, Santner-Snell, Chan-Zhang), melded intervals, and z tests with sides or unpooled variance.
#
#   Rscript tests/reference/unconditional.R [OUTPUT]      (default: unconditional.json beside this script)
#
# Needs R with metafor and jsonlite (Debian: r-cran-metafor r-cran-jsonlite), and counts.json, whose tables the melded
# intervals and the z tests take too. The packages that have these methods (Exact, exact2x2) are not in Debian: every
# table with the arms' totals is listed and judged by itself. Restricted likelihoods are maximised numerically for each,
# Fisher's P is stats::fisher.test's or stats::phyper's, and the nuisance parameter goes over a grid of 1001 points and
# 60 more near either end, each high point of which stats::optimize narrows. A limit by the score statistic is sought
# along 160 values of the contrast from its end, and 12 times as many where P comes near the tail, then halved between
# the last that is rejected and the next. What SAS, StatXact and the packages print for their documented examples is in
# the tests. It takes some minutes.

Sys.setenv(TZ = "UTC")
suppressWarnings(suppressPackageStartupMessages({
  library(metafor)
  library(jsonlite)
}))

here <- dirname(sub("^--file=", "", c(grep("^--file=", commandArgs(FALSE), value = TRUE), ".")[1]))
source(file.path(here, "common.R"))
output <- output_or(file.path(here, "unconditional.json"))

# ---------------------------------------------------------------------------------------------------------- inputs

small_tables <- read.csv(strip.white = TRUE, stringsAsFactors = FALSE, text = "
id, x1, n1, x0, n0, about
mehta, 12, 15, 7, 15, Mehta & Senchaudhuri 2003: 7/15 and 12/15
sas-large, 24, 61, 10, 35, example of SAS and StatXact in the tests of exact2x2
sas-small, 9, 11, 4, 12, example of SAS in the tests of exact2x2
statxact-1, 6, 13, 2, 7, example of StatXact in the tests of exact2x2
statxact-2, 13, 13, 0, 7, the same; zero in b and c
statxact-3, 11, 13, 2, 7, the same
lrstat, 2, 30, 1, 30, example of lrstat riskDiffExactCI
fay, 6, 8, 2, 11, Fay & Brittain 2022 example 7.3
u-perondi, 7, 34, 1, 34, Perondi 2004
u-ritland, 0, 16, 15, 72, Ritland 2007; zero in a
u-tea, 3, 4, 1, 4, Fisher 1935: the lady tasting tea
u-none, 0, 10, 0, 12, no event in either arm
u-all, 10, 10, 12, 12, every one of both arms
u-all-none, 5, 5, 0, 7, all of one arm and none of the other
u-none-all, 0, 6, 4, 4, none of one arm and all of the other
u-one-1-0, 1, 1, 0, 1, n = 1 in each arm
u-one-0-1, 0, 1, 1, 1, n = 1 in each arm
u-one-1-1, 1, 1, 1, 1, n = 1 in each arm
u-tiny, 1, 2, 1, 3, tiny
u-zero-a, 0, 9, 4, 11, zero in a
u-zero-b, 12, 12, 8, 13, zero in b
u-zero-c, 5, 13, 0, 12, zero in c
u-zero-d, 8, 13, 12, 12, zero in d
u-equal, 6, 12, 6, 12, no difference
u-equal-unlike, 3, 9, 5, 15, no difference in unlike arms
u-unlike, 3, 4, 20, 40, very unlike arms
u-reversed, 7, 20, 12, 18, fewer events in the first arm
u-fifty, 20, 50, 9, 45, more patients
")
small_at_other_levels <- c("sas-small", "u-tea", "u-zero-a", "u-one-1-0", "u-equal", "lrstat")
nulls <- list("risk difference" = c(-0.1, 0.2), "risk ratio" = c(0.8, 1.5), "odds ratio" = c(0.5, 3))

counts <- fromJSON(file.path(here, "counts.json"))$tables
counts_at_other_levels <- c("response-day-28", "infection", "ritland", "newcombe-h", "zero-c", "one-each-1-0", "tiny",
                            "unbalanced-small-first", "billion-rare")

# --------------------------------------------------------------------------------------------------------- checks

#' As in common.R, but here no figure may be missing on either side.
agree <- function(what, got, want, relative, absolute = 0) {
  for (i in seq_along(got)) {
    same <- if (is.infinite(want[i])) got[i] == want[i] else
      abs(got[i] - want[i]) <= pmax(relative * abs(want[i]), absolute)
    if (!isTRUE(same)) stop(sprintf("%s: %.15g and %.15g differ (element %d)", what, got[i], want[i], i))
  }
  name <- sub(" \\[.*", "", what)
  checked[[name]] <<- (if (is.null(checked[[name]])) 0 else checked[[name]]) + 1
}

# ------------------------------------------------------------------------------------- all tables with given totals

every_table <- function(n1, n0) {
  grid <- expand.grid(x1 = 0:n1, x0 = 0:n0)
  list(n1 = n1, n0 = n0, x1 = grid$x1, x0 = grid$x0)
}

#' The contrasts: p1 and its slope as functions of p0 at a value, the range of p0, and the score statistic.
contrasts <- list(
  "risk difference" = list(
    first = function(p0, v) p0 + v,
    slope = function(p0, v) 1 + 0 * p0,
    range = function(v) c(max(0, -v), min(1, 1 - v)),
    z = function(a, n1, c, n0, p1, p0, v) ratio_of(a / n1 - c / n0 - v, p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0),
    null = 0, exchanged = function(v) -v, scale = function(v) v, value = function(u) u, start = -1
  ),
  "risk ratio" = list(
    first = function(p0, v) pmin(v * p0, 1),
    slope = function(p0, v) v + 0 * p0,
    range = function(v) c(0, min(1, 1 / v)),
    z = function(a, n1, c, n0, p1, p0, v) {
      ratio_of(a / n1 - v * c / n0, p1 * (1 - p1) / n1 + v^2 * p0 * (1 - p0) / n0)
    },
    null = 1, exchanged = function(v) 1 / v, scale = function(v) ifelse(is.infinite(v), 1, v / (1 + v)),
    value = function(u) u / (1 - u), start = 0
  ),
  "odds ratio" = list(
    first = function(p0, v) v * p0 / (1 - p0 + v * p0),
    slope = function(p0, v) v / (1 - p0 + v * p0)^2,
    range = function(v) c(0, 1),
    z = function(a, n1, c, n0, p1, p0, v) {
      z <- (a - n1 * p1) * sqrt(1 / (n1 * p1 * (1 - p1)) + 1 / (n0 * p0 * (1 - p0)))
      ifelse(a + c == 0 | a + c == n1 + n0, 0, z)
    },
    null = 1, exchanged = function(v) 1 / v, scale = function(v) ifelse(is.infinite(v), 1, v / (1 + v)),
    value = function(u) u / (1 - u), start = 0
  )
)

#' top / sqrt(variance), 0 for 0/0.
ratio_of <- function(top, variance) ifelse(abs(top) < 1e-13, 0, top / sqrt(pmax(variance, 0)))

#' The restricted maximum likelihood p0 of every table, by halving on the sign of the derivative of the log likelihood.
restricted <- function(contrast, every, v) {
  a <- every$x1
  b <- every$n1 - a
  c <- every$x0
  d <- every$n0 - c
  range <- contrast$range(v)
  low <- rep(range[1], length(a))
  high <- rep(range[2], length(a))
  part <- function(count, p) ifelse(count == 0, 0, count / p)
  for (i in 1:70) {
    p0 <- (low + high) / 2
    p1 <- contrast$first(p0, v)
    up <- contrast$slope(p0, v) * (part(a, p1) - part(b, 1 - p1)) + part(c, p0) - part(d, 1 - p0) > 0
    low <- ifelse(up, p0, low)
    high <- ifelse(up, high, p0)
  }
  (low + high) / 2
}

scores <- function(contrast, every, v) {
  p0 <- restricted(contrast, every, v)
  contrast$z(every$x1, every$n1, every$x0, every$n0, contrast$first(p0, v), p0, v)
}

#' Which tables are at least as extreme as (x1, x0), within a tolerance for rounding.
at_least <- function(every, statistic, x1, x0) {
  own <- statistic[every$x1 == x1 & every$x0 == x0]
  if (is.infinite(own)) return(statistic >= own)
  statistic >= own - 1e-9 * (1 + abs(own))
}

# ------------------------------------------------------------------------------------------------------ the supremum

end_points <- 10^seq(-6, -3.05, length.out = 60)
grid_of <- function(fine) if (fine) sort(c(seq(0, 1, length.out = 1001), end_points, 1 - end_points)) else
  sort(c(seq(0, 1, length.out = 101), end_points[c(30, 40, 50)] * 10, 1 - end_points[c(30, 40, 50)] * 10))
fine_grid <- grid_of(TRUE)
coarse_grid <- grid_of(FALSE)

#' The largest probability of a set of tables at a value of the contrast, over the nuisance parameter.
supremum <- function(contrast, every, set, v, fine = TRUE) {
  mask <- matrix(0, every$n1 + 1, every$n0 + 1)
  mask[cbind(every$x1 + 1, every$x0 + 1)] <- set
  range <- contrast$range(v)
  # of an odds ratio far from 1 either proportion goes from 0 to 1 while the other stays at an end: both are tried
  both <- contrast$start == 0 && range[2] == 1 && !identical(contrast, contrasts[["risk ratio"]])
  points_of <- function(s) {
    if (both) {
      first <- s > 1
      p <- ifelse(first, s - 1, s)
      p0 <- ifelse(first, p / (v * (1 - p) + p), p)
      return(list(p0 = p0, p1 = ifelse(first, p, contrast$first(p0, v))))
    }
    p0 <- range[1] + (range[2] - range[1]) * s
    list(p0 = p0, p1 = contrast$first(p0, v))
  }
  probability <- function(s) {
    p <- points_of(s)
    first <- outer(0:every$n1, pmin(pmax(p$p1, 0), 1), function(x, p) dbinom(x, every$n1, p))
    second <- outer(0:every$n0, pmin(pmax(p$p0, 0), 1), function(x, p) dbinom(x, every$n0, p))
    colSums(first * (mask %*% second))
  }
  one_of <- function(grid) {
    found <- probability(grid)
    if (!fine) return(max(found))
    peaks <- which(found >= c(-1, found[-length(found)]) & found >= c(found[-1], -1) & found >= 0.95 * max(found))
    peaks <- peaks[order(-found[peaks])]
    best <- max(found)
    for (peak in peaks[seq_len(min(4, length(peaks)))]) {
      around <- grid[c(max(1, peak - 1), min(length(grid), peak + 1))]
      best <- max(best, optimize(probability, around, maximum = TRUE, tol = 1e-10)$objective)
    }
    best
  }
  grid <- if (fine) fine_grid else coarse_grid
  min(1, max(one_of(grid), if (both) one_of(grid + 1)))
}

#' One-sided P for a contrast above v, by the score statistic.
score_p <- function(contrast, every, x1, x0, v, fine = TRUE) {
  supremum(contrast, every, at_least(every, scores(contrast, every, v), x1, x0), v, fine)
}

#' The least value at which p, a function of the scale, exceeds the tail. Where P comes near the tail the steps are
#' fine: it jumps where the order of the tables changes, and may be above the tail for a short way only.
least_above <- function(p, start, stop, tail) {
  coarse <- (stop - start) / 160
  at <- start + coarse * (0:160)
  found <- vapply(at[-1], function(u) p(u, FALSE), 0)
  near <- c(-Inf, found[-160])
  low <- high <- NA
  for (k in which(pmax(found, near) > 0.4 * tail)) {
    inside <- at[k] + coarse * (0:12) / 12
    hit <- which(vapply(inside[-1], function(u) p(u, FALSE), 0) > 0.95 * tail)
    hit <- Find(function(h) p(inside[h + 1], TRUE) > tail, hit)
    if (!is.null(hit)) {
      low <- inside[hit]
      high <- inside[hit + 1]
      break
    }
  }
  if (is.na(low)) stop("no limit")
  while (high - low > 1e-12) {
    middle <- (low + high) / 2
    if (p(middle, TRUE) > tail) high <- middle else low <- middle
  }
  (low + high) / 2
}

observed_of <- list(
  "risk difference" = function(t) t$x1 / t$n1 - t$x0 / t$n0,
  "risk ratio" = function(t) (t$x1 / t$n1) / (t$x0 / t$n0),
  "odds ratio" = function(t) (t$x1 * (t$n0 - t$x0)) / (t$x0 * (t$n1 - t$x1))
)
exchange <- function(t) list(id = t$id, x1 = t$x0, n1 = t$n0, x0 = t$x1, n0 = t$n1)

lower_by_score <- function(measure, t, tail) {
  contrast <- contrasts[[measure]]
  observed <- observed_of[[measure]](t)
  if (measure == "risk difference" && observed == -1) return(-1)
  if (measure != "risk difference" && (is.nan(observed) || observed == 0)) return(0)
  every <- every_table(t$n1, t$n0)
  p <- function(u, fine) score_p(contrast, every, t$x1, t$x0, contrast$value(u), fine)
  stop <- min(contrast$scale(observed), if (measure == "risk difference") 1 else 1 - 1e-9)
  contrast$value(least_above(p, contrast$start, stop, tail))
}

upper_by_score <- function(measure, t, tail) {
  lower <- lower_by_score(measure, exchange(t), tail)
  if (measure == "risk difference") -lower else 1 / lower
}

two_sided_score_p <- function(measure, t, v) {
  contrast <- contrasts[[measure]]
  greater <- score_p(contrast, every_table(t$n1, t$n0), t$x1, t$x0, v)
  less <- score_p(contrast, every_table(t$n0, t$n1), t$x0, t$x1, contrast$exchanged(v))
  list(p = min(1, 2 * greater, 2 * less), greater = greater, less = less)
}

by_difference <- function(t) {
  every <- every_table(t$n1, t$n0)
  list(every = every, set = every$x1 * t$n0 - every$x0 * t$n1 >= t$x1 * t$n0 - t$x0 * t$n1)
}

lower_by_difference <- function(t, tail) {
  if (t$x1 == 0 && t$x0 == t$n0) return(-1)
  s <- by_difference(t)
  excess <- function(v) supremum(contrasts[["risk difference"]], s$every, s$set, v) - tail
  uniroot(excess, c(-1, 1), tol = 1e-14, maxiter = 1000)$root
}

difference_p <- function(t) {
  s <- by_difference(t)
  supremum(contrasts[["risk difference"]], s$every, s$set, 0)
}

# ------------------------------------------------------------------------------------------------ tests of equality

z_of <- function(a, n1, c, n0, pooled) {
  p1 <- a / n1
  p0 <- c / n0
  p <- (a + c) / (n1 + n0)
  variance <- if (pooled) p * (1 - p) * (1 / n1 + 1 / n0) else p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0
  ifelse(a * n0 == c * n1, 0, (p1 - p0) / sqrt(variance))
}

#' Fisher's P of every table.
fisher_of <- function(every, alternative) {
  m <- every$x1 + every$x0
  if (alternative == "greater") return(phyper(every$x1 - 1, every$n1, every$n0, m, lower.tail = FALSE))
  if (alternative == "less") return(phyper(every$x1, every$n1, every$n0, m))
  mapply(function(a, c) fisher.test(matrix(c(a, every$n1 - a, c, every$n0 - c), 2))$p.value, every$x1, every$x0)
}

unconditional_tests <- function(t) {
  every <- every_table(t$n1, t$n0)
  difference <- contrasts[["risk difference"]]
  own <- every$x1 == t$x1 & every$x0 == t$x0
  rows <- list()
  for (pooled in c(TRUE, FALSE)) {
    z <- z_of(every$x1, every$n1, every$x0, every$n0, pooled)
    extreme <- if (is.infinite(z[own])) abs(z) >= abs(z[own]) else abs(z) >= abs(z[own]) * (1 - 1e-9)
    key <- if (pooled) "barnard" else "barnard-unpooled"
    rows[[key]] <- list(statistic = z[own], p = supremum(difference, every, extreme, 0))
    if (pooled) {
      rows[["barnard-greater"]] <- list(statistic = z[own], p = supremum(difference, every, z >= z[own] - 1e-9, 0))
      rows[["barnard-less"]] <- list(statistic = z[own], p = supremum(difference, every, z <= z[own] + 1e-9, 0))
      agree(paste0("z and the score statistic at no difference [", t$id, "]"), z,
            scores(difference, every, 0), 1e-7, 1e-7)
    }
  }
  one_sided <- list()
  for (alternative in c("two.sided", "greater", "less")) {
    fisher <- fisher_of(every, alternative)
    p <- list(statistic = fisher[own], p = supremum(difference, every, fisher <= fisher[own] * (1 + 1e-9), 0))
    if (alternative == "two.sided") rows[["boschloo"]] <- p else one_sided[[alternative]] <- p
    agree(paste0("Fisher's P and stats::fisher.test [", t$id, "]"), fisher[own],
          fisher.test(matrix(c(t$x1, t$n1 - t$x1, t$x0, t$n0 - t$x0), 2), alternative = alternative)$p.value, 1e-9)
  }
  smaller <- if (one_sided$greater$p <= one_sided$less$p) one_sided$greater else one_sided$less
  rows[["boschloo-central"]] <- list(statistic = smaller$statistic, p = min(1, 2 * smaller$p))
  rows[["boschloo-greater"]] <- one_sided$greater
  rows[["boschloo-less"]] <- one_sided$less
  rows
}

# ------------------------------------------------------------------------------------------------------------ melded

#' P(g(T1, T2) <= v), T1 ~ Beta(a1, b1), T2 ~ Beta(a2, b2): the integral of one distribution function over the other's
#' density, over the one that is narrower, in pieces between its quantiles.
melded_probability <- function(measure, a1, b1, a2, b2, v) {
  first <- switch(measure,  # T1 is below this where g is below v
    "risk difference" = function(t2) t2 + v, "risk ratio" = function(t2) v * t2,
    "odds ratio" = function(t2) v * t2 / (1 - t2 + v * t2))
  second <- switch(measure,
    "risk difference" = function(t1) t1 - v, "risk ratio" = function(t1) t1 / v,
    "odds ratio" = function(t1) t1 / (t1 + v * (1 - t1)))
  inside <- function(p) pmin(pmax(p, 0), 1)
  over_second <- a2 + b2 >= a1 + b1
  if (over_second) {
    f <- function(t2) pbeta(inside(first(t2)), a1, b1) * dbeta(t2, a2, b2)
    a <- a2
    b <- b2
    kinks <- inside(second(c(0, 1)))
  } else {
    f <- function(t1) pbeta(inside(second(t1)), a2, b2, lower.tail = FALSE) * dbeta(t1, a1, b1)
    a <- a1
    b <- b1
    kinks <- inside(first(c(0, 1)))
  }
  tails <- c(1e-18, 1e-12, 1e-8, 1e-5, 1e-3, 0.03, 0.2)
  cuts <- sort(unique(c(qbeta(tails, a, b), qbeta(0.5, a, b), qbeta(tails, a, b, lower.tail = FALSE))))
  kinks <- kinks[kinks > min(cuts) & kinks < max(cuts)]
  cuts <- sort(unique(c(cuts, kinks)))
  pieces <- vapply(seq_len(length(cuts) - 1), function(i) {
    width <- cuts[i + 1] - cuts[i]
    # on the scale from 0 to 1, so that integrate's tolerance is of the piece
    integrate(function(s) f(cuts[i] + width * s) * width, 0, 1, rel.tol = 1e-11, subdivisions = 2000,
              stop.on.error = FALSE)$value
  }, 0)
  sum(pieces)
}

melded_lower <- function(measure, t, tail) {
  a1 <- t$x1
  b1 <- t$n1 - t$x1 + 1
  a2 <- t$x0 + 1
  b2 <- t$n0 - t$x0
  if (measure == "risk difference") {
    if (a1 == 0 && b2 == 0) return(-1)
    if (a1 == 0) return(-qbeta(tail, a2, b2, lower.tail = FALSE))
    if (b2 == 0) return(-qbeta(tail, b1, a1, lower.tail = FALSE))
  } else if (a1 == 0) {
    return(0)
  } else if (b2 == 0) {
    return(if (measure == "odds ratio") 0 else qbeta(tail, a1, b1))
  }
  excess <- function(v) melded_probability(measure, a1, b1, a2, b2, v) - tail
  half <- tail / 2
  part <- sqrt(tail)
  g <- switch(measure, "risk difference" = function(p, q) p - q, "risk ratio" = function(p, q) p / q,
              "odds ratio" = function(p, q) p / (1 - p) / (q / (1 - q)))
  low <- g(qbeta(half, a1, b1), qbeta(half, a2, b2, lower.tail = FALSE))
  high <- g(qbeta(part, a1, b1), qbeta(part, a2, b2, lower.tail = FALSE))
  if (measure == "risk difference") {
    uniroot(excess, c(low, high), tol = 1e-300, maxiter = 500)$root
  } else {
    exp(uniroot(function(l) excess(exp(l)), log(c(low, high)), tol = 1e-300, maxiter = 500)$root)
  }
}

melded <- function(measure, t, conf) {
  tail <- (1 - conf) / 2
  lower <- melded_lower(measure, t, tail)
  other <- melded_lower(measure, exchange(t), tail)
  less <- phyper(t$x1, t$n1, t$n0, t$x1 + t$x0)
  more <- phyper(t$x1 - 1, t$n1, t$n0, t$x1 + t$x0, lower.tail = FALSE)
  cells <- c(t$x1, t$n1 - t$x1, t$x0, t$n0 - t$x0)
  if (all(cells > 0) && sum(cells) < 1e5) {
    equality <- if (measure == "risk difference") 0 else 1
    agree(paste0("melded P at equality and Fisher's one-sided P [", t$id, "]"),
          melded_probability(measure, cells[1], cells[2] + 1, cells[3] + 1, cells[4], equality), more, 1e-7, 1e-13)
  }
  list(estimate = observed_of[[measure]](t), lower = lower,
       upper = if (measure == "risk difference") -other else 1 / other, p = min(1, 2 * less, 2 * more))
}

# ------------------------------------------------------------------------------------------------------------ z tests

z_tests <- function(t) {
  empty <- t$x1 + t$x0 == 0 || t$x1 + t$x0 == t$n1 + t$n0
  one <- function(alternative) {
    if (empty) return(list(statistic = NaN, p = NaN))
    test <- quietly(prop.test(c(t$x1, t$x0), c(t$n1, t$n0), alternative = alternative, correct = FALSE))
    z <- sign(t$x1 * t$n0 - t$x0 * t$n1) * sqrt(unname(test$statistic))
    list(statistic = z, p = pnorm(z, lower.tail = alternative != "greater"), by_r = test$p.value)
  }
  rows <- list("z-pooled-greater" = one("greater"), "z-pooled-less" = one("less"))
  for (key in names(rows)) {
    # prop.test's one-sided P is the normal tail of its z, with fewer figures where that is small
    if (!empty) {
      agree(paste0("one-sided z and stats::prop.test [", t$id, "]"), rows[[key]]$p, rows[[key]]$by_r, 1e-9, 1e-15)
    }
    rows[[key]]$by_r <- NULL
  }
  e <- quietly(escalc(measure = "RD", ai = t$x1, bi = t$n1 - t$x1, ci = t$x0, di = t$n0 - t$x0, to = "none"))
  z <- as.numeric(e$yi) / sqrt(as.numeric(e$vi))
  rows[["z-unpooled"]] <- list(statistic = z, p = 2 * pnorm(-abs(z)))
  rows
}

# ------------------------------------------------------------------------------------------------------------- output

measures <- names(contrasts)
rows <- character()
null_rows <- character()

#' A row, and for a difference that of the number needed to treat beside it.
add <- function(id, conf, measure, method, values) {
  rows <<- c(rows, row_of(id, conf, measure, method, values))
  if (measure == "risk difference") {
    inverse <- list(estimate = 1 / values$estimate, lower = if (values$upper == 0) -Inf else 1 / values$upper,
                    upper = 1 / values$lower)
    rows <<- c(rows, row_of(id, conf, "number needed to treat", method, inverse))
  }
}

for (i in seq_len(nrow(small_tables))) {
  t <- as.list(small_tables[i, ])
  message(t$id)
  for (measure in measures) {
    estimate <- observed_of[[measure]](t)
    p <- two_sided_score_p(measure, t, contrasts[[measure]]$null)$p
    for (conf in c(0.95, if (t$id %in% small_at_other_levels) c(0.90, 0.99))) {
      tail <- (1 - conf) / 2
      add(t$id, conf, measure, "chan-zhang", list(
        estimate = estimate, lower = lower_by_score(measure, t, tail), upper = upper_by_score(measure, t, tail), p = p))
      if (measure == "risk difference") {
        add(t$id, conf, measure, "santner-snell", list(
          estimate = estimate, lower = lower_by_difference(t, tail), upper = -lower_by_difference(exchange(t), tail),
          p = min(1, 2 * difference_p(t), 2 * difference_p(exchange(t)))))
      }
    }
    for (null in nulls[[measure]]) {
      own <- which(every_table(t$n1, t$n0)$x1 == t$x1 & every_table(t$n1, t$n0)$x0 == t$x0)
      z <- scores(contrasts[[measure]], every_table(t$n1, t$n0), null)[own]
      values <- c(list(null = null, statistic = z), two_sided_score_p(measure, t, null))
      null_rows <- c(null_rows, row_of(t$id, NULL, measure, "chan-zhang", values))
    }
  }
  tests <- unconditional_tests(t)
  for (key in names(tests)) rows <- c(rows, row_of(t$id, NULL, "independence", key, tests[[key]]))
}

small <- lapply(seq_len(nrow(small_tables)), function(i) as.list(small_tables[i, ]))
large <- lapply(seq_len(nrow(counts)), function(i) as.list(counts[i, c("id", "x1", "n1", "x0", "n0", "about")]))
for (t in c(small, large)) {
  t[c("x1", "n1", "x0", "n0")] <- lapply(t[c("x1", "n1", "x0", "n0")], as.numeric)
  levels <- c(0.95, if (t$id %in% c(small_at_other_levels, counts_at_other_levels)) c(0.90, 0.99))
  for (measure in measures) for (conf in levels) add(t$id, conf, measure, "melded", melded(measure, t, conf))
  tests <- z_tests(t)
  for (key in names(tests)) rows <- c(rows, row_of(t$id, NULL, "independence", key, tests[[key]]))
}

by_score <- paste(
  "every table with the arms' totals by its score statistic, restricted likelihood maximised numerically; supremum",
  "over a grid of the nuisance parameter, narrowed by stats::optimize; the least contrast above the tail, to 1e-12"
)
by_integral <- paste(
  "stats::integrate of stats::pbeta over stats::dbeta, uniroot to machine precision; at equality the same integral is",
  "Fisher's one-sided P of stats::fisher.test, which p is (doubled)"
)
inverted <- "1 over the difference and its limits"
listed <- "every table with the arms' totals by its z; supremum over a grid of p, narrowed by stats::optimize"
by_fisher <- "as barnard, the tables by Fisher's P of"
sources <- list(
  "odds ratio" = list("chan-zhang" = by_score, "melded" = by_integral),
  "risk ratio" = list("chan-zhang" = by_score, "melded" = by_integral),
  "risk difference" = list(
    "chan-zhang" = by_score, "melded" = by_integral,
    "santner-snell" = paste("every table with the arms' totals by its difference, in whole numbers; supremum as for",
                            "chan-zhang; uniroot at 1e-14")
  ),
  "number needed to treat" = list("chan-zhang" = inverted, "melded" = inverted, "santner-snell" = inverted),
  "independence" = list(
    "barnard" = listed, "barnard-unpooled" = listed, "barnard-greater" = listed, "barnard-less" = listed,
    "boschloo" = paste(by_fisher, "stats::fisher.test"),
    "boschloo-central" = "twice the smaller of boschloo-greater and boschloo-less, at most 1",
    "boschloo-greater" = paste(by_fisher, "stats::phyper"), "boschloo-less" = paste(by_fisher, "stats::phyper"),
    "z-pooled-greater" = "stats::prop.test(alternative = 'greater', correct = FALSE)",
    "z-pooled-less" = "stats::prop.test(alternative = 'less', correct = FALSE)",
    "z-unpooled" = "risk difference over its standard error by metafor::escalc(measure = 'RD', to = 'none')"
  )
)
packages <- c("metafor", "jsonlite")
header <- list(
  about = paste("Reference values for exact unconditional and melded methods, made by unconditional.R. Infinite",
                "figures are the strings 'Infinity' and '-Infinity'; what does not exist is null."),
  R = R.version.string,
  packages = versions_of(packages),
  sources = sources,
  sources_at_null = list("chan-zhang" = by_score),
  checks = checked[order(names(checked))]
)

write_blocks(header, block("tables", lines_of(small_tables, c("x1", "n1", "x0", "n0"))), block("values", rows),
             block("null_tests", null_rows))
message(sprintf("%d values and %d tests of null values in %s", length(rows), length(null_rows), output))
