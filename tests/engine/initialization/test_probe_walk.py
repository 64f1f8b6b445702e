"""The measured probe, number by number: against autograd and plain NumPy."""

from __future__ import annotations

import threading
import warnings
from dataclasses import replace

import numpy as np
import pytest
from slow_pass import SlowPass

from engine.data.images import load_images
from engine.errors import SpecError
from engine.initialization.histogram import Bins
from engine.initialization.probe import probe
from engine.initialization.results import Progress, Quantity, Snapshot, Statistic
from engine.initialization.spec import Activation, ProbeSpec

PRE, POST, GRADIENT = Quantity
SCHEMES = ("he", "xavier_uniform", "pytorch", "orthogonal", "all_equal", "1/(n_in + 3)")


def snapshots(spec: ProbeSpec, images=None) -> list[Snapshot]:
    return [event for event in probe(spec, images) if isinstance(event, Snapshot)]


def measured(spec: ProbeSpec, images=None) -> Snapshot:
    return snapshots(spec, images)[-1]


def small(**changes) -> ProbeSpec:
    plain = {
        "widths": "12,17,9,9,5", "seeds": 1, "batch_size": 14, "precision": "float64",
        "schemes": SCHEMES, "seed": 3,
    }
    return ProbeSpec().replaced(**(plain | changes))


def expected(slow: SlowPass) -> dict[str, list[float]]:
    """Every series, from the definitions."""
    found: dict[str, list[float]] = {}
    for name, arrays in (("pre", slow.z), ("post", slow.a)):
        found[f"{name} mean_square"] = [float((x**2).mean()) for x in arrays]
        found[f"{name} variance"] = [float(x.var()) for x in arrays]
        found[f"{name} unit_variance"] = [float(x.var(axis=0).mean()) for x in arrays]
    found["gradient"] = [float((g**2).mean()) for g in slow.gradients]
    found["gradient_post"] = [float((g**2).mean()) for g in slow.gradients_post]
    entering = [slow.inputs, *slow.a[:-1]]
    found["gradient_weight"] = [
        float((np.einsum("bi,bj->bij", a, g) ** 2).mean())
        for a, g in zip(entering, slow.gradients, strict=True)
    ]
    found["cosine"] = [mean_cosine(a) for a in slow.a]
    return found


def mean_cosine(a: np.ndarray) -> float:
    lengths = np.linalg.norm(a, axis=1, keepdims=True)
    unit = np.divide(a, lengths, out=np.zeros_like(a), where=lengths > 0)
    products = unit @ unit.T
    return float(products[~np.eye(len(a), dtype=bool)].mean())


def compare(result, slow: SlowPass, relative: float) -> None:
    wanted = expected(slow)
    for quantity in (PRE, POST):
        for statistic in Statistic:
            found = result.at(quantity, statistic).measured
            name = f"{quantity.value} {statistic.value}"
            assert found == pytest.approx(wanted[name], rel=relative, abs=1e-25), name
    assert result.at(GRADIENT).measured == pytest.approx(wanted["gradient"], rel=relative)
    assert result.gradient_post.measured == pytest.approx(wanted["gradient_post"], rel=relative)
    found = result.gradient_weight.measured
    assert found == pytest.approx(wanted["gradient_weight"], rel=relative)
    assert result.cosine.measured == pytest.approx(wanted["cosine"], rel=relative, abs=1e-6)
    squares = [float((w.detach().numpy() ** 2).mean()) for w in slow.weights]
    assert result.weights_mean_square == pytest.approx(squares, rel=relative)


@pytest.mark.parametrize("activation", Activation)
def test_every_number_in_float64(activation: Activation):
    spec = small(activation=activation, bias_variance=0.3)
    for result in measured(spec).results:
        compare(result, SlowPass(spec, result.scheme, 0), 1e-10)


@pytest.mark.parametrize("activation", [Activation.RELU, Activation.TANH, Activation.GELU])
def test_every_number_in_float32(activation: Activation):
    spec = small(activation=activation, precision="float32", widths="40,33,25,7", batch_size=30)
    for result in measured(spec).results:
        compare(result, SlowPass(spec, result.scheme, 0), 3e-4)


def test_gradients_are_those_of_autograd_one_by_one(monkeypatch: pytest.MonkeyPatch):
    """Not only their mean squares: every ∂L/∂z of every input and unit."""
    from engine.initialization.walk import Walk

    seen: list[tuple[int, np.ndarray]] = []
    plain = Walk._note_gradient

    def spy(self, layer, delta):
        seen.append((layer, delta.copy()))
        return plain(self, layer, delta)

    monkeypatch.setattr(Walk, "_note_gradient", spy)
    for activation in Activation:
        seen.clear()
        spec = small(activation=activation, schemes=("he",), bias_variance=0.1)
        result = measured(spec).results[0]
        slow = SlowPass(spec, result.scheme, 0)
        assert sorted(layer for layer, _ in seen) == [0, 1, 2, 3]
        for layer, delta in seen:
            assert np.abs(delta - slow.gradients[layer]).max() < 1e-10


@pytest.mark.parametrize("scaling", ["raw", "normalized"])
def test_cross_entropy_on_real_labels(scaling: str):
    images = load_images("fashion_mnist")
    spec = small(
        widths="784,20,15,10", input="fashion_mnist", scaling=scaling, loss="cross_entropy",
        schemes=("he", "pytorch"),
    )
    for result in measured(spec, images).results:
        slow = SlowPass(spec, result.scheme, 0, images)
        compare(result, slow, 1e-10)
        assert result.loss == pytest.approx(slow.loss, rel=1e-12)
        last = result.at(GRADIENT)
        assert last.theory[-1] == last.measured[-1]


def test_pixels_are_scaled_as_they_say():
    images = load_images("mnist")
    spec = small(widths="784,5,10", input="mnist", scaling="normalized", schemes=("he",))
    pixels = images.training_images / 255
    every = snapshots(spec.replaced(batch_size=8000, seeds=2), images)
    # 8,000 of 12,000 images: their mean square is all images' to a percent.
    assert every[-1].results[0].input_mean_square == pytest.approx(1, rel=0.02)
    raw = measured(spec.replaced(scaling="raw", batch_size=8000), images).results[0]
    assert raw.input_mean_square == pytest.approx((pixels**2).mean(), rel=0.02)


def test_pairs_have_their_correlation():
    spec = small(
        widths="4000,30,5", input="pairs", correlation=-0.6, activation="linear",
        schemes=("1/n_in",), batch_size=400, v=2.0,
    )
    result = measured(spec).results[0]
    assert result.input_mean_square == pytest.approx(4, rel=0.01)
    assert result.cosine.theory == pytest.approx([-0.6, -0.6])
    assert result.cosine.measured[0] == pytest.approx(-0.6, abs=0.03)
    slow = SlowPass(spec, result.scheme, 0)
    own = [
        a @ b / np.linalg.norm(a) / np.linalg.norm(b)
        for a, b in zip(slow.a[0][::2], slow.a[0][1::2], strict=True)
    ]
    assert result.cosine.measured[0] == pytest.approx(np.mean(own), rel=1e-10)


# --- seeds ----------------------------------------------------------------------------------------


def test_snapshots_grow_by_a_seed_and_average_them():
    spec = small(seeds=3, activation="tanh")
    every = snapshots(spec)
    assert [snapshot.seeds_done for snapshot in every] == [1, 2, 3]
    assert [snapshot.is_complete for snapshot in every] == [False, False, True]
    for index, result in enumerate(every[-1].results):
        rows = np.array([
            expected(SlowPass(spec, result.scheme, number))["post mean_square"]
            for number in range(3)
        ])  # fmt: skip
        series = result.at(POST)
        assert series.measured == pytest.approx(rows.mean(axis=0), rel=1e-10)
        assert series.lowest == pytest.approx(rows.min(axis=0), rel=1e-10)
        assert series.highest == pytest.approx(rows.max(axis=0), rel=1e-10)
        least = rows.std(axis=0, ddof=1) / np.sqrt(3)
        assert (series.standard_error >= least * (1 - 1e-9)).all()
        assert every[0].results[index].at(POST).measured == pytest.approx(rows[0], rel=1e-10)


def test_the_same_numbers_again_and_in_whatever_company():
    spec = small(precision="float32", seeds=2)
    first, again = measured(spec), measured(spec)
    alone = measured(spec.replaced(schemes=("orthogonal",))).results[0]
    for one, two in zip(first.results, again.results, strict=True):
        assert (one.at(PRE).measured == two.at(PRE).measured).all()
    together = next(r for r in first.results if r.scheme.text == "orthogonal")
    assert (together.at(GRADIENT).measured == alone.at(GRADIENT).measured).all()
    other = measured(spec.replaced(seed=4)).results[0]
    assert (other.at(PRE).measured != first.results[0].at(PRE).measured).all()


def test_schemes_of_one_law_share_their_draws():
    spec = small(schemes=("1/n_in", "4/n_in"), activation="relu")
    one, two = measured(spec).results
    layers = np.arange(1, 5)
    assert two.at(PRE).measured == pytest.approx(one.at(PRE).measured * 4.0**layers, rel=1e-12)


def test_a_probe_can_be_left_at_any_time():
    before = set(threading.enumerate())
    for events in (1, 4, 9):
        run = probe(small(widths="64x6", seeds=50))
        for _ in range(events):
            next(run)
        run.close()
        assert set(threading.enumerate()) == before
    finished = list(probe(small()))
    assert isinstance(finished[-1], Snapshot)
    assert any(isinstance(event, Progress) for event in finished)
    assert set(threading.enumerate()) == before


def test_images_have_to_be_given():
    with pytest.raises(SpecError, match="needs its images"):
        measured(small(widths="784,10", input="mnist"))
    images = load_images("mnist")
    few = replace(
        images, training_images=images.training_images[:100],
        training_labels=images.training_labels[:100],
    )
    with pytest.raises(SpecError, match="use at most 100") as error:
        measured(small(widths="784,10", input="mnist", batch_size=200), few)
    assert error.value.field == "batch_size"


# --- histograms -----------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_counts_are_those_of_a_histogram(dtype):
    values = np.random.default_rng(0).normal(0, 2, 5000).astype(dtype)
    values[:7], values[7:9] = 0.0, [np.inf, -np.inf]
    values[9] = np.nan
    bins = Bins(-4.0, 4.0, 16)
    found = bins.counts(values.copy())
    finite = values[np.isfinite(values) & (values != 0)]
    inner, _ = np.histogram(finite, bins.edges)
    # In float32 a value at an edge may fall on either side of it.
    assert np.abs(found[1:-1] - inner).max() <= 1
    assert found[0] == pytest.approx((finite < -4).sum() + 1, abs=1)
    assert found[-1] == pytest.approx((finite > 4).sum() + 2, abs=1)
    assert found.sum() == len(values) - 7


def test_histograms_share_bins_and_account_for_everything():
    spec = small(activation="relu", widths="30,40x4,6", precision="float32", batch_size=50)
    snapshot = measured(spec)
    for result in snapshot.results:
        slow = SlowPass(spec, result.scheme, 0)
        for quantity, arrays in ((PRE, slow.z), (POST, slow.a), (GRADIENT, slow.gradients)):
            found = result.histograms[quantity]
            assert found.shares.shape == (5, len(snapshot.edges[quantity]) - 1)
            total = found.shares.sum(axis=1) + found.below + found.above + found.zeros
            assert total == pytest.approx(np.ones(5), abs=1e-5)
            assert found.zeros == pytest.approx([(x == 0).mean() for x in arrays], abs=1e-9)
    assert (snapshot.results[0].histograms[POST].zeros[:4] > 0.2).all()


def test_saturated_units_are_counted():
    spec = small(activation="tanh", schemes=("constant:2",), widths="50,60,60,5", batch_size=40)
    result = measured(spec).results[0]
    slow = SlowPass(spec, result.scheme, 0)
    shares = [(np.abs(a) > 0.99).mean() for a in slow.a[:2]]
    assert result.saturated == pytest.approx([*shares, 0.0], abs=1e-12)
    assert shares[1] > 0.5


def test_the_predicted_density_is_a_gaussian():
    result = measured(small(schemes=("he",))).results[0]
    x = np.linspace(-60, 60, 20_001)
    for quantity in Quantity:
        density = result.predicted_density(quantity, 2, x)
        assert np.trapezoid(density, x) == pytest.approx(1, abs=1e-6)
        source = GRADIENT if quantity is GRADIENT else PRE
        second = np.trapezoid(density * x * x, x)
        assert second == pytest.approx(result.at(source).theory[1], rel=1e-6)


# --- extremes -------------------------------------------------------------------------------------


def test_overflow_is_a_result_and_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        spec = ProbeSpec().replaced(
            widths="64x41", schemes=("constant:100", "he"), seeds=2, batch_size=16
        )
        bad, good = measured(spec).results
    found = bad.at(PRE).measured
    first = int(np.argmax(np.isinf(found)))
    assert 5 < first < 30
    assert np.isfinite(found[:first]).all()
    assert np.isinf(found[first:]).all()
    assert bad.forward.kind == "overflows"
    # Activations overflow at most a layer before their pre-activations' squares are looked at.
    assert bad.forward.layer in (first, first + 1)
    assert bad.forward.words == f"inf from layer {bad.forward.layer}"
    assert bad.at(PRE).theory[:3] == pytest.approx(640_000 * 320_000.0 ** np.arange(3))
    assert np.isfinite(good.at(PRE).measured).all()


def test_gradients_alone_may_overflow():
    spec = ProbeSpec().replaced(
        widths="8,8x60", activation="tanh", schemes=("constant:100",), seeds=1, batch_size=8,
        bias_variance=0.0,
    )
    result = measured(spec).results[0]
    assert np.isfinite(result.at(PRE).measured).all()
    assert result.backward.words


def test_small_numbers_are_not_lost_before_they_are_gone():
    """Mean squares far below float32's smallest number, while the numbers themselves are above."""
    spec = ProbeSpec().replaced(
        widths="32x31", activation="linear", schemes=("constant:0.02",), seeds=1, batch_size=8
    )
    result = measured(spec).results[0]
    double = measured(spec.replaced(precision="float64"))
    again = double.results[0]
    assert result.at(PRE).measured[-1] < 1e-50
    assert result.at(PRE).theory[-1] == pytest.approx((32 * 0.0004) ** 30, rel=1e-9)
    # The same law with other draws: float64 draws another stream.
    ratio = result.at(PRE).measured / again.at(PRE).measured
    assert (np.abs(np.log(ratio)) < 8).all()


def test_no_weights_no_signal():
    result = measured(small(schemes=("constant:0",), activation="relu")).results[0]
    assert (result.at(PRE).measured == 0).all()
    assert (result.at(PRE).theory == 0).all()
    assert result.forward.words == "0 from layer 1"
    assert result.histograms[PRE].zeros == pytest.approx(np.ones(4))
    assert result.backward.kind == "vanishes"


@pytest.mark.parametrize("widths", ["1x201", "1,1", "5,1,5"])
@pytest.mark.parametrize("activation", ["relu", "tanh", "silu"])
def test_narrow_and_deep(widths: str, activation: str):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        spec = small(widths=widths, activation=activation, precision="float32")
        snapshot = measured(spec)
    for result in snapshot.results:
        assert (result.at(POST).measured >= 0).all()
        assert (result.at(POST).theory >= 0).all()
        assert result.forward.sentence.endswith(".")
        assert result.backward.sentence.endswith(".")


def test_long_products_are_made_in_parts(monkeypatch: pytest.MonkeyPatch):
    from engine.initialization import walk

    spec = small(batch_size=70)
    whole = measured(spec).results
    monkeypatch.setattr(walk, "MOST_MULTIPLICATIONS", 1)
    for one, two in zip(whole, measured(spec).results, strict=True):
        for key, series in one.series.items():
            assert two.series[key].measured == pytest.approx(series.measured, rel=1e-12)


def test_wide():
    spec = small(widths="4096,4096,3", schemes=("he",), precision="float32", batch_size=2)
    result = measured(spec).results[0]
    # 4,096 units of two inputs: the mean square of layer 1 is within a few percent.
    assert result.at(PRE).measured[0] == pytest.approx(2, rel=0.15)
    assert abs(result.at(PRE).deviation[0]) < 4
