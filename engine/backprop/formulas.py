"""What a step of the trace is called, and its formula in TeX.

Here, as on the board, W^k is written with n_in rows and n_out columns and vectors are columns:
z^k = W^{kT} a^{k-1} + b^k, although the code has samples as rows.
"""

from __future__ import annotations

from engine.backprop.bugs import BUGS
from engine.backprop.network import Network
from engine.backprop.spec import Bug
from engine.words import later, say

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
#: f in TeX and in plain text.
F_TEX = {"sigmoid": r"\sigma", "tanh": r"\tanh", "relu": r"\mathrm{ReLU}"}
F_PLAIN = {"sigmoid": "σ", "tanh": "tanh", "relu": "ReLU"}


def raised(k: int) -> str:
    """A layer's number as it is written on top: ¹²³."""
    return str(k).translate(_RAISED)


def below_tex(k: int) -> str:
    """What enters layer k."""
    return f"a^{{{k - 1}}}" if k > 1 else "x"


def below_plain(k: int) -> str:
    """What enters layer k, as plain text."""
    return f"a{raised(k - 1)}" if k > 1 else "x"


def name_of(kind: str, k: int, network: Network, bug: Bug) -> str:
    """A line of plain text for a list of steps."""
    n, m = raised(k), raised(k + 1)
    f = F_PLAIN[network.activation]
    slope = "" if bug is Bug.MISSING_SLOPE else f" ⊙ {f}′(z{n})"
    turned = f"reshape(W{m})" if bug is Bug.WRONG_TRANSPOSE else f"W{m}"
    sums = f"z{n} = W{n}ᵀ{below_plain(k)} + b{n}"
    return {
        "input": say("input x"),
        "z": say("logits {sums}", sums=sums) if k == network.last else sums,
        "a": f"a{n} = {f}(z{n})",
        "shift": say("softmax: shift by the largest"),
        "exp": say("softmax: exponentiate"),
        "normalise": say("softmax: normalise, p"),
        "loss": say("loss −log(p + ε)") if bug is Bug.LOG_EPSILON else say("loss −log p"),
        "delta": f"δ{n} = p − y" if k == network.last else f"δ{n} = ({turned}δ{m}){slope}",
        "grad": f"∇W{n}, ∇b{n}" if bug is not Bug.FORGOTTEN_BIAS
        else say("∇W{n} (and no ∇b{n})", n=n),
        "update": say("update W{n}, b{n}", n=n) if k else say("update all W, b"),
    }[kind]


_TITLES = {
    "input": later("The sample enters: one number for each input."),
    "z": later("Every unit of layer {k} sums what comes in, weighted, and adds its bias."),
    "a": later("Every unit of layer {k} bends its sum."),
    "shift": later("The largest logit becomes 0: no probability changes, and exp cannot overflow."),
    "exp": later("Every class gets a positive weight."),
    "normalise": later("Divided by their sum, the weights are probabilities."),
    "loss": later("How surprised the network is at the right class: log-sum-exp minus its logit."),
    "delta": later(
        "Each unit of layer {k} collects the errors of the units it feeds, weighted by the same "
        "weights, and passes them through its own slope."
    ),
    "grad": later("A weight's gradient is what came in below it times the error above it."),
    "update": later("Now, and only now, all weights move: downhill by η times their gradient."),
}


def title_of(kind: str, k: int, network: Network, bug: Bug, *, has_bug: bool) -> str:
    """A sentence on what happens in the step."""
    if has_bug:
        return say(BUGS[bug].symptom)
    if kind == "delta" and k == network.last:
        return say("The error at the output: what it says minus what is right; no slope here.")
    return say(_TITLES[kind], k=k)


def formula_of(kind: str, k: int, network: Network, bug: Bug) -> str:
    """The step in TeX; with a bug, as the bug has it."""
    f, last = F_TEX[network.activation], network.last
    slope = rf" \odot {f}'(z^{{{k}}})" if bug is not Bug.MISSING_SLOPE else ""
    turned = f"W^{{{k + 1}}}"
    if bug is Bug.WRONG_TRANSPOSE:
        turned = rf"\mathrm{{reshape}}({turned})"
    forgotten = bug is Bug.FORGOTTEN_BIAS
    before = say(r"\mathrm{before}")
    loss = r"L = \log\sum_c e^{z_c} - \sum_c y_c z_c = -\sum_c y_c \log p_c"
    return {
        "input": "a^{0} = x",
        "z": rf"z^{{{k}}} = W^{{{k}\top}} {below_tex(k)} + b^{{{k}}}",
        "a": rf"a^{{{k}}} = {f}(z^{{{k}}})",
        "shift": r"s_c = z_c - \max_j z_j",
        "exp": r"e_c = e^{s_c}",
        "normalise": r"p_c = \frac{e_c}{\sum_j e_j}",
        "loss": BUGS[bug].wrong if bug is Bug.LOG_EPSILON else loss,
        "delta": rf"\delta^{{{k}}} = p - y"
        if k == last
        else rf"\delta^{{{k}}} = ({turned} \delta^{{{k + 1}}}){slope}",
        "grad": rf"\nabla W^{{{k}}} = {below_tex(k)}\,\delta^{{{k}\top}},\quad "
        rf"\nabla b^{{{k}}} = {'0' if forgotten else rf'delta^{{{k}}}'}".replace(
            "= delta", r"= \delta"
        ),
        "update": rf"W^{{{k}}} \leftarrow W^{{{k}}} - \eta\,\nabla W^{{{k}}}\ "
        rf"{before}\ \delta^{{{k - 1}}}"
        if k > 1
        else r"W \leftarrow W - \eta\,\nabla W,\quad b \leftarrow b - \eta\,\nabla b",
    }[kind]
