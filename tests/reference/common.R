# What the scripts of this folder share. Each sources it, after the packages that it needs:
#
#   here <- dirname(sub("^--file=", "", c(grep("^--file=", commandArgs(FALSE), value = TRUE), ".")[1]))
#   source(file.path(here, "common.R"))
#   output <- output_or(file.path(here, "NAME.json"))

#' The file to write: the first argument of the command line, or the one beside the script.
output_or <- function(default) c(commandArgs(TRUE), default)[1]

quietly <- function(expression) suppressWarnings(suppressMessages(expression))
two_sided <- function(z) 2 * pnorm(-abs(z))

# --------------------------------------------------------------------------------------------------------- checks

checked <- list()

#' Stop unless two figures agree; count what was checked, for the header of the output.
agree <- function(what, got, want, relative, absolute = 0) {
  stopifnot(length(got) == length(want))
  same <- function(x, y) {
    if (is.na(x) || is.na(y)) return(is.na(x) && is.na(y))
    if (is.infinite(x) || is.infinite(y)) return(x == y)
    abs(x - y) <= max(relative * abs(y), absolute)
  }
  for (i in seq_along(got)) {
    if (!same(got[i], want[i])) stop(sprintf("%s: %.15g and %.15g differ (element %d)", what, got[i], want[i], i))
  }
  name <- sub(" \\[.*", "", what)
  checked[[name]] <<- (if (is.null(checked[[name]])) 0 else checked[[name]]) + 1
}

#' Stop unless two figures agree, without a count.
near <- function(a, b, tolerance = 1e-8) stopifnot(abs(a - b) <= tolerance * abs(b))

# ---------------------------------------------------------------------------------------------------------- roots

#' uniroot to machine precision: with tol this small its stopping rule is 2 * eps * |root|.
solve_for <- function(f, lower, upper) {
  finite <- function(x) max(min(f(x), 1e300), -1e300)
  uniroot(finite, c(lower, upper), tol = 1e-300, maxiter = 10000)$root
}

#' The root of a monotone f on the log scale, bracketed outward from a start.
solve_outward <- function(f, start, width = 1) {
  low <- start - width
  high <- start + width
  while (sign(f(low)) == sign(f(high))) {
    width <- 2 * width
    low <- start - width
    high <- start + width
    if (width > 2000) stop("no bracket")
  }
  solve_for(f, low, high)
}

#' The root of a size, a power or an effect.
root <- function(f, lower, upper) uniroot(f, c(lower, upper), tol = 1e-15, maxiter = 10000)$root

# --------------------------------------------------------------------------------------------------- what goes in

#' Rows of figures written in a script; whole numbers are numbers too, as their products may be large.
cases_of <- function(text) {
  found <- read.csv(strip.white = TRUE, stringsAsFactors = FALSE, text = text)
  found[] <- lapply(found, function(column) if (is.integer(column)) as.numeric(column) else column)
  found
}

# -------------------------------------------------------------------------------------------------- what comes out

#' The shortest decimal that reads back as the same double; infinities as strings, what does not exist as null.
number <- function(x) {
  if (is.null(x) || is.na(x)) return("null")
  if (is.logical(x)) return(tolower(x))
  if (is.infinite(x)) return(if (x > 0) "\"Infinity\"" else "\"-Infinity\"")
  for (digits in 15:17) {
    text <- sprintf("%.*g", digits, x)
    if (as.numeric(text) == x) break
  }
  text
}

#' One row of values: an object on a line.
row_of <- function(id, conf, measure, method, values) {
  fields <- sprintf("\"%s\": %s", names(values), vapply(values, number, ""))
  if (!is.null(conf)) fields <- c(sprintf("\"conf\": %s", number(conf)), fields)
  sprintf("{\"id\": \"%s\", \"measure\": \"%s\", \"method\": \"%s\", %s}", id, measure, method,
          paste(fields, collapse = ", "))
}

#' The rows of a table of inputs, with what they are about.
lines_of <- function(table, columns) {
  vapply(seq_len(nrow(table)), function(i) {
    cells <- sprintf("\"%s\": %s", columns, vapply(columns, function(k) number(table[[k]][i]), ""))
    sprintf("{\"id\": \"%s\", %s, \"about\": \"%s\"}", table$id[i], paste(cells, collapse = ", "), table$about[i])
  }, "")
}

#' Anything as JSON on a line.
json_line <- function(x, digits = NA) {
  as.character(toJSON(x, auto_unbox = TRUE, digits = digits, na = "null", null = "null"))
}

#' A named list of lines, each an object.
block <- function(name, lines) sprintf("\"%s\": [\n%s\n]", name, paste0("  ", lines, collapse = ",\n"))

versions_of <- function(packages) setNames(lapply(packages, function(p) as.character(packageVersion(p))), packages)

#' Write the header and the blocks to the output.
write_blocks <- function(header, ...) {
  text <- paste(c(sprintf("\"header\": %s", sub("\n$", "", toJSON(header, auto_unbox = TRUE, pretty = 2))), ...),
                collapse = ",\n")
  text <- paste0("{\n", text, "\n}\n")
  stopifnot(validate(text))
  cat(text, file = output)
}
