# claim: sleeping for ever inside a C call is interrupted or killed
# verdict: timed out
# seconds: 20
# %% halve
import ctypes

libc = ctypes.CDLL(None)

def halve(x):
    while True:
        libc.pause()
