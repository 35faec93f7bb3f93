"""Makes the course's small MNIST files from the four original ones.

    python make_subset.py FOLDER

FOLDER holds train-images-idx3-ubyte.gz and the three files beside it. Every 12th training image (5,000) and every
10th test image (1,000) go to students, next to this script; 1,000 other test images, with their labels, go to the
references, where only the grader reads them. The same originals give the same bytes (with the same zlib).
"""

import gzip
import io
import struct
import sys
import zipfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
HIDDEN = HERE.parents[2] / "reference_solutions" / "lecture2" / "data"


def read_idx(path):
    """The array in a gzipped IDX file: magic number with the number of axes, the lengths, the bytes."""
    content = gzip.decompress(path.read_bytes())
    zeros, kind, axes = struct.unpack(">HBB", content[:4])
    if zeros or kind != 8:
        raise ValueError(f"{path} is not an IDX file of bytes")
    shape = struct.unpack(f">{axes}I", content[4 : 4 + 4 * axes])
    return np.frombuffer(content, dtype=np.uint8, offset=4 + 4 * axes).reshape(shape)


def write_npz(path, **arrays):
    """As numpy.savez_compressed, with a fixed date in the archive so that the bytes can be made again."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            stream = io.BytesIO()
            np.lib.format.write_array(stream, np.ascontiguousarray(array), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            archive.writestr(entry, stream.getvalue(), zipfile.ZIP_DEFLATED, compresslevel=9)


def main(folder):
    images, labels = (read_idx(folder / f"train-{what}-ubyte.gz") for what in ("images-idx3", "labels-idx1"))
    write_npz(HERE / "mnist_train_5000.npz", images=images[::12], labels=labels[::12])
    images, labels = (read_idx(folder / f"t10k-{what}-ubyte.gz") for what in ("images-idx3", "labels-idx1"))
    write_npz(HERE / "mnist_test_1000.npz", images=images[::10], labels=labels[::10])
    HIDDEN.mkdir(parents=True, exist_ok=True)
    write_npz(HIDDEN / "mnist_hidden.npz", images=images[5::10], labels=labels[5::10])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python make_subset.py FOLDER (with the four gzipped IDX files of MNIST)")
    main(Path(sys.argv[1]))
