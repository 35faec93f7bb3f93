# claim: links to files outside lead nowhere, and are not followed by the grader
# %% setup
import os

for number, target in enumerate(["/etc/shadow", "/root", "..", "../../..", "/proc/1/root", "/work"]):
    os.symlink(target, f"link{number}")
    try:
        print(number, os.listdir(f"link{number}") if os.path.isdir(f"link{number}") else open(f"link{number}").read())
    except OSError:
        pass
os.makedirs("deep", exist_ok=True)
here = os.getcwd()
for _ in range(1500):
    os.mkdir("d")
    os.chdir("d")
os.chdir(here)
os.chmod("deep", 0)
