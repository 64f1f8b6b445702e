"""torchvision can be imported beside a torch that it was not compiled for."""

from __future__ import annotations

import types

import pytest

from engine.data import torchvision_ops
from engine.data.torchvision_ops import import_torchvision


def test_datasets_and_transforms_work():
    torchvision = import_torchvision()
    assert import_torchvision() is torchvision
    assert torchvision.datasets.MNIST.mirrors
    from torchvision.transforms import v2

    assert v2.RandomHorizontalFlip(p=1.0)


def test_the_operators_are_declared_only_where_they_are_missing():
    torchvision = import_torchvision()
    compiled = torchvision.extension._has_ops()
    assert bool(torchvision_ops._kept_alive) is not compiled


@pytest.fixture
def no_declaration(monkeypatch):
    def refuse():
        raise AssertionError("operators were declared")

    monkeypatch.setattr(torchvision_ops, "_declare_missing_operators", refuse)


@pytest.mark.usefixtures("no_declaration")
def test_a_matching_build_stays_untouched(monkeypatch):
    build = types.ModuleType("torchvision")
    monkeypatch.setattr(torchvision_ops.importlib, "import_module", lambda _: build)
    assert import_torchvision() is build


@pytest.mark.usefixtures("no_declaration")
@pytest.mark.parametrize("error", [ImportError("no torchvision"), RuntimeError("other trouble")])
def test_any_other_trouble_is_passed_on(monkeypatch, error):
    def fail(_):
        raise error

    monkeypatch.setattr(torchvision_ops.importlib, "import_module", fail)
    with pytest.raises(type(error), match=str(error)):
        import_torchvision()
