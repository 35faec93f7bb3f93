# claim: outputs beyond the limit are cut on the grader's side too, whatever the process says
# seconds: 15
# %% setup
import json, os, struct

def message(answer):
    head = json.dumps([["d", [[k, v] for k, v in answer.items()]], []]).encode()
    body = struct.pack(">QQ", len(head), 0) + head
    return struct.pack(">Q", len(body)) + body

def everywhere(data):
    for descriptor in range(3, 512):
        try:
            os.write(descriptor, data)
        except OSError:
            pass

shell = get_ipython()
shell.recorder._left = shell.recorder._cell_limit = 10**12
print("x" * 9_000_000)
# %% halve
print("y" * 9_000_000)
