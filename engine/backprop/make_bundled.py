"""Train the bundled network: `python -m engine.backprop.make_bundled --data-dir DIR`.

The homework's recipe on the full MNIST; ten seconds, and the same file each time.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine.backprop.building import copy_of
from engine.backprop.bundled import Bundled, bundled_file
from engine.backprop.presets import find_preset
from engine.backprop.training import Training
from engine.data.images import ImageSet, load_images
from engine.errors import DataError
from engine.files import write_atomically


def train(images: ImageSet) -> Bundled:
    """The homework's network after its last epoch."""
    training = Training(find_preset("homework").spec, images)
    for _ in training.events():
        pass
    last = training.evaluations[-1]
    network = copy_of(training.network)
    return Bundled(network, training.spec, training.step, last.test_correct, last.test_total)


def main() -> None:
    """Write the file, and print what it scores."""
    parser = argparse.ArgumentParser(prog="python -m engine.backprop.make_bundled")
    parser.add_argument("--data-dir", type=Path, help="the folder with the full data sets")
    parser.add_argument("--out", type=Path, default=bundled_file(), help="where to write")
    arguments = parser.parse_args()
    try:
        images = load_images("mnist", arguments.data_dir)
        if images.source.kind != "full":
            raise DataError("The bundled network needs the full MNIST; name its folder: "
                            "--data-dir.")
    except DataError as error:
        sys.exit(str(error))
    bundled = train(images)
    write_atomically(arguments.out, lambda path: path.write_bytes(bundled.as_bytes()))
    print(f"{arguments.out.name}: {bundled.test_correct:,} of {bundled.test_total:,} test images")


if __name__ == "__main__":
    main()
