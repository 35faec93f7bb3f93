# claim: a loop that swallows every exception is killed
# verdict: timed out
# seconds: 20
# %% halve
def halve(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
