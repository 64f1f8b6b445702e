"""From bytes to inputs: normalisation, splits, augmentation."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from toys import BUSY, SMALL, finish, toy_images

from engine.data.images import ImageSet
from engine.errors import DataError
from engine.training.pixels import Augmentation, Pixels, Split, split_images
from engine.training.recipe import Normalization, Recipe
from engine.training.run import Training

CPU = torch.device("cpu")


def split(images: ImageSet, recipe: Recipe, seed: int = 0):
    return split_images(images, recipe, np.random.default_rng(seed), CPU)


def test_normalisations_of_every_byte():
    ramp = torch.arange(256, dtype=torch.uint8).view(1, 256)
    ramp_split = Split(ramp, torch.zeros(1, dtype=torch.int64))
    values = np.arange(256)
    expected = {
        Normalization.UNIT: values / 255,
        Normalization.CENTERED: values / 127.5 - 1,
        Normalization.STANDARDIZED: (values - values.mean()) / values.std(),
    }
    for normalization, numbers in expected.items():
        inputs = Pixels(normalization, ramp_split).inputs(ramp)
        assert inputs.dtype == torch.float32
        assert inputs[0].tolist() == pytest.approx(numbers.tolist(), abs=1e-6)
    assert torch.equal(ramp, torch.arange(256, dtype=torch.uint8).view(1, 256))


def test_standardised_over_the_training_split_alone(images: ImageSet):
    training, validation, test = split(images, SMALL.replaced(validation_share=0.3))
    pixels = Pixels(Normalization.STANDARDIZED, training)
    inputs = pixels.inputs(training.images).double()
    assert float(inputs.mean()) == pytest.approx(0, abs=1e-6)
    assert float(inputs.var(correction=0)) == pytest.approx(1, abs=1e-5)
    assert abs(float(pixels.inputs(validation.images).double().mean())) > 1e-6
    assert abs(float(pixels.inputs(test.images).double().mean())) > 1e-6


def test_standardised_black_images_are_no_division_by_zero():
    black = Split(torch.zeros(12, 784, dtype=torch.uint8), torch.zeros(12, dtype=torch.int64))
    assert not Pixels(Normalization.STANDARDIZED, black).inputs(black.images).any()


def test_without_a_share_everything_is_trained_on(images: ImageSet):
    training, validation, test = split(images, SMALL)
    assert validation is None
    assert np.array_equal(training.images.numpy(), images.training_images.reshape(-1, 784))
    assert np.array_equal(training.labels.numpy(), images.training_labels)
    assert np.array_equal(test.images.numpy(), images.test_images.reshape(-1, 784))
    assert np.array_equal(test.labels.numpy(), images.test_labels)


def test_the_first_n_are_used(images: ImageSet):
    training, _, test = split(images, SMALL.replaced(training_images=50))
    assert np.array_equal(training.images.numpy(), images.training_images[:50].reshape(-1, 784))
    assert len(test) == 120


def numbered_images(count: int) -> ImageSet:
    """Image number i holds i in its first two bytes."""
    images = toy_images(training=count)
    pixels = images.training_images.copy()
    pixels[:, 0, 0], pixels[:, 0, 1] = np.arange(count) // 256, np.arange(count) % 256
    return ImageSet(
        images.dataset, pixels, images.training_labels, images.test_images, images.test_labels,
        images.source,
    )  # fmt: skip


@pytest.mark.parametrize(("count", "share", "held_out"), [(0, 0.2, 60), (100, 0.25, 25)])
def test_the_validation_split_is_disjoint_and_drawn_from_the_seed(count, share, held_out):
    images = numbered_images(300)
    recipe = SMALL.replaced(validation_share=share, training_images=count)

    def numbers(part: Split) -> list[int]:
        return (part.images[:, 0].long() * 256 + part.images[:, 1]).tolist()

    training, validation, _ = split(images, recipe)
    assert len(validation) == held_out
    assert sorted(numbers(training) + numbers(validation)) == list(range(count or 300))
    for part in (training, validation):
        assert part.labels.tolist() == images.training_labels[numbers(part)].tolist()
    assert numbers(split(images, recipe)[1]) == numbers(validation)
    assert numbers(split(images, recipe, seed=1)[1]) != numbers(validation)


def test_the_validation_split_depends_on_the_seed_alone(images: ImageSet):
    first, same, other = (
        Training(recipe, images).validation.images
        for recipe in (BUSY, BUSY.replaced(flip=False, hidden=(3,)), BUSY.replaced(seed=9))
    )
    assert torch.equal(first, same)
    assert not torch.equal(first, other)


def test_more_images_than_there_are_is_one_sentence(images: ImageSet):
    with pytest.raises(DataError, match=r"asks for 231 training images, but .* has only 230;"):
        split(images, SMALL.replaced(training_images=231))


# --- augmentation ---------------------------------------------------------------------------------


def augment(images: torch.Tensor, flip: bool, shift: int, seed: int = 0) -> torch.Tensor:
    recipe = SMALL.replaced(flip=flip, shift=shift)
    return Augmentation(recipe, torch.Generator().manual_seed(seed))(images)


def moved(image: np.ndarray, down: int, right: int) -> np.ndarray:
    """The plain loop: what leaves the picture is lost, what comes in is black."""
    out = np.zeros_like(image)
    for row in range(28):
        for column in range(28):
            if 0 <= row - down < 28 and 0 <= column - right < 28:
                out[row, column] = image[row - down, column - right]
    return out


@pytest.fixture(scope="module")
def noise() -> torch.Tensor:
    return torch.randint(1, 256, (60, 784), generator=torch.Generator().manual_seed(4)).byte()


def test_a_flip_is_a_mirror_image_of_about_every_second(noise: torch.Tensor):
    pictures = noise.repeat(20, 1)
    out = augment(pictures, flip=True, shift=0)
    mirrored = torch.flip(pictures.view(-1, 28, 28), dims=(2,)).view(-1, 784)
    is_mirrored = (out == mirrored).all(dim=1)
    assert torch.equal(out[~is_mirrored], pictures[~is_mirrored])
    assert 0.45 < float(is_mirrored.float().mean()) < 0.55


@pytest.mark.parametrize("flip", [False, True])
def test_a_shift_is_the_plain_loop(noise: torch.Tensor, flip: bool):
    out = augment(noise, flip=flip, shift=2)
    seen = set()
    for before, after in zip(noise.view(-1, 28, 28).numpy(), out.view(-1, 28, 28), strict=True):
        candidates = {
            (mirrored, down, right): moved(before[:, ::-1] if mirrored else before, down, right)
            for mirrored in ((False, True) if flip else (False,))
            for down in range(-2, 3)
            for right in range(-2, 3)
        }
        fitting = [key for key, image in candidates.items() if np.array_equal(image, after)]
        assert len(fitting) == 1
        seen.add(fitting[0])
    assert {down for _, down, _ in seen} == {right for _, _, right in seen} == set(range(-2, 3))
    assert {mirrored for mirrored, _, _ in seen} == ({False, True} if flip else {False})


@pytest.mark.parametrize("shift", [0, 1, 6])
def test_pixels_are_lost_but_never_gained(noise: torch.Tensor, shift: int):
    out = augment(noise, flip=True, shift=shift)
    assert out.dtype == torch.uint8
    assert out.shape == noise.shape
    for before, after in zip(noise, out, strict=True):
        gained = torch.bincount(after, minlength=256) - torch.bincount(before, minlength=256)
        assert int(gained[1:].max()) <= 0


def test_without_augmentation_no_number_is_drawn(noise: torch.Tensor):
    stream = torch.Generator().manual_seed(0)
    before = stream.get_state()
    assert Augmentation(SMALL, stream)(noise) is noise
    assert torch.equal(stream.get_state(), before)


def test_augmentation_leaves_the_stored_images_alone(images: ImageSet):
    training = Training(SMALL.replaced(flip=True, shift=6, epochs=1), images)
    finish(training)
    assert np.array_equal(training.train.images.numpy(), images.training_images.reshape(-1, 784))
