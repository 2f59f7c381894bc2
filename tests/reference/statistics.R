# What our statistics are compared with, by R itself or from first principles: a line for each
# number, its name and value. Usage: Rscript statistics.R; only base R is needed.
row <- function(name, value) cat(sprintf("%s\t%.10g\n", name, value))

# Student (1908), hours of sleep gained with either drug, as in R's data set `sleep`.
first <- c(0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0)
second <- c(1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4)
# Made up: milliseconds of ten runs of two settings.
a <- c(181.2, 176.9, 190.4, 185.3, 179.8, 188.1, 183.7, 186.0, 180.5, 184.4)
b <- c(183.9, 178.3, 193.6, 186.1, 183.4, 189.0, 187.2, 188.7, 181.9, 187.7)
# Efron and Tibshirani (1993), days that mice lived.
mice <- c(52, 104, 146, 10, 51, 30, 40, 27, 46)
eight <- c(10.1, 10.4, 9.8, 12.9, 10.0, 10.6, 9.9, 11.5)

for (pair in list(list("sleep", first, second), list("runs", a, b))) {
  name <- pair[[1]]
  for (level in c(0.95, 0.99)) {
    found <- t.test(pair[[3]], pair[[2]], paired = TRUE, conf.level = level)
    row(paste0(name, ".low.", level), found$conf.int[1])
    row(paste0(name, ".high.", level), found$conf.int[2])
  }
  row(paste0(name, ".p"), found$p.value)
}

# Two one-sided tests: each by t.test() against the margin.
tost <- function(x, y, margin) {
  low <- t.test(y, x, paired = TRUE, mu = -margin, alternative = "greater")$p.value
  high <- t.test(y, x, paired = TRUE, mu = margin, alternative = "less")$p.value
  max(low, high)
}
row("runs.equivalence.3", tost(a, b, 3))
row("runs.equivalence.4", tost(a, b, 4))
row("sleep.equivalence.1", tost(first, second, 1))

# Fieller's interval: the ratios r that a t test of b - r a does not refuse, found by its roots.
ratio_end <- function(x, y, inner, outer) {
  refused <- function(r) t.test(y - r * x)$p.value - 0.05
  uniroot(refused, c(inner, outer), tol = 1e-14)$root - 1
}
centre <- mean(b) / mean(a)
row("runs.relative", centre - 1)
row("runs.relative.low", ratio_end(a, b, centre, 0.9))
row("runs.relative.high", ratio_end(a, b, centre, 1.1))

for (case in list(c(5, 1, 0.05), c(10, 0.5, 0.05), c(10, 1, 0.00625), c(20, 0.8, 0.01),
                  c(100, 0.2, 0.05), c(2, 3, 0.05), c(2000, 0.05, 0.05))) {
  found <- power.t.test(n = case[1], delta = case[2], sd = 1, sig.level = case[3],
                        type = "paired", strict = TRUE)
  row(sprintf("power.%g.%g.%g", case[1], case[2], case[3]), found$power)
}
for (case in list(c(5, 0.05, 0.8), c(10, 0.05, 0.8), c(10, 0.00625, 0.8), c(50, 0.05, 0.9))) {
  found <- power.t.test(n = case[1], sd = 1, sig.level = case[2], power = case[3],
                        type = "paired", strict = TRUE, tol = 1e-10)
  row(sprintf("detectable.%g.%g.%g", case[1], case[2], case[3]), found$delta)
}
for (case in list(c(0.5, 0.05, 0.8), c(0.2, 0.05, 0.9), c(1, 0.00625, 0.8), c(0.05, 0.05, 0.8))) {
  found <- power.t.test(delta = case[1], sd = 1, sig.level = case[2], power = case[3],
                        type = "paired", strict = TRUE, tol = 1e-10)
  row(sprintf("pairs.%g.%g.%g", case[1], case[2], case[3]), ceiling(found$n))
}

# McNemar's test in its exact form: a binomial test of the seeds that disagree.
row("mcnemar.1.7", binom.test(1, 8)$p.value)
row("mcnemar.3.4", binom.test(3, 7)$p.value)
row("mcnemar.0.12", binom.test(0, 12)$p.value)

# The bootstrap-t from all resamples there are, each with its weight.
counts_of <- function(n, total) {
  if (n == 1) return(matrix(total, 1, 1))
  do.call(rbind, lapply(0:total, function(k) cbind(k, counts_of(n - 1, total - k))))
}
bootstrap <- function(x, level) {
  n <- length(x)
  counts <- counts_of(n, n)
  weight <- exp(lfactorial(n) - rowSums(lfactorial(counts)) - n * log(n))
  d <- x - mean(x)
  centre <- as.vector(counts %*% d) / n
  scatter <- (as.vector(counts %*% d^2) - n * centre^2) / (n - 1)
  t <- ifelse(scatter < 1e-12, sign(centre) * Inf, centre / sqrt(pmax(scatter, 0) / n))
  order <- order(t)
  below <- cumsum(weight[order])
  quantile <- function(p) t[order][which(below >= p)[1]]
  tail <- (1 - level) / 2
  mean(x) - c(quantile(1 - tail), quantile(tail)) * sd(x) / sqrt(n)
}
for (level in c(0.9, 0.95)) {
  row(paste0("bootstrap.mice.low.", level), bootstrap(mice, level)[1])
  row(paste0("bootstrap.mice.high.", level), bootstrap(mice, level)[2])
  row(paste0("bootstrap.eight.low.", level), bootstrap(eight, level)[1])
  row(paste0("bootstrap.eight.high.", level), bootstrap(eight, level)[2])
}

# Ranks of the interval of a median.
for (n in c(6, 20, 57, 1000)) row(paste0("median.rank.", n), qbinom(0.025, n, 0.5))

# Student's t where stopping asks for it.
for (n in c(6, 28, 200)) row(paste0("student.", n), qt(0.985, n - 1))
