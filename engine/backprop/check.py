"""The proof that gradients are right: central differences, autograd, and the V-shaped curve.

A central difference (L(θ + ε) − L(θ − ε))/2ε is off by about ε²·L‴/6, which falls with ε, and by
about 10⁻¹⁶·L/ε, which rises; between the two lies the bottom of the V, near ε = 10⁻⁵.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.backprop.activations import Floats
from engine.backprop.building import copy_of
from engine.backprop.flat import Place, groups, index_of, place_of
from engine.backprop.network import Network
from engine.spec import Choice
from engine.words import later, say

#: A group passes below this relative error.
TOLERANCE = 1e-6
AUTOGRAD_TOLERANCE = 1e-10
#: Where a central difference is good enough to judge by; outside, its own error may be larger.
DECISIVE = (1e-7, 1e-4)
#: Rounding of a loss of size 1, with some room: sums of many terms are less exact than one number.
ROUNDING = 1e-15
#: The two witnesses.
AUTOGRAD, DIFFERENCES = "autograd", "central differences"
_AGREES = {
    AUTOGRAD: later("All gradients agree with autograd, to {error:.1e} at worst."),
    DIFFERENCES: later("All gradients agree with central differences, to {error:.1e} at worst."),
}
#: Entries are compared in steps of about so many losses.
CHUNK = 100


class Verdict(Choice):
    """What a comparison says of a group."""

    PASSED = "passed", "agrees"
    FAILED = "failed", "differs"
    UNDECIDED = "undecided", "too small to tell"


@dataclass(frozen=True, slots=True)
class GroupResult:
    """One of W1, b1, W2, …: how far backpropagation is from the witness, over `checked` entries.

    `relative_error` is ‖g − n‖/max(‖g‖, ‖n‖), 0 where both are 0; `worst` is the entry with the
    largest difference, `analytic` and `witness` are its two values. `kinks` entries were left out,
    because a ReLU switches within ±ε and the loss has no slope there.
    """

    name: str
    checked: int
    relative_error: float
    worst: Place
    analytic: float
    witness: float
    verdict: Verdict
    kinks: int = 0


@dataclass(frozen=True, slots=True)
class CheckResult:
    """All groups against one witness, "central differences" or "autograd"."""

    witness: str
    epsilon: float
    groups: tuple[GroupResult, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing differs and something agrees."""
        verdicts = {group.verdict for group in self.groups}
        return Verdict.FAILED not in verdicts and Verdict.PASSED in verdicts

    @property
    def failed(self) -> bool:
        """Whether some group differs."""
        return any(group.verdict is Verdict.FAILED for group in self.groups)

    @property
    def worst(self) -> GroupResult:
        """The group that is furthest off; those that differ come first."""
        return max(self.groups, key=lambda g: (g.verdict is Verdict.FAILED, g.relative_error))

    @property
    def sentence(self) -> str:
        """What the check found, in one sentence."""
        worst = self.worst
        if self.failed:
            wrong = [g.name for g in self.groups if g.verdict is Verdict.FAILED]
            return say(
                "The gradient is wrong in {wrong}: {worst} is off by {error:.1e}, relative to its "
                "size.", wrong=", ".join(wrong), worst=worst.name, error=worst.relative_error,
            )
        if not self.passed:
            return say(
                "At ε = {epsilon:.0e} the difference is no good witness; choose an ε near 1e-5.",
                epsilon=self.epsilon,
            )
        return say(_AGREES[self.witness], error=worst.relative_error)


@dataclass(frozen=True, slots=True)
class CheckProgress:
    """How many of the entries are compared."""

    done: int
    total: int


def gradient(network: Network, x: Floats, y: Floats) -> Floats:
    """The flat gradient (n,) by backpropagation, bug included, for x (m, n_0) or (n_0,)."""
    x, y = np.atleast_2d(x), np.atleast_2d(y)
    own = copy_of(network, len(x))
    with np.errstate(all="ignore"):
        own.forward(x)
        own.backward(y)
    return own.grad


def autograd_gradient(network: Network, x: Floats, y: Floats) -> Floats:
    """The flat gradient (n,) by torch's autograd, of the network without any bug.

    Imports torch. Torch keeps a Linear's weight as (out, in); here matrices stay (n_in, n_out).
    """
    import torch

    f = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}[network.activation]
    own = copy_of(network)
    a = torch.tensor(np.atleast_2d(x), dtype=torch.float64)
    leaves = []
    for k in own.layers:
        w = torch.tensor(own.w[k], requires_grad=True)
        b = torch.tensor(own.b[k], requires_grad=True)
        leaves += [w, b]
        a = a @ w + b
        a = f(a) if k < own.last else a
    targets = torch.tensor(np.atleast_2d(y), dtype=torch.float64)
    loss = torch.nn.functional.cross_entropy(a, targets)
    loss.backward()  # type: ignore[no-untyped-call]
    parts = [leaf.grad.numpy().ravel() for leaf in leaves if leaf.grad is not None]
    return np.concatenate(parts)


def check_by_autograd(network: Network, x: Floats, y: Floats) -> CheckResult:
    """Every entry against autograd."""
    analytic, witness = gradient(network, x, y), autograd_gradient(network, x, y)
    results = tuple(
        _compared(network, name, np.arange(part.start, part.stop), analytic, witness,
                  AUTOGRAD_TOLERANCE, noise=1e-15, is_decisive=True)
        for name, part in groups(network.sizes).items()
    )  # fmt: skip
    return CheckResult(AUTOGRAD, 0.0, results)


def check_by_differences(
    network: Network, x: Floats, y: Floats, epsilon: float = 1e-5, most: int | None = 48,
    also: Place | None = None,
) -> Iterator[CheckProgress | CheckResult]:
    """Compare with central differences; at last the result.

    Of each group at most `most` entries are taken: the largest gradients, and others evenly spread;
    None takes all. `also` is compared in any case.
    """
    analytic = gradient(network, x, y)
    prober = _Prober(network, x, y)
    chosen = {
        name: _entries(analytic, part, most) for name, part in groups(network.sizes).items()
    }
    if also is not None:
        name = f"{also.kind}{also.layer}"
        chosen[name] = np.union1d(chosen[name], [index_of(network.sizes, also)])
    total, done = sum(len(entries) for entries in chosen.values()), 0
    numeric = np.zeros_like(analytic)
    results = []
    noise = ROUNDING * max(1.0, abs(prober.loss)) / epsilon
    for name, entries in chosen.items():
        smooth = []
        for index in entries.tolist():
            numeric[index], is_kink = prober.difference(index, epsilon)
            if not is_kink:
                smooth.append(index)
            done += 1
            if done % CHUNK == 0:
                yield CheckProgress(done, total)
        results.append(_compared(
            network, name, np.array(smooth, dtype=np.int64), analytic, numeric, TOLERANCE, noise,
            is_decisive=DECISIVE[0] <= epsilon <= DECISIVE[1], kinks=len(entries) - len(smooth),
        ))
    yield CheckResult(DIFFERENCES, epsilon, tuple(results))


def check(network: Network, x: Floats, y: Floats, epsilon: float = 1e-5) -> CheckResult:
    """`check_by_differences` in one go."""
    *_, result = check_by_differences(network, x, y, epsilon)
    assert isinstance(result, CheckResult)
    return result


@dataclass(frozen=True, slots=True)
class Sweep:
    """Relative errors of central and of one-sided differences at every ε, all (n,)."""

    epsilons: Floats
    central: Floats
    one_sided: Floats

    @property
    def best(self) -> float:
        """The ε at the bottom of the V."""
        return float(self.epsilons[np.argmin(self.central)])


def epsilon_sweep(
    network: Network, x: Floats, y: Floats, place: Place | None = None, entries: int = 12
) -> Sweep:
    """The V: the error over ε from 10⁻¹² to 1, of one place or of the largest gradients."""
    analytic = gradient(network, x, y)
    prober = _Prober(network, x, y)
    if place is not None:
        chosen = np.array([index_of(network.sizes, place)])
    else:
        chosen = np.argsort(-np.abs(analytic), kind="stable")[:entries]
    epsilons = np.logspace(-12, 0, 49)
    errors = np.array([
        [prober.pair(int(index), epsilon) for index in chosen] for epsilon in epsilons
    ])
    exact = analytic[chosen]
    size = max(float(np.linalg.norm(exact)), 1e-300)
    central = np.linalg.norm(errors[:, :, 0] - exact, axis=1) / size
    one_sided = np.linalg.norm(errors[:, :, 1] - exact, axis=1) / size
    return Sweep(epsilons, central, one_sided)


class _Prober:
    """Losses of a network with one parameter moved."""

    def __init__(self, network: Network, x: Floats, y: Floats) -> None:
        self.x, self.y = np.atleast_2d(x), np.atleast_2d(y)
        self.network = copy_of(network, len(self.x))
        self.has_kinks = network.activation == "relu"
        self.loss, self._on = self._measure()

    def difference(self, index: int, epsilon: float) -> tuple[float, bool]:
        """The central difference, and whether a ReLU switches on the way."""
        theta = self.network.theta
        before = theta[index]
        above, below = before + epsilon, before - epsilon
        theta[index] = above
        plus, on_above = self._measure()
        theta[index] = below
        minus, on_below = self._measure()
        theta[index] = before
        is_kink = not (on_above == self._on == on_below)
        return (plus - minus) / float(above - below), is_kink

    def pair(self, index: int, epsilon: float) -> tuple[float, float]:
        """The central and the one-sided difference."""
        theta = self.network.theta
        before = theta[index]
        central, _ = self.difference(index, epsilon)
        theta[index] = before + epsilon
        plus, _ = self._measure()
        width = float(theta[index] - before)
        theta[index] = before
        return central, (plus - self.loss) / width

    def _measure(self) -> tuple[float, list[bytes]]:
        network = self.network
        with np.errstate(all="ignore"):
            network.forward(self.x)
            loss = network.loss(self.y)
        if not self.has_kinks:
            return loss, []
        return loss, [(network.z[k] > 0).tobytes() for k in network.layers if k < network.last]


def _entries(analytic: Floats, part: slice, most: int | None) -> np.ndarray:
    everything = np.arange(part.start, part.stop)
    if most is None or len(everything) <= most:
        return everything
    largest = part.start + np.argsort(-np.abs(analytic[part]), kind="stable")[: most // 2]
    spread = everything[np.linspace(0, len(everything) - 1, most - most // 2).astype(int)]
    return np.union1d(largest, spread)


def _compared(
    network: Network, name: str, entries: np.ndarray, analytic: Floats, witness: Floats,
    tolerance: float, noise: float, *, is_decisive: bool, kinks: int = 0,
) -> GroupResult:  # fmt: skip
    if not len(entries):
        place = place_of(network.sizes, groups(network.sizes)[name].start)
        return GroupResult(name, 0, 0.0, place, 0.0, 0.0, Verdict.UNDECIDED, kinks)
    g, n = analytic[entries], witness[entries]
    off = np.abs(g - n)
    with np.errstate(all="ignore"):
        size = max(np.linalg.norm(g), np.linalg.norm(n))
        distance = float(np.linalg.norm(off))
        relative = float(distance / size) if size > 0 else 0.0
    if not is_decisive or not np.isfinite(distance):
        verdict = Verdict.UNDECIDED
    elif relative <= tolerance:
        verdict = Verdict.PASSED
    else:
        is_noise = distance <= noise * np.sqrt(len(entries))
        verdict = Verdict.UNDECIDED if is_noise else Verdict.FAILED
    worst = int(np.argmax(off))
    place = place_of(network.sizes, int(entries[worst]))
    return GroupResult(
        name, len(entries), relative, place, float(g[worst]), float(n[worst]), verdict, kinks
    )
