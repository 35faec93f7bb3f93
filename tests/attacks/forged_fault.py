# claim: a student's process cannot pass off its own words as a fault of the sandbox
# points: 1
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

everywhere(message({"fault": "the disk is full"}))
everywhere(message({"ready": False, "fault": "the disk is full"}))

# %% dozen
dozen = 12
