# claim: limits can be read and not raised
# hides: raised
# %% setup
import resource

for which in (resource.RLIMIT_NPROC, resource.RLIMIT_DATA, resource.RLIMIT_FSIZE, resource.RLIMIT_CPU):
    for pid in (0, 1, 2):
        try:
            resource.prlimit(pid, which, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            print("raised", which)
        except (OSError, ValueError):
            pass
    try:
        resource.setrlimit(which, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        print("raised", which)
    except (OSError, ValueError):
        pass
