# Reference values for one proportion: the intervals that counts.R does not have, and the tests against a null value.
#
#   Rscript tests/reference/proportion.R [OUTPUT]      (default: proportion.json beside this script)
#
# Needs R with epitools and jsonlite (Debian: r-cran-epitools r-cran-jsonlite). The groups are those of counts.json.
# Where R has the method its function gives the values (prop.test, binom.test, glm). Where no package of Debian has it
# (mid-P, Blaker, Sterne) the definition is followed by brute force: limits of mid-P by uniroot on pbinom; of Blaker and
# Sterne by going through a fine grid of probabilities from outside until the P value is above alpha, then through ever
# finer ones around that place. No step uses where P jumps, so the route is another than a search over its jumps.

Sys.setenv(TZ = "UTC")
suppressWarnings(suppressPackageStartupMessages({
  library(epitools)
  library(jsonlite)
}))

here <- dirname(sub("^--file=", "", c(grep("^--file=", commandArgs(FALSE), value = TRUE), ".")[1]))
source(file.path(here, "common.R"))
output <- output_or(file.path(here, "proportion.json"))

groups <- fromJSON(file.path(here, "counts.json"))$proportions
at_other_levels <- c("completed", "response-day-28-first", "newcombe-3", "newcombe-4", "none-of-1", "all-of-5",
                     "nine-of-10", "ten-thousand", "billion-one", "billion-half")

# ------------------------------------------------------------------------------------------------- two-sided exact P

# more outcomes than this are not gone through one by one
FEW <- 600

#' The greatest count from -1 to last for which below(count) holds, each for itself: it holds up to some count only.
greatest <- function(below, last) {
  held <- rep(-1, length(last))
  open <- last + 1
  while (any(open - held > 1)) {
    middle <- floor((held + open) / 2)
    holds <- below(middle)
    move <- open - held > 1
    held <- ifelse(move & holds, middle, held)
    open <- ifelse(move & !holds, middle, open)
  }
  held
}

#' P of each p: the sum of the probabilities of all outcomes that are no more probable than x.
p_minlike <- function(x, n, p, tolerance = 0) {
  bound <- dbinom(x, n, p) * (1 + tolerance)
  if (n <= FEW) {
    return(pmin(1, vapply(seq_along(p), function(i) {
      d <- dbinom(0:n, n, p[i])
      sum(d[d <= bound[i]])
    }, 0)))
  }
  # probabilities rise up to the mode: of the outcomes on its other side the far ones are no more probable
  mode <- pmin(floor((n + 1) * p), n)
  left <- greatest(function(y) dbinom(pmax(y, 0), n, p) <= bound, mode)  # from 0 up
  right <- n - greatest(function(y) dbinom(pmin(n - y, n), n, p) <= bound, n - mode)  # from n down
  ifelse(left >= right, 1, pmin(1, pbinom(left, n, p) + pbinom(right - 1, n, p, lower.tail = FALSE)))
}

#' Blaker's P of each p: the smaller tail of x and the largest tail of the other side that is not above it.
p_blaker <- function(x, n, p, tolerance = 0) {
  less <- pbinom(x, n, p)
  more <- pbinom(x - 1, n, p, lower.tail = FALSE)
  bound <- pmin(less, more) * (1 + tolerance)
  if (n <= FEW) {
    other <- vapply(seq_along(p), function(i) {
      tails <- if (less[i] <= more[i]) pbinom((0:n) - 1, n, p[i], lower.tail = FALSE) else pbinom(0:n, n, p[i])
      max(0, tails[tails <= bound[i]])
    }, 0)
    return(pmin(1, pmin(less, more) + other))
  }
  lower <- pbinom(greatest(function(y) pbinom(y, n, p) <= bound, rep(n, length(p))), n, p)
  upper <- pbinom(n - greatest(function(y) pbinom(n - y - 1, n, p, lower.tail = FALSE) <= bound, rep(n, length(p))) - 1,
                  n, p, lower.tail = FALSE)
  pmin(1, pmin(less, more) + ifelse(less <= more, upper, lower))
}

#' The least p at which P(p) is above alpha, by grids.
least_kept <- function(p_of, x, n, alpha) {
  if (x == 0) return(0)
  # below the first P(X >= x) is below alpha/100; at the second it is alpha by itself
  from <- qbeta(alpha / 100, x, n - x + 1)
  to <- qbeta(alpha, x, n - x + 1) * (1 + 1e-9)
  points <- if (n <= FEW) 20000 else 50000
  while (to / from - 1 > 1e-13) {
    grid <- from + (to - from) * (0:points) / points
    first <- which(p_of(x, n, grid) > alpha)[1]
    stopifnot(first > 1)
    from <- grid[first - 1]
    to <- grid[first]
    if (grid[first] <= grid[first - 1]) break
    points <- 100
  }
  to
}

kept <- function(p_of, x, n, alpha) {
  # the upper limit of x is that of the others, turned round
  c(least_kept(p_of, x, n, alpha), greatest_kept(p_of, x, n, alpha))
}

greatest_kept <- function(p_of, x, n, alpha) {
  if (x == n) return(1)
  # P(X <= x) alone is alpha at the first; at the second it is alpha/100
  from <- qbeta(1 - alpha, x + 1, n - x)
  to <- qbeta(alpha / 100, x + 1, n - x, lower.tail = FALSE)
  from <- from - 1e-9 * min(from, 1 - from)
  points <- if (n <= FEW) 20000 else 50000
  repeat {
    grid <- to - (to - from) * (0:points) / points
    first <- which(p_of(x, n, grid) > alpha)[1]
    stopifnot(first > 1)
    if (!(grid[first] < grid[first - 1]) || grid[first - 1] / grid[first] - 1 < 1e-15) break
    to <- grid[first - 1]
    from <- grid[first]
    points <- 100
    if (to / from - 1 < 1e-14) break
  }
  from
}

# --------------------------------------------------------------------------------------------------------- intervals

mid_p_limits <- function(x, n, tail) {
  lower <- function(p) pbinom(x, n, p, lower.tail = FALSE) + dbinom(x, n, p) / 2 - tail
  upper <- function(p) pbinom(x - 1, n, p) + dbinom(x, n, p) / 2 - tail
  c(if (x == 0) 0 else solve_for(lower, 1e-200, if (x == n) 1 else x / n),
    if (x == n) 1 else solve_for(upper, if (x == 0) 1e-200 else x / n, 1))
}

likelihood_limits <- function(x, n, z) {
  p <- x / n
  fall <- function(at) 2 * (dbinom(x, n, p, log = TRUE) - dbinom(x, n, at, log = TRUE)) - z^2
  c(if (x == 0) 0 else solve_for(function(at) min(fall(at), 1e300), 1e-200, p),
    if (x == n) 1 else solve_for(function(at) min(fall(at), 1e300), p, 1))
}

interval <- function(v) setNames(as.list(v), c("estimate", "lower", "upper"))

intervals_of <- function(x, n, conf, id) {
  z <- qnorm((1 + conf) / 2)
  alpha <- 1 - conf
  p <- x / n
  # prop.test takes no more off than |x - n * its null|, so the null must not be x/n
  null <- if (abs(x - n / 2) < 0.5) 0.25 else 0.5
  score_cc <- as.vector(quietly(prop.test(x, n, p = null, correct = TRUE, conf.level = conf))$conf.int)
  mid <- mid_p_limits(x, n, alpha / 2)
  if (x == 0) {
    agree(paste0("mid-P upper limit and 1 - (1 - conf)^(1/n) [", id, "]"), mid[2], -expm1(log(alpha) / n), 1e-7)
  }
  blaker <- kept(p_blaker, x, n, alpha)
  sterne <- kept(p_minlike, x, n, alpha)
  exact <- c(if (x == 0) 0 else qbeta(alpha / 2, x, n - x + 1), if (x == n) 1 else qbeta(1 - alpha / 2, x + 1, n - x))
  stopifnot(blaker[1] >= exact[1] * (1 - 1e-9), blaker[2] <= exact[2] * (1 + 1e-9))
  if (n <= FEW) {
    outside <- c(sterne[1] * (1 - 1e-6), 1 - (1 - sterne[2]) * (1 - 1e-6))[c(x > 0, x < n)]
    inside <- c(sterne[1] * (1 + 1e-6), 1 - (1 - sterne[2]) * (1 + 1e-6))[c(x > 0, x < n)]
    by_r <- function(at) vapply(at, function(p0) binom.test(x, n, p0)$p.value, 0)
    agree(paste0("Sterne limits and stats::binom.test, rejected outside [", id, "]"),
          as.numeric(by_r(outside) <= alpha), rep(1, length(outside)), 0)
    agree(paste0("Sterne limits and stats::binom.test, kept inside [", id, "]"),
          as.numeric(by_r(inside) > alpha), rep(1, length(inside)), 0)
  }
  likelihood <- likelihood_limits(x, n, z)
  some <- x > 0 && x < n
  logit_se <- if (some) sqrt(1 / x + 1 / (n - x)) else NA
  logit <- if (some) plogis(qlogis(p) + c(-1, 1) * z * logit_se) else c(NA, NA)
  if (some && n <= 1e6) {
    model <- glm(cbind(x, n - x) ~ 1, family = binomial, control = glm.control(epsilon = 1e-14, maxit = 100))
    agree(paste0("likelihood limits and confint of glm, within its interpolation [", id, "]"),
          plogis(as.vector(quietly(confint(model, level = conf)))), likelihood, 5e-3)
    logit_se <- sqrt(vcov(model)[1, 1])
    by_glm <- plogis(as.vector(confint.default(model, level = conf)))
    agree(paste0("logit limits and confint.default of glm [", id, "]"), by_glm, logit, 1e-9)
    logit <- by_glm
  }
  angle <- asin(sqrt((x + 3 / 8) / (n + 3 / 4))) + c(-1, 1) * z / (2 * sqrt(n))
  arcsine <- sin(pmin(pmax(angle, 0), pi / 2))^2
  wald <- binom.approx(x, n, conf.level = conf)
  list(
    list("wilson-cc", interval(c(p, score_cc))),
    list("mid-p", interval(c(p, mid))),
    list("blaker", interval(c(p, blaker))),
    list("sterne", interval(c(p, sterne))),
    list("likelihood", interval(c(p, likelihood))),
    list("logit", c(interval(c(p, logit)), se = logit_se)),
    list("arcsine", c(interval(c(p, arcsine)), se = 1 / (2 * sqrt(n)))),
    list("wald-cc", c(interval(c(p, wald$lower - 1 / (2 * n), wald$upper + 1 / (2 * n))), se = sqrt(p * (1 - p) / n)))
  )
}

# ------------------------------------------------------------------------------------------------------------- tests

alternatives <- c("two-sided" = "two.sided", greater = "greater", less = "less")

#' Null values of a group: two round ones, and one near enough to the estimate that nothing is certain.
nulls_of <- function(x, n) {
  spread <- 1.5 * sqrt(x * (n - x) / n + 1) / n
  near <- if (x > n / 2) x / n - spread else x / n + spread
  unique(c(0.5, 0.1, if (near > 0 && near < 1) near else 0.3))
}

tests_of <- function(x, n, null, alternative, id) {
  r_alternative <- alternatives[[alternative]]
  two_sided <- alternative == "two-sided"
  less <- pbinom(x, n, null)
  more <- pbinom(x - 1, n, null, lower.tail = FALSE)
  half <- dbinom(x, n, null) / 2
  one_sided <- if (alternative == "greater") more else less
  exact <- if (two_sided) p_minlike(x, n, null, 1e-7) else one_sided
  if (n <= 1e6) {
    agree(paste0("exact P and stats::binom.test [", id, "]"), exact, binom.test(x, n, null, r_alternative)$p.value,
          1e-9, 1e-300)
    exact <- min(1, binom.test(x, n, null, r_alternative)$p.value)
  }
  score <- quietly(prop.test(x, n, null, r_alternative, correct = FALSE))
  score_cc <- quietly(prop.test(x, n, null, r_alternative, correct = TRUE))
  signed <- function(test) sign(x - n * null) * sqrt(as.vector(test$statistic))
  off <- x - n * null
  se <- sqrt(n * (x / n) * (1 - x / n))
  tail_of <- function(z) if (two_sided) 2 * pnorm(-abs(z)) else pnorm(z, lower.tail = alternative == "less")
  wald <- if (se > 0) off / se else NA
  wald_cc <- if (se > 0) sign(off) * max(abs(off) - 0.5, 0) / se else NA
  if (se > 0 && n <= 1e6) {
    model <- quietly(glm(cbind(x, n - x) ~ 1, family = binomial(link = "identity"), start = x / n))
    agree(paste0("Wald statistic and glm with identity link [", id, "]"),
          as.vector((coef(model) - null) / sqrt(vcov(model)[1, 1])), wald, 1e-6, 1e-9)
  }
  # Loader's dbinom keeps its figures where sums of logarithms lose them
  g <- max(2 * (dbinom(x, n, x / n, log = TRUE) - dbinom(x, n, null, log = TRUE)), 0)
  if (n <= 1e4) {
    fixed <- quietly(glm(cbind(x, n - x) ~ 0 + offset(qlogis(null)), family = binomial))
    agree(paste0("likelihood ratio statistic and deviance of glm [", id, "]"), fixed$deviance, g, 1e-8, 1e-9)
  }
  list(
    list("exact", list(p = exact)),
    list("exact-central", list(p = if (two_sided) min(1, 2 * min(less, more)) else one_sided)),
    list("blaker", list(p = if (two_sided) p_blaker(x, n, null, 1e-7) else one_sided)),
    list("mid-p", list(p = if (two_sided) min(1, 2 * (min(less, more) - half)) else one_sided - half)),
    list("score", list(statistic = signed(score), p = score$p.value)),
    list("score-cc", list(statistic = signed(score_cc), p = score_cc$p.value)),
    list("wald", list(statistic = wald, p = tail_of(wald))),
    list("wald-cc", list(statistic = wald_cc, p = tail_of(wald_cc))),
    list("likelihood-ratio", if (two_sided) list(statistic = g, df = 1, p = pchisq(g, 1, lower.tail = FALSE)) else
      list(statistic = sign(off) * sqrt(g), p = tail_of(sign(off) * sqrt(g))))
  )
}

# ------------------------------------------------------------------------------------------------------------- output

fields_of <- function(values) sprintf("\"%s\": %s", names(values), vapply(values, number, ""))
levels_for <- function(id) if (id %in% at_other_levels) c(0.95, 0.90, 0.99) else 0.95

rows <- tested <- character()
for (i in seq_len(nrow(groups))) {
  id <- groups$id[i]
  x <- as.numeric(groups$x[i])
  n <- as.numeric(groups$n[i])
  for (conf in levels_for(id)) {
    for (r in intervals_of(x, n, conf, id)) {
      rows <- c(rows, sprintf("{\"id\": \"%s\", \"measure\": \"proportion\", \"method\": \"%s\", \"conf\": %s, %s}",
                              id, r[[1]], number(conf), paste(fields_of(r[[2]]), collapse = ", ")))
    }
  }
  for (null in nulls_of(x, n)) {
    for (alternative in names(alternatives)) {
      for (r in tests_of(x, n, null, alternative, id)) {
        tested <- c(tested, sprintf(paste0("{\"id\": \"%s\", \"measure\": \"proportion\", \"method\": \"%s\", ",
                                           "\"null\": %s, \"alternative\": \"%s\", %s}"),
                                    id, r[[1]], number(null), alternative, paste(fields_of(r[[2]]), collapse = ", ")))
      }
    }
  }
}

sources <- list(
  "proportion" = list(
    "wilson-cc" = paste("stats::prop.test(correct = TRUE); with another null than 0.5 where x = n/2, since it takes",
                        "off no more than |x - n * null|"),
    "mid-p" = "uniroot at machine precision on stats::pbinom and dbinom",
    "blaker" = "brute force: grids of probabilities, Blaker's P from stats::pbinom; within the Clopper-Pearson limits",
    "sterne" = paste("brute force: grids of probabilities, P from stats::dbinom; stats::binom.test rejects just",
                     "outside and keeps just inside"),
    "likelihood" = paste("uniroot at machine precision on stats::dbinom(log = TRUE); agrees with confint of glm within",
                         "its interpolation"),
    "logit" = "confint.default of glm(family = binomial); in plain R above 10^6; does not exist at x = 0 and x = n",
    "arcsine" = "Anscombe's transformation in plain R, the angle cut at 0 and 90 degrees; se that of the angle",
    "wald-cc" = "epitools::binom.approx with 1/(2n) added on either side; not cut to [0, 1]"
  )
)
sources_of_tests <- list(
  "proportion" = list(
    "exact" = "stats::binom.test; above 10^6 the same sum from stats::pbinom, relative tolerance 1e-7",
    "exact-central" = "twice the smaller tail of stats::pbinom, at most 1",
    "blaker" = "Blaker's acceptability from stats::pbinom, relative tolerance 1e-7",
    "mid-p" = "tails of stats::pbinom less half of stats::dbinom, the smaller doubled",
    "score" = "stats::prop.test(correct = FALSE), the signed root of its X-squared",
    "score-cc" = "stats::prop.test(correct = TRUE), the signed root of its X-squared",
    "wald" = "plain R; agrees with glm(family = binomial(link = 'identity')); does not exist at x = 0 and x = n",
    "wald-cc" = "plain R: wald with 1/2 taken off |x - n * null|",
    "likelihood-ratio" = "twice the difference of stats::dbinom(log = TRUE); agrees with the deviance of glm"
  )
)
packages <- c("epitools", "jsonlite")
header <- list(
  about = paste("Reference values for one proportion, made by proportion.R; the groups are in counts.json. What does",
                "not exist is null."),
  R = R.version.string,
  packages = versions_of(packages),
  sources = sources,
  sources_of_tests = sources_of_tests,
  checks = checked[order(names(checked))]
)
write_blocks(header, block("values", rows), block("against_null", tested))
message(sprintf("%d limits and %d tests of %d groups in %s", length(rows), length(tested), nrow(groups), output))
