# claim: Python, its packages and this package cannot be written
# hides: opened for writing
# %% setup
import os, sys, numpy, autograder

for path in (autograder.__file__, numpy.__file__, sys.executable, os.path.join(sys.prefix, "new"), "/usr/new", "/new"):
    try:
        with open(path, "ab") as stream:
            stream.write(b"")
        print("opened for writing", path)
    except OSError:
        pass
    try:
        os.chmod(path, 0o777)
        print("opened for writing", path)
    except OSError:
        pass
