# Reference values for the odds ratio of a 2x2 table given its margins: intervals that invert two-sided exact tests
# (minlike, Blaker, Baptista-Pike), the median-unbiased and Jewell's estimate, and the tests that go with them.
#
#   Rscript tests/reference/conditional.R [OUTPUT]      (default: conditional.json beside this script)
#
# Needs R with epitools and jsonlite (Debian: r-cran-epitools r-cran-jsonlite), and counts.json, whose tables it takes.
# The packages that have these intervals (exact2x2, contingencytables, ORCI) are not in Debian: the confidence set is
# mapped here by brute force. P is the plain sum over the support (stats::dhyper times powers of the odds ratio), taken
# on a grid that has every odds ratio at which P jumps and 24 points between two of them, outward to where nothing is
# left; the last point at which P is above alpha and the next one are halved to machine precision. What the packages
# print for their documented examples is in the tests.

Sys.setenv(TZ = "UTC")
suppressWarnings(suppressPackageStartupMessages({
  library(epitools)
  library(jsonlite)
}))

here <- dirname(sub("^--file=", "", c(grep("^--file=", commandArgs(FALSE), value = TRUE), ".")[1]))
source(file.path(here, "common.R"))
output <- output_or(file.path(here, "conditional.json"))

# ---------------------------------------------------------------------------------------------------------- inputs

more_tables <- read.csv(strip.white = TRUE, stringsAsFactors = FALSE, text = "
id, x1, n1, x0, n0, about
exact2x2-vignette, 6, 18, 12, 17, example 1 of exact2x2 (Fay)
exact2x2-holes, 7, 262, 30, 494, example 2 of exact2x2 (Fay 2010): the confidence set has a hole
holes-blaker, 36, 38, 31, 97, the confidence set of Blaker's test has a hole
holes-blaker-zero, 10, 10, 18, 42, the same; zero in b
tied, 2, 12, 10, 12, the opposite table as probable as the observed one
tied-small, 3, 3, 0, 3, tied; P exactly 0.1
orci, 2, 14, 1, 11, example of ORCI
nine-and-eight, 5, 9, 2, 8, printed as 3.455 (0.337 to 54.294) by a paper that used fisher.test
very-unlike, 22, 23, 291, 13254, 22/23 and 291/13254
four-hundred, 25, 400, 25, 400, no difference; n = 400
rothman, 12, 14, 7, 16, Rothman & Greenland 1998 p. 243 (help of epitools or.midp)
jewell, 347, 902, 20, 108, Jewell p. 79 (help of epitools or.midp)
")
tables <- rbind(fromJSON(file.path(here, "counts.json"))$tables[names(more_tables)], more_tables)
at_other_levels <- c("response-day-28", "infection", "perondi", "ritland", "newcombe-d", "newcombe-h", "zero-c",
                     "zero-d", "one-each-1-0", "tiny", "unbalanced-small-first", "billion-rare", "exact2x2-holes",
                     "tied-small", "holes-blaker")
levels_for <- function(id) c(0.95, if (id %in% at_other_levels) c(0.90, 0.99))
nulls <- c(0.5, 1.25, 4)

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

# ------------------------------------------------------------------------------------------- the conditional distribution

#' The first cell given the margins. A support of more than 10^5 is cut to 40 standard deviations about the observed
#' cell and the null mode, beyond which terms are below 1e-300 for every odds ratio that matters here.
conditional <- function(t) {
  n1 <- t$a + t$b
  n0 <- t$c + t$d
  m <- t$a + t$c
  low <- max(0, m - n0)
  high <- min(n1, m)
  from <- low
  to <- high
  if (high - low > 1e5) {
    mode <- m * n1 / (n1 + n0)
    sd <- sqrt(mode * (n0 / (n1 + n0)) * ((n1 + n0 - m) / (n1 + n0)))
    from <- max(low, floor(min(t$a, mode) - 40 * sd))
    to <- min(high, ceiling(max(t$a, mode) + 40 * sd))
  }
  support <- seq(from, to)
  list(x = t$a, low = low, high = high, distance = support - t$a, log_density = dhyper(support, n1, n0, m, log = TRUE),
       at = which(support == t$a), start = log((t$a + 0.5) * (t$d + 0.5) / ((t$b + 0.5) * (t$c + 0.5))),
       width = 2 * sqrt(1 / (t$a + 0.5) + 1 / (t$b + 0.5) + 1 / (t$c + 0.5) + 1 / (t$d + 0.5)))
}

#' The same with events and non-events exchanged.
mirrored <- function(h) {
  list(x = h$high - (h$x - h$low), low = h$low, high = h$high, distance = -rev(h$distance),
       log_density = rev(h$log_density), at = length(h$distance) + 1 - h$at, start = -h$start, width = h$width)
}

probabilities <- function(h, log_or) {
  w <- h$log_density + h$distance * log_or
  w <- exp(w - max(w))
  w / sum(w)
}

tail_below <- function(h, log_or, part) {
  w <- probabilities(h, log_or)
  sum(w[h$distance < 0]) + part * w[h$at]
}
tail_above <- function(h, log_or, part) {
  w <- probabilities(h, log_or)
  sum(w[h$distance > 0]) + part * w[h$at]
}

#' The two-sided P of an odds ratio. Ties count within a relative tolerance.
p_value <- function(h, log_or, kind, tolerance) {
  w <- probabilities(h, log_or)
  x <- w[h$at]
  if (kind == "blaker") {
    at_most <- cumsum(w)
    at_least <- rev(cumsum(rev(w)))
    smaller <- min(at_most[h$at], at_least[h$at])
    opposite <- if (at_most[h$at] <= at_least[h$at]) at_least else at_most
    counted <- opposite[opposite <= smaller * (1 + tolerance)]
    return(min(1, smaller + (if (length(counted)) max(counted) else 0)))
  }
  p <- sum(w[w <= x * (1 + tolerance)])
  switch(kind, minlike = min(p, 1), "baptista-pike-mid-p" = p - x / 2,
         "half of ties" = (p + sum(w[w < x * (1 - tolerance)])) / 2)
}

#' Log odds ratios at which P jumps, those of the values above the observed one.
jumps <- function(h, kind, from, to) {
  above <- which(h$distance > 0)
  if (kind != "blaker") {
    found <- (h$log_density[h$at] - h$log_density[above]) / h$distance[above]
    return(found[found > from & found < to])
  }
  found <- vapply(above, function(i) {
    excess <- function(log_or) {
      w <- probabilities(h, log_or)
      sum(w[i:length(w)]) - sum(w[1:h$at])
    }
    if (excess(from) > 0 || excess(to) < 0) NA_real_ else solve_for(excess, from, to)
  }, 0)
  found[!is.na(found)]
}

#' The greatest log odds ratio that is not rejected, and whether smaller ones above the median are.
upper_end <- function(h, conf, kind) {
  if (h$x == h$high) return(list(end = Inf, holes = FALSE))
  alpha <- (1 - conf) * (1 + 1e-14)  # P equal to alpha rejects
  part <- if (kind == "baptista-pike-mid-p") 0.5 else 1
  tail_is <- function(level) solve_outward(function(l) log(tail_below(h, l, part) / level), h$start, h$width)
  from <- tail_is(0.45)
  one_sided <- tail_is(alpha)  # P is above alpha up to here at least, where the lower tail is
  wide <- length(h$distance) > 5000
  to <- if (wide) tail_is(alpha / 8) else tail_is(1e-12) + 30
  inside <- function(log_or) p_value(h, log_or, kind, 1e-13) > alpha
  near <- if (wide) one_sided - h$width / 50 else from
  at <- if (wide && 1 / h$width > 5000) numeric() else sort(jumps(h, kind, near, to))
  edges <- unique(c(near, at, to))
  nudge <- 1e-11 / max(1, median(h$distance[h$distance > 0]))
  points <- unlist(lapply(seq_len(length(edges) - 1), function(i)
    seq(edges[i] + nudge, edges[i + 1] - nudge, length.out = 26)))
  held <- vapply(points, inside, TRUE)
  last <- max(which(held))
  inner <- points[last]
  outer <- points[last + 1]
  if (is.na(outer)) stop("the set goes beyond the grid")
  for (i in 1:200) {
    middle <- (inner + outer) / 2
    if (middle == inner || middle == outer) break
    if (inside(middle)) inner <- middle else outer <- middle
  }
  list(end = inner, holes = if (wide) NA else any(!held[seq_len(last)]))
}

confidence_set <- function(h, conf, kind) {
  upper <- upper_end(h, conf, kind)
  lower <- upper_end(mirrored(h), conf, kind)
  list(lower = exp(-lower$end), upper = exp(upper$end), holes = upper$holes || lower$holes)
}

conditional_mle <- function(h) {
  if (h$low == h$high) return(NaN)
  if (h$x == h$low) return(0)
  if (h$x == h$high) return(Inf)
  exp(solve_outward(function(l) sum(probabilities(h, l) * h$distance), h$start, h$width))
}

mid_p <- function(h, conf) {
  tail <- (1 - conf) / 2
  ends <- h$x == c(h$low, h$high)
  list(estimate = if (all(ends)) NaN else if (ends[1]) 0 else if (ends[2]) Inf else
         exp(solve_outward(function(l) tail_above(h, l, 1) - tail_below(h, l, 1), h$start, h$width)),
       lower = if (ends[1]) 0 else
         exp(solve_outward(function(l) log(tail_above(h, l, 0.5) / tail), h$start, h$width)),
       upper = if (ends[2]) Inf else
         exp(solve_outward(function(l) log(tail_below(h, l, 0.5) / tail), h$start, h$width)))
}

# ----------------------------------------------------------------------------------------------------------- methods

small <- function(t) t$n1 + t$n0 <= 1e5

estimates_of <- function(t, h, conf) {
  mle <- conditional_mle(h)
  sample <- t$a * t$d / (t$b * t$c)
  minlike <- confidence_set(h, conf, "minlike")
  with_set <- function(estimate, set) c(list(estimate = estimate), set)
  median_unbiased <- mid_p(h, conf)
  if (small(t)) {
    # epitools looks for limits between 0.001 and 1000, to about 1e-4
    e <- try(quietly(oddsratio.midp(t$reversed, conf.level = conf)), silent = TRUE)
    inside <- unlist(median_unbiased) > 0.02 & unlist(median_unbiased) < 50
    if (!inherits(e, "try-error") && all(inside)) {
      agree(paste0("median-unbiased and epitools::oddsratio.midp [", t$id, "]"),
            unlist(median_unbiased), unname(e$measure[2, ]), 1e-3, 2e-4)
    }
  }
  k <- lapply(t[c("a", "b", "c", "d")], `+`, 0.5)
  half <- qnorm((1 + conf) / 2) * sqrt(1 / k$a + 1 / k$b + 1 / k$c + 1 / k$d)
  jewell <- c(t$a * t$d / ((t$b + 1) * (t$c + 1)), exp(log(k$a * k$d / (k$b * k$c)) + c(-half, half)))
  if (small(t)) {
    sink(nullfile())  # it prints a caution
    e <- quietly(oddsratio.small(t$reversed, conf.level = conf))
    sink()
    agree(paste0("jewell and epitools::oddsratio.small [", t$id, "]"), jewell, unname(e$measure[2, ]), 1e-12)
  }
  # as it is printed: its search for each figure stops within 1.2e-4
  printed <- if (length(h$distance) <= 1e6 && h$high - h$low <= 1e6) {
    f <- fisher.test(t$matrix, conf.level = conf)
    list(list("odds ratio", "fisher-test-r",
              list(estimate = unname(f$estimate), lower = f$conf.int[1], upper = f$conf.int[2])))
  }
  c(printed, list(
    list("odds ratio", "minlike", with_set(mle, minlike)),
    list("odds ratio", "baptista-pike", with_set(sample, minlike)),
    list("odds ratio", "baptista-pike-mid-p", with_set(sample, confidence_set(h, conf, "baptista-pike-mid-p"))),
    list("odds ratio", "blaker", with_set(mle, confidence_set(h, conf, "blaker"))),
    list("odds ratio", "median-unbiased", median_unbiased),
    list("odds ratio", "jewell", list(estimate = jewell[1], lower = jewell[2], upper = jewell[3]))
  ))
}

tests_of <- function(t, h, null) {
  l <- log(null)
  p <- list(
    fisher = p_value(h, l, "minlike", 1e-7),
    "fisher-central" = min(1, 2 * min(tail_below(h, l, 1), tail_above(h, l, 1))),
    "fisher-greater" = tail_above(h, l, 1),
    "fisher-less" = tail_below(h, l, 1),
    "fisher-blaker" = p_value(h, l, "blaker", 1e-7),
    "fisher-mid-p" = min(1, 2 * min(tail_below(h, l, 0.5), tail_above(h, l, 0.5))),
    "fisher-minlike-mid-p" = p_value(h, l, "half of ties", 1e-7)
  )
  if (small(t) && h$low < h$high) {
    for (a in c("two.sided", "greater", "less")) {
      key <- c(two.sided = "fisher", greater = "fisher-greater", less = "fisher-less")[[a]]
      agree(paste0(key, " and stats::fisher.test [", t$id, "]"), p[[key]],
            fisher.test(t$matrix, or = null, alternative = a)$p.value, 1e-9, 1e-14)
    }
  }
  lapply(names(p), function(key) list("independence", key, list(p = p[[key]])))
}

n_minus_1 <- function(t) {
  chi <- unname(quietly(chisq.test(t$matrix, correct = FALSE))$statistic) * (t$n1 + t$n0 - 1) / (t$n1 + t$n0)
  if (small(t) && t$n1 + t$n0 < 2000 && !is.nan(chi)) {
    # N - 1 times the squared correlation of arm and event
    arm <- rep(c(1, 1, 0, 0), c(t$a, t$b, t$c, t$d))
    event <- rep(c(1, 0, 1, 0), c(t$a, t$b, t$c, t$d))
    agree(paste0("N-1 chi-square and stats::cor [", t$id, "]"), chi,
          (length(arm) - 1) * cor(arm, event)^2, 1e-9, 1e-12)
  }
  list("independence", "n-1", list(statistic = chi, df = 1, p = pchisq(chi, 1, lower.tail = FALSE)))
}

# ------------------------------------------------------------------------------------------------------------- output

rows <- character()
null_rows <- character()
only_here <- c("fisher-greater", "fisher-less", "fisher-blaker", "fisher-minlike-mid-p")  # counts.R has the others
for (i in seq_len(nrow(tables))) {
  s <- tables[i, ]
  t <- list(id = s$id, a = s$x1, b = s$n1 - s$x1, c = s$x0, d = s$n0 - s$x0, n1 = s$n1, n0 = s$n0)
  t[-1] <- lapply(t[-1], as.numeric)
  t$matrix <- matrix(c(t$a, t$b, t$c, t$d), 2, byrow = TRUE)
  t$reversed <- t$matrix[2:1, 2:1]  # epitools has the reference row and the non-events first
  h <- conditional(t)
  for (conf in levels_for(t$id)) {
    for (r in estimates_of(t, h, conf)) rows <- c(rows, row_of(t$id, conf, r[[1]], r[[2]], r[[3]]))
  }
  for (r in tests_of(t, h, 1)) if (r[[2]] %in% only_here) rows <- c(rows, row_of(t$id, NULL, r[[1]], r[[2]], r[[3]]))
  r <- n_minus_1(t)
  rows <- c(rows, row_of(t$id, NULL, r[[1]], r[[2]], r[[3]]))
  if (length(h$distance) <= 20000) for (null in nulls) for (r in tests_of(t, h, null)) {
    null_rows <- c(null_rows, row_of(t$id, NULL, r[[1]], r[[2]], c(list(null = null), r[[3]])))
  }
}

mapped <- "the confidence set mapped by brute force: plain sums of stats::dhyper times powers of the odds ratio"
sources <- list(
  "odds ratio" = list(
    "fisher-test-r" = "stats::fisher.test as it is, to the last digit that it gives",
    "minlike" = paste("P as R's fisher.test two-sided;", mapped, "- the estimate is the conditional MLE"),
    "baptista-pike" = "as minlike; the estimate is the sample odds ratio",
    "baptista-pike-mid-p" = paste("as minlike with half the probability of the observed table;", mapped),
    "blaker" = paste("Blaker's P from cumulated probabilities;", mapped),
    "median-unbiased" = paste(
      "uniroot at machine precision on one-sided and mid-P tails (stats::dhyper); agrees with epitools::oddsratio.midp",
      "within its tolerance"
    ),
    "jewell" = "plain R; equals epitools::oddsratio.small (up to N = 10^5, above which that takes minutes)"
  ),
  "independence" = list(
    "n-1" = "stats::chisq.test(correct = FALSE) times (N-1)/N; agrees with (N-1) times the squared stats::cor",
    "fisher-greater" = "sum of stats::dhyper; equals stats::fisher.test(alternative = 'greater') (1e-9)",
    "fisher-less" = "sum of stats::dhyper; equals stats::fisher.test(alternative = 'less') (1e-9)",
    "fisher-blaker" = "the smaller tail and the largest opposite tail not above it, relative tolerance 1e-7",
    "fisher-minlike-mid-p" = "sum of stats::dhyper below that of the table, and half of the ties (1e-7)"
  )
)
packages <- c("epitools", "jsonlite")
header <- list(
  about = paste("Reference values for the odds ratio given the margins, made by conditional.R. Infinite figures are the",
                "strings 'Infinity' and '-Infinity'; what does not exist is null. 'holes' says whether the odds ratios",
                "that are not rejected have gaps (null where it was not looked into). 'at_null' are P values of odds",
                "ratios other than 1."),
  R = R.version.string,
  packages = versions_of(packages),
  sources = sources,
  checks = checked[order(names(checked))]
)
write_blocks(header, block("tables", lines_of(tables, c("x1", "n1", "x0", "n0"))), block("values", rows),
             block("at_null", null_rows))
message(sprintf("%d values and %d at other odds ratios of %d tables in %s",
                length(rows), length(null_rows), nrow(tables), output))
