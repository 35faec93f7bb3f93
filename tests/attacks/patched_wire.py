# claim: the wire format, patched in the student's process, cannot make the grader read anything but plain data
# points: 3
# %% setup
import pickle
import autograder.plain, autograder.sandbox.channel, autograder.sandbox.student


class Bomb:
    def __reduce__(self):
        return (exec, ("open('/tmp/pickled', 'w').write('x')",))


payload = pickle.dumps(Bomb())
autograder.sandbox.student.to_bytes = lambda value: payload
autograder.sandbox.channel.to_bytes = lambda value: payload

# %% halve
def halve(x):
    if len(x) == 0:
        raise ValueError
    return x / 2
