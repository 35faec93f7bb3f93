# claim: a walk over all files finds no reference, no secret, no gradebook
# seconds: 15
# %% setup
import os

WANTED = ("secret", "gradebook", "reference", "submitted", "toy.py", "rubric", "canary")
for folder, folders, files in os.walk("/", onerror=lambda error: None):
    if folder.startswith(("/proc", "/sys", "/usr")) or "site-packages" in folder or "/lib/python" in folder:
        folders.clear()
        continue
    for name in files + folders:
        if any(word in name.lower() for word in WANTED) and "autograder/" not in folder + "/":
            path = os.path.join(folder, name)
            print("found", path)
            try:
                print(open(path, errors="replace").read()[:4000])
            except OSError:
                pass
