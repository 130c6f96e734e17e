"""Figures of an independent implementation, for statistics.rs.

Made with NumPy, SciPy and statsmodels, whose versions are written down with the figures:

    python3 -m venv /tmp/stats && /tmp/stats/bin/pip install scipy statsmodels
    /tmp/stats/bin/python shared/model/tests/statistics.py > shared/model/tests/statistics.json
"""

import json
import math

import numpy
import scipy
import scipy.integrate
import scipy.stats
import statsmodels
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import _zstat_generic

Z = scipy.stats.norm.ppf(0.975)
random = numpy.random.default_rng(20261129)


def answers(counts, extra=0.0):
    """Every answer as -1, 0 or 1 with its weight, and `extra` answers spread 1:2:1 over them."""
    p, a, d = counts
    return numpy.array([1.0, 0.0, -1.0]), numpy.array([p + extra / 4, a + extra / 2, d + extra / 4])


def mean_and_error(counts):
    values, weights = answers(counts, 3.0)
    mean = numpy.average(values, weights=weights)
    return mean, math.sqrt(numpy.average((values - mean) ** 2, weights=weights) / weights.sum())


def interval(counts):
    mean, error = mean_and_error(counts)
    low, high = scipy.stats.norm.interval(0.95, mean, error)
    return [100 * max(low, -1.0), 100 * min(high, 1.0)]


def difference(one, other):
    (a, sa), (b, sb) = mean_and_error(one), mean_and_error(other)
    z, p = _zstat_generic(a, b, math.hypot(sa, sb), "two-sided")
    points = 100 * (numpy.average(*answers(one)[:1], weights=answers(one)[1]) - numpy.average(*answers(other)[:1], weights=answers(other)[1]))
    return {"points": points, "z": z, "p": p}


def needed(counts, precision):
    """The least n whose interval is narrow enough, found by trying; the adjusted shares stay as they are."""
    values, weights = answers(counts, 3.0)
    mean = numpy.average(values, weights=weights)
    spread = numpy.average((values - mean) ** 2, weights=weights)
    low, high = 1, 1 << 40
    while low < high:
        n = (low + high) // 2
        if 100 * Z * math.sqrt(spread / (n + 3)) <= precision:
            high = n
        else:
            low = n + 1
    return low


def shrink(groups):
    n = numpy.array([sum(group) for group in groups], dtype=float)
    y = numpy.array([(p - d) / (p + a + d) for p, a, d in groups])
    squares = sum(((value - y[i]) ** 2) * weight for i, group in enumerate(groups) for value, weight in zip(*answers(group)))
    variance = (squares + 1.5) / (n.sum() - len(groups) + 3)
    mean, error, between = y[0], math.sqrt(variance / n[0]), 0.0
    if len(groups) > 1:
        pooled = combine_effects(y, variance / n, method_re="dl")
        # statsmodels does not cut the variance off at nothing; then there is one true score, and the fixed effect is it.
        between = max(pooled.tau2, 0.0)
        random = (pooled.mean_effect_re, pooled.sd_eff_w_re)
        mean, error = random if between > 0 else (pooled.mean_effect_fe, pooled.sd_eff_w_fe)
    drawn = (variance / n) / (variance / n + between)
    score = drawn * mean + (1 - drawn) * y
    reach = Z * numpy.sqrt((1 - drawn) * variance / n + (drawn * error) ** 2)
    return {
        "groups": groups,
        "mean": 100 * mean,
        "weight": variance / between if between > 0 else None,
        "shrunk": [[100 * s, max(100 * (s - r), -100.0), min(100 * (s + r), 100.0)] for s, r in zip(score, reach)],
    }


def share(part, whole):
    low, high = proportion_confint(part, whole, alpha=0.05, method="wilson")
    return {"part": part, "whole": whole, "share": part / whole, "low": low, "high": high}


def silent(early, late, rate):
    """A stratified mean: the early answers stand for themselves, the late ones for everybody else."""
    n = numpy.array([sum(early), sum(late)], dtype=float)
    strata = numpy.array([rate * n[0] / n.sum(), 0.0])
    strata[1] = 1.0 - strata[0]
    plain = [numpy.average(*answers(c)[:1], weights=answers(c)[1]) if sum(c) else 0.0 for c in (early, late)]
    means, errors = zip(*(mean_and_error(c) for c in (early, late)))
    low, high = scipy.stats.norm.interval(0.95, strata @ means, math.sqrt(strata**2 @ numpy.square(errors)))
    return {"early": early, "late": late, "rate": rate, "score": 100 * (strata @ plain), "interval": [100 * max(low, -1.0), 100 * min(high, 1.0)]}


def always_valid(one, other):
    """The mixture sequential probability ratio test from its definition: the likelihood ratio of every difference against none,
    mixed over a normal distribution of differences, by numerical integration. Shares are drawn towards a half as Agresti and
    Caffo do."""
    shares = [((a + 1) / (n + 2), n + 2) for n, a in (one, other)]
    apart = shares[0][0] - shares[1][0]
    variance = sum(p * (1 - p) / n for p, n in shares)
    error, spread = math.sqrt(variance), 0.05
    def ratio(difference):
        return math.exp(scipy.stats.norm.logpdf(apart, difference, error) - scipy.stats.norm.logpdf(apart, 0, error) + scipy.stats.norm.logpdf(difference, 0, spread))
    # The mixed likelihood has its bulk between nothing and what was seen.
    middle, wide = apart * spread**2 / (spread**2 + variance), math.sqrt(variance * spread**2 / (spread**2 + variance))
    mixed = scipy.integrate.quad(ratio, middle - 12 * wide, middle + 12 * wide, points=[middle], epsabs=0, epsrel=1e-12, limit=500)[0]
    return {"one": one, "other": other, "p": min(1.0, 1.0 / mixed)}


def some(most):
    return [int(x) for x in random.multinomial(int(random.integers(1, most)), random.dirichlet([3, 2, 1.5]))]


def alike(groups):
    """Groups of one true score: chance explains all differences."""
    return [[int(x) for x in random.multinomial(int(random.integers(40, 60)), [0.5, 0.3, 0.2])] for _ in range(groups)]


BCG = [
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761),
    (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232),
    (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825),
]
estimates = [
    [math.log((a / (a + b)) / (c / (c + d))), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)] for a, b, c, d in BCG
]
bcg = combine_effects(numpy.array([e[0] for e in estimates]), numpy.array([e[1] for e in estimates]), method_re="dl")

samples = [some(most) for most in (3, 12, 40, 200, 2000, 100000) for _ in range(4)] + [[7, 0, 0], [0, 0, 9], [0, 5, 0]]
pairs = [(samples[i], samples[-1 - i]) for i in range(len(samples) // 2)]
families = [[float(x) for x in random.uniform(0, 0.2, k)] for k in (1, 2, 5, 20)] + [[0.01, 0.01, 0.04, 1.0]]
boards = [[some(most) for _ in range(k)] for most, k in ((30, 5), (120, 12), (1000, 40))] + [alike(8), [[9, 0, 0], [3, 0, 0]], [[1, 0, 0]]]
# Drawn by a generator of their own, so that the figures above stay as they are.
random = numpy.random.default_rng(20261130)
wholes = [1, 2, 5, 20, 29, 148, 263, 1000, 100000] * 3
shares = [(int(random.integers(0, whole + 1)), whole) for whole in wholes] + [(0, 20), (20, 20), (1, 29), (81, 263)]
mails = [(some(most), some(most), round(float(random.uniform(0.01, 1)), 3)) for most in (3, 12, 40, 200, 2000) for _ in range(3)]
mails += [([0, 0, 0], [3, 4, 5], 0.3), ([60, 20, 20], [10, 10, 20], 0.25), ([9, 1, 0], [0, 0, 4], 1.0)]
ways = [((n, int(random.binomial(n, p))), (m, int(random.binomial(m, q)))) for n, m in ((10, 12), (100, 90), (1000, 1000), (20000, 5000)) for p, q in ((0.2, 0.2), (0.2, 0.25), (0.5, 0.4))]

print(json.dumps({
    "source": "statistics.py",
    "versions": {"numpy": numpy.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__},
    "intervals": [{"counts": c, "interval": interval(c)} for c in samples],
    "differences": [{"one": a, "other": b, **difference(a, b)} for a, b in pairs],
    "holm": [{"p": ps, "corrected": [float(x) for x in multipletests(ps, method="holm")[1]]} for ps in families],
    "needed": [{"counts": c, "precision": e, "n": needed(c, e)} for c in samples for e in (1.0, 3.5, 10.0)],
    "bcg": {"estimates": estimates, "mean": bcg.mean_effect_re, "error": bcg.sd_eff_w_re, "between": bcg.tau2},
    "shrunk": [shrink(groups) for groups in boards],
    "shares": [share(*pair) for pair in shares],
    "silent": [silent(*one) for one in mails],
    "always_valid": [always_valid(*pair) for pair in ways],
}, indent=1, default=float))
