# claim: what a call prints, a hidden input say, reaches no report
# hides: hidden input:
# verdict: wrong
# %% halve
import sys, warnings

def halve(x):
    print("hidden input:", list(x))
    sys.stderr.write("hidden input")
    sys.__stdout__.write("hidden input")
    warnings.warn("hidden input")
    get_ipython().display_pub.publish({"text/plain": "hidden input"})
    return 1
