#!/usr/bin/env python3
"""Reference numbers for the forecasting line's parts, from the formulas alone.

Written from the design's formulas, not from the TypeScript: season profile with a learned week weight, how far it is followed, ML-Poly for
squared and absolute loss, tracked bands by time of day, running scale, pinball score and CRPS. Standard library only.

    python3 make_line_reference.py > line-reference.json
"""

import json
import math

FORMAT = 1


class Noise:
    """Park and Miller's minimal standard generator, so that anyone can draw the same numbers."""

    def __init__(self, seed):
        self.state = seed

    def uniform(self, low, high):
        self.state = self.state * 16807 % 2147483647
        return low + (high - low) * self.state / 2147483647


def season_profile():
    """Level over 7S samples, profile of the day, weekly deviation with weight omega. S = 6, three weeks and a half."""
    noise = Noise(1)
    day, week = 6, 42
    first = -20  # before 1970, so that phases of negative indices count too
    values = [
        50 + 8 * math.sin(2 * math.pi * t / day) + (12 if (t // day) % 7 >= 5 else 0) + noise.uniform(-2, 2)
        for t in range(150)
    ]
    level = numerator = denominator = 0.0
    days, seen_day = [0.0] * day, [0] * day
    weeks, seen_week = [0.0] * week, [0] * week
    checks = []
    for n, y in enumerate(values, 1):
        t = first + n - 1
        p, k = t % day, t % week  # Python's remainder is never negative
        level += (y - level) / min(n, 7 * day)
        rest = y - level
        beyond = rest - days[p]
        if seen_week[k]:
            numerator += (beyond * weeks[k] - numerator) / (4 * week)
            denominator += (weeks[k] ** 2 - denominator) / (4 * week)
        seen_day[p] += 1
        days[p] += max(0.1, 1 / seen_day[p]) * (rest - days[p])
        seen_week[k] += 1
        weeks[k] += max(0.1, 1 / (seen_week[k] + 1)) * (rest - days[p] - weeks[k])
        omega = min(1.0, max(0.0, numerator / denominator)) if denominator > 0 else 0.0
        if n in (1, 2, 7, 42, 43, 85, 150):
            ahead = [days[(t + h) % day] + omega * weeks[(t + h) % week] for h in range(0, 9)]
            checks.append({"after": n, "level": level, "omega": omega, "deviations": ahead})
    return {"main": day, "week": week, "first": first, "values": values, "checks": checks}


def season_carry():
    """How far a series follows its profile of the day over half a season: a walk with a season on it. S = 7, so L = 3."""
    noise = Noise(11)
    day, half, first = 7, 3, -20
    values, walk = [], 0.0
    for t in range(400):
        walk += noise.uniform(-1, 1)
        values.append(walk + 0.2 * math.sin(2 * math.pi * t / day))
    level = products = squares = 0.0
    days, seen = [0.0] * day, [0] * day
    checks = []
    for n, y in enumerate(values, 1):
        p, before = (first + n - 1) % day, (first + n - 1 - half) % day
        if n > day + half:
            expected = days[p] - days[before]
            products += ((y - values[n - 1 - half]) * expected - products) / (28 * day)
            squares += (expected ** 2 - squares) / (28 * day)
        level += (y - level) / min(n, 7 * day)
        seen[p] += 1
        days[p] += max(0.1, 1 / seen[p]) * (y - level - days[p])
        if n in (10, 11, 12, 20, 60, 200, 400):
            checks.append({"after": n, "carry": min(1.0, max(0.0, products / squares)) if squares > 0 else 1.0})
    return {"main": day, "first": first, "values": values, "checks": checks}


def ml_poly(loss):
    """Three experts, one from the start and two that join later; knots 1 and 4, errors clipped at 6 units and at 6 times their
    running root mean square, discounting by the square root of lateness until the memory is tau long. The first has the benefit of the
    doubt, and a knot leans on the one before."""
    noise = Noise(2 if loss == "squared" else 3)
    leads, experts, unit, ready_after = [1, 4], 3, 2.5, [0, 10, 40]
    regrets = [[0.0] * experts for _ in leads]
    squares = [[0.0] * experts for _ in leads]
    mean_square, count = [0.0] * len(leads), [0] * len(leads)

    def clip(x, bound):
        return max(-bound, min(bound, x))

    def weights(k):
        before = weights(k - 1) if k > 0 else [1 / experts] * experts
        n, h = count[k], leads[k]
        overlap = 2 * sum((1 - j / h) ** 2 for j in range(1, h))
        doubt = [math.sqrt(overlap * squares[k][0]) * n / (n + 40 * h)] + [0.0] * (experts - 1)
        if max(regrets[k]) <= 0:
            return before
        raw = [max(r + b, 0.0) / (1e-12 + q) for r, b, q in zip(regrets[k], doubt, squares[k])]
        mine = [w / sum(raw) for w in raw]
        return [(n * w + 5 * (h - 1) * v) / (n + 5 * (h - 1)) for w, v in zip(mine, before)]

    steps, checks = [], []
    for n in range(1, 121):
        k = n % 2
        y = noise.uniform(-5, 5) + (80 if n == 60 else 0)
        said = [y + noise.uniform(-1, 1), y + noise.uniform(-3, 4), noise.uniform(-5, 5)]
        mixed = sum(w * f for w, f in zip(weights(k), said))
        known = n + 4 - leads[k]
        steps.append({"knot": k, "outcome": y, "mixed": mixed, "said": said, "known": known})
        tau = 5000 * (1 + 0.2 * (leads[k] - 1))
        error = clip((mixed - y) / unit, 6)
        count[k] += 1
        d = 1 - max(1 / tau, 0.5 / (count[k] + 10))
        mean_square[k] += (error * error - mean_square[k]) / min(count[k], tau)
        error = clip(error, 6 * math.sqrt(mean_square[k]))
        gradient = 2 * error if loss == "squared" else (error > 0) - (error < 0)
        ready = [e for e in range(experts) if known > ready_after[e]]
        for e in ready:
            r = gradient * clip((mixed - said[e]) / unit, 6)
            regrets[k][e] = d * regrets[k][e] + r
            squares[k][e] = d * d * squares[k][e] + r * r
        for e in range(experts):
            if e not in ready:
                regrets[k][e] = 0.0
                squares[k][e] = sum(squares[k][i] for i in ready) / len(ready)
        if n in (1, 2, 9, 12, 20, 37, 38, 42, 43, 44, 59, 60, 61, 62, 120):
            checks.append({"after": n, "weights": [weights(0), weights(1)]})
    return {"leads": leads, "readyAfter": ready_after, "unit": unit, "steps": steps, "checks": checks}


def bands(main, bins):
    """Half widths q m max(.05, r[bin]) at knots 1, 2, 4, linear in log lead between, learned in order of the outcomes."""
    noise = Noise(4)
    cover, start = [0.5, 0.8, 0.95], [0.8, 1.6, 2.6]
    leads, horizon, prior = [1, 2, 4], 5, 1.5
    memory, gain = max(50, 4 * main), 0.1 / (main / bins)
    knots = [None] * len(leads)

    def bin_of(t):
        return t % main * bins // main

    def width(k, b, t):
        if knots[k] is None:
            return start[b] * prior * math.sqrt(leads[k])
        return knots[k]["q"][b] * knots[k]["m"] * max(0.05, knots[k]["r"][bin_of(t)])

    def fan(t):
        rows = [[] for _ in cover]
        for lead in range(1, horizon + 1):
            below = max(i for i, at in enumerate(leads) if at <= lead)
            above = min(below + 1, len(leads) - 1)
            share = 0.0
            if above != below:
                share = math.log(lead / leads[below]) / math.log(leads[above] / leads[below])
            widest = 0.0
            for b in range(len(cover)):
                w = (1 - share) * width(below, b, t + lead) + share * width(above, b, t + lead)
                widest = max(widest, w)
                rows[b].append(widest)
        return rows

    steps, checks, issued = [], [], {}
    for t in range(0, 200):
        size = 1 + 3 * (bin_of(t) == 1)
        learned = []
        for k, lead in enumerate(leads):
            if t - lead not in issued:
                continue
            error = abs(noise.uniform(-size, size)) * math.sqrt(lead)
            half = [row[lead - 1] for row in issued[t - lead]]
            if knots[k] is None:
                knots[k] = {"m": prior * math.sqrt(lead), "n": 0, "q": list(start), "r": [1.0] * bins, "c": [0] * bins}
            it, p = knots[k], bin_of(t)
            it["n"] += 1
            it["c"][p] += 1
            x = min(20, error / it["m"])
            it["r"][p] += max(gain, 1 / (it["c"][p] + 3)) * (x - it["r"][p])
            it["m"] += (error / max(0.05, it["r"][p]) - it["m"]) / min(it["n"] + 3, memory)
            for b, c in enumerate(cover):
                it["q"][b] = max(0.0, it["q"][b] + 0.02 * ((error > half[b]) - (1 - c)))
            learned.append({"knot": k, "error": error, "issued": half})
        issued[t] = fan(t)
        steps.append(learned)
        if t in (0, 1, 2, 5, 60, 199):
            checks.append({"after": t, "halfWidths": issued[t]})
    return {"main": main, "bins": bins, "leads": leads, "horizon": horizon, "prior": prior, "steps": steps, "checks": checks}


def running_scale():
    """Mean over max(8, S), deviations over 20 times that, steps over at most 2,000 samples; S = 4 and 90 values."""
    noise = Noise(5)
    values = [100 + 20 * math.sin(i / 3) + noise.uniform(-5, 5) for i in range(90)]
    near = 8
    mean = values[0]
    square = step_square = step_size = 0.0
    checks = []
    for n, y in enumerate(values, 1):
        if n > 1:
            mean += (y - mean) / min(n, near)
            square += ((y - mean) ** 2 - square) / min(n - 1, 20 * near)
            step = y - values[n - 2]
            step_square += (step**2 - step_square) / min(n - 1, min(2000, 20 * near))
            step_size += (abs(step) - step_size) / min(n - 1, min(2000, 20 * near))
        if n in (2, 3, 9, 40, 90):
            checks.append({"after": n, "mean": mean, "spread": math.sqrt(square), "step": math.sqrt(step_square),
                           "absoluteStep": step_size, "min": min(values[:n]), "max": max(values[:n])})
    return {"main": 4, "values": values, "checks": checks}


def crps():
    """Twice the mean pinball score over the published levels."""
    noise = Noise(6)
    levels = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975]
    cases = []
    for _ in range(20):
        median, y = noise.uniform(-5, 5), noise.uniform(-9, 9)
        half = sorted(noise.uniform(0, 4) for _ in range(3))
        quantiles = [median - half[2], median - half[1], median - half[0], median,
                     median + half[0], median + half[1], median + half[2]]
        scores = [t * (y - q) if y >= q else (1 - t) * (q - y) for t, q in zip(levels, quantiles)]
        cases.append({"median": median, "halfWidths": half, "outcome": y, "crps": 2 * sum(scores) / len(levels)})
    return cases


print(json.dumps({
    "format": FORMAT,
    "seasonProfile": season_profile(),
    "seasonCarry": season_carry(),
    "mlPolySquared": ml_poly("squared"),
    "mlPolyAbsolute": ml_poly("absolute"),
    "bandsByHour": bands(12, 3),
    "bandsPlain": bands(1, 1),
    "runningScale": running_scale(),
    "crps": crps(),
}))
