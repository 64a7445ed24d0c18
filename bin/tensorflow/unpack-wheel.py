"""Unpack TensorFlow's C library from a wheel: `unpack-wheel.py WHEEL FOLDER`.

Writes FOLDER/lib (the two libraries), FOLDER/include (what the addon includes), FOLDER/*.libs (libraries that the
wheel brings along, where the first two look for them) and FOLDER/LICENSE; prints the number of bytes.
"""

import os
import shutil
import sys
import zipfile

LIBRARIES = ("tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2")
HEADERS = "tensorflow/include/"


def place(name):
    """Path below FOLDER for a member of the wheel, or None."""
    if name in LIBRARIES:
        return os.path.join("lib", os.path.basename(name))
    if name.startswith(HEADERS) and name.endswith(".h"):
        path = name[len(HEADERS):]
        if "/c/" in path or "/platform/ctstring" in path:
            return os.path.join("include", path)
    if name.split("/")[0].endswith(".libs") and name.count("/") == 1 and not name.endswith("/"):
        return name
    if name.endswith(".dist-info/LICENSE"):
        return "LICENSE"
    return None


def main(wheel, folder):
    size = 0
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            path = place(member.filename)
            if path is None:
                continue
            target = os.path.join(folder, path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with archive.open(member) as source, open(target, "wb") as file:
                shutil.copyfileobj(source, file, 1 << 20)
            size += member.file_size
    print(size)


main(*sys.argv[1:])
