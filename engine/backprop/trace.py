"""One sample through the network and back, in named steps that can be taken in either direction.

The steps call the functions of the lecture page one by one; what a step overwrites is kept, so that
a step back restores every array bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.backprop.activations import Floats
from engine.backprop.bugs import BUGS, EarlyUpdate, bug_of
from engine.backprop.building import copy_of
from engine.backprop.formulas import formula_of, name_of, title_of
from engine.backprop.network import Network
from engine.backprop.spec import Bug
from engine.errors import SpecError
from engine.words import say


@dataclass(frozen=True)
class TraceStep:
    """One step. `kind` is input, z, a, shift, exp, normalise, loss, delta, grad or update.

    `key` is unique ("z1", "delta3", "grad2"); `phase` is forward, softmax, loss, backward or
    update; `layer` is 0 where it belongs to none. `name` is a line of text for a list, `title` a
    sentence, `formula` TeX. `reads` and `writes` are names of arrays. `has_bug` says that the
    formula is wrong on purpose.
    """

    key: str
    kind: str
    phase: str
    layer: int
    name: str
    title: str
    formula: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    has_bug: bool = False


class Stepper:
    """A sample x (n_0,) with its target y (n_K,) on a copy of a network.

    Array names: x, y, loss, shifted, exps, p and, with the layer's number, W, b, z, a, delta,
    grad_W, grad_b. The last z are the logits.
    """

    def __init__(self, network: Network, x: Floats, y: Floats, learning_rate: float) -> None:
        """Raises `SpecError` where x or y does not fit the network."""
        sizes = network.sizes
        if (x.shape, y.shape) != ((sizes[0],), (sizes[-1],)):
            raise SpecError(
                say("A sample of {inputs:,} numbers with {targets:,} targets does not fit a "
                    "network {sizes}; choose another sample or other layers.", inputs=x.size,
                    targets=y.size, sizes="-".join(map(str, sizes)))
            )
        self.network = copy_of(network)
        self.learning_rate = learning_rate
        self.bug = bug_of(network)
        self.y = np.array(y, dtype=np.float64)[None]
        self._loss = np.zeros(1)
        self._all = self._named_arrays()
        self._there = {"y", *(n for n in self._all if n[0] in "Wb")}
        self._x = np.array(x, dtype=np.float64)[None]
        self._actions: list[Callable[[], object]] = []
        steps: list[TraceStep] = []
        for key, phase, layer, reads, writes, action in self._plan():
            steps.append(self._described(key, phase, layer, reads, writes))
            self._actions.append(action)
        self.steps = tuple(steps)
        self._undo: list[dict[str, Floats | None]] = []

    # --- walking --------------------------------------------------------------------------------

    @property
    def position(self) -> int:
        """How many steps are done."""
        return len(self._undo)

    @property
    def current(self) -> TraceStep | None:
        """The step done last, or None before the first."""
        return self.steps[self.position - 1] if self._undo else None

    def forward(self) -> bool:
        """Take the next step; False at the end."""
        if self.position == len(self.steps):
            return False
        step, action = self.steps[self.position], self._actions[self.position]
        self._undo.append({
            name: self._all[name].copy() if name in self._there else None for name in step.writes
        })
        with np.errstate(all="ignore"):  # a huge learning rate shows as inf and nan, not as noise
            action()
        self._there.update(step.writes)
        return True

    def back(self) -> bool:
        """Take the last step back; False at the start."""
        if not self._undo:
            return False
        for name, before in self._undo.pop().items():
            if before is None:
                self._there.discard(name)
                self._all[name][...] = 0
            else:
                self._all[name][...] = before
        return True

    def jump(self, position: int) -> None:
        """Have `position` steps done; beyond the ends means the ends."""
        while self.position < position and self.forward():
            pass
        while self.position > max(position, 0):
            self.back()

    # --- looking --------------------------------------------------------------------------------

    @property
    def names(self) -> tuple[str, ...]:
        """All array names, those included that are not computed yet."""
        return tuple(self._all)

    def array(self, name: str) -> Floats | None:
        """A read-only copy, vectors as (n,) and weights (n_in, n_out); None if not computed yet."""
        if name not in self._there:
            return None
        return _read_only(self._all[name].copy())

    def array_after(self, name: str, index: int) -> Floats | None:
        """The array as it was when step `index` (0-based) was done, whatever came later."""
        for undo in self._undo[index + 1 :]:
            if name in undo:
                before = undo[name]
                return None if before is None else _read_only(before)
        return self.array(name)

    def before(self, name: str) -> Floats | None:
        """What the last step overwrote, or None where it wrote the array for the first time."""
        before = self._undo[-1].get(name) if self._undo else None
        return None if before is None else _read_only(before)

    @property
    def changed(self) -> tuple[str, ...]:
        """The arrays that the last step wrote."""
        return self.current.writes if self.current else ()

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of an array, computed or not."""
        return self._all[name].shape

    @property
    def loss(self) -> float | None:
        """The loss, once it is computed."""
        return float(self._loss[0]) if "loss" in self._there else None

    # --- the plan -------------------------------------------------------------------------------

    def _named_arrays(self) -> dict[str, Floats]:
        """Views of the network's arrays: vectors (n,), weights (n_in, n_out)."""
        net, last = self.network, self.network.last
        named = {"x": net.a[0][0], "y": self.y[0]}
        for k in net.layers:
            named |= {f"W{k}": net.w[k], f"b{k}": net.b[k][0], f"z{k}": net.z[k][0]}
            if k < last:
                named[f"a{k}"] = net.a[k][0]
        named |= {"shifted": net.shifted[0], "exps": net.exps[0], "totals": net.totals[0]}
        named |= {"p": net.p[0], "loss": self._loss}
        for k in net.layers:
            named |= {
                f"delta{k}": net.delta[k][0],
                f"grad_W{k}": net.grad_w[k],
                f"grad_b{k}": net.grad_b[k][0],
            }
        return named

    def _plan(self) -> list[_Planned]:
        net, last = self.network, self.network.last
        plan: list[_Planned] = [("input", "forward", 0, (), ("x",), self._take_input)]
        for k in net.layers:
            plan.append((
                f"z{k}", "forward", k, (below(k), f"W{k}", f"b{k}"), (f"z{k}",),
                _do(net.pre_activate, k),
            ))
            if k < last:
                plan.append((f"a{k}", "forward", k, (f"z{k}",), (f"a{k}",), _do(net.activate, k)))
        plan += self._softmax(f"z{last}", net.z[last], "")
        if self.bug is Bug.DOUBLE_SOFTMAX:
            plan += self._softmax("p", net.p, "_again")
        reads: tuple[str, ...] = ("shifted", "totals", "y")
        if self.bug is Bug.LOG_EPSILON:
            reads = ("p", "y")
        plan.append(("loss", "loss", 0, reads, ("loss",), self._measure_loss))
        for k in reversed(net.layers):
            delta, above = f"delta{k}", f"delta{k + 1}"
            if k == last:
                plan.append((delta, "backward", k, ("p", "y"), (delta,), self._output_delta))
            else:
                slope: tuple[str, ...] = () if self.bug is Bug.MISSING_SLOPE else (f"z{k}", f"a{k}")
                reads = (above, f"W{k + 1}", *slope)
                plan.append((delta, "backward", k, reads, (delta,), _do(net.hidden_delta, k)))
            grads: tuple[str, ...] = (f"grad_W{k}", f"grad_b{k}")
            plan.append((
                f"grad{k}", "backward", k, (below(k), delta), grads, _do(net.gradients, k)
            ))
            if isinstance(net, EarlyUpdate):
                plan.append((
                    f"update{k}", "update", k, grads, (f"W{k}", f"b{k}"),
                    _do(net.update_layer, k, self.learning_rate),
                ))
        if self.bug is not Bug.EARLY_UPDATE:
            grads = tuple(n for n in self._all if n.startswith("grad_"))
            params = tuple(n for n in self._all if n[0] in "Wb")
            update = _do(net.update, self.learning_rate)
            plan.append(("update", "update", 0, (*params, *grads), params, update))
        return plan

    def _softmax(self, source: str, values: Floats, suffix: str) -> list[_Planned]:
        net = self.network
        return [
            (f"shift{suffix}", "softmax", net.last, (source,), ("shifted",),
             _do(net.shift, values)),
            (f"exp{suffix}", "softmax", net.last, ("shifted",), ("exps",), net.exponentiate),
            (f"normalise{suffix}", "softmax", net.last, ("exps",), ("totals", "p"), net.normalise),
        ]

    def _described(
        self, key: str, phase: str, layer: int, reads: tuple[str, ...], writes: tuple[str, ...]
    ) -> TraceStep:
        kind = key.removesuffix("_again").rstrip("0123456789")
        is_last = layer == self.network.last
        info = BUGS.get(self.bug)
        has_bug = info is not None and kind in info.steps and not (kind == "delta" and is_last)
        if self.bug is Bug.DOUBLE_SOFTMAX:
            has_bug = key == "shift_again"
        if self.bug is Bug.EARLY_UPDATE:
            has_bug = has_bug and layer > 1
        naming = (kind, layer, self.network, self.bug)
        name, formula = name_of(*naming), formula_of(*naming)
        if key.endswith("_again"):  # the same again, of p instead of z
            name = say("{step}, again", step=name)
            formula = formula.replace("z_", "p_")
        return TraceStep(
            key=key, kind=kind, phase=phase, layer=layer, name=name,
            title=title_of(*naming, has_bug=has_bug), formula=formula, reads=reads, writes=writes,
            has_bug=has_bug,
        )

    # --- the steps that are no single function of the page ---------------------------------------

    def _take_input(self) -> None:
        self.network.a[0][:] = self._x

    def _measure_loss(self) -> None:
        self._loss[0] = self.network.loss(self.y)

    def _output_delta(self) -> None:
        self.network.output_delta(self.y)


#: Key, phase, layer, names read, names written, and what to do.
_Planned = tuple[str, str, int, tuple[str, ...], tuple[str, ...], Callable[[], object]]


def below(k: int) -> str:
    """The name of what enters layer k."""
    return f"a{k - 1}" if k > 1 else "x"


def _do(function: Callable[..., None], *arguments: object) -> Callable[[], None]:
    return lambda: function(*arguments)


def _read_only(array: Floats) -> Floats:
    array.setflags(write=False)
    return array
