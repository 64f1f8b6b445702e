"""What the notes say about scene 3: its sentence, its formula, its numbers."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication

from engine.expressivity.errors_of_fit import Errors
from engine.expressivity.fitting import Fit
from engine.expressivity.spec import PieceActivation
from engine.words import grouped
from gui.widgets.scene_notes import Number, SceneNotes

FORMULAS = {
    PieceActivation.STEP: r"y = \sum_k (h_k - h_{k-1}) u(x - x_k)",
    PieceActivation.SIGMOID: r"y = \sum_k (h_k - h_{k-1}) \sigma(\kappa (x - x_k) / \delta)",
    PieceActivation.RELU: r"y = c + \sum_k (m_k - m_{k-1}) \max(0, x - x_k)",
}


def tr(text: str) -> str:
    """Translated as a text of scene 3."""
    return QCoreApplication.translate("FunctionScene", text)


def function_notes(
    fit: Fit, errors: Errors | None, neurons: int, slope: float | None, trained: float | None
) -> SceneNotes:
    """`errors` are None while they are measured, `slope` where there is none, `trained` the largest
    error of the trained twin, None without one."""
    function, bound, lipschitz = fit.spec, fit.bound, fit.lipschitz
    is_bounded = math.isfinite(lipschitz)
    numbers = [
        Number(tr("largest error"), _text(errors.sup if errors else None, "…"), "error",
               key="sup_error"),
        Number(tr("bound"), _text(bound, "–"), key="bound"),
        Number(tr("L² error"), _text(errors.l2 if errors else None, "…"), key="l2_error"),
        Number(tr("L¹ error"), _text(errors.l1 if errors else None, "…"), key="l1_error"),
        Number(tr("Lipschitz L"), _text(lipschitz, "–"), key="lipschitz"),
        Number(tr("slope in n"), "–" if slope is None else f"{slope:.2f}".replace("-", "−"),
               key="slope"),
        Number(tr("hidden neurons"), grouped(neurons), "train", key="hidden_neurons"),
    ]
    if trained is not None:
        numbers.append(Number(tr("trained: largest error"), _text(trained, "–"), "twin",
                              key="twin_error"))
    sentence = tr("n = {n} pieces of width δ = {width:.4g}. {heights}.").format(
        n=grouped(function.pieces), width=function.width,
        heights=function.heights.label[:1].upper() + function.heights.label[1:],
    )
    if not is_bounded:
        sentence += " " + tr("f jumps, so no bound holds: L is infinite.")
    return SceneNotes(
        tr("Any function is a city of boxes"), sentence, FORMULAS[function.activation], numbers
    )


def _text(value: float | None, absent: str) -> str:
    if value is None:
        return absent
    return f"{value:.4g}" if math.isfinite(value) else "∞"
