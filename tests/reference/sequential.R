# Reference values of group sequential designs by R's rpact: bounds, spent levels, inflation, expected sizes, power,
# conditional power.
#
#   Rscript tests/reference/sequential.R [OUTPUT]      (default: sequential.json beside this script)
#
# Needs R with rpact and jsonlite (Debian: r-cran-rpact r-cran-jsonlite). rpact solves to 1e-10 at best.
# Conditional power at the last but one look is checked against its closed form; predictive power is integrate() over it.

suppressMessages({
  library(rpact)
  library(jsonlite)
})
here <- dirname(sub("^--file=", "", c(grep("^--file=", commandArgs(FALSE), value = TRUE), ".")[1]))
source(file.path(here, "common.R"))
output <- output_or(file.path(here, "sequential.json"))

FAMILIES <- c("obrien-fleming" = "OF", pocock = "P", "wang-tsiatis" = "WT", "haybittle-peto" = "HP",
              "lan-demets-obrien-fleming" = "asOF", "lan-demets-pocock" = "asP", "kim-demets" = "asKD",
              "hwang-shih-decani" = "asHSD")
FUTILITY <- c("obrien-fleming" = "bsOF", pocock = "bsP", "power-family" = "bsKD", "hwang-shih-decani" = "bsHSD")
rows <- list()
add <- function(method, times, alpha, sides, power, delta = 0.25, gamma = -4, rho = 3, early = 3, futility = NULL,
                binding = FALSE, fixed = NULL, fgamma = -2, frho = 2) {
  type <- FAMILIES[[method]]
  call <- list(informationRates = times, kMax = length(times), alpha = alpha, sided = sides, beta = 1 - power,
               typeOfDesign = type, tolerance = 1e-10)
  if (type == "WT") call$deltaWT <- delta
  if (type == "asHSD") call$gammaA <- gamma
  if (type == "asKD") call$gammaA <- rho
  if (type == "HP") call$constantBoundsHP <- early
  if (!is.null(futility)) {
    call$typeBetaSpending <- FUTILITY[[futility]]
    call$bindingFutility <- binding
    if (futility == "hwang-shih-decani") call$gammaB <- fgamma
    if (futility == "power-family") call$gammaB <- frho
  }
  if (!is.null(fixed)) { call$futilityBounds <- fixed; call$bindingFutility <- binding }
  d <- suppressWarnings(do.call(getDesignGroupSequential, call))
  ch <- suppressWarnings(getDesignCharacteristics(d))
  row <- list(method = method, times = I(times), alpha = alpha, sides = sides, power = power, upper = I(d$criticalValues),
              spent = I(d$alphaSpent), inflation = ch$inflationFactor, expected0 = ch$averageSampleNumber0,
              expected01 = ch$averageSampleNumber01, expected1 = ch$averageSampleNumber1)
  if (type == "WT") row$delta <- delta
  if (type == "asHSD") row$gamma <- gamma
  if (type == "asKD") row$rho <- rho
  if (type == "HP") row$early <- early
  if (!is.null(futility)) {
    row$futility <- futility; row$binding <- binding; row$lower <- I(d$futilityBounds)
    if (futility == "hwang-shih-decani") row$futility_gamma <- fgamma
    if (futility == "power-family") row$futility_rho <- frho
  }
  if (!is.null(fixed)) { row$futility <- "fixed"; row$futility_z <- I(fixed); row$binding <- binding }
  rows[[length(rows) + 1]] <<- row
}
even <- function(k) (1:k) / k
for (method in names(FAMILIES)) {
  for (sides in 1:2) for (k in c(2, 3, 5)) add(method, even(k), 0.025 * sides, sides, c(0.8, 0.9)[sides])
  add(method, c(0.5, 0.75, 1), 0.05, 2, 0.8)
  add(method, c(0.1, 0.3, 0.9, 1), 0.05, 1, 0.8)
  add(method, even(10), 0.05, 2, 0.9)
  add(method, even(4), 0.01, 2, 0.95)
  add(method, c(0.25, 0.5, 1), 0.1, 1, 0.7)
  for (binding in c(FALSE, TRUE)) add(method, even(3), 0.025, 1, 0.8, fixed = c(0, 0.5), binding = binding)
}
for (delta in c(0, 0.1, 0.4, 0.5)) add("wang-tsiatis", even(4), 0.05, 2, 0.8, delta = delta)
for (gamma in c(-8, -1, 1, 3)) add("hwang-shih-decani", even(4), 0.05, 2, 0.8, gamma = gamma)
for (rho in c(0.5, 1, 2, 5)) add("kim-demets", even(4), 0.05, 2, 0.8, rho = rho)
for (early in c(2.6, 3.5, 4)) add("haybittle-peto", even(4), 0.05, 2, 0.8, early = early)
for (method in c("lan-demets-obrien-fleming", "lan-demets-pocock", "hwang-shih-decani", "kim-demets")) {
  for (futility in names(FUTILITY)) for (binding in c(FALSE, TRUE)) {
    add(method, even(3), 0.025, 1, 0.8, futility = futility, binding = binding)
    add(method, c(0.4, 0.7, 0.85, 1), 0.05, 1, 0.9, futility = futility, binding = binding)
  }
}

# sizes: two proportions by the pooled normal approximation, hazard ratios by Schoenfeld's events
sizes <- list()
for (case in list(c(0.828, 0.707, 0.8), c(0.5, 0.3, 0.9), c(0.1, 0.2, 0.8))) for (k in 2:4) {
  d <- getDesignGroupSequential(kMax = k, alpha = 0.05, sided = 2, beta = 1 - case[3], typeOfDesign = "asOF", tolerance = 1e-10)
  found <- getSampleSizeRates(d, pi1 = case[1], pi2 = case[2])
  sizes[[length(sizes) + 1]] <- list(p1 = case[1], p0 = case[2], power = case[3], looks = k, n = max(found$numberOfSubjects))
}
for (case in list(c(0.68, 0.9), c(0.5, 0.8), c(1.5, 0.8))) for (k in 2:4) {
  d <- getDesignGroupSequential(kMax = k, alpha = 0.05, sided = 2, beta = 1 - case[2], typeOfDesign = "asOF", tolerance = 1e-10)
  found <- getSampleSizeSurvival(d, hazardRatio = case[1], typeOfComputation = "Schoenfeld", lambda2 = 0.1, eventTime = 12)
  sizes[[length(sizes) + 1]] <- list(hr = case[1], power = case[2], looks = k, events = found$maxNumberOfEvents,
    effects = I(as.numeric(if (case[1] < 1) found$criticalValuesEffectScaleLower else found$criticalValuesEffectScaleUpper)))
}

# conditional power: rpact's over the looks to come, for a mean of one sample (drift per patient)
chances <- list()
for (times in list(c(0.5, 1), even(3), c(0.2, 0.6, 1), even(5))) for (z in c(-0.5, 0.8, 1.6)) for (look in seq_len(length(times) - 1)) {
  d <- getDesignGroupSequential(informationRates = times, alpha = 0.025, sided = 1, typeOfDesign = "asOF", tolerance = 1e-10)
  last <- 900000
  n <- round(times * last)
  seen <- getDataset(n = c(n[1], diff(n))[seq_len(look)], means = rep(z / sqrt(n[look]), look), stDevs = rep(1, look))
  stage <- suppressWarnings(getStageResults(d, dataInput = seen, normalApproximation = TRUE))
  for (theta in c(0, 2.8, z / sqrt(times[look]))) {
    found <- suppressWarnings(suppressMessages(getConditionalPower(stage, nPlanned = diff(n)[look:(length(n) - 1)],
      thetaH1 = theta / sqrt(last), assumedStDev = 1)))
    closed <- if (look == length(times) - 1) {
      t <- times[look]
      pnorm((z * sqrt(t) + theta * (1 - t) - d$criticalValues[length(times)]) / sqrt(1 - t))
    } else NA
    power <- tail(as.numeric(found$conditionalPower), 1)
    if (!is.na(closed) && abs(power - closed) > 1e-5) stop(sprintf("rpact %.8f, closed form %.8f", power, closed))
    chances[[length(chances) + 1]] <- list(times = I(times), look = look, z = z, theta = theta,
      power = if (is.na(closed)) power else closed)
  }
  if (look == length(times) - 1) {
    t <- times[look]; b <- d$criticalValues[length(times)]
    predictive <- integrate(function(theta) dnorm(theta, z / sqrt(t), 1 / sqrt(t)) *
      pnorm((z * sqrt(t) + theta * (1 - t) - b) / sqrt(1 - t)), -Inf, Inf, rel.tol = 1e-10)$value
    chances[[length(chances) + 1]] <- list(times = I(times), look = look, z = z, theta = "predictive", power = predictive)
  }
}
header <- list(script = "tests/reference/sequential.R", R = R.version.string, rpact = as.character(packageVersion("rpact")),
               jsonlite = as.character(packageVersion("jsonlite")),
               sources = list(bounds = "rpact getDesignGroupSequential", inflation = "rpact getDesignCharacteristics",
                              sizes = "rpact getSampleSizeRates, getSampleSizeSurvival",
                              conditional = "rpact getConditionalPower; closed form with one look to come"))
write_json(list(header = header, designs = rows, sizes = sizes, conditional = chances), output, digits = NA,
           auto_unbox = TRUE, na = "null")
cat(sprintf("%d designs, %d sizes, %d chances\n", length(rows), length(sizes), length(chances)))
