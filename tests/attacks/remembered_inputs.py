# claim: inputs of a killed process are not there when its cells run again
# hides: still here
# %% halve
import os

print("the inputs are still here" if os.path.exists("/tmp/work/inputs") else "nothing there")

def halve(x):
    open("/tmp/work/inputs", "a").write("seen")
    os._exit(1)
