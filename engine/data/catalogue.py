"""The data sets that Chalknet knows, and how to tell that a file of theirs is the real one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from engine.errors import DataError
from engine.words import say


@dataclass(frozen=True)
class ImageFile:
    """One file of a data set.

    `shape` is (n, 28, 28) for images and (n,) for labels. `sha256` is the digest of the unpacked
    IDX content, header included, so that it holds for a plain file and for any compression of it.
    """

    name: str
    shape: tuple[int, ...]
    sha256: str


class Files(NamedTuple):
    """The four files that make up a data set."""

    training_images: ImageFile
    training_labels: ImageFile
    test_images: ImageFile
    test_labels: ImageFile


@dataclass(frozen=True)
class Dataset:
    """A data set of 28 × 28 grey images in ten classes.

    `name` is also the name of the folder and of the class in torchvision. `package_folder` is
    where Linux distributions put it below `share/datasets`. `download_bytes` is the size of the
    four compressed files on the publisher's server.
    """

    key: str
    name: str
    class_names: tuple[str, ...]
    licence: str
    citation: str
    homepage: str
    package_folder: str
    download_bytes: int
    files: Files
    sample_files: Files

    @property
    def licence_text(self) -> str:
        """The licence notice that goes with the bundled sample."""
        return (samples_folder() / self.name / "LICENSE").read_text(encoding="utf-8")


def samples_folder() -> Path:
    """Where the bundled samples lie, in torchvision's layout."""
    return Path(str(resources.files("resources"))) / "samples"


def find_dataset(key: str) -> Dataset:
    """The data set of that key; raise `DataError` where there is none."""
    try:
        return CATALOGUE[key]
    except KeyError:
        known = ", ".join(CATALOGUE)
        raise DataError(
            say("There is no data set “{key}”; choose one of {known}.", key=key, known=known)
        ) from None


def identify(sha256: str) -> str | None:
    """What the file with this digest really is, in words; None where it is unknown."""
    for dataset in CATALOGUE.values():
        for file in dataset.files:
            if file.sha256 == sha256:
                return say("{dataset}’s {file}", dataset=dataset.name, file=file.name)
        for file in dataset.sample_files:
            if file.sha256 == sha256:
                return say("{file} of the bundled {dataset} sample", dataset=dataset.name,
                           file=file.name)
    return None


def known_shapes() -> set[tuple[int, ...]]:
    """The shapes of all files in the catalogue."""
    every = CATALOGUE.values()
    return {file.shape for entry in every for file in (*entry.files, *entry.sample_files)}


def _files(training: int, test: int, digests: tuple[str, str, str, str]) -> Files:
    names_and_shapes: tuple[tuple[str, tuple[int, ...]], ...] = (
        ("train-images-idx3-ubyte", (training, 28, 28)),
        ("train-labels-idx1-ubyte", (training,)),
        ("t10k-images-idx3-ubyte", (test, 28, 28)),
        ("t10k-labels-idx1-ubyte", (test,)),
    )
    pairs = zip(names_and_shapes, digests, strict=True)
    return Files(*(ImageFile(name, shape, digest) for (name, shape), digest in pairs))


_FASHION_MNIST = Dataset(
    key="fashion_mnist",
    name="FashionMNIST",
    class_names=(
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
        "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ),
    licence="MIT, © 2017 Zalando SE",
    citation=(
        "H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST: a Novel Image Dataset for Benchmarking "
        "Machine Learning Algorithms. arXiv:1708.07747, 2017."
    ),
    homepage="https://github.com/zalandoresearch/fashion-mnist",
    package_folder="fashion-mnist",
    download_bytes=30_878_645,
    files=_files(60_000, 10_000, (
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    )),
    sample_files=_files(12_000, 2_000, (
        "a4430c670724179b7263ac40bc1a5c722b719895ad9f8433839ee57041e0a4b0",
        "d6b5a0100b77b86386f48dd3165dc44ad40e2dc8009d2c82200640598b65e9d8",
        "7aad8d870904e2d27b69e9347613fb403060707141353a989e67cbf8790b3ed0",
        "3679fe0cfd888c8c99671ab88aa3062ebc98e21662e35b18c8e54e5a5463f33d",
    )),
)

_MNIST = Dataset(
    key="mnist",
    name="MNIST",
    class_names=tuple("0123456789"),
    licence="CC BY-SA 3.0, © Yann LeCun and Corinna Cortes",
    citation=(
        "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document "
        "recognition. Proceedings of the IEEE 86(11), 2278–2324, 1998."
    ),
    homepage="http://yann.lecun.com/exdb/mnist/",
    package_folder="mnist",
    download_bytes=11_594_722,
    files=_files(60_000, 10_000, (
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    )),
    sample_files=_files(10_000, 2_000, (
        "70c26e58508e7de3f5a98040196b1665eeb5602e82ffedc6ed48d83bd27cf6b9",
        "ccce32e30dd67fea3720a93671bf9cc993cf515a90b593d5fce19aeb6d36ee24",
        "c76a7528cb3051b3e9906956f0f4d32b09796d6936e8e883773f01c1ea8f41b8",
        "5c8b96f31a8f53f8184f6c4a22a37ec0f035bea70898cc586413de56df5b2e94",
    )),
)

CATALOGUE: Mapping[str, Dataset] = MappingProxyType(
    {dataset.key: dataset for dataset in (_FASHION_MNIST, _MNIST)}
)
