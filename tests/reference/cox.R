# Reference values of regression on individual patient data: Cox's model by R's survival (three ways of ties, robust and
# cluster variance, profile likelihood limits, tests, proportional hazards), Fine and Gray's by cmprsk.
#
#   Rscript tests/reference/cox.R [OUTPUT]      (default: cox.json beside this script)
#
# Needs R with survival, cmprsk and jsonlite (Debian: r-cran-survival r-cran-cmprsk r-cran-jsonlite).
#
# coxph iterates to a relative change of 1e-13. Where its likelihood grows without end a set is in MONOTONE: the
# coefficient that coxph stops at is held to be large, and only likelihoods, the score test and one profile limit exist.
# Profile limits are roots over coxph's log likelihood with an offset. crr's variance with groups of censoring (cengroup)
# counts, in the part that comes from estimating the weights, the events of a patient's own group only: the value here
# is by the formula of Fine & Gray 1999 in plain R, which without groups agrees with crr, and crr's is beside it.

suppressMessages({
  library(survival)
  library(cmprsk)
  library(jsonlite)
})
here <- dirname(sub("^--file=", "", c(grep("^--file=", commandArgs(FALSE), value = TRUE), ".")[1]))
source(file.path(here, "common.R"))
output <- output_or(file.path(here, "cox.json"))
LEVELS <- c(0.90, 0.95, 0.99)
MONOTONE <- c("no event in the first arm" = -1, "one event" = 1, "two patients" = -1, separated = -1,
              "everyone at once exact" = 1)
CONTROL <- suppressWarnings(coxph.control(eps = 1e-13, iter.max = 200, toler.chol = 1e-12))
checks <- 0
same <- function(a, b, tolerance = 1e-7) {
  stopifnot(isTRUE(all.equal(as.numeric(a), as.numeric(b), tolerance = tolerance)))
  checks <<- checks + 1
}

# --- data: the first column of x is 1 in the treated arm --------------------------------------------------------------

code <- function(x) match(x, sort(unique(x))) - 1
cols <- function(...) unname(cbind(...))
set <- function(time, status, x, entry = NULL, strata = NULL, cluster = NULL) {
  list(time = time, status = as.integer(status), x = as.matrix(x), entry = entry, strata = strata, cluster = cluster)
}
drawn <- function(seed, n, p = 1, causes = 1, digits = 1, entry = FALSE, strata = 1, clusters = 0, censor = 25) {
  set.seed(seed)
  x <- cols(rep(0:1, length.out = n), if (p > 1) round(matrix(rnorm(n * (p - 1)), n), 2))
  t <- round(rexp(n, exp(0.4 * x[, 1] + 0.2 * x[, p]) / 8) + 10^-digits, digits)
  end <- round(runif(n, 1, censor), digits)
  start <- if (entry) round(pmin(runif(n, 0, 6), pmin(t, end) * 0.8), digits + 1)
  cause <- sample(seq_len(causes), n, TRUE)
  set(pmin(t, end), ifelse(t <= end, cause, 0), x, start, if (strata > 1) sample(0:(strata - 1), n, TRUE),
      if (clusters) code(sample(clusters, n, TRUE)))
}
scaled <- function(d, time, x) modifyList(d, list(time = signif(d$time * time, 6), x = signif(d$x * x, 6)))
v <- veteran; o <- ovarian; h <- heart
l <- lung[!is.na(lung$ph.ecog) & !is.na(lung$inst), ]
p <- pbc[!is.na(pbc$trt), ]
m <- mgus2[mgus2$age < 62 & !is.na(mgus2$hgb), ]
t <- transplant[seq(1, 815, 4), ]
t <- t[!is.na(t$age), ]
arms8 <- rep(1:0, each = 8)

sets <- list(
  veteran = set(v$time, v$status, v$trt - 1),
  "veteran, covariates" = set(v$time, v$status, cols(v$trt - 1, v$karno, v$age)),
  "veteran, strata" = set(v$time, v$status, cols(v$trt - 1, v$karno), strata = code(as.character(v$celltype))),
  lung = set(l$time, l$status == 2, cols(2 - l$sex + 0, l$ph.ecog, l$age), cluster = code(l$inst)),
  pbc = set(p$time, p$status == 2, cols(2 - p$trt, p$age, log(p$bili), p$albumin)),
  "pbc in years" = set(ceiling(p$time / 365.25), p$status == 2, 2 - p$trt),
  heart = set(h$stop, h$event, cols(as.integer(as.character(h$transplant)), h$age, h$surgery), h$start, NULL, code(h$id)),
  "heart, strata" = set(h$stop, h$event, cols(as.integer(as.character(h$transplant)), h$age), h$start, h$surgery),
  ovarian = set(o$futime, o$fustat, cols(2 - o$rx, o$age)),
  aml = set(aml$time, aml$status, as.integer(aml$x == "Maintained")),
  ties = set(c(1, 1, 2, 2, 2, 3, 3, 4, 1, 1, 1, 2, 2, 3, 4, 4), c(1, 1, 1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 1, 0), arms8),
  "everyone at once" = set(rep(2, 6), c(1, 1, 1, 1, 0, 1), rep(1:0, each = 3)),
  "time 0" = set(c(0, 0, 1, 3, 0, 2, 2, 5), c(1, 0, 1, 1, 0, 1, 1, 0), rep(1:0, each = 4)),
  "no event in the first arm" = set(c(3, 4, 5, 6, 1, 2, 3, 4), c(0, 0, 0, 0, 1, 1, 0, 1), rep(1:0, each = 4)),
  separated = set(c(11:18, 1:8), rep(1, 16), arms8),
  "one event" = set(c(3, 4, 5, 1, 2, 6), c(0, 1, 0, 0, 0, 0), rep(1:0, each = 3)),
  "two patients" = set(c(5, 3), c(1, 1), 1:0),
  "small, left truncation" = set(c(5, 6, 7, 9, 10, 4, 5, 7, 8, 10), c(1, 0, 1, 1, 0, 1, 1, 0, 1, 1), rep(1:0, each = 5),
                                 c(0, 2, 5, 1, 7, 0, 4, 0, 3, 6)),
  tiny = scaled(drawn(5, 30, 2), 1e-6, 1e-3), huge = scaled(drawn(6, 30, 2), 1e9, 1e6),
  "column that does not vary" = with(drawn(8, 30, 2), set(time, status, cols(x[, 1], 1, x[, 2]))),
  "column that follows" = with(drawn(9, 40, 2), set(time, status, cols(x, 3 - 2 * x[, 1]))),
  "drawn 1" = drawn(11, 40, 2), "drawn 2" = drawn(12, 60, 3, digits = 0, clusters = 9), "drawn 3" = drawn(13, 200, 4),
  "drawn 4" = drawn(14, 60, 2, entry = TRUE), "drawn 5" = drawn(15, 120, 3, entry = TRUE, strata = 3),
  "drawn 6" = drawn(16, 150, 2, digits = 0, strata = 5, clusters = 20)
)
competing <- list(
  pbc = set(p$time, c(0, 2, 1)[p$status + 1], cols(2 - p$trt, p$age, p$bili)),
  "pbc, transplant" = set(p$time, p$status, cols(2 - p$trt, p$age)),
  "pbc in years" = set(ceiling(p$time / 365.25), c(0, 2, 1)[p$status + 1], 2 - p$trt),
  mgus2 = set(ifelse(m$pstat == 1, m$ptime, m$futime), ifelse(m$pstat == 1, 1, 2 * m$death),
              cols(m$sex == "F", m$age, m$hgb)),
  transplant = set(pmax(t$futime, 0.5), c(0, 2, 1, 3)[as.integer(t$event)], cols(t$sex == "f", t$age)),
  "one cause only" = drawn(31, 50, 2),
  "no one censored" = set(1:12, c(1, 2, 1, 1, 2, 1, 2, 1, 1, 2, 1, 1), c(1, 0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 0)),
  ties = set(c(1, 1, 2, 2, 2, 3, 3, 4, 1, 1, 1, 2, 2, 3, 4, 4), c(1, 2, 1, 0, 2, 1, 0, 2, 1, 2, 0, 1, 1, 2, 1, 0), arms8),
  "all at once" = set(rep(2, 8), c(1, 2, 1, 0, 1, 2, 1, 0), rep(1:0, each = 4)),
  "drawn 1" = drawn(41, 40, 2, 2), "drawn 2" = drawn(42, 80, 3, 2, digits = 0), "drawn 3" = drawn(43, 200, 3, 2),
  "drawn 4" = drawn(44, 60, 1, 2, censor = 10), "drawn 5" = drawn(45, 120, 2, 2, digits = 0, censor = 60),
  "drawn 6" = drawn(46, 30, 1, 3), "drawn 7" = drawn(47, 90, 4, 3), "drawn 8" = drawn(48, 50, 2, 2, digits = 0),
  "drawn 9" = drawn(49, 150, 2, 2, censor = 8),
  tiny = scaled(drawn(50, 40, 2, 2), 1e-6, 1e-3), huge = scaled(drawn(51, 40, 2, 2), 1e9, 1e6),
  "groups 1" = drawn(52, 90, 2, 2, strata = 2), "groups 2" = drawn(53, 120, 2, 2, strata = 2, censor = 10),
  "groups 3" = drawn(54, 150, 3, 2, digits = 0, strata = 3)
)

# --- Cox --------------------------------------------------------------------------------------------------------------

model <- function(d, ties = "efron", robust = FALSE, x = d$x, offset = NULL) {
  y <- if (is.null(d$entry)) Surv(d$time, d$status == 1) else Surv(d$entry, d$time, d$status == 1)
  n <- length(d$time)
  data <- data.frame(g = if (is.null(d$strata)) rep(1, n) else d$strata,
                     cl = if (is.null(d$cluster)) seq_len(n) else d$cluster)
  data$y <- y
  data$x <- x
  data$o <- offset
  f <- if (is.null(offset)) y ~ x + strata(g) else if (is.null(x)) y ~ offset(o) + strata(g) else y ~ x + offset(o) + strata(g)
  suppressWarnings(
    if (robust) coxph(f, data, ties = ties, control = CONTROL, robust = TRUE, cluster = cl)
    else coxph(f, data, ties = ties, control = CONTROL)
  )
}
profile <- function(d, fit, ties, level, infinite) {
  others <- setdiff(which(!is.na(coef(fit))), 1)
  rest <- if (length(others)) d$x[, others, drop = FALSE]
  unit <- sd(d$x[, 1])
  fall <- function(b) {
    f <- model(d, ties, x = rest, offset = b / unit * d$x[, 1])
    2 * (max(fit$loglik) - f$loglik[length(f$loglik)]) - qnorm((1 + level) / 2)^2
  }
  b <- if (infinite) infinite * 15 else coef(fit)[[1]] * unit
  sapply(c(-1, 1), function(side) {
    if (side == infinite) return(NA)
    far <- b + side * 0.5
    while (fall(far) < 0) far <- far + side
    uniroot(fall, sort(c(b, far)), tol = 1e-11)$root / unit
  })
}
cox <- list()
for (name in names(sets)) for (ties in c("efron", "breslow", "exact")) {
  d <- sets[[name]]
  fit <- model(d, ties)
  infinite <- c(MONOTONE[names(MONOTONE) %in% c(name, paste(name, ties))], 0)[[1]]
  if (infinite) stopifnot(coef(fit)[[1]] * infinite > 12)
  b <- unname(coef(fit))
  known <- !is.na(b)
  row <- list(set = name, ties = ties, infinite = infinite != 0, loglik = fit$loglik[2], loglik_null = fit$loglik[1],
              df = sum(known), score = fit$score)
  if (!infinite) {
    row <- c(row, list(b = I(ifelse(known, b, 0)), covariance = unname(fit$var), wald = unname(fit$wald.test)))
    if (ties != "exact" && length(d$time) > sum(known)) {
      row$robust <- unname(model(modifyList(d, list(cluster = NULL)), ties, TRUE)$var)
      if (!is.null(d$cluster)) row$cluster <- unname(model(d, ties, TRUE)$var)
    }
    events <- d$time[d$status == 1]
    if (ties == "efron" && all(known) && length(unique(events)) > 1) {
      transforms <- if (any(events == 0)) c("km", "rank", "identity") else c("km", "rank", "identity", "log")
      # units do not change the tests, but the determinants that cox.zph solves
      unitless <- d
      unitless$x <- sweep(d$x, 2, apply(d$x, 2, sd), "/")
      for (field in c("time", if (!is.null(d$entry)) "entry")) unitless[[field]] <- d[[field]] / median(d$time)
      row$zph <- sapply(transforms, function(g) {
        # with late entry a first patient may be alone at risk: his event ends the survival curve, g no longer varies
        table <- tryCatch(cox.zph(model(unitless), g, terms = FALSE)$table, error = function(e) NULL)
        if (is.null(table)) return(NULL)
        list(statistic = I(unname(table[, "chisq"])), p = I(unname(table[, "p"])))
      }, simplify = FALSE)
      row$zph <- Filter(Negate(is.null), row$zph)
    }
  }
  if (ties == "efron" && known[1] && name != "everyone at once") {
    others <- setdiff(which(known), 1)
    without <- if (length(others)) model(d, ties, x = d$x[, others, drop = FALSE])$loglik[2] else fit$loglik[1]
    row$ratio <- 2 * (max(fit$loglik) - without)
    row$profile <- setNames(lapply(LEVELS, function(level) I(profile(d, fit, ties, level, infinite))), LEVELS)
  }
  cox[[length(cox) + 1]] <- row
}

# --- Fine and Gray ----------------------------------------------------------------------------------------------------

#' The sandwich of Fine & Gray 1999, section 5, patient by patient: eta, the weighted score residual, and psi, the part
#' through the Kaplan-Meier estimate of censoring in each group.
sandwich <- function(d, b) {
  n <- length(d$time); p <- ncol(d$x)
  g <- if (is.null(d$strata)) rep(0, n) else d$strata
  own <- d$status == 1
  other <- d$status > 1
  before <- function(t, group) {
    lost <- sort(unique(d$time[d$status == 0 & g == group & d$time < t]))
    prod(1 - vapply(lost, function(u) sum(g == group & d$status == 0 & d$time == u) / sum(g == group & d$time >= u), 0))
  }
  times <- sort(unique(d$time[own]))
  G <- sapply(unique(g), function(k) sapply(times, before, k))  # times x groups
  dim(G) <- c(length(times), length(unique(g)))
  place <- match(g, unique(g))
  G_own <- mapply(before, d$time, g)
  w <- sapply(seq_along(times), function(j) ifelse(d$time >= times[j], 1, ifelse(other, G[j, place] / G_own, 0)))
  r <- c(exp(d$x %*% b)) * w  # patients x times
  S0 <- colSums(r)
  mean <- t(r) %*% d$x / S0
  hazard <- sapply(times, function(t) sum(own & d$time == t)) / S0
  eta <- matrix(0, n, p)
  information <- matrix(0, p, p)
  for (j in seq_along(times)) {
    centred <- sweep(d$x, 2, mean[j, ])
    eta <- eta + centred * ((own & d$time == times[j]) - r[, j] * hazard[j])
    information <- information + hazard[j] * t(centred) %*% (centred * r[, j])
  }
  for (k in unique(g)) for (u in sort(unique(d$time[d$status == 0 & g == k]))) {
    q <- rep(0, p)
    for (j in which(times >= u)) {
      late <- g == k & other & d$time < u
      q <- q + hazard[j] * colSums(sweep(d$x, 2, mean[j, ])[late, , drop = FALSE] * r[late, j])
    }
    risk <- g == k & d$time >= u
    jump <- (risk & d$status == 0 & d$time == u) - risk * sum(risk & d$status == 0 & d$time == u) / sum(risk)
    eta <- eta + outer(jump, q) / sum(risk)
  }
  solve(information) %*% crossprod(eta) %*% solve(information)
}
fine_gray <- list()
for (name in names(competing)) {
  d <- competing[[name]]
  unit <- apply(d$x, 2, sd)
  z <- sweep(sweep(d$x, 2, colMeans(d$x)), 2, unit, "/")
  groups <- if (is.null(d$strata)) rep(1, length(d$time)) else d$strata
  fit <- suppressWarnings(crr(d$time, d$status, z, cengroup = groups, gtol = 1e-11, maxiter = 100))
  b <- unname(fit$coef)
  row <- list(set = name, b = I(b / unit), loglik = fit$loglik, loglik_null = fit$loglik.null)
  theirs <- unname(fit$var) / outer(unit, unit)
  if (is.null(d$strata)) {
    if (length(d$time) < 160) same(sandwich(modifyList(d, list(x = z)), b) / outer(unit, unit), theirs)
    row$covariance <- theirs
  } else {
    row$covariance <- sandwich(modifyList(d, list(x = z)), b) / outer(unit, unit)
    row$covariance_crr <- theirs
  }
  fine_gray[[length(fine_gray) + 1]] <- row
}

# --- out --------------------------------------------------------------------------------------------------------------

header <- list(
  script = "tests/reference/cox.R", R = R.version.string,
  packages = versions_of(c("survival", "cmprsk", "jsonlite")),
  sources = list(
    efron = "survival coxph, ties = efron", breslow = "survival coxph, ties = breslow",
    exact = "survival coxph, ties = exact", robust = "survival coxph, robust = TRUE; cluster",
    "profile-likelihood" = "roots over survival coxph with an offset",
    "cox-wald, cox-score, cox-likelihood-ratio" = "survival coxph", "grambsch-therneau" = "survival cox.zph, terms = FALSE",
    "fine-gray" = "cmprsk crr; variance with groups of censoring by the formula of Fine & Gray 1999 in plain R"
  ),
  checks = checks
)
present <- function(all) lapply(all, function(d) Filter(Negate(is.null), d))
writeLines(toJSON(list(header = header, sets = present(sets), cox = cox, competing = present(competing),
                       fine_gray = fine_gray), digits = NA, auto_unbox = TRUE, na = "null", null = "null"), output)
cat(length(cox), "models of Cox,", length(fine_gray), "of Fine and Gray,", checks, "checks\n")
