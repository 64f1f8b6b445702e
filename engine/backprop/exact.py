"""Numbers that stay fractions as long as they are rational, and have 50 digits after that."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

from engine.words import say

#: No traps: what overflows is infinite, and what underflows is 0.
CONTEXT = Context(prec=50, rounding=ROUND_HALF_EVEN, Emin=-999_999, Emax=999_999, traps=[])
#: A fraction with a longer denominator is shown as a decimal.
LARGEST_DENOMINATOR = 100_000


class Exact:
    """A rational number, or an irrational one to 50 digits."""

    __slots__ = ("value",)

    def __init__(self, value: Fraction | Decimal | int) -> None:
        self.value = Fraction(value) if isinstance(value, int) else value

    @property
    def fraction(self) -> Fraction | None:
        """The number itself where it is rational."""
        return self.value if isinstance(self.value, Fraction) else None

    @property
    def decimal(self) -> Decimal:
        """50 digits."""
        if isinstance(self.value, Decimal):
            return self.value
        above, below = Decimal(self.value.numerator), Decimal(self.value.denominator)
        return CONTEXT.divide(above, below)

    def __float__(self) -> float:
        return float(self.value)

    def __add__(self, other: Exact) -> Exact:
        if isinstance(self.value, Fraction) and isinstance(other.value, Fraction):
            return Exact(self.value + other.value)
        return Exact(CONTEXT.add(self.decimal, other.decimal))

    def __neg__(self) -> Exact:
        return Exact(-self.value if isinstance(self.value, Fraction) else self.value.copy_negate())

    def __sub__(self, other: Exact) -> Exact:
        return self + -other

    def __mul__(self, other: Exact) -> Exact:
        if isinstance(self.value, Fraction) and isinstance(other.value, Fraction):
            return Exact(self.value * other.value)
        if 0 in (self.value, other.value):
            return Exact(0)
        return Exact(CONTEXT.multiply(self.decimal, other.decimal))

    def __truediv__(self, other: Exact) -> Exact:
        if isinstance(self.value, Fraction) and isinstance(other.value, Fraction):
            return Exact(self.value / other.value)
        return Exact(CONTEXT.divide(self.decimal, other.decimal))

    def __lt__(self, other: Exact) -> bool:
        return self.value < other.value if self._alike(other) else self.decimal < other.decimal

    def _alike(self, other: Exact) -> bool:
        return type(self.value) is type(other.value)

    def exp(self) -> Exact:
        """e to the number; e⁰ is the only rational one."""
        return Exact(1) if self.value == 0 else Exact(CONTEXT.exp(self.decimal))

    def log(self) -> Exact:
        """The natural logarithm; ln 1 is the only rational one."""
        return Exact(0) if self.value == 1 else Exact(CONTEXT.ln(self.decimal))

    def text(self, digits: int, *, fractions: bool) -> str:
        """Exactly where `digits` decimals or, with `fractions`, a short fraction suffice; else "≈".
        """
        fraction = self.fraction
        if fraction is not None:
            scaled = fraction * 10**digits
            if scaled.denominator == 1:
                return _decimal_text(fraction, digits)
            if fractions and fraction.denominator <= LARGEST_DENOMINATOR:
                return f"{fraction.numerator}/{fraction.denominator}".replace("-", "−")
        return "≈ " + _rounded(self.decimal, digits)


def total(numbers: Iterable[Exact]) -> Exact:
    """The sum."""
    found = Exact(0)
    for number in numbers:
        found = found + number
    return found


def _decimal_text(fraction: Fraction, digits: int) -> str:
    text = f"{Exact(fraction).decimal:.{digits}f}"
    return text.rstrip("0").rstrip(".").replace("-", "−") if "." in text else text


def _rounded(value: Decimal, digits: int) -> str:
    if not value.is_finite():
        return say("no number") if value.is_nan() else say("infinite")
    is_tiny = abs(value) < Decimal(10) ** (1 - digits)
    is_huge = abs(value) >= Decimal(10) ** 12
    kind = f"{value:.{digits - 1}e}" if value and (is_tiny or is_huge) else f"{value:.{digits}f}"
    return kind.replace("-", "−")
