# claim: plots that never end drawing, or run other programs, are bounded
# points: 1
# seconds: 20
# %% setup
import matplotlib
import matplotlib.pyplot as plt

matplotlib.rcParams["text.usetex"] = True
plt.title("\\immediate\\write18{id}")
plt.plot([0, 1], [0, 1])
plt.show()

class Endless:
    def _repr_html_(self):
        while True:
            pass
Endless()

# %% dozen
dozen = 12
