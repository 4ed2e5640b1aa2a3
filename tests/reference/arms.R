# Reference values for several arms and one outcome: k x 2 tables.
#
#   Rscript tests/reference/arms.R [OUTPUT]      (default: arms.json beside this script)
#
# Needs R with jsonlite (Debian: r-cran-jsonlite). chisq.test, prop.trend.test and fisher.test give the values; where the
# exact tests have no function (trend) or fisher.test has no room, all tables with the margins are listed one by one.
# The script stops where two routes disagree.

Sys.setenv(TZ = "UTC")
suppressWarnings(suppressPackageStartupMessages(library(jsonlite)))

here <- dirname(sub("^--file=", "", c(grep("^--file=", commandArgs(FALSE), value = TRUE), ".")[1]))
source(file.path(here, "common.R"))
output <- output_or(file.path(here, "arms.json"))

# ---------------------------------------------------------------------------------------------------------- inputs

sets <- list()
add <- function(id, x, n, about, scores = seq_along(x) - 1) {
  sets[[length(sets) + 1]] <<- list(id = id, x = as.numeric(x), n = as.numeric(n), scores = as.numeric(scores),
                                    about = about)
}
add("three-arms", c(10, 14, 22), c(50, 51, 49), "three arms")
add("pain", c(6, 7, 9, 14, 23), c(32, 33, 32, 32, 32), "SAS PROC FREQ: adverse events by dose, trend Z = 4.7918")
add("malformation", c(48, 38, 5, 1, 1), c(17114, 14502, 793, 127, 38),
    "Graubard & Korn 1987; Agresti 2002: malformation and alcohol", c(0, 0.5, 1.5, 4, 7))
add("smokers", c(83, 90, 129, 70), c(86, 93, 136, 82), "Fleiss 1981, R help of prop.test: smokers among patients")
add("two-arms", c(82, 70), c(99, 99), "two arms")
add("two-small-arms", c(3, 1), c(4, 4), "two arms: the lady tasting tea")
add("four-small-arms", c(0, 2, 3, 6), c(7, 8, 7, 8), "four small arms")
add("four-small-arms-uneven-scores", c(0, 2, 3, 6), c(7, 8, 7, 8), "four small arms, scores 0 1 3 10", c(0, 1, 3, 10))
add("zero-arm", c(0, 5, 9), c(20, 21, 19), "no event in an arm")
add("full-arm", c(20, 15, 9), c(20, 21, 19), "all events in an arm")
add("zero-and-full", c(0, 7, 10), c(10, 12, 10), "none in one arm, all in another")
add("separated", c(0, 0, 8), c(9, 7, 8), "events in one arm only, all of it")
add("no-events", c(0, 0, 0), c(10, 12, 9), "no event in any arm")
add("all-events", c(10, 12, 9), c(10, 12, 9), "every patient has the event")
add("one-patient-each", c(1, 0, 1, 0), c(1, 1, 1, 1), "arms of one patient")
add("one-event", c(0, 1, 0), c(4, 5, 6), "one event")
add("equal", c(10, 20, 30), c(20, 40, 60), "the same proportion in each arm")
add("no-trend", c(12, 6, 12), c(30, 30, 30), "a difference without a trend")
add("unbalanced", c(1, 3, 700), c(2, 9, 5000), "arms of very unlike size")
add("six-arms", c(3, 5, 4, 8, 9, 12), c(20, 22, 19, 21, 20, 18), "six arms")
add("eight-small-arms", c(0, 1, 1, 2, 0, 3, 2, 4), c(5, 5, 5, 5, 5, 5, 5, 5), "eight arms of five")
add("equal-scores", c(3, 9, 5), c(20, 20, 20), "two arms of one score", c(1, 1, 2))
add("negative-scores", c(3, 9, 5), c(20, 20, 20), "scores -1 0 2.5", c(-1, 0, 2.5))
add("tied-probabilities", c(2, 5, 8), c(10, 10, 10), "arms of one size: many tables of one probability")
add("p-1e-60", c(10, 90, 150), c(160, 160, 160), "P about 1e-60")
add("p-1e-300", c(5, 300, 640), c(650, 650, 650), "P about 1e-300")
add("hundreds", c(130, 150, 171), c(400, 410, 395), "some hundreds in each arm")
add("thousand", c(500, 520, 555), c(1000, 1000, 1000), "10^3 in each arm")
add("rare-billion", c(5, 12, 3), c(1e9, 1e9, 2e9), "10^9 in an arm; rare events")
add("million", c(123456, 124000, 124900), c(1e6, 1e6, 1e6), "10^6 in each arm")
add("billion", c(500000000, 500020000, 500060000), c(1e9, 1e9, 1e9), "10^9 in each arm")
#' The exact tests are left out above this many tables (of all arms but the last).
most_tables <- 3e6

tail_of <- function(statistic, df) if (is.nan(statistic) || df < 1) NaN else pchisq(statistic, df, lower.tail = FALSE)
chi <- function(statistic, df) list(statistic = statistic, df = df, p = tail_of(statistic, df))

# ---------------------------------------------------------------------------------------------------- asymptotic tests

pearson <- function(s) {
  df <- length(s$x) - 1
  if (sum(s$x) == 0 || sum(s$x) == sum(s$n)) return(chi(NaN, df))
  by <- quietly(chisq.test(cbind(s$x, s$n - s$x), correct = FALSE))
  rate <- sum(s$x) / sum(s$n)
  statistic <- sum((s$x - s$n * rate)^2 / (s$n * rate * (1 - rate)))
  agree(paste0("Pearson and stats::chisq.test [", s$id, "]"), statistic, unname(by$statistic), 1e-8, 1e-8)
  chi(statistic, df)
}

#' G, with each term o log(o/e) - (o - e), which does not cancel when o is near e.
likelihood_ratio <- function(s) {
  df <- length(s$x) - 1
  if (sum(s$x) == 0 || sum(s$x) == sum(s$n)) return(chi(NaN, df))
  observed <- c(s$x, s$n - s$x)
  expected <- c(s$n * (sum(s$x) / sum(s$n)), s$n * (sum(s$n - s$x) / sum(s$n)))
  deviation <- (s$x * (sum(s$n) - s$n) - (sum(s$x) - s$x) * s$n) / sum(s$n)
  deviation <- c(deviation, -deviation)
  term <- function(o, e, u) {
    if (o == 0) return(e)
    r <- u / e
    if (abs(r) > 0.01) return(o * log1p(r) - u)
    k <- 2:12
    e * sum((-1)^k * r^k / (k * (k - 1)))
  }
  g <- 2 * sum(mapply(term, observed, expected, deviation))
  if (max(s$n) < 1e7) {
    by <- loglin(cbind(s$x, s$n - s$x), list(1, 2), print = FALSE)$lrt
    agree(paste0("likelihood ratio and stats::loglin [", s$id, "]"), g, by, 1e-6, 1e-6)
  }
  chi(g, df)
}

trend <- function(s) {
  if (sum(s$x) == 0 || sum(s$x) == sum(s$n) || length(unique(s$scores)) < 2) return(chi(NaN, 1))
  rate <- sum(s$x) / sum(s$n)
  centre <- sum(s$n * s$scores) / sum(s$n)
  statistic <- sum(s$scores * (s$x - s$n * rate))^2 / (rate * (1 - rate) * sum(s$n * (s$scores - centre)^2))
  if (max(s$n) < 1e7) {
    by <- quietly(prop.trend.test(s$x, s$n, s$scores))
    agree(paste0("trend and stats::prop.trend.test [", s$id, "]"), statistic, unname(by$statistic), 1e-7, 1e-9)
    # N - 1 times the squared correlation of score and event
    weighted <- cov.wt(cbind(rep(s$scores, 2), rep(c(1, 0), each = length(s$x))),
                       wt = c(s$x, s$n - s$x) / sum(s$n), cor = TRUE, method = "ML")
    agree(paste0("trend and the correlation of score and event [", s$id, "]"), statistic,
          sum(s$n) * weighted$cor[1, 2]^2, 1e-7, 1e-9)
  }
  chi(statistic, 1)
}

linear_by_linear <- function(s) chi(trend(s)$statistic * (sum(s$n) - 1) / sum(s$n), 1)
departure <- function(s) {
  df <- length(s$x) - 2
  if (df < 1) return(chi(NaN, df))
  chi(max(0, pearson(s)$statistic - trend(s)$statistic), df)
}

# --------------------------------------------------------------------------------------------------------- exact tests

#' Every table with the margins: counts of all arms, and the log of its probability.
all_tables <- function(s) {
  m <- sum(s$x)
  last <- length(s$n)
  # the arm with most values is the one that the others determine
  order <- order(pmin(s$n, m, sum(s$n) - m))
  n <- s$n[order]
  ranges <- lapply(seq_len(last - 1), function(i) max(0, m - (sum(n) - n[i])):min(n[i], m))
  if (prod(lengths(ranges)) > most_tables) return(NULL)
  x <- as.matrix(expand.grid(ranges))
  x <- cbind(x, m - rowSums(x))
  x <- x[x[, last] >= 0 & x[, last] <= n[last], , drop = FALSE]
  logs <- Reduce(`+`, lapply(seq_along(n), function(i) log_choose(n[i], x[, i]))) - log_choose(sum(n), m)
  list(x = x[, order(order), drop = FALSE], logs = logs)
}

#' log of n over k for each k, by sums of log ratios: stats::lchoose subtracts large log-gammas and loses its figures for
#' 10^9 over a few.
log_choose <- function(n, k) {
  most <- max(k)
  c(0, cumsum(log(n - seq_len(most) + 1) - log(seq_len(most))))[k + 1]
}

log_sum <- function(logs) if (!length(logs)) -Inf else max(logs) + log(sum(exp(logs - max(logs))))

exact <- function(s) {
  if (sum(s$x) == 0 || sum(s$x) == sum(s$n)) return(list(fisher = 1, trend = 1))
  t <- all_tables(s)
  if (is.null(t)) return(NULL)
  agree(paste0("probabilities of all tables and 1 [", s$id, "]"), exp(log_sum(t$logs)), 1, 1e-9)
  at <- which(colSums(t(t$x) != s$x) == 0)
  stopifnot(length(at) == 1)
  fisher <- min(1, exp(log_sum(t$logs[t$logs <= t$logs[at] + log1p(1e-7)])))
  if (max(s$n) < 1e6) {
    by <- try(fisher.test(cbind(s$x, s$n - s$x), workspace = 2e8), silent = TRUE)
    if (!inherits(by, "try-error")) {
      agree(paste0("Fisher-Freeman-Halton and stats::fisher.test [", s$id, "]"), fisher, by$p.value, 1e-6, 1e-12)
    }
  }
  if (length(unique(s$scores)) < 2) return(list(fisher = fisher, trend = 1))
  # scores times a power of ten are whole, so that ties are exact
  whole <- round(s$scores * 10)
  off <- abs(as.vector(t$x %*% whole) * sum(s$n) - sum(s$x) * sum(s$n * whole))
  list(fisher = fisher, trend = min(1, exp(log_sum(t$logs[off >= off[at]]))))
}

# ------------------------------------------------------------------------------------------------------------- output

rows <- character()
put <- function(id, method, values) {
  fields <- sprintf("\"%s\": %s", names(values), vapply(values, number, ""))
  rows <<- c(rows, sprintf("{\"id\": \"%s\", \"method\": \"%s\", %s}", id, method, paste(fields, collapse = ", ")))
}
for (s in sets) {
  put(s$id, "pearson", pearson(s))
  put(s$id, "likelihood-ratio", likelihood_ratio(s))
  put(s$id, "cochran-armitage", trend(s))
  put(s$id, "linear-by-linear", linear_by_linear(s))
  put(s$id, "departure-from-trend", departure(s))
  found <- exact(s)
  if (!is.null(found)) {
    put(s$id, "fisher-freeman-halton", list(p = found$fisher))
    put(s$id, "cochran-armitage-exact", list(p = found$trend))
  } else if (max(s$n) < 500) {
    put(s$id, "fisher-freeman-halton", list(p = fisher.test(cbind(s$x, s$n - s$x), workspace = 2e8)$p.value))
  }
}

header <- list(
  script = "tests/reference/arms.R",
  R = paste(R.version$major, R.version$minor, sep = "."),
  packages = versions_of(c("stats", "jsonlite")),
  sources = list(
    "pearson" = "stats::chisq.test(correct = FALSE)",
    "likelihood-ratio" = "2 sum(O log(O/E)) in plain R, without cancellation; agrees with stats::loglin",
    "cochran-armitage" = "stats::prop.trend.test",
    "linear-by-linear" = "(N - 1)/N times stats::prop.trend.test; the correlation of score and event is the same",
    "departure-from-trend" = "stats::chisq.test less stats::prop.trend.test",
    "fisher-freeman-halton" = "all tables with the margins, one by one; agrees with stats::fisher.test",
    "cochran-armitage-exact" = "all tables with the margins, one by one"
  ),
  checks = checked
)
set_rows <- vapply(sets, function(s) {
  list_of <- function(x) paste(vapply(x, number, ""), collapse = ", ")
  sprintf("{\"id\": \"%s\", \"about\": %s, \"events\": [%s], \"totals\": [%s], \"scores\": [%s]}", s$id,
          toJSON(s$about, auto_unbox = TRUE), list_of(s$x), list_of(s$n), list_of(s$scores))
}, "")
writeLines(c(
  "{",
  paste0("\"header\": ", toJSON(header, auto_unbox = TRUE, pretty = 2, digits = NA), ","),
  paste0("\"tables\": [\n", paste(set_rows, collapse = ",\n"), "\n],"),
  paste0("\"values\": [\n", paste(rows, collapse = ",\n"), "\n]"),
  "}"
), output)
invisible(fromJSON(output))
cat(sprintf("%d values for %d tables; %d checks\n", length(rows), length(sets), sum(unlist(checked))))
