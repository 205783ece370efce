"""The optimizers of a script of plain numpy: one step of each, as a function of the weights."""

from __future__ import annotations

from textwrap import dedent

from logreg_gui.core.models import ModelSpec
from logreg_gui.core.optimizers import EPSILON, OPTIMIZERS


def optimizer_section(model: ModelSpec, learning_rate: float | None) -> str:
    """The learning rate, what is carried from step to step, and `step`."""
    rate = "" if learning_rate is None else f"rate = {float(learning_rate)!r}\n"
    if learning_rate is not None and model.learning_rate is None:
        rate = rate.rstrip() + "  # the automatic one for these rows\n"
    has_corners = model.penalty_value.l1 > 0.0
    title = f"# One step of {OPTIMIZERS[model.optimizer].noun}\n"
    bodies: dict[str, str] = {
        "gradient-ascent": _ascent(has_corners),
        "sgd": _sgd(model, has_corners),
        "momentum": f"""
        velocity = np.zeros(n_weights)


        def step(w):
            global velocity
            velocity = {model.momentum!r} * velocity + rate * slope(w)
            return w + velocity
        """,
        "nesterov": f"""
        velocity = np.zeros(n_weights)


        def step(w):
            global velocity
            drift = {model.momentum!r} * velocity
            velocity = drift + rate * slope(w + drift)
            return w + velocity
        """,
        "adagrad": f"""
        squares = np.zeros(n_weights)


        def step(w):
            global squares
            g = slope(w)
            squares = squares + g * g
            return w + rate * g / (np.sqrt(squares) + {EPSILON!r})
        """,
        "rmsprop": f"""
        squares = np.zeros(n_weights)


        def step(w):
            global squares
            g = slope(w)
            squares = 0.9 * squares + (1.0 - 0.9) * g * g
            return w + rate * g / (np.sqrt(squares) + {EPSILON!r})
        """,
        "adam": f"""
        count, first, second = 0, np.zeros(n_weights), np.zeros(n_weights)


        def step(w):
            global count, first, second
            g = slope(w)
            count += 1
            first = 0.9 * first + (1.0 - 0.9) * g
            second = 0.999 * second + (1.0 - 0.999) * g * g
            mean, root = first / (1.0 - 0.9**count), np.sqrt(second / (1.0 - 0.999**count))
            return w + rate * mean / (root + {EPSILON!r})
        """,
        "newton": _NEWTON,
        "lbfgs": _LBFGS,
        "proximal": _fista(has_corners),
    }
    return title + rate + dedent(bodies[model.optimizer]).removeprefix("\n")


def _ascent(has_corners: bool) -> str:
    ahead = "w + rate * slope(w)"
    return f"""

        def step(w):
            return {f"soft_threshold({ahead}, rate)" if has_corners else ahead}
        """


def _sgd(model: ModelSpec, has_corners: bool) -> str:
    moved = "soft_threshold(moved, rate)" if has_corners else "moved"
    shrinks = "" if model.penalty == "none" else " - shrinkage * w"
    return f"""
        batch_size, epoch, position = {model.batch_size}, 0, 0
        order = np.random.default_rng(({model.seed}, 0)).permutation(n)


        def step(w):
            global epoch, position, order
            batch = order[position : position + batch_size]
            moved = w + rate * (n / len(batch) * gradient(w, X[batch], y[batch]){shrinks})
            position += len(batch)
            if position >= n:
                epoch, position = epoch + 1, 0
                order = np.random.default_rng(({model.seed}, epoch)).permutation(n)
            return {moved}
        """


def _fista(has_corners: bool) -> str:
    moved = "ahead + rate * slope(ahead)"
    return f"""
        before, acceleration = None, 0.0


        def step(w):
            global before, acceleration
            faster = 0.5 * (1.0 + np.sqrt(1.0 + 4.0 * acceleration**2))
            ahead = w + (acceleration - 1.0) / faster * (w - before) if acceleration > 1.0 else w
            moved = {f"soft_threshold({moved}, rate)" if has_corners else moved}
            # When a step turns against the last, start afresh.
            acceleration = 0.0 if (ahead - moved) @ (moved - w) > 0.0 else faster
            before = w
            return moved
        """


_NEWTON = """

        def step(w):
            value, g, H = climbed(w), slope(w), bend(w)
            # Scaled to a diagonal of ones, without directions in which there is no curvature.
            d = np.sqrt(np.maximum(-np.diag(H), 0.0))
            d[d == 0.0] = 1.0
            curvatures, axes = np.linalg.eigh(-H / np.outer(d, d))
            is_curved = curvatures > 1e-13 * max(curvatures[-1], 0.0)
            move = axes[:, is_curved] @ (axes[:, is_curved].T @ (g / d) / curvatures[is_curved]) / d
            if not is_curved.all():  # the shortest of the steps that differ by such directions
                flat = np.linalg.qr(axes[:, ~is_curved] / d[:, np.newaxis])[0]
                move = move - flat @ (flat.T @ move)
            promised = g @ move
            while promised > 1e-10 * abs(value) and not climbed(w + move) >= value + 1e-4 * promised:
                move, promised = 0.5 * move, 0.5 * promised  # too far
            return w + move
        """

_LBFGS = """
        pairs = []  # change of the weights and fall of the gradient in the last 10 steps


        def direction_of(g):
            direction, shares = g.copy(), []
            for change, fall in reversed(pairs):
                share = change @ direction / (change @ fall)
                direction -= share * fall
                shares.append(share)
            if pairs:
                change, fall = pairs[-1]
                direction *= change @ fall / (fall @ fall)
            for (change, fall), share in zip(pairs, reversed(shares)):
                direction += (share - fall @ direction / (change @ fall)) * change
            return direction if pairs else direction / max(1.0, np.linalg.norm(direction))


        def line_search(w, g, direction):
            value, promised = climbed(w), g @ direction
            if not promised > 0.0:
                return None
            shortest, longest, length, best = 0.0, np.inf, 1.0, None
            for _ in range(60):
                moved = w + length * direction
                reached, steepness = climbed(moved), slope(moved)
                ahead = steepness @ direction
                if length * promised <= 1e-10 * abs(value):  # the gain drowns in rounding; the slope tells
                    is_too_far = ahead < -0.8 * promised
                else:
                    is_too_far = not reached >= value + 1e-4 * length * promised
                if is_too_far or not np.isfinite(ahead):
                    longest = length
                else:
                    if best is None or reached >= best[0]:
                        best = reached, (moved, steepness)
                    if ahead <= 0.9 * promised:
                        return moved, steepness
                    shortest = length
                length = 2.0 * shortest if np.isinf(longest) else 0.5 * (shortest + longest)
            return None if best is None else best[1]


        def step(w):
            global pairs
            g = slope(w)
            found = line_search(w, g, direction_of(g))
            if found is None:
                pairs = []
                return w
            moved, g_moved = found
            change, fall = moved - w, g - g_moved
            if change @ fall > 1e-14 * np.linalg.norm(change) * np.linalg.norm(fall):
                pairs = [*pairs, (change, fall)][-10:]
            return moved
        """
