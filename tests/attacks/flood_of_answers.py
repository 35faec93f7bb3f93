# claim: a flood of stray answers cannot hold the grader past its time
# seconds: 25
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

# %% halve
def halve(x):
    stray = message({"id": "no", "value": ["l", [["l", []]] * 1_500_000]})
    while True:
        everywhere(stray)
