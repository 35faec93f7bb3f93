# claim: text that is not Unicode spoils no report
# points: 1
# %% setup
print("\ud800 output")
raise ValueError("\udfff error")

# %% halve
def halve(x):
    return "\ud800"

# %% dozen
dozen = 12
