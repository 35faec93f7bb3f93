# claim: a cell that ends the process costs what it would have defined, and no more
# points: 1
# %% halve
import os
os._exit(0)

# %% dozen
dozen = 12
